"""What the tests of supply share: the pack of 2006, the county's store, the township's station, a village's room."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import LazySettings

from shidai.core.access import Scope
from shidai.supply import actions
from shidai.supply.models import Site, StockEntry
from tests.factories import COUNTY, NANQIAO, OPERATOR, TOWNSHIP, Cast, make_staff

CONDOM, PILL, IUD = "male-condom", "oral-pill", "copper-iud"
MARCH, JUNE = date(2006, 3, 1), date(2006, 6, 1)
STORE, STATION, ROOM = "S-EAST", "S-DONG", "R-NAN"


@pytest.fixture(autouse=True)
def pack(settings: LazySettings, cast: Cast) -> None:
    settings.PACK, settings.DEMONSTRATION = "wuxi-2006", True


@pytest.fixture(autouse=True)
def sites(pack: None) -> dict[str, Site]:
    made = {}
    for code, area, kind, above in (
        (STORE, COUNTY, "store", ""), (STATION, TOWNSHIP, "station", STORE), (ROOM, NANQIAO, "room", STATION),
    ):  # fmt: skip
        made[code] = actions.open_site(
            by=OPERATOR, code=code, area=area, kind=kind, name_zh=f"站点{code}", name_en=f"Site {code}",
            opened_on=date(2005, 1, 1), supplier=above, hours="1-5 08:30-11:30 13:30-17:00",
        )  # fmt: skip
    return made


@pytest.fixture
def keeper(cast: Cast) -> Scope:
    """Sun keeps the county's store."""
    return make_staff("sun", "supply_manager", COUNTY)


def fill(site: str = STATION, quantity: int = 1000, lot: str = "A1", commodity: str = CONDOM,
         expires_on: date = date(2008, 12, 31), day: date = MARCH) -> StockEntry:  # fmt: skip
    """Goods on a site's shelf."""
    line = actions.Received(commodity, lot, expires_on, quantity)
    return actions.receive(by=OPERATOR, site=site, lines=[line], day=day)
