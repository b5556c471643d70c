"""Small random cities full of awkward dates: leap days, period edges, moves back and forth, unknown dates."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa

from shidai.indicators.records import RecordWriter
from shidai.indicators.tables import TABLES
from tests.oracle.benefits import add_benefits

AWKWARD = [
    (1, 1),
    (12, 31),
    (2, 28),
    (2, 29),
    (3, 1),
    (3, 31),
    (4, 1),
    (6, 30),
    (7, 1),
    (7, 15),
    (9, 30),
    (10, 1),
    (12, 1),
]
REASONS = ("birth", "move", "marriage", "work", "study", "return", "correction", "boundary", "other", None)
VILLAGES = ("990001001001", "990001001002", "990001002001", "990002001001", "990002001002")
SEEN: Counter = Counter()
"""What was generated so far; the tests fail when something on their list never was."""


def random_city(seed: int, year: int, people: int = 30) -> dict[str, list[dict]]:
    """Record tables as lists of rows."""
    rng = Random(seed)
    records: dict[str, list[dict]] = {
        name: []
        for name in (
            "area",
            "person",
            "residence",
            "birth",
            "death",
            "union_",
            "contraception",
            "entitlement",
            "payment",
        )
    }
    records["area"] = _areas()
    for number in range(1, people + 1):
        _add_person(records, rng, year, number)
    for number in range(1, people // 2):
        _add_birth(records, rng, year, number)
    add_benefits(records, Random(seed + 1), year, VILLAGES, awkward_day)
    return records


def write_city(folder: Path, records: dict[str, list[dict]], year: int) -> None:
    with RecordWriter(folder, cutoff=date(year, 12, 31), source="synth") as writer:
        for table, rows in records.items():
            schema = TABLES[table].schema
            plain = [{name: row.get(name) for name in schema.names} for row in rows]
            writer.write(table, "all", pa.Table.from_pylist(plain, schema=schema))


def awkward_day(rng: Random, years: range) -> date:
    """Half of the days are on edges of periods or around 29 February."""
    year = rng.choice(years)
    if rng.random() < 0.5:
        month, day = rng.choice(AWKWARD)
        if (month, day) == (2, 29) and year % 4:
            day = 28
        SEEN["day on an edge"] += (month, day) in {(1, 1), (12, 31), (3, 31), (4, 1)}
        return date(year, month, day)
    return date(year, 1, 1) + timedelta(days=rng.randrange(365))


def _areas() -> list[dict]:
    codes = sorted({code[:n] for code in VILLAGES for n in (4, 6, 9, 12)})
    levels = {4: "city", 6: "county", 9: "township", 12: "village"}
    parents = {4: None, 6: 4, 9: 6, 12: 9}
    return [
        {
            "code": code, "parent": code[: parents[len(code)]] if parents[len(code)] else None,
            "level": levels[len(code)], "name_zh": code, "name_en": code, "urban": False, "position": place,
            "start_date": date(1900, 1, 1), "end_date": None, "successor": None,
        }
        for place, code in enumerate(codes)
    ]  # fmt: skip


def _birth_date(rng: Random, year: int) -> tuple[date | None, str]:
    kind = rng.random()
    if kind < 0.1:
        SEEN["unknown birth date"] += 1
        return None, "none"
    if kind < 0.2:
        SEEN["half-known birth date"] += 1
        return date(year - rng.randrange(0, 90), 7, 1), "year"
    if kind < 0.35:
        SEEN["born on 29 February"] += 1
        return date(rng.choice([y for y in range(year - 60, year) if y % 4 == 0]), 2, 29), "day"
    return awkward_day(rng, range(year - rng.choice([2, 20, 40, 103]), year + 1)), "day"


def _add_person(records: dict[str, list[dict]], rng: Random, year: int, number: int) -> None:
    born, precision = _birth_date(rng, year)
    subject = {
        "person_id": number,
        "sex": rng.choice([1, 2, 2, 2, 9]),
        "birth_date": born,
        "birth_precision": precision,
        "weight": 1.0,
    }
    died = awkward_day(rng, range(year, year + 1)) if rng.random() < 0.3 else None
    if died and born and died < born:
        died = None
    records["person"].append({**subject, "death_date": died})
    for kind in ("registered", "living"):
        _add_spells(records, rng, year, subject, kind, died)
    if died:
        SEEN["death"] += 1
        records["death"].append(
            {**subject, "death_date": died if rng.random() < 0.9 else None, "death_precision": "day",
             "registered_area": rng.choice([*VILLAGES, None, "410000"]), "living_area": rng.choice([*VILLAGES, None])}
        )  # fmt: skip
    if subject["sex"] == 2:
        _add_couple(records, rng, year, number)


def _add_spells(records: dict, rng: Random, year: int, subject: dict, kind: str, died: date | None) -> None:
    """Successive spells; often back to the village left before, some with gaps, some outside the city."""
    days = sorted({awkward_day(rng, range(year - 1, year + 2)) for _ in range(rng.randrange(1, 6))})
    homes: list[str] = []
    for place, start in enumerate(days):
        area = rng.choice([*VILLAGES, "410000"]) if not homes or rng.random() < 0.6 else homes[0]
        SEEN["moved back"] += area in homes
        homes.append(area)
        last = place + 1 == len(days)
        end = died if last else days[place + 1]
        if not last and rng.random() < 0.2:
            SEEN["gap between spells"] += 1
            end = start + (days[place + 1] - start) // 2
        if end is not None and rng.random() < 0.05:
            SEEN["spell of no length"] += 1
            end = start
        if end is not None and end < start:
            continue
        records["residence"].append(
            {**subject, "kind": kind, "area": area, "start_date": start, "end_date": end,
             "start_reason": rng.choice(REASONS), "end_reason": rng.choice([*REASONS, "death"]),
             "household_id": rng.choice([None, 1, 2, 3, 4]), "registered_area": None,
             "migrant": kind == "living" and rng.random() < 0.4}
        )  # fmt: skip


def _add_couple(records: dict, rng: Random, year: int, woman: int) -> None:
    for number in range(rng.randrange(0, 4)):
        start = awkward_day(rng, range(year - 3, year + 1))
        end = rng.choice([None, awkward_day(rng, range(start.year, year + 2))])
        SEEN["overlapping unions"] += number > 0
        records["union_"].append(
            {"union_id": woman * 10 + number, "wife_id": woman, "husband_id": None, "weight": 1.0,
             "start_date": start if rng.random() < 0.95 else None, "end_date": end, "end_reason": None,
             "registered_area": None}
        )  # fmt: skip
    for number in range(rng.randrange(0, 4)):
        start = awkward_day(rng, range(year - 1, year + 1))
        SEEN["overlapping methods"] += number > 0
        records["contraception"].append(
            {"person_id": woman, "method": "pill" if number else "iud", "modern": rng.random() < 0.5,
             "start_date": start, "end_date": rng.choice([None, awkward_day(rng, range(start.year, year + 2))]),
             "end_reason": None, "area": None}
        )  # fmt: skip


def _add_birth(records: dict, rng: Random, year: int, number: int) -> None:
    day = awkward_day(rng, range(year - 1, year + 2)) if rng.random() < 0.95 else None
    mother = rng.choice(records["person"])
    twins = rng.random() < 0.2
    SEEN["twins"] += twins
    for which in range(1 + twins):
        records["birth"].append(
            {"birth_id": number * 10 + which, "person_id": None, "mother_id": mother["person_id"], "father_id": None,
             "sex": rng.choice([1, 2, 9]), "birth_date": day, "birth_precision": "day" if day else "none",
             "birth_order": rng.choice([None, 1 + which, 2 + which, 5, 7]), "plurality": 1 + twins,
             "registered_area": rng.choice([*VILLAGES, None, "410000"]), "living_area": rng.choice([*VILLAGES, None]),
             "mother_birth_date": mother["birth_date"], "mother_birth_precision": mother["birth_precision"],
             "recorded_on": day, "weight": 1.0}
        )  # fmt: skip
