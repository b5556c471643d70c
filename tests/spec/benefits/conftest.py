"""What the tests of benefits share: the pack with the schemes, who pays, and a second officer of the county."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import LazySettings

from shidai.benefits import actions
from shidai.core.access import Scope
from shidai.registry.citypack import city_pack
from tests.factories import COUNTY, Cast, make_staff

YEAR = date(2006, 12, 31)
CARD, BANK = "6228 4800 0000 0000 000", "103302000000"


@pytest.fixture
def pack(settings: LazySettings) -> None:
    """The pack of 2006, in a city whose acts are told on the days that are entered."""
    settings.PACK, settings.DEMONSTRATION = "wuxi-2006", True


@pytest.fixture
def payer(cast: Cast, pack: None) -> None:
    actions.set_payer(by=cast.gu, area=COUNTY, name="东县财政局", number="1103020000123", bank_code=BANK)


@pytest.fixture
def other_officer(cast: Cast) -> Scope:
    return make_staff("feng", "county_officer", COUNTY)


@pytest.fixture
def holiday_relief(pack: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pack's scheme, in the tests' city."""
    scheme = city_pack().schemes["holiday-relief"]
    version = scheme.version[0]
    here = [
        one.model_copy(update={"when": f"starts_with(area, '{COUNTY}')"}) if one.id == "in_city" else one
        for one in version.condition
    ]
    version = version.model_copy(update={"condition": tuple(here)})
    monkeypatch.setitem(city_pack().schemes, scheme.id, scheme.model_copy(update={"version": (version,)}))
