"""What the tests of programmes share: the pack whose programmes run in 2006."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import LazySettings

from shidai.programmes import actions
from shidai.programmes.models import Visit
from shidai.registry.models import Person
from tests.factories import Cast, make_couple

SCREENING, RTI = "prepregnancy-screening", "rti-control"
JUNE = date(2006, 6, 1)
NORMAL = {"haemoglobin": 128, "fasting_glucose": 5.1, "hbsag": "negative"}
HIGH = NORMAL | {"fasting_glucose": 7.2}


@pytest.fixture(autouse=True)
def pack(settings: LazySettings, cast: Cast) -> None:
    """The pack of 2006, in a demonstration whose last day is the pages' today."""
    settings.PACK, settings.DEMONSTRATION = "wuxi-2006", True


@pytest.fixture
def bride() -> Person:
    """A woman of 36 who married in May 2006."""
    return make_couple(married="2006-5-1")[0]


def agree(cast: Cast, person: Person, programme: str = SCREENING, on: date = JUNE) -> None:
    actions.set_consent(by=cast.lan, person=person.uuid, programme=programme, given=True, day=on)


def examine(cast: Cast, person: Person, on: date = JUNE, **values: object) -> Visit:
    return actions.record_visit(
        by=cast.xu, person=person.uuid, programme=SCREENING, step="examination", values=values or NORMAL, day=on
    )
