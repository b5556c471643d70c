"""Everybody on the register as arrays in memory: read and joined once, asked for the facts of any day in a span.

The columns and their meanings are `shidai.rules.columns`, the same as of `shidai.indicators.facts`, which makes them by
the engine; one oracle holds both. This way is for one machine: seconds for a city of millions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shidai.indicators.birtharrays import DaysOfBirth, first_and_last
from shidai.indicators.columnreading import NEVER, Days, Ids, Mask, Words, days_of, ids_of, join_words, read_parts
from shidai.indicators.engines import Records
from shidai.indicators.places import NOWHERE, Places, Rows

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


def join_spells(parts: Sequence[Spells]) -> Spells:
    """Spells below each other."""
    areas, stated = [part.areas for part in parts if part.areas], [part.stated for part in parts if part.stated]
    return Spells(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
        join_words(areas) if areas else None,
        join_words(stated) if stated else None,
    )


@dataclass(frozen=True, slots=True)
class Families:
    """Pairs of persons: row i of `parents` is a parent of row i of `children`."""

    parents: Rows
    children: Rows


@dataclass(frozen=True, slots=True)
class _Own:
    """What a person's own row says; `precisions`: 0 a day, 1 a month, 2 a year."""

    ids: Ids
    sexes: npt.NDArray[np.int8]
    births: Days
    precisions: npt.NDArray[np.int32]
    deaths: Days
    registrations: Words

    @classmethod
    def of(cls, part: pa.Table) -> _Own:
        told = Words.of(part["birth_precision"])
        codes = np.array([*(_PRECISIONS.get(word, 0) for word in told.words), 0], np.int32)
        return cls(
            ids_of(part["person_id"])[0],
            np.asarray(part["sex"].to_numpy(), np.int8),
            days_of(part["birth_date"]),
            codes[told.places],
            days_of(part["death_date"]),
            Words.of(part["registration"]),
        )


class Everybody:
    """All persons of the records; what else is asked for is read and joined when it is first asked for."""

    def __init__(self, records: Records, first: date, last: date | None = None) -> None:
        """`first`, `last`: the days that may be asked for."""
        self.records = records
        self._first, self._last = day_number(first), day_number(last or first)
        self._spells: dict[tuple[Kind, bool], Spells] = {}

    @cached_property
    def _own(self) -> _Own:
        columns = ("person_id", "sex", "birth_date", "birth_precision", "death_date", "registration")
        parts = read_parts(self.records, "person", columns, _Own.of)
        plain = ("ids", "sexes", "births", "precisions", "deaths")
        joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in plain}
        return _Own(**joined, registrations=join_words([part.registrations for part in parts]))

    @property
    def ids(self) -> Ids:
        return self._own.ids

    @property
    def sexes(self) -> npt.NDArray[np.int8]:
        return self._own.sexes

    @property
    def registrations(self) -> Words:
        return self._own.registrations

    @cached_property
    def places(self) -> Places:
        return Places(self.ids)

    @cached_property
    def births(self) -> DaysOfBirth:
        return DaysOfBirth(self._own.births)

    @cached_property
    def half_known(self) -> tuple[DaysOfBirth, DaysOfBirth] | None:
        """The first and the last days that the births may be; None: no date is half known."""
        if not self._own.precisions.any():
            return None
        first, last = first_and_last(self._own.births, self._own.precisions)
        return DaysOfBirth(first), DaysOfBirth(last)

    @cached_property
    def deaths(self) -> Days:
        """Days of death, NEVER without one; who died on an unknown day is dead on every day."""
        days = self._own.deaths
        undated = np.concatenate(read_parts(self.records, "death", ("person_id", "death_date"), self._undated))
        dead = undated[days[undated] == NEVER]
        if len(dead):
            days = days.copy()
            days[dead] = np.iinfo(np.int32).min
        return days

    def _undated(self, part: pa.Table) -> Rows:
        rows = self.places.find(ids_of(part["person_id"])[0][days_of(part["death_date"]) == NEVER])
        return np.asarray(rows[rows != NOWHERE])

    @cached_property
    def families(self) -> Families:
        """Both parents' pairs with their children; a parent who isn't among the persons is left out."""
        parts = read_parts(self.records, "person", ("mother_id", "father_id"), self._parents)
        starts = np.cumsum([0, *(count for count, _ in parts)])
        pairs = [
            (parents, children + start)
            for start, (_, sides) in zip(starts[:-1].astype(np.int32), parts, strict=True)
            for parents, children in sides
        ]
        return Families(*(np.concatenate(side) for side in zip(*pairs, strict=True)))

    def _parents(self, part: pa.Table) -> tuple[int, list[tuple[Rows, Rows]]]:
        sides = []
        for name in ("mother_id", "father_id"):
            ids, known = ids_of(part[name])
            children = np.arange(len(ids), dtype=np.int32) if known is None else np.flatnonzero(known).astype(np.int32)
            parents = self.places.find(ids[children])
            here = parents != NOWHERE
            sides.append((parents[here], children[here]))
        return part.num_rows, sides

    @cached_property
    def couples(self) -> tuple[Spells, Rows]:
        """Each union from both sides: whose it is, and the row of the other, NOWHERE where unknown."""
        columns = ("wife_id", "husband_id", "start_date", "end_date")
        parts = read_parts(self.records, "union_", columns, self._sides)
        rows, start, end, others = (np.concatenate(column) for column in zip(*parts, strict=True))
        return Spells(rows, start, end), others

    def _sides(self, part: pa.Table) -> tuple[Rows, Days, Days, Rows]:
        start, end = days_of(part["start_date"]), days_of(part["end_date"])
        near = np.flatnonzero((start <= self._last) & (end > self._first))
        wives, husbands = (self._rows(part[side])[near] for side in ("wife_id", "husband_id"))
        mine, others = np.concatenate([wives, husbands]), np.concatenate([husbands, wives])
        here = mine != NOWHERE
        return mine[here], np.tile(start[near], 2)[here], np.tile(end[near], 2)[here], others[here]

    def _rows(self, column: pa.ChunkedArray) -> Rows:
        ids, known = ids_of(column)
        rows = self.places.find(ids)
        if known is not None:
            rows[~known] = NOWHERE
        return rows

    def spells(self, kind: Kind, areas: bool = False) -> Spells:
        """Spells of one kind of residence, with their areas if asked for."""
        if (kind, True) in self._spells:
            return self._spells[kind, True]
        if (kind, areas) not in self._spells:
            more = ("area", "registered_area") if areas else ()
            columns = ("person_id", "kind", "start_date", "end_date", *more)
            parts = read_parts(self.records, "residence", columns, lambda part: self._near(part, kind, more))
            self._spells[kind, areas] = join_spells(parts)
        return self._spells[kind, areas]

    def _near(self, part: pa.Table, kind: Kind, more: tuple[str, ...]) -> Spells:
        """The spells of a kind that touch the span."""
        kinds, start, end = Words.of(part["kind"]), days_of(part["start_date"]), days_of(part["end_date"])
        of_kind = np.array([*(word == kind for word in kinds.words), False])[kinds.places]
        near = np.flatnonzero(of_kind & (start <= self._last) & (end > self._first))
        rows = self.places.find(ids_of(part["person_id"])[0][near])
        near, rows = near[rows != NOWHERE], rows[rows != NOWHERE]
        return Spells(rows, start[near], end[near], *(Words.of(part[name]).pick(near) for name in more))
