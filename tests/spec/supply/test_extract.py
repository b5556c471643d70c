"""What supply contributes to the record tables: hand-outs, movements and sites, some at once, without names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from shidai.indicators.records import Records
from shidai.registry import actions as registry
from shidai.registry import roomrows
from shidai.registry.citypack import city_pack
from shidai.registry.extract import extract_records
from shidai.supply import actions
from shidai.supply import extract as supply_extract
from tests.factories import CITY, OPERATOR, Cast, make_person
from tests.spec.supply.conftest import CONDOM, JUNE, STATION, fill

pytestmark = pytest.mark.django_db


def extract(folder: Path) -> dict[str, list[dict[str, object]]]:
    here = city_pack()
    pack = here.model_copy(update={"header": here.header.model_copy(update={"city": CITY})})
    about = {"by": OPERATOR, "pack": pack, "cutoff": date(2006, 12, 31), "more": (supply_extract.contribute,)}
    extract_records(folder, **about)  # type: ignore[arg-type]
    with Records.open(folder) as records:
        return {
            table: records.fetch(records.table(table)).to_pylist()
            for table in ("person", "dispensing", "stock", "site")
        }


def give(cast: Cast, **more: object) -> None:
    actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=12, day=JUNE, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("at_once", [2, 10_000])
def test_a_hand_out_is_of_the_record_that_was_kept_or_of_nobody(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(roomrows, "AT_ONCE", at_once)
    fill()
    keep, gone = make_person("张一"), make_person("张二")
    for person in (keep, gone):
        give(cast, person=person.uuid)
    give(cast)
    registry.merge_people(by=OPERATOR, keep=keep.uuid, gone=gone.uuid, reason="the same person, seen together")
    rows = extract(tmp_path)
    people = sorted(
        (row["person_id"] for row in rows["dispensing"]), key=lambda one: one is None
    )  # a table has no order
    assert people[0] == people[1] is not None
    assert people[2] is None
    assert people[0] in {row["person_id"] for row in rows["person"]}
    assert [row["couple_years"] for row in rows["dispensing"]] == [0.1] * 3
    assert (len(rows["stock"]), len(rows["site"])) == (4, 3)
    assert {row["person_id"] for row in rows["stock"]} == {None}


def test_what_was_taken_back_isnt_dispensed_but_both_stand_in_the_book(cast: Cast, tmp_path: Path) -> None:
    fill()
    given = actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=12, day=JUNE)
    actions.reverse_entry(by=cast.xu, entry=given.uuid, reason="typo", day=JUNE)
    rows = extract(tmp_path)
    assert rows["dispensing"] == []
    assert {row["deed"] for row in rows["stock"]} == {"receipt", "handout", "reversal"}
    assert len(rows["stock"]) == 3
