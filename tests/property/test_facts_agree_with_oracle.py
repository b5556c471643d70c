"""The facts of a day from the record tables, and determinations made of them, agree with plain Python."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shidai.indicators.engines import Engine
from shidai.indicators.everybody import Everybody
from shidai.indicators.factarrays import facts_in_arrays
from shidai.indicators.facts import facts_on
from shidai.indicators.records import Records
from shidai.packs.schema.scheme import AttestedFact
from shidai.rules import RuleSet, columns_for, compile_version
from shidai.rules.arrays import Fact
from tests.oracle.cities import random_city, write_city
from tests.oracle.facts import Rows, add_families, births_of, facts_of
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
            assert _in_memory(records, on, rules) == (found, told)
            for person in people:
                expected = facts_of(rows, person, on)
                got: dict[str, Any] = {name: found[person["person_id"]][name] for name in expected}
                assert got == expected, (seed, on, person["person_id"])
                one, all_ = rules.for_person(expected), told[person["person_id"]]
                assert (rules.names(all_["failed"]), all_["fen"]) == (one.failed, one.fen)
                seen |= {name for name, value in expected.items() if value}
    return seen


def _in_memory(records: Records, on: date, rules: RuleSet) -> tuple[dict[int, Any], dict[int, Any]]:
    """The facts and determinations of a day by arrays in memory, which are for one machine."""
    if records.engine == "spark":
        records = Records.open(records.folder)
    made = facts_in_arrays(records, "person", on, tuple(COLUMNS), ATTESTED, Everybody(records, *sorted((on, DAYS[0]))))
    facts = {"person_id": Fact(made.keys), **made.facts}
    days = {name for name in facts if "birth_date" in name}
    rows = [_values(fact, name in days) for name, fact in facts.items()]
    found = {row[0]: dict(zip(facts, row, strict=True)) for row in zip(*rows, strict=True)}
    decided = rules.on_arrays(made.facts)
    columns = (made.keys, decided.failed, decided.unknown, decided.fen)
    told = zip(*(column.tolist() for column in columns), strict=True)
    return found, {row[0]: dict(zip(("person_id", "failed", "unknown", "fen"), row, strict=True)) for row in told}


def _values(fact: Fact, is_day: bool) -> list[Any]:
    known = np.ones(len(fact.values), bool) if fact.known is None else fact.known
    values = fact.values.astype("datetime64[D]").tolist() if is_day else fact.values.tolist()
    values = [fact.words[at] for at in values] if fact.words else values
    return [value if sure else None for value, sure in zip(values, known, strict=True)]


@pytest.mark.parametrize("seed", range(2))
def test_every_fact_of_everybody_is_what_plain_python_says(tmp_path: Path, seed: int) -> None:
    seen = _compare(tmp_path, seed, DAYS)
    assert seen >= set(COLUMNS) - {"birth_order"}, "a column that was never anything proves nothing"


def test_spark_says_the_same(tmp_path: Path) -> None:
    _compare(tmp_path, 7, DAYS[:1], "spark")


HALF_KNOWN = [
    {"person_id": 1, "sex": 2, "birth_date": birth, "birth_precision": precision, "death_date": None}
    for year in (1955, 1956, *range(1963, 1968), 2003, 2004)
    for birth, precision in ((date(year, 7, 1), "year"), (date(year, 2, 15), "month"), (date(year, 12, 15), "month"))
]


@pytest.mark.parametrize("on", [*DAYS, date(2006, 12, 15)])
def test_a_half_known_birth_decides_what_every_possible_birth_would(on: date) -> None:
    """Decided one way only if each day that the birth may be is decided that way; else by none."""
    conditions = (
        "age >= 40", "age < 40", "40 <= age", "age = 40", "age <> 40", "NOT (age > 40)", "age BETWEEN 30 AND 50",
        "birth_date >= DATE '1966-01-01'", "birth_date < DATE '1966-06-15'", "months_old BETWEEN 1 AND 36",
    )  # fmt: skip
    rules = compile_version(make_version(*conditions), COLUMNS)
    decided = doubtful = 0
    for person in HALF_KNOWN:
        rows: Rows = {name: [] for name in ("attested", "residence", "birth", "death", "union_")} | {"person": [person]}
        told = rules.for_person(facts_of(rows, person, on))
        each = [
            rules.for_person(facts_of(rows, person | {"birth_date": day, "birth_precision": "day"}, on))
            for day in births_of(person)
        ]
        for at, outcome in enumerate(told.outcomes):
            possible = {one.outcomes[at].met for one in each}
            assert possible == {outcome.met} or outcome.met is None
            if conditions[at].startswith(("age >", "age <", "birth_date")):  # decided wherever it can be
                assert (outcome.met is None) == (len(possible) == 2)
            decided, doubtful = decided + (outcome.met is not None), doubtful + (outcome.met is None)
    assert decided > 20
    assert doubtful


@pytest.mark.full
@pytest.mark.parametrize("seed", range(100, 130))
def test_thirty_more_cities(tmp_path: Path, seed: int) -> None:
    _compare(tmp_path, seed, DAYS)
