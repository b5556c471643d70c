"""The grown city: arrays of people, spells and events of everybody on the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from shidai.packs import Pack
from shidai.synth.places import Places

Columns = dict[str, npt.NDArray[Any]]
# Columns that hold a person's or household's number and must be shifted when counties are joined.
PERSON_COLUMNS = {
    "person": (), "people": ("mother", "father"), "spells": ("person",), "births": ("child", "mother", "father"),
    "deaths": ("person",), "unions": ("wife", "husband"), "contraception": ("person",),
    "doubles": ("original", "double"),
}  # fmt: skip
HOME_COLUMNS = {"spells": ("home",)}


@dataclass
class CountyPart:
    """What one county's simulation gives: only people on the register, numbered from 0; -1 is unknown."""

    county: int
    residents: int
    person_years: int
    homes: int
    tables: dict[str, Columns]


@dataclass
class City:
    """A synthetic city. Every table is a dict of equally long columns; days count from 1970-01-01.

    people: birth, sex, mother, father, death (NEVER if alive), order, origin, rural, county (whose simulation).
    spells: person, kind (0 registered, 1 living), area, start, end (NEVER if open), start_why, end_why, home,
    registered (village of registration at the start; -1 outside).
    births: child, mother, father, day, sex, order, plurality, registered, living, origin. deaths: person, day,
    registered, living. unions: wife, husband, start, end, why, area. contraception: person, method, start, end, why,
    area. homes: area, head. doubles: original, double (two records of one person).
    """

    pack_id: str
    seed: int
    places: Places
    cutoff: int  # the last day
    person_years: int
    tables: dict[str, Columns]

    @property
    def people(self) -> Columns:
        return self.tables["people"]

    @property
    def spells(self) -> Columns:
        return self.tables["spells"]


def join_parts(pack: Pack, places: Places, parts: list[CountyPart], seed: int) -> City:
    """One city from its counties, in the counties' order; frees the parts' arrays as it goes."""
    from shidai.synth.days import day_number

    people_before = np.cumsum([0] + [len(part.tables["people"]["birth"]) for part in parts])
    homes_before = np.cumsum([0] + [part.homes for part in parts])
    for number, part in enumerate(parts):
        for table, columns in part.tables.items():
            for name in PERSON_COLUMNS.get(table, ()):
                _shift(columns[name], int(people_before[number]))
            for name in HOME_COLUMNS.get(table, ()):
                _shift(columns[name], int(homes_before[number]))
        _shift(part.tables["homes"]["head"], int(people_before[number]))
    tables: dict[str, Columns] = {}
    for table in list(parts[0].tables):
        names = list(parts[0].tables[table])
        tables[table] = {name: np.concatenate([part.tables[table].pop(name) for part in parts]) for name in names}
    return City(
        pack_id=pack.id,
        seed=seed,
        places=places,
        cutoff=day_number(pack.last_day),
        person_years=sum(part.person_years for part in parts),
        tables=tables,
    )


def _shift(numbers: npt.NDArray[np.int32], by: int) -> None:
    numbers[numbers >= 0] += by
