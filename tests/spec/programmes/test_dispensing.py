"""A visit that hands something out: one act, one form, two books that agree."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shidai.core.ids import new_id
from shidai.programmes import actions
from shidai.programmes.models import Visit
from shidai.registry import actions as registry
from shidai.registry.models import Person
from shidai.supply import actions as supply
from shidai.supply.models import Balance, StockEntry
from shidai.words import ShidaiError
from tests.factories import NANQIAO, OPERATOR, TOWNSHIP, Cast, day
from tests.spec.programmes.conftest import JUNE, agree

CHECKUP = "migrant-checkup"
WISH: dict[str, Any] = {"microscopy": "clear", "wishes": ("contraception",)}


@pytest.fixture
def migrant(cast: Cast) -> Person:
    identity = registry.Identity(name="赵敏", sex=2, birth=day("1980-3-3"))
    found = registry.register_person(by=OPERATOR, identity=identity, area=NANQIAO, since=day("2005-1-1"))
    registry.register_move(by=OPERATOR, person=found.uuid, kind="registered", day=day("2005-2-1"))
    agree(cast, found, CHECKUP)
    return found


@pytest.fixture(autouse=True)
def station(cast: Cast) -> None:
    supply.open_site(
        by=OPERATOR,
        code="S1",
        area=TOWNSHIP,
        kind="station",
        name_zh="站",
        name_en="Station",
        opened_on=date(2005, 1, 1),
    )
    line = supply.Received("male-condom", "A1", date(2008, 1, 1), 100)
    supply.receive(by=OPERATOR, site="S1", lines=[line], day=date(2006, 1, 1))


def visit(cast: Cast, person: Person, **more: Any) -> Visit:
    values = WISH | {"condoms": more.pop("condoms", 30)}
    about = {"site": "S1", "day": JUNE} | more
    return actions.record_visit(
        by=cast.xu, person=person.uuid, programme=CHECKUP, step="checkup", values=values, **about
    )


def test_what_the_visit_says_leaves_the_shelf_by_her_name(cast: Cast, migrant: Person) -> None:
    id_ = new_id()
    for _ in range(2):  # two clicks
        visit(cast, migrant, id=id_)
    entry = StockEntry.objects.get(deed="handout")
    assert (entry.person_id, entry.channel) == (migrant.pk, "visit")
    assert Balance.objects.get().quantity == 70


def test_without_enough_on_the_shelf_neither_book_is_written(cast: Cast, migrant: Person) -> None:
    with pytest.raises(ShidaiError) as caught:
        visit(cast, migrant, condoms=101)
    assert caught.value.problems[0].where == "condoms"
    assert not Visit.objects.exists()
    assert Balance.objects.get().quantity == 100


def test_a_site_has_to_be_named(cast: Cast, migrant: Person) -> None:
    with pytest.raises(ShidaiError) as caught:
        visit(cast, migrant, site="")
    assert caught.value.problems[0].where == "site"


def test_nothing_handed_out_needs_no_site(cast: Cast, migrant: Person) -> None:
    assert visit(cast, migrant, condoms=0, site="").outcome == "clear"


def test_a_correction_leaves_the_stock_book_alone(cast: Cast, migrant: Person) -> None:
    made = visit(cast, migrant)
    with pytest.raises(ShidaiError, match="isn't corrected here"):
        actions.correct_visit(by=cast.xu, visit=made.uuid, values=WISH | {"condoms": 20}, reason="miscounted")
    mended = WISH | {"condoms": 30, "microscopy": "infection"}
    assert (
        actions.correct_visit(by=cast.xu, visit=made.uuid, values=mended, reason="another slide").outcome == "treated"
    )
    assert Balance.objects.get().quantity == 70
