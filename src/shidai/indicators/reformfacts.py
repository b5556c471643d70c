"""The people of a simulation: their facts on each due day, once for all rules that are compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shidai.indicators.columnreading import Words, in_one_list
from shidai.indicators.engines import Records
from shidai.indicators.everybody import Everybody
from shidai.indicators.factarrays import FactArrays, facts_in_arrays, of_births
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scheme import Subject
from shidai.rules import RuleSet
from shidai.rules import expression as tree
from shidai.rules.arrays import Fact

Ints = npt.NDArray[np.int64]
AGEING = ("age", "months_old", "youngest_months")  # what grows by itself, and can be told from facts of another day
VARYING = {*AGEING, "spouse_age", "members_under_18", "members_60_or_older"}


@dataclass(frozen=True, slots=True)
class People:
    """Subjects on a day, with the facts that the rules use. `ages`, `sexes`: -1 where unknown or not a person's."""

    ids: npt.NDArray[Any]
    areas: pa.DictionaryArray
    ages: Ints
    sexes: Ints
    facts: Mapping[str, Fact]


class Candidates:
    """Who can meet one of the rules, day by day.

    Up to the records' last day each day's facts come from the records. After it nothing happens but time: the facts of
    one day serve for all later ones, with the ages moved on, wherever that says the same as the records would.
    """

    def __init__(
        self,
        records: Records,
        pack: Pack,
        subject: Subject,
        rules: Sequence[RuleSet],
        columns: Sequence[str],
        days: Collection[date],
    ) -> None:
        """`days`: all that will be asked for, in a span that is read once."""
        self._records, self._pack, self._subject, self._rules = records, pack, subject, rules
        of_persons = ("birth_date", "registered_here", "registered_area", "living_area", "age", "sex")
        more = of_persons if subject == "person" else ("area",)
        self._columns = tuple(dict.fromkeys((*more, *columns)))
        self._kept: tuple[date, FactArrays] | None = None
        self._movable = not (set(columns) & VARYING - {*AGEING}) and not self._attested_changes()
        self._everybody = Everybody(records, min(days), max(days)) if days else None

    def on(self, day: date) -> People:
        """Everybody who meets one of the rules on a day, and maybe others who don't."""
        if day <= self._records.manifest.cutoff or not self._movable:
            return self._people(self._fetch(day))
        if self._kept is None:
            self._kept = day, self._fetch(day, lasting=True)
        return self._people(_moved_on(*self._kept, day))

    def _attested_changes(self) -> bool:
        """Whether an attested fact begins or ends after the records' last day."""
        table, cutoff = self._records.table("attested"), self._records.manifest.cutoff
        later = table.filter((table.start_date > cutoff) | (table.end_date > cutoff))
        return bool(self._records.fetch(later.limit(1).select("fact")).num_rows)

    def _fetch(self, day: date, *, lasting: bool = False) -> FactArrays:
        """Who meets all conditions of one of the rules; with `lasting` those that time alone doesn't change."""
        attested = self._pack.attested.values()
        everybody = facts_in_arrays(self._records, self._subject, day, self._columns, attested, self._everybody)
        found = [rules.on_arrays(everybody.facts).failed & _asked(rules, lasting) for rules in self._rules]
        return everybody.pick(reduce(or_, [failed == 0 for failed in found]))

    def _people(self, told: FactArrays) -> People:
        count = len(told.keys)
        if self._subject == "person":
            own, stated = (_words(told.facts[name]) for name in ("registered_area", "living_area"))
            here, own, stated = told.facts["registered_here"].values, *in_one_list(own, stated)
            areas = Words(np.where(here, own.places, stated.places), own.words)
        else:
            areas = _words(told.facts["area"])
        coded = pa.array(areas.places, pa.int32(), mask=areas.places < 0)
        return People(
            told.keys.astype(np.str_ if self._subject == "village" else np.int64),
            pa.DictionaryArray.from_arrays(coded, pa.array(areas.words, pa.string())),
            _whole(told.facts.get("age"), count),
            _whole(told.facts.get("sex"), count),
            told.facts,
        )


def _asked(rules: RuleSet, lasting: bool) -> int:
    """The bits of all conditions, or of those that time alone doesn't change."""
    kept = [not (lasting and set(tree.columns_in(one)) & VARYING) for one in rules.conditions]
    return sum(1 << at for at, one in enumerate(kept) if one)


def _words(fact: Fact) -> Words:
    places = fact.values.astype(np.int32)
    return Words(places if fact.known is None else np.where(fact.known, places, -1), fact.words)


def _whole(fact: Fact | None, count: int) -> Ints:
    if fact is None:
        return np.full(count, -1, np.int64)
    values = fact.values.astype(np.int64)
    return values if fact.known is None else np.where(fact.known, values, -1)


def _moved_on(since: date, told: FactArrays, day: date) -> FactArrays:
    """The facts of a later day when nothing but time has passed."""
    facts = dict(told.facts)
    if "birth_date" in facts:
        facts |= of_births(facts, day)
    if "youngest_months" in facts:
        passed = (day.year - since.year) * 12 + day.month - since.month
        youngest = facts["youngest_months"]
        facts["youngest_months"] = replace(youngest, values=youngest.values.astype(np.int64) + passed)
    return FactArrays(told.keys, facts)
