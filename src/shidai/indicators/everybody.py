"""Everybody on the register as arrays in memory: read and joined once, asked for the facts of any day in a span.

The columns and their meanings are `shidai.rules.columns`, the same as of `shidai.indicators.facts`, which makes them by
the engine; one oracle holds both. This way is for one machine: seconds for a city of millions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shidai.indicators.birtharrays import DaysOfBirth, first_and_last
from shidai.indicators.columnreading import NEVER, Days, Ids, Mask, Words, days_of, ids_of, read_columns
from shidai.indicators.engines import Records
from shidai.indicators.places import NOWHERE, Places, Rows
from shidai.rules.arrays import Fact

Kind = Literal["registered", "living"]
_PRECISIONS = {"month": 1, "year": 2}
_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


@dataclass(frozen=True, slots=True)
class Spells:
    """Spells of residence or of unions that touch the span: `rows` of persons; `areas`, `stated` where asked for."""

    rows: Rows
    start: Days
    end: Days
    areas: Words | None = None
    stated: Words | None = None

    def on(self, day: int) -> Mask:
        """Which hold at the end of a day."""
        return (self.start <= day) & (self.end > day)


@dataclass(frozen=True, slots=True)
class Families:
    """Pairs of persons: row i of `parents` is a parent of row i of `children`."""

    parents: Rows
    children: Rows


class Everybody:
    """All persons of the records; what else is asked for is read and joined when it is first asked for."""

    def __init__(self, records: Records, first: date, last: date | None = None) -> None:
        """`first`, `last`: the days that may be asked for."""
        self.records = records
        self._first, self._last = day_number(first), day_number(last or first)
        self._spells: dict[tuple[Kind, bool], Spells] = {}

    @cached_property
    def _own(self) -> pa.Table:
        columns = ("person_id", "sex", "birth_date", "birth_precision", "death_date")
        return read_columns(self.records, "person", columns)

    @cached_property
    def ids(self) -> Ids:
        return ids_of(self._own["person_id"])[0]

    @cached_property
    def places(self) -> Places:
        return Places(self.ids)

    @cached_property
    def sexes(self) -> npt.NDArray[np.int8]:
        return np.asarray(self._own["sex"].to_numpy(), np.int8)

    @cached_property
    def births(self) -> DaysOfBirth:
        return DaysOfBirth(days_of(self._own["birth_date"]))

    @cached_property
    def half_known(self) -> tuple[DaysOfBirth, DaysOfBirth] | None:
        """The first and the last days that the births may be; None: no date is half known."""
        told = Words.of(self._own["birth_precision"])
        codes = np.array([*(_PRECISIONS.get(word, 0) for word in told.words), 0], np.int32)
        if not codes.any():
            return None
        first, last = first_and_last(self.births.days, codes[told.places])
        return DaysOfBirth(first), DaysOfBirth(last)

    @cached_property
    def deaths(self) -> Days:
        """Days of death, NEVER without one; who died on an unknown day is dead on every day."""
        days = days_of(self._own["death_date"])
        death = read_columns(self.records, "death", ("person_id", "death_date"))
        undated = self.places.find(ids_of(death["person_id"])[0][days_of(death["death_date"]) == NEVER])
        undated = undated[undated != NOWHERE]
        dead = undated[days[undated] == NEVER]
        if len(dead):
            days = days.copy()
            days[dead] = np.iinfo(np.int32).min
        return days

    @cached_property
    def registrations(self) -> Words:
        return Words.of(read_columns(self.records, "person", ("registration",))["registration"])

    @cached_property
    def families(self) -> Families:
        """Both parents' pairs with their children; a parent who isn't among the persons is left out."""
        table = read_columns(self.records, "person", ("mother_id", "father_id"))
        sides = [self._rows(table[side]) for side in ("mother_id", "father_id")]
        children = [np.flatnonzero(side != NOWHERE).astype(np.int32) for side in sides]
        parents = [side[rows] for side, rows in zip(sides, children, strict=True)]
        return Families(np.concatenate(parents), np.concatenate(children))

    @cached_property
    def couples(self) -> tuple[Spells, Rows]:
        """Each union from both sides: whose it is, and the row of the other, NOWHERE where unknown."""
        table = read_columns(self.records, "union_", ("wife_id", "husband_id", "start_date", "end_date"))
        start, end = days_of(table["start_date"]), days_of(table["end_date"])
        near = np.flatnonzero((start <= self._last) & (end > self._first))
        wives, husbands = (self._rows(table[side])[near] for side in ("wife_id", "husband_id"))
        mine, others = np.concatenate([wives, husbands]), np.concatenate([husbands, wives])
        here = mine != NOWHERE
        both = Spells(mine[here], np.tile(start[near], 2)[here], np.tile(end[near], 2)[here])
        return both, others[here]

    def spells(self, kind: Kind, areas: bool = False) -> Spells:
        """Spells of one kind of residence, with their areas if asked for."""
        if (kind, True) in self._spells:
            return self._spells[kind, True]
        if (kind, areas) not in self._spells:
            self._spells[kind, areas] = self._read_spells(kind, areas)
        return self._spells[kind, areas]

    def _read_spells(self, kind: Kind, areas: bool) -> Spells:
        more = ("area", "registered_area") if areas else ()
        table = read_columns(self.records, "residence", ("person_id", "kind", "start_date", "end_date", *more))
        kinds, start, end = Words.of(table["kind"]), days_of(table["start_date"]), days_of(table["end_date"])
        of_kind = np.array([*(word == kind for word in kinds.words), False])[kinds.places]
        near = np.flatnonzero(of_kind & (start <= self._last) & (end > self._first))
        rows = self.places.find(ids_of(table["person_id"])[0][near])
        here = rows != NOWHERE
        near, rows = near[here], rows[here]
        told = [Words.of(table[name]) for name in more]
        return Spells(rows, start[near], end[near], *(replace(words, places=words.places[near]) for words in told))

    def _rows(self, column: pa.ChunkedArray) -> Rows:
        ids, known = ids_of(column)
        if known is None:
            return self.places.find(ids)
        rows = np.full(len(ids), NOWHERE, np.int32)
        rows[known] = self.places.find(ids[known])
        return rows

    def beside(self, keys: pa.ChunkedArray, some: Fact) -> tuple[Any, Mask]:
        """A fact of some for everybody: the values, and where they are known."""
        rows = self.places.find(ids_of(keys)[0])
        here = rows != NOWHERE
        values, known = np.zeros(len(self.ids), some.values.dtype), np.zeros(len(self.ids), np.bool_)
        values[rows[here]] = some.values[here]
        known[rows[here]] = True if some.known is None else some.known[here]
        return values, known
