"""Records follow the area tree: each lies in the village that holds it on its day.

The register keeps the code under which something was entered. When a village ended by a merger, a split or a new code,
a spell of residence that goes on is written as two rows, the second in the successor from that day on; a birth, a death
or a union lies in the area that was valid on its day. Both rows of a cut spell carry the reason 'boundary', which no
measure counts as a move. Of a split village the part that was named first holds all, until households are assigned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shidai.core.queries import Heirs
from shidai.core.tree import OUTSIDE
from shidai.registry.extractsql import COLUMNS

Row = tuple[Any, ...]

BOUNDARY = "boundary"
STAY = ("stay_start", "stay_end")
"""Of residence, behind its columns: when the stay began and ended in all, whatever changes of areas have cut it."""
_DAYS: dict[str, str | None] = {
    "person": None, "birth": "birth_date", "death": "death_date", "union_": "start_date", "contraception": "start_date",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Following:
    """Rows of the register's queries, moved to where they lie. `cutoff`: later changes haven't happened yet."""

    heirs: Heirs
    city: str
    cutoff: date

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of what `rows` returns."""
        return (*COLUMNS[table], *STAY) if table == "residence" else COLUMNS[table]

    def sources(self, partition: str) -> tuple[str, ...]:
        """Prefixes of the codes under which the register may hold the partition's records; none inside another."""
        found: list[str] = []
        for code in (partition, *self.heirs.ever_former(partition)):  # sorted, so a prefix comes before its areas
            if not any(code.startswith(prefix) for prefix in found):
                found.append(code)
        return tuple(found)

    def rows(self, table: str, rows: Sequence[Row], partition: str) -> list[Row]:
        """The rows that lie in the partition, with the codes of their days."""
        if not self.heirs.changes:
            return [(*row, row[_START], row[_END]) for row in rows] if table == "residence" else list(rows)
        followed = self._spells(rows) if table == "residence" else self._events(table, rows)
        if partition == OUTSIDE:
            return list(followed)
        if table == "residence":
            return [row for row in followed if row[_AREA].startswith(partition)]
        places = [COLUMNS[table].index(name) for name in _area_columns(table)]
        return [row for row in followed if self._place(row, places).startswith(partition)]

    def _place(self, row: Row, places: Sequence[int]) -> str:
        return next((row[at] for at in places if row[at] and row[at].startswith(self.city)), "")

    def _events(self, table: str, rows: Sequence[Row]) -> Iterator[Row]:
        changed = self.heirs.changed
        places = [COLUMNS[table].index(name) for name in _area_columns(table)]
        dated = _DAYS[table]
        at_day = COLUMNS[table].index(dated) if dated else None
        for row in rows:
            if any(changed(row[at]) for at in places):
                day = _day(row[at_day]) if at_day is not None and row[at_day] else self.cutoff
                yield tuple(self._holder(value, day) if at in places else value for at, value in enumerate(row))
            else:
                yield row

    def _holder(self, code: str | None, day: date) -> str | None:
        return self.heirs.holder(code, day) if code else code

    def _held(self, code: str | None, start: date, until: date) -> tuple[tuple[date, str | None], ...]:
        return self.heirs.holders(code, start, until) if code else ((start, code),)

    def _spells(self, rows: Sequence[Row]) -> Iterator[Row]:
        changed = self.heirs.changed
        for row in rows:
            if changed(row[_AREA]) or changed(row[_REGISTERED]):
                yield from self._pieces(row)
            else:
                yield (*row, row[_START], row[_END])

    def _pieces(self, row: Row) -> Iterator[Row]:
        """A spell as one row for each time between the days on which the code of its village, or of the village of
        registration, changes."""
        start, end = _day(row[_START]), _day(row[_END]) if row[_END] else None
        until = end or self.cutoff + timedelta(days=1)
        homes, registered = (self._held(row[at], start, until) for at in (_AREA, _REGISTERED))
        days = sorted({day for day, _ in (*homes, *registered)})
        for number, day in enumerate(days):
            piece = [*row, row[_START], row[_END]]
            piece[_AREA], piece[_REGISTERED] = _code_on(homes, day), _code_on(registered, day)
            if number:
                piece[_START], piece[_START_REASON] = day, BOUNDARY
            if number + 1 < len(days):
                piece[_END], piece[_END_REASON] = days[number + 1], BOUNDARY
            yield tuple(piece)


_AREA, _REGISTERED, _START, _END, _START_REASON, _END_REASON = (
    COLUMNS["residence"].index(name)
    for name in ("area", "registered_area", "start_date", "end_date", "start_reason", "end_reason")
)


def _area_columns(table: str) -> tuple[str, ...]:
    """The columns of an event that say where it lies: the first one in the city decides."""
    return tuple(name for name in ("registered_area", "living_area", "area") if name in COLUMNS[table])


def _code_on(held: Sequence[tuple[date, str | None]], day: date) -> str | None:
    return next(code for since, code in reversed(held) if since <= day)


def _day(value: date | str) -> date:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value
