"""Measures of one year as dense cubes over all areas, computed when first asked for, summed up the area tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shidai.indicators import spells, vitals
from shidai.indicators.clock import DAY, Clock
from shidai.indicators.engines import Records
from shidai.indicators.persontime import AGES, SEXES, PersonTime, person_time
from shidai.indicators.spells import RecordSource
from shidai.indicators.tree import AreaTree

Cube = npt.NDArray[Any]
T = TypeVar("T")

BASES = ("population", "migrants", "women_in_union", "users_any", "users_modern")
"""What has a stock at month edges, (areas, 13, sex, age), and person-time, (areas, 12, sex, age)."""


class Cubes(Protocol):
    """The measures of one year, every area holding the sum of its subtree."""

    tree: AreaTree
    year: int
    clock: Clock

    def stock(self, base: str, residence: str) -> Cube:
        """(areas, 13, sex, age): present at the end of the unit before each month edge."""

    def time(self, base: str, residence: str) -> Cube:
        """(areas, 12, sex, age): clock units lived in each month."""

    def births(self, residence: str) -> tuple[Cube, Cube]:
        """(areas, 12, child's sex, mother's age) and (areas, 12, child's sex, order)."""

    def deaths(self, residence: str) -> Cube:
        """(areas, 12, sex, age)."""

    def moves(self, residence: str) -> tuple[Cube, Cube]:
        """Into and out of the area: (areas, 12, sex) each."""

    def households(self, residence: str) -> Cube:
        """(areas, 13): households with a member present."""


class RecordCubes:
    """Cubes of one year from the record tables, on whichever engine they are open."""

    def __init__(self, records: Records, year: int, *, clock: Clock = DAY, down_to: str | None = None) -> None:
        """`down_to`: the lowest level of areas wanted (faster); None for all."""
        self.records = records
        self.year = year
        self.clock = clock
        every = AreaTree.read(records.fetch(records.table("area")))
        self.tree = every if down_to is None else every.above(down_to)
        places = pa.array(self.tree.places_of(every.codes), pa.int32())
        numbered = pa.table({"area": list(every.codes), "place": places})
        self.source = RecordSource(records.table, records.beside("area_places", numbered), clock)
        self.weighted = records.manifest.source == "survey"
        self._made: dict[str, Any] = {}

    def stock(self, base: str, residence: str) -> Cube:
        return self._lived(base, residence).stock

    def time(self, base: str, residence: str) -> Cube:
        return self._lived(base, residence).time

    def births(self, residence: str) -> tuple[Cube, Cube]:
        def compute() -> tuple[Cube, Cube]:
            found = vitals.births(self.source, self.year, residence, self.records.fetch, len(self.tree))
            return self._rolled(found[0]), self._rolled(found[1])

        return self._once(f"births {residence}", compute)

    def deaths(self, residence: str) -> Cube:
        return self._once(
            f"deaths {residence}",
            lambda: self._rolled(vitals.deaths(self.source, self.year, residence, self.records.fetch, len(self.tree))),
        )

    def moves(self, residence: str) -> tuple[Cube, Cube]:
        return self._once(
            f"moves {residence}",
            lambda: vitals.moves(self.source, self.year, residence, self.records.fetch, self.tree),
        )

    def households(self, residence: str) -> Cube:
        return self._once(
            f"households {residence}",
            lambda: self._rolled(
                vitals.households(self.source, self.year, residence, self.records.fetch, len(self.tree))
            ),
        )

    def _lived(self, base: str, residence: str) -> PersonTime:
        if base == "population":
            return self._residents()[residence]
        if base == "migrants":
            return self._residents()["migrants"]
        return self._couples()[base]

    def _residents(self) -> dict[str, PersonTime]:
        def compute() -> dict[str, PersonTime]:
            found = self._person_time(spells.residence_spells(self.source))
            nobody = self._nobody()
            migrants = found.get(spells.LIVING_MIGRANT, nobody)
            local = found.get(spells.LIVING_LOCAL, nobody)
            living = PersonTime(local.stock + migrants.stock, local.time + migrants.time)
            return {
                "registered": found.get(spells.REGISTERED, nobody),
                "living": living,
                "migrants": migrants,
            }

        return self._once("residents", compute)

    def _couples(self) -> dict[str, PersonTime]:
        def compute() -> dict[str, PersonTime]:
            unions = self.records.keep(spells.union_spells(self.source, self.year))
            users = [
                spells.user_spells(self.source, unions, self.year, group)
                for group in (spells.USERS_ANY, spells.USERS_MODERN)
            ]
            found = self._person_time(unions.union(*users, distinct=False))
            return {
                name: found.get(group, self._nobody())
                for name, group in (
                    ("women_in_union", spells.IN_UNION),
                    ("users_any", spells.USERS_ANY),
                    ("users_modern", spells.USERS_MODERN),
                )
            }

        return self._once("couples", compute)

    def _person_time(self, table: Any) -> dict[int, PersonTime]:
        found = person_time(table, self.year, self.clock, self.records.fetch, len(self.tree))
        return {key: PersonTime(self._rolled(one.stock), self._rolled(one.time)) for key, one in found.items()}

    def _nobody(self) -> PersonTime:
        shape = (len(self.tree), 12, SEXES, AGES)
        return PersonTime(np.zeros((shape[0], 13, *shape[2:])), np.zeros(shape))

    def _rolled(self, own: Cube) -> Cube:
        rolled = self.tree.roll_up(own)
        small = float(rolled.max(initial=0)) < 2**31 and not self.weighted
        return rolled.astype(np.int32) if small else rolled

    def _once(self, name: str, compute: Callable[[], T]) -> T:
        if name not in self._made:
            self._made[name] = compute()
        return cast(T, self._made[name])
