"""A made-up city of two counties with its births, deaths and moves of 2002 to 2006, as record tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from shidai.indicators.records import RecordWriter
from shidai.indicators.tables import TABLES

CITY, EAST, WEST = "3299", "329901", "329902"
VILLAGES = {EAST: "329901101201", WEST: "329902101201"}
FIRST, LAST = 2002, 2006
RESIDENTS = 1500


@dataclass
class MadeUp:
    """What was written, to be counted by hand."""

    residence: list[dict] = field(default_factory=list)
    births: list[dict] = field(default_factory=list)
    deaths: list[dict] = field(default_factory=list)
    use: list[dict] = field(default_factory=list)
    moves: list[tuple[int, str | None, str | None]] = field(default_factory=list)  # year, from, to
    people: int = 0

    def add(self, born: date, sex: int) -> int:
        self.people += 1
        return self.people

    def spell(self, who, born, sex, area, start, why, end=None, end_why=None) -> None:
        self.residence.append(
            {"person_id": who, "kind": "living", "area": VILLAGES[area], "start_date": start, "end_date": end,
             "start_reason": why, "end_reason": end_why, "migrant": False, "sex": sex, "birth_date": born,
             "birth_precision": "day", "household_id": who, "weight": 1.0}
        )  # fmt: skip


@lru_cache(maxsize=1)
def make_city() -> MadeUp:
    draw, made = np.random.default_rng(2006), MadeUp()
    for number in range(RESIDENTS):
        born = date(2002, 1, 1) - timedelta(days=int(draw.integers(1, 85 * 365) * draw.uniform(0.6, 1)))
        live(made, draw, born, 1 + number % 2, EAST if number % 3 else WEST, born, "birth")
    for _ in range(300):
        came = date(FIRST, 1, 1) + timedelta(days=int(draw.integers(0, 5 * 365)))
        born = came - timedelta(days=int(365 * (18 + draw.gamma(2, 5))))
        county = EAST if draw.random() < 0.8 else WEST
        made.moves.append((came.year, None, county))
        live(made, draw, born, int(draw.integers(1, 3)), county, came, "work")
    return made


def live(made: MadeUp, draw, born: date, sex: int, county: str, start: date, why: str) -> None:
    """A life from the first year on: it may end, leave, or go to the other county; women have children."""
    who = made.add(born, sex)
    here = max(start, date(FIRST, 1, 1))
    day = here + timedelta(days=int(draw.exponential(365 * 12)))
    age = (day - born).days / 365
    fate = "stay" if day > date(LAST, 12, 30) else "die" if draw.random() < min(age / 90, 1) ** 3 else "move"
    place = county if fate != "move" else None
    if sex == 2:
        bear(made, draw, who, born, county, here, min(day, date(LAST, 12, 31)))
    if sex == 2 and (date(LAST, 12, 31) - born).days > 25 * 365 and draw.random() < 0.5:
        made.use.append({"person_id": who, "method": "iud", "modern": True, "start_date": date(2005, 1, 1)})
    if fate == "stay":
        made.spell(who, born, sex, county, start, why)
    elif fate == "die":
        made.spell(who, born, sex, county, start, why, day, "death")
        made.deaths.append(
            {"person_id": who, "death_date": day, "death_precision": "day", "sex": sex, "birth_date": born,
             "birth_precision": "day", "registered_area": VILLAGES[county], "living_area": VILLAGES[county],
             "weight": 1.0}
        )  # fmt: skip
    else:
        other = WEST if county == EAST else EAST
        to = other if draw.random() < 0.5 else None
        made.spell(who, born, sex, county, start, why, day, "move")
        if to is not None:
            made.spell(who, born, sex, to, day, "move")
        made.moves.append((day.year, county, to))
    assert place is None or place == county


def bear(made: MadeUp, draw, mother: int, born: date, county: str, first: date, last: date) -> None:
    for year in range(first.year, last.year + 1):
        day = date(year, 6, 1) + timedelta(days=int(draw.integers(0, 28)))
        age = (day - born).days / 365
        if first < day < last and 20 <= age < 38 and draw.random() < 0.09:
            sex = 1 if draw.random() < 0.515 else 2
            child = made.add(day, sex)
            made.spell(child, day, sex, county, day, "birth")
            made.births.append(
                {"birth_id": child, "person_id": child, "mother_id": mother, "sex": sex, "birth_date": day,
                 "birth_precision": "day", "birth_order": 1, "plurality": 1, "registered_area": VILLAGES[county],
                 "living_area": VILLAGES[county], "mother_birth_date": born, "mother_birth_precision": "day",
                 "weight": 1.0}
            )  # fmt: skip


def write_city(data: Path, more_use: Sequence[dict] = ()) -> Path:
    """`DIR/records`, as an extract would leave it. more_use: further spells of contraceptive use."""
    made = make_city()
    tables = {"area": areas(), "residence": made.residence, "birth": made.births, "death": made.deaths,
              "person": made.births}  # fmt: skip
    with RecordWriter(data / "records", cutoff=date(LAST, 12, 31), source="registry") as writer:
        for table, rows in {**tables, "contraception": [*made.use, *more_use]}.items():
            schema = TABLES[table].schema
            plain = [{name: row.get(name) for name in schema.names} for row in rows]
            writer.write(table, "all", pa.Table.from_pylist(plain, schema=schema))
    return data / "records"


def areas() -> list[dict]:
    rows = [(CITY, None, "city", "试验市", "Trial City")]
    for county, village in VILLAGES.items():
        rows += [(county, CITY, "county", f"{county}县", county), (village[:9], county, "township", "镇", "Town"),
                 (village, village[:9], "village", "村", "Village")]  # fmt: skip
    return [
        {"code": code, "parent": parent, "level": level, "name_zh": zh, "name_en": en, "urban": False,
         "position": at, "start_date": date(1900, 1, 1)}
        for at, (code, parent, level, zh, en) in enumerate(rows)
    ]  # fmt: skip
