"""Measures of one year as dense cubes over all areas, computed when first asked for, summed up the area tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shidai.indicators import benefits, coverage, followups, sessions, spells, supplied, trained, vitals
from shidai.indicators.clock import DAY, Clock
from shidai.indicators.engines import Records
from shidai.indicators.periods import periods_of
from shidai.indicators.persontime import AGES, SEXES, PersonTime, person_time
from shidai.indicators.spells import RecordSource
from shidai.indicators.tree import AreaTree
from shidai.packs.schema.programme import Programme

Cube = npt.NDArray[Any]
T = TypeVar("T")

BASES = ("population", "migrants", "women_in_union", "users_any", "users_modern")
"""What has a stock at month edges, (sex, age, areas, 13), and person-time, (sex, age, areas, 12)."""


class Cubes(Protocol):
    """The measures of one year, every area holding the sum of its subtree.

    Classes are the first axes, so that a range of ages is one block of memory.
    """

    tree: AreaTree
    year: int
    clock: Clock

    def stock(self, base: str, residence: str) -> Cube:
        """(sex, age, areas, 13): present at the end of the unit before each month edge."""

    def time(self, base: str, residence: str) -> Cube:
        """(sex, age, areas, 12): clock units lived in each month."""

    def births(self, residence: str) -> tuple[Cube, Cube]:
        """(child's sex, mother's age, areas, 12) and (child's sex, order, areas, 12)."""

    def deaths(self, residence: str) -> Cube:
        """(sex, age, areas, 12)."""

    def moves(self, residence: str) -> tuple[Cube, Cube]:
        """Into and out of the area: (sex, areas, 12) each."""

    def households(self, residence: str) -> Cube:
        """(areas, 13): households with a member present."""

    def recipients(self, scheme: str) -> Cube:
        """(areas, periods of the year): paid in the period, each once."""

    def paid(self, scheme: str) -> Cube:
        """(areas, 12): fen paid."""

    def claims(self, scheme: str) -> Cube:
        """(outcomes, areas, 12): by the month of application."""

    def covered(self, programme: str) -> tuple[Cube, Cube]:
        """Offered the first step, and had it: (areas, periods of the year) each."""

    def visits(self, programme: str, step: str | None = None, result: tuple[str, ...] = ()) -> Cube:
        """(areas, 12): visits; of one step, and with one of some results."""

    def sessions(self, measure: str, programme: str, step: str | None = None) -> Cube:
        """(areas, 12): sessions held for a group, or how many came to them; of one step."""

    def followed(self, measure: str, programme: str, step: str) -> Cube:
        """(areas, 12): visits that called for a step and whose time ran out; done in time, or not."""

    def supplied(self, measure: str, kind: str | None) -> Cube:
        """(areas, 12): hand-outs, units, couple-years of one commodity or all; acceptors of a method."""

    def takers(self, kind: str | None) -> Cube:
        """(areas, periods of the year): who was handed something in the period, each once; of one commodity or all."""

    def sites(self, kind: str) -> Cube:
        """(areas, periods of the year): sites of a kind that are open at the period's end."""

    def activities(self, measure: str, kind: str) -> Cube:
        """(areas, 12): what was held of a kind, or how many came to it."""

    def pilots(self, measure: str, kind: str) -> Cube:
        """(areas, periods of the year): pilots of a checklist at the period's end, or those that were signed off."""


class RecordCubes:
    """Cubes of one year from the record tables, on whichever engine they are open."""

    def __init__(
        self,
        records: Records,
        year: int,
        *,
        clock: Clock = DAY,
        down_to: str | None = None,
        programmes: Iterable[Programme] = (),
    ) -> None:
        """`down_to`: the lowest level of areas wanted (faster); None for all. `programmes`: those that are counted."""
        self.records = records
        self.year = year
        self.clock = clock
        self.programmes = tuple(programmes)
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
        def compute() -> tuple[Cube, Cube]:
            into, out = vitals.moves(self.source, self.year, residence, self.records.fetch, self.tree)
            return _classes_first(into), _classes_first(out)

        return self._once(f"moves {residence}", compute)

    def households(self, residence: str) -> Cube:
        return self._once(
            f"households {residence}",
            lambda: self.tree.roll_up(
                vitals.households(self.source, self.year, residence, self.records.fetch, len(self.tree))
            ),
        )

    def recipients(self, scheme: str) -> Cube:
        return self._benefits("recipients", scheme, periods_of(self.year))

    def paid(self, scheme: str) -> Cube:
        return self._benefits("paid", scheme)

    def claims(self, scheme: str) -> Cube:
        return self._once(f"by outcome {scheme}", lambda: _classes_first(self._benefits("claims", scheme)))

    def covered(self, programme: str) -> tuple[Cube, Cube]:
        def compute() -> dict[str, tuple[Cube, Cube]]:
            found = coverage.offered_and_reached(self.records, self.programmes, self.tree, periods_of(self.year))
            return {id_: (self.tree.roll_up(one[0]), self.tree.roll_up(one[1])) for id_, one in found.items()}

        return self._once("covered", compute)[programme]

    def visits(self, programme: str, step: str | None = None, result: tuple[str, ...] = ()) -> Cube:
        def compute() -> Cube:
            fetch, places = self.records.fetch, len(self.tree)
            rows = coverage.visit_rows(self.source, self.year, programme, step, result)
            return self.tree.roll_up(coverage.count_by_month(rows, fetch, places))

        return self._once(f"visits {programme} {step} {result}", compute)

    def sessions(self, measure: str, programme: str, step: str | None = None) -> Cube:
        def compute() -> Cube:
            fetch, places = self.records.fetch, len(self.tree)
            return self.tree.roll_up(sessions.counted(self.source, measure, programme, step, self.year, fetch, places))

        return self._once(f"{measure} {programme} {step}", compute)

    def followed(self, measure: str, programme: str, step: str) -> Cube:
        def compute() -> Cube:
            chosen = next(one for one in self.programmes if one.id == programme)
            rows = followups.followed_rows(self.source, self.year, measure, chosen, step, self.records.manifest.cutoff)
            return self.tree.roll_up(coverage.count_by_month(rows, self.records.fetch, len(self.tree)))

        return self._once(f"{measure} {programme} {step}", compute)

    def supplied(self, measure: str, kind: str | None) -> Cube:
        def compute() -> Cube:
            fetch, places = self.records.fetch, len(self.tree)
            return self.tree.roll_up(supplied.counted(self.source, measure, kind, self.year, fetch, places))

        return self._once(f"{measure} {kind}", compute)

    def takers(self, kind: str | None) -> Cube:
        def compute() -> Cube:
            fetch, places = self.records.fetch, len(self.tree)
            periods = periods_of(self.year)
            return self.tree.roll_up(supplied.takers(self.source, kind, self.year, fetch, periods, places))

        return self._once(f"takers {kind}", compute)

    def sites(self, kind: str) -> Cube:
        def compute() -> Cube:
            fetch, places = self.records.fetch, len(self.tree)
            return self.tree.roll_up(supplied.open_sites(self.source, kind, fetch, periods_of(self.year), places))

        return self._once(f"sites {kind}", compute)

    def activities(self, measure: str, kind: str) -> Cube:
        def compute() -> Cube:
            fetch, places = self.records.fetch, len(self.tree)
            return self.tree.roll_up(trained.counted(self.source, measure, kind, self.year, fetch, places))

        return self._once(f"{measure} {kind}", compute)

    def pilots(self, measure: str, kind: str) -> Cube:
        def compute() -> Cube:
            fetch, places, periods = self.records.fetch, len(self.tree), periods_of(self.year)
            return self.tree.roll_up(trained.pilots(self.source, measure, kind, fetch, periods, places))

        return self._once(f"{measure} {kind}", compute)

    def _benefits(self, measure: str, scheme: str, *more: Any) -> Cube:
        def compute() -> Cube:
            count = getattr(benefits, measure)
            return self.tree.roll_up(count(self.source, self.year, scheme, self.records.fetch, *more, len(self.tree)))

        return self._once(f"{measure} {scheme}", compute)

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
            local = found.pop(spells.LIVING_LOCAL, nobody)
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
        return {key: PersonTime(self._rolled(one.stock), self._rolled(one.time)) for key, one in found}

    def _nobody(self) -> PersonTime:
        shape = (SEXES, AGES, len(self.tree))
        return PersonTime(np.zeros((*shape, 13)), np.zeros((*shape, 12)))

    def _rolled(self, own: Cube) -> Cube:
        rolled = self.tree.roll_up(own)
        small = float(rolled.max(initial=0)) < 2**31 and not self.weighted
        return _classes_first(rolled, np.int32 if small else np.float64)

    def _once(self, name: str, compute: Callable[[], T]) -> T:
        if name not in self._made:
            self._made[name] = compute()
        return cast(T, self._made[name])


def _classes_first(cube: Cube, kind: type = np.float64) -> Cube:
    """(areas, months, classes …) as (classes …, areas, months); classes of nobody take no memory."""
    by_class = cube.transpose(*range(2, cube.ndim), 0, 1)
    found: Cube = np.zeros(by_class.shape, dtype=kind)
    for place in zip(*np.nonzero(cube.any((0, 1))), strict=True):
        found[place] = by_class[place]
    return found
