"""One decision reads the same facts from the register as everybody's determination reads from the record tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from shidai.core import actions as core
from shidai.core.pseudonyms import pseudonyms
from shidai.indicators.facts import facts_on
from shidai.indicators.records import Records
from shidai.packs import load_pack
from shidai.registry import actions as registry
from shidai.registry.extract import extract_records
from shidai.registry.models import Death, Person
from shidai.registry.queries.factsofday import Lives
from shidai.rules import columns_for
from tests.factories import OPERATOR, day, make_couple, make_person

PACK = load_pack("wuxi-2006")
HOME, NEXT = (area.code for area in PACK.areas_at("village")[:2])
CUTOFF = date(2006, 12, 31)


@pytest.fixture
def people(db: None) -> list[int]:
    """A couple with twins, one of whom died; a widow who moved; a man half known; one who died on an unknown day."""
    core.load_areas(PACK, by=OPERATOR)
    wife, husband = make_couple(HOME, "1995-1-1")
    for sex in (1, 2):
        registry.record_birth(
            by=OPERATOR, mother=wife.uuid, father=husband.uuid, birth=day("1996-2-29"), sex=sex, plurality=2
        )
    registry.record_death(
        by=OPERATOR, person=Person.objects.get(sex=1, birth_date="1996-02-29").uuid, death=day("2006-6")
    )
    widow = make_person("周兰", 2, "1946-2-28", HOME, registration="rural")
    registry.register_move(by=OPERATOR, person=widow.uuid, kind="living", to=NEXT, day=day("2006-3-1"), reason="move")
    make_person("吴明", 1, "1950", HOME)
    _, gone = make_couple(HOME, "1996-1-1")
    Death.objects.create(person=gone, date=date(2005, 5, 5), precision="day", recorded_on=CUTOFF)  # the union left open
    lost = make_person("郑平", 1, "1930-1-1", HOME)
    Death.objects.create(person=lost, date=None, precision="none", recorded_on=CUTOFF)
    return list(Person.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize("on", [CUTOFF, date(2006, 6, 30), date(2006, 2, 28), date(2000, 3, 1)])
def test_both_ways_tell_the_same(people: list[int], tmp_path: Path, on: date) -> None:
    extract_records(tmp_path / "records", by=OPERATOR, pack=PACK, cutoff=CUTOFF)
    columns = tuple(columns_for("person"))
    with Records.open(tmp_path / "records") as records:
        rows = records.fetch(facts_on(records, "person", on, columns)).to_pylist()
    told = {row.pop("person_id"): row for row in rows}
    facts = Lives(people).on(on)
    marks = dict(zip(people, pseudonyms(people, "analysis", "person").tolist(), strict=True))
    assert {marks[person]: known for person, known in facts.items()} == told


def test_the_dead_of_an_unknown_day_are_dead(people: list[int]) -> None:
    lost = Person.objects.get(name="郑平")
    assert Lives([lost.pk]).on(CUTOFF)[lost.pk]["alive"] is False
