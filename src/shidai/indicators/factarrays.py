"""The facts of a day as arrays in memory: what `RuleSet.on_arrays` reads, for everybody at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shidai.indicators.birtharrays import DaysOfBirth
from shidai.indicators.columnreading import NEVER, Mask, Words, ids_of, in_one_list
from shidai.indicators.engines import Records
from shidai.indicators.everybody import Everybody, Families, day_number
from shidai.indicators.facts import KEYS, attested_on, birth_orders, facts_on
from shidai.indicators.homearrays import households_on
from shidai.indicators.places import NOWHERE, Places, Rows
from shidai.packs.schema.scheme import AttestedFact, Subject
from shidai.rules.arrays import Fact
from shidai.rules.halfknown import OF_BIRTH, bounds_for, bounds_of

Ints = npt.NDArray[np.int32]
_NO_CHILD = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True)
class FactArrays:
    """Subjects on a day: `keys`, shape (n,), are numbers of persons or households or codes of villages."""

    keys: npt.NDArray[Any]
    facts: Mapping[str, Fact]

    def pick(self, rows: Any) -> FactArrays:
        """Some of the subjects: a mask, or places."""
        return FactArrays(self.keys[rows], {name: _picked(fact, rows) for name, fact in self.facts.items()})


def facts_in_arrays(
    records: Records,
    subject: Subject,
    on: date,
    columns: Collection[str],
    attested: Iterable[AttestedFact] = (),
    everybody: Everybody | None = None,
) -> FactArrays:
    """The columns asked for, and the bounds of half-known births, for all subjects on the register on a day.

    `everybody`: the persons, when several days of a span are asked for: they are read and joined once.
    """
    if subject == "person" and records.engine == "duckdb":
        return _of_persons(everybody or Everybody(records, on), on, columns, attested)
    if subject == "household" and records.engine == "duckdb":
        return _of_households(records, on, columns, attested)
    return arrays_of(records.fetch(facts_on(records, subject, on, columns, attested)), KEYS[subject])


def arrays_of(rows: pa.Table, key: str) -> FactArrays:
    """A table of facts as arrays."""
    rows = rows.combine_chunks()
    return FactArrays(rows[key].to_numpy(), {name: fact_of(rows[name]) for name in rows.column_names})


def fact_of(column: pa.ChunkedArray) -> Fact:
    """A column as the rules' arrays take it."""
    known = None if column.null_count == 0 else pc.is_valid(column).to_numpy()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _of_words(Words.of(column))
    if pa.types.is_date(kind):
        column = column.cast(pa.int32())
    empty = pa.scalar(False) if pa.types.is_boolean(kind) else pa.scalar(0, column.type)
    return Fact(pc.fill_null(column, empty).to_numpy(), known)


def _of_words(told: Words) -> Fact:
    known = told.places >= 0
    return Fact(told.places, None if known.all() else known, told.words)


def _picked(fact: Fact, rows: Any) -> Fact:
    return replace(fact, values=fact.values[rows], known=None if fact.known is None else fact.known[rows])


def _of_persons(
    everybody: Everybody, on: date, columns: Collection[str], attested: Iterable[AttestedFact]
) -> FactArrays:
    own = [fact for fact in attested if fact.id in columns and fact.subject == "person"]
    names = {fact.id for fact in own}
    day = _Day(everybody, on)
    facts = {name: _MAKERS[name](day) for name in columns if name not in names and name != "person_id"}
    if everybody.half_known is not None:
        facts |= {name: day.bound(name) for name in bounds_for(columns)}
    facts |= _attested(everybody, on, own)
    told = FactArrays(everybody.ids, facts)
    later = (everybody.births.days > day.number) & (everybody.births.days != NEVER)
    return told.pick(~later) if later.any() else told


def of_births(facts: Mapping[str, Fact], on: date) -> dict[str, Fact]:
    """What follows from the births on another day, for those of its facts that are there; days of birth stay."""
    plain = facts["birth_date"]
    least, most = (facts.get(name, plain) for name in bounds_of("birth_date"))
    known = most.known
    moved: dict[str, Fact] = {}
    for name in (name for name in OF_BIRTH[1:] if name in facts):
        young, old = (_reckoned(births, name, on) for births in (most, least))
        if least is plain:
            moved[name] = Fact(young, known)
        else:
            moved |= {bound: Fact(end, known) for bound, end in zip(bounds_of(name), (young, old), strict=True)}
            moved[name] = Fact(young, young == old if known is None else known & (young == old))
    return moved


def _reckoned(births: Fact, name: str, on: date) -> Ints:
    days = np.where(births.known, births.values, NEVER) if births.known is not None else births.values
    return _of_birth(DaysOfBirth(days.astype(np.int32)), name, on)


def _of_households(
    records: Records, on: date, columns: Collection[str], attested: Iterable[AttestedFact]
) -> FactArrays:
    ids, every = households_on(records, on)
    own = [fact for fact in attested if fact.id in columns and fact.subject == "household"]
    facts = {name: every[name] for name in columns if name in every}
    if own:
        rows, places = records.fetch(attested_on(records, "household", on, own)), Places(ids)
        facts |= {fact.id: _spread(places, rows["household_id"], rows[fact.id]) for fact in own}
    return FactArrays(ids, facts)


def _attested(everybody: Everybody, on: date, facts: Collection[AttestedFact]) -> dict[str, Fact]:
    if not facts:
        return {}
    rows = everybody.records.fetch(attested_on(everybody.records, "person", on, facts))
    return {fact.id: _spread(everybody.places, rows["person_id"], rows[fact.id]) for fact in facts}


def _spread(places: Places, keys: pa.ChunkedArray, some: pa.ChunkedArray) -> Fact:
    """A fact that a few have, for everybody."""
    fact, rows = fact_of(some), places.find(ids_of(keys)[0])
    here = rows != NOWHERE
    values, known = np.zeros(len(places), fact.values.dtype), np.zeros(len(places), np.bool_)
    values[rows[here]] = fact.values[here]
    known[rows[here]] = True if fact.known is None else fact.known[here]
    return replace(fact, values=values, known=known)


class _Day:
    """One day of everybody's facts; what several of them need is made once."""

    def __init__(self, everybody: Everybody, on: date) -> None:
        self.all, self.on, self.number = everybody, on, day_number(on)
        self.count = len(everybody.ids)

    @cached_property
    def alive(self) -> Mask:
        return self.all.deaths > self.number

    def of_birth(self, name: str) -> Fact:
        """A fact that follows from the date of birth; unknown where a half-known date leaves it open."""
        births = self.all.births
        plain = Fact(_of_birth(births, name, self.on), births.known)
        if self.all.half_known is None:
            return plain
        least, most = (self.bound(bound).values for bound in bounds_of(name))
        same = least == most
        return replace(plain, known=same if plain.known is None else plain.known & same)

    def bound(self, bound: str) -> Fact:
        """The least or the greatest that a fact of birth may be: the young are those born last."""
        assert self.all.half_known is not None
        name, least = bound.removeprefix("_").rsplit("_", 1)
        first = (least == "least") is (name == "birth_date")
        births = self.all.half_known[0 if first else 1]
        return Fact(_of_birth(births, name, self.on), births.known)

    def homes(self, kind: Any) -> Fact:
        """Who has a registered, or a living, residence in the city."""
        spells = self.all.spells(kind)
        here = np.zeros(self.count, np.bool_)
        here[spells.rows[spells.on(self.number)]] = True
        return Fact(here)

    def area(self, kind: Any, *, stated: bool = False) -> Words:
        """Where somebody is registered or lives; or the registered area that a living spell states."""
        spells = self.all.spells(kind, areas=True)
        told = spells.stated if stated else spells.areas
        assert told is not None
        now = spells.on(self.number)
        return Words(self._greatest(spells.rows[now], told.places[now]), told.words)

    def registered_area(self) -> Fact:
        own, stated = in_one_list(self.area("registered"), self.area("living", stated=True))
        return _of_words(Words(np.where(own.places >= 0, own.places, stated.places), own.words))

    @cached_property
    def families(self) -> Families:
        """Parents with the children who are born."""
        families, births = self.all.families, self.all.births.days
        unborn = (births > self.number) & (births != NEVER)
        if not unborn.any():
            return families
        born = ~unborn[families.children]
        return Families(families.parents[born], families.children[born])

    @cached_property
    def children(self) -> Ints:
        return self._counted(self.families.parents)

    @cached_property
    def dead_children(self) -> Ints:
        return self._of_children(~self.alive)

    def surviving(self, sex: int | None = None) -> Fact:
        if sex is None:
            return Fact(self.children - self.dead_children)
        return Fact(self._of_children(self.alive & (self.all.sexes == sex)))

    def youngest(self) -> Fact:
        births = self.all.births
        wanted = (self.alive if births.known is None else self.alive & births.known)[self.families.children]
        months = _of_birth(births, "months_old", self.on)[self.families.children[wanted]]
        least = np.full(self.count, _NO_CHILD, np.int32)
        np.minimum.at(least, self.families.parents[wanted], months)
        return Fact(least, least != _NO_CHILD)

    @cached_property
    def couples(self) -> tuple[Rows, Rows]:
        """Who is in a union with somebody who isn't dead, and the other's row."""
        spells, others = self.all.couples
        now = spells.on(self.number) & ((others == NOWHERE) | self.alive.take(others, mode="clip"))
        return spells.rows[now], others[now]

    def in_union(self) -> Fact:
        found = np.zeros(self.count, np.bool_)
        found[self.couples[0]] = True
        return Fact(found)

    def spouse_age(self) -> Fact:
        births, (mine, others) = self.all.births, self.couples
        known = (others != NOWHERE) if births.known is None else (others != NOWHERE) & births.known[others]
        ages = _of_birth(births, "age", self.on)[others[known]]
        unknown = np.iinfo(np.int32).min
        greatest = np.full(self.count, unknown, np.int32)
        np.maximum.at(greatest, mine[known], ages)
        return Fact(greatest, greatest != unknown)

    def spouse_registration(self) -> Fact:
        told, (mine, others) = self.all.registrations, self.couples
        known = others != NOWHERE
        return _of_words(Words(self._greatest(mine[known], told.places[others[known]]), told.words))

    def birth_order(self) -> Fact:
        rows = self.all.records.fetch(birth_orders(self.all.records))
        return _spread(self.all.places, rows["person_id"], rows["birth_order"])

    def _greatest(self, rows: Rows, places: Ints) -> Ints:
        greatest = np.full(self.count, -1, np.int32)
        np.maximum.at(greatest, rows, places)
        return greatest

    def _of_children(self, which: Mask) -> Ints:
        return self._counted(self.families.parents[which[self.families.children]])

    def _counted(self, rows: Rows) -> Ints:
        return np.bincount(rows, minlength=self.count).astype(np.int32)


def _of_birth(births: DaysOfBirth, name: str, on: date) -> Ints:
    made: Ints = births.days if name == "birth_date" else births.ages(on) if name == "age" else births.months(on)
    return made


_MAKERS: Mapping[str, Callable[[_Day], Fact]] = {
    "birth_date": lambda day: day.of_birth("birth_date"),
    "age": lambda day: day.of_birth("age"),
    "months_old": lambda day: day.of_birth("months_old"),
    "sex": lambda day: Fact(day.all.sexes),
    "alive": lambda day: Fact(day.alive),
    "registration": lambda day: _of_words(day.all.registrations),
    "registered_area": _Day.registered_area,
    "living_area": lambda day: _of_words(day.area("living")),
    "registered_here": lambda day: day.homes("registered"),
    "lives_here": lambda day: day.homes("living"),
    "children_ever": lambda day: Fact(day.children),
    "surviving_children": _Day.surviving,
    "surviving_sons": lambda day: day.surviving(1),
    "surviving_daughters": lambda day: day.surviving(2),
    "dead_children": lambda day: Fact(day.dead_children),
    "youngest_months": _Day.youngest,
    "in_union": _Day.in_union,
    "spouse_age": _Day.spouse_age,
    "spouse_registration": _Day.spouse_registration,
    "birth_order": _Day.birth_order,
}
