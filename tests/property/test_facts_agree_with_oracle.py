"""The facts of a day from the record tables, and determinations made of them, agree with plain Python."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shidai.indicators.engines import Engine
from shidai.indicators.facts import facts_on
from shidai.indicators.records import Records
from shidai.packs.schema.scheme import AttestedFact
from shidai.rules import columns_for, compile_version
from tests.oracle.cities import random_city, write_city
from tests.oracle.facts import Rows, add_families, facts_of
from tests.spec.rules.making import TITLE, make_version

DAYS = (date(2006, 12, 31), date(2006, 2, 28), date(2004, 2, 29))
ATTESTED = [
    AttestedFact.model_validate(
        {"id": id_, "type": kind, "title": TITLE, "meaning": TITLE, "source": "law", "checked_on": "2026-01-01",
         "effective_from": "2000-01-01"}
    )
    for id_, kind in (("hardship", "bool"), ("grade", "int"))
]  # fmt: skip
COLUMNS = columns_for("person", ATTESTED)
RULES = make_version(
    "alive AND (registered_here OR lives_here)",
    "registration = 'rural' OR starts_with(living_area, '9900010')",
    "age BETWEEN 1 AND 70",
    "surviving_children = 1 OR dead_children > 0 OR NOT in_union",
    "COALESCE(grade, 1) = 1 AND (hardship OR youngest_months < 200 OR birth_order IS NULL)",
    fen="5000 + 100 * surviving_daughters",
)


def _city(folder: Path, seed: int) -> Rows:
    records = random_city(seed, 2006, 40)
    add_families(records, seed)
    write_city(folder, records, 2006)
    return records


def _compare(folder: Path, seed: int, days: tuple[date, ...], engine: Engine = "duckdb") -> set[str]:
    """Compare every fact of everybody; the names of the columns that were something else than unknown or nought."""
    rows = _city(folder, seed)
    seen: set[str] = set()
    rules = compile_version(RULES, COLUMNS)
    with Records.open(folder, engine) as records:
        for on in days:
            table = facts_on(records, "person", on, tuple(COLUMNS), ATTESTED)
            found = {row["person_id"]: row for row in records.fetch(table).to_pylist()}
            told = {row["person_id"]: row for row in records.fetch(rules.on_table(table, "person_id")).to_pylist()}
            people = [p for p in rows["person"] if p["birth_date"] is None or p["birth_date"] <= on]
            assert set(found) == {person["person_id"] for person in people}
            for person in people:
                expected = facts_of(rows, person, on)
                got: dict[str, Any] = {name: found[person["person_id"]][name] for name in expected}
                assert got == expected, (seed, on, person["person_id"])
                one, all_ = rules.for_person(expected), told[person["person_id"]]
                assert (rules.names(all_["failed"]), all_["fen"]) == (one.failed, one.fen)
                seen |= {name for name, value in expected.items() if value}
    return seen


@pytest.mark.parametrize("seed", range(2))
def test_every_fact_of_everybody_is_what_plain_python_says(tmp_path: Path, seed: int) -> None:
    seen = _compare(tmp_path, seed, DAYS)
    assert seen >= set(COLUMNS) - {"birth_order"}, "a column that was never anything proves nothing"


def test_spark_says_the_same(tmp_path: Path) -> None:
    _compare(tmp_path, 7, DAYS[:1], "spark")


@pytest.mark.full
@pytest.mark.parametrize("seed", range(100, 130))
def test_thirty_more_cities(tmp_path: Path, seed: int) -> None:
    _compare(tmp_path, seed, DAYS)
