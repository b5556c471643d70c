"""The people of a simulation: their facts on each due day, once for all rules that are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shidai.indicators.engines import Records
from shidai.indicators.facts import KEYS, facts_on
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scheme import Subject
from shidai.rules import RuleSet
from shidai.rules import expression as tree
from shidai.rules.arrays import Fact
from shidai.rules.binding import bind
from shidai.rules.tables import on_table

if TYPE_CHECKING:
    import ibis.expr.types as ir

Ints = npt.NDArray[np.int64]
AGEING = ("age", "months_old", "youngest_months")  # what grows by itself, and can be told from facts of another day
VARYING = {*AGEING, "spouse_age", "members_under_18", "members_60_or_older"}


def facts_for_all(
    records: Records, pack: Pack, subject: Subject, on: date, rules: Iterable[RuleSet], more: Iterable[str] = ()
) -> ir.Table:
    """The facts of one day that several rules need, made once."""
    columns = dict.fromkeys([*more, *(name for one in rules for name in one.columns)])
    return facts_on(records, subject, on, [name for name in columns if name != KEYS[subject]], pack.attested.values())


def determine_together(facts: ir.Table, rules: Sequence[RuleSet]) -> ir.Table:
    """The facts, and `failed_0`, `unknown_0`, `fen_0`, `failed_1`, … of several rules beside them, in one pass."""
    table = facts
    for at, one in enumerate(rules):
        done = one.on_table(table, *table.columns)
        table = done.rename({f"{name}_{at}": name for name in ("failed", "unknown", "fen")})
    return table


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
        self, records: Records, pack: Pack, subject: Subject, rules: Sequence[RuleSet], columns: Sequence[str]
    ) -> None:
        self._records, self._pack, self._subject, self._rules = records, pack, subject, rules
        of_persons = ("birth_date", "registered_here", "registered_area", "living_area", "age", "sex")
        more = of_persons if subject == "person" else ("area",)
        self._columns = tuple(dict.fromkeys((*more, *columns)))
        self._kept: tuple[date, pa.Table] | None = None
        self._movable = not (set(columns) & VARYING - {*AGEING}) and not self._attested_changes()

    def on(self, day: date) -> People:
        """Everybody who meets one of the rules on a day, and maybe others who don't."""
        if day <= self._records.manifest.cutoff or not self._movable:
            return self._people(self._fetch(day, self._conditions()))
        if self._kept is None:
            self._kept = day, self._fetch(day, self._conditions(lasting=True))
        return self._people(_moved_on(*self._kept, day))

    def _attested_changes(self) -> bool:
        """Whether an attested fact begins or ends after the records' last day."""
        table, cutoff = self._records.table("attested"), self._records.manifest.cutoff
        later = table.filter((table.start_date > cutoff) | (table.end_date > cutoff))
        return bool(self._records.fetch(later.limit(1).select("fact")).num_rows)

    def _conditions(self, *, lasting: bool = False) -> list[list[tree.Expression]]:
        """The conditions of each rule; with `lasting` those that time alone doesn't change."""
        return [
            [
                bind(one, rules.values)
                for one in rules.conditions
                if not (lasting and set(tree.columns_in(one)) & VARYING)
            ]
            for rules in self._rules
        ]

    def _fetch(self, day: date, conditions: Sequence[Sequence[tree.Expression]]) -> pa.Table:
        key = KEYS[self._subject]
        wanted = [name for name in self._columns if name != key]
        facts = facts_on(self._records, self._subject, day, wanted, self._pack.attested.values())
        if all(conditions):
            facts = facts.filter(
                reduce(or_, [reduce(and_, [on_table(one, facts) for one in all_]) for all_ in conditions])
            )
        return self._records.fetch(facts)

    def _people(self, rows: pa.Table) -> People:
        rows = rows.combine_chunks()
        ids = rows[KEYS[self._subject]].to_numpy()
        if self._subject == "person":
            areas = pc.if_else(rows["registered_here"], rows["registered_area"], rows["living_area"])
        else:
            areas = rows["area"]
        areas = areas.combine_chunks() if isinstance(areas, pa.ChunkedArray) else areas
        return People(
            ids.astype(np.str_ if self._subject == "village" else np.int64),
            areas.dictionary_encode(),
            _whole(rows, "age"),
            _whole(rows, "sex"),
            {name: _fact(rows[name]) for name in self._columns},
        )


def _whole(rows: pa.Table, name: str) -> Ints:
    if name not in rows.column_names:
        return np.full(rows.num_rows, -1, np.int64)
    return np.asarray(pc.fill_null(rows[name], -1).to_numpy(), np.int64)


def _moved_on(since: date, rows: pa.Table, day: date) -> pa.Table:
    """The facts of a later day when nothing but time has passed."""
    if "birth_date" not in rows.column_names:
        return rows
    born = rows["birth_date"].cast(pa.int32()).to_numpy(zero_copy_only=False)
    known = np.isfinite(born)
    days = np.where(known, born, 0).astype("datetime64[D]")
    here = np.datetime64(day)
    months = _month(here) - _month(days)
    fresh = {
        "months_old": months,
        "age": (months - (_day_of_month(here) < _day_of_month(days))) // 12,
    }
    for name, values in fresh.items():
        if name in rows.column_names:
            column = pa.array(values.astype(np.int32), pa.int32(), mask=~known)
            rows = rows.set_column(rows.schema.get_field_index(name), name, column)
    if "youngest_months" in rows.column_names:
        at = rows.schema.get_field_index("youngest_months")
        passed = (day.year - since.year) * 12 + day.month - since.month
        rows = rows.set_column(at, "youngest_months", pc.add(rows["youngest_months"], pa.scalar(passed, pa.int32())))
    return rows


def _month(days: Any) -> Any:
    return days.astype("datetime64[M]").astype(np.int64)


def _day_of_month(days: Any) -> Any:
    return (days - days.astype("datetime64[M]")).astype(np.int64)


def _fact(column: pa.ChunkedArray) -> Fact:
    """A column as the rules' arrays take it."""
    known = None if column.null_count == 0 else pc.is_valid(column).to_numpy()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        coded = column.combine_chunks().dictionary_encode()
        return Fact(coded.indices.fill_null(-1).to_numpy(), known, tuple(coded.dictionary.to_pylist()))
    if pa.types.is_date(kind):
        column = column.cast(pa.int32())
    empty = pa.scalar(False) if pa.types.is_boolean(kind) else pa.scalar(0, column.type)
    return Fact(pc.fill_null(column, empty).to_numpy(), known)
