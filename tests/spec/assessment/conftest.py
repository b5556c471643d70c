"""What the tests of assessment share: the pack of 2006, a township's station, and its answers."""

from __future__ import annotations

import zlib
from datetime import date
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from shidai.assessment import actions
from shidai.assessment.models import Pilot
from shidai.core import queries
from shidai.core.access import Scope
from shidai.packs.schema.checklist import Checklist
from shidai.registry.citypack import city_pack
from shidai.supply import actions as supply
from tests.factories import COUNTY, OPERATOR, TOWNSHIP, Cast

BRAND = "generations-service"
STATION, HEADQUARTERS = "Z-DONG", "Y-EAST"
MARCH, JUNE = date(2006, 3, 1), date(2006, 6, 1)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(17) + zlib.compress(b"x") + b"\x00\x00\x00\x00IEND\xaeB`\x82"


@pytest.fixture(autouse=True)
def pack(settings: LazySettings, cast: Cast) -> None:
    settings.PACK, settings.DEMONSTRATION = "wuxi-2006", True
    for code, area in ((STATION, TOWNSHIP), (HEADQUARTERS, COUNTY)):
        supply.open_site(
            by=OPERATOR, code=code, area=area, kind="station", name_zh=f"服务站{code}", name_en=f"Station {code}",
            opened_on=date(2005, 1, 1),
        )  # fmt: skip


def brand() -> Checklist:
    return city_pack().checklists[BRAND]


@pytest.fixture
def pilot(cast: Cast) -> Pilot:
    """Gu of the county enrolled the township's station."""
    return actions.enrol_station(by=cast.gu, site=STATION, checklist=BRAND, day=MARCH)


def answer(by: Scope, pilot: Pilot, item: str, value: Any, **more: Any):
    asked = brand().item_named(item)
    assert asked is not None
    about = {"mark": asked.mark, "note": "见现场", **more}
    return actions.answer_item(by=by, pilot=pilot.uuid, item=item, value=value, **about)


def answer_all(by: Scope, pilot: Pilot, **others: Any) -> None:
    """Everything as it should be, but for what is told otherwise."""
    good = {"yes_no": True, "number": 95, "text": "都已答复"}
    for one in brand().item:
        answer(by, pilot, one.id, others.get(one.id, good[one.kind]))


def submitted(by: Scope, pilot: Pilot, **others: Any) -> Pilot:
    answer_all(by, pilot, **others)
    return actions.submit_pilot(by=by, pilot=pilot.uuid, day=JUNE)


def sign_in(member: str) -> Client:
    client = Client()
    client.force_login(queries.staff_named(member))
    return client
