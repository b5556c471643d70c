"""What the tests of benefits share: the pack with the schemes, who pays, and a second officer of the county."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import LazySettings

from shidai.benefits import actions
from shidai.core.access import Scope
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
