"""What a chunk of rows is taken over with: look-ups by source key, facts for the rules, and the list of rejects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shidai.core import bulk
from shidai.core.queries import AreaBook
from shidai.packs.schema.limits import Limits
from shidai.registry.dates import HalfDate
from shidai.registry.importing.cells import Reader
from shidai.registry.importing.columns import FileKind
from shidai.registry.mistyped import Mistyped
from shidai.registry.models import SourceRow
from shidai.registry.rules import Fault
from shidai.words import Text

SOURCE_FIELDS = ("source_id", "kind", "key", "record_id", "fingerprint", "run_id", "line")


class Row(dict[str, Any]):
    """One row: its cells as read, None where empty. `known`: the record's number if it exists; `record`: in any case.

    A dict itself, because a million rows read a dozen cells each.
    """

    __slots__ = ("alive", "fingerprint", "key", "known", "line", "record")

    def __init__(self, line: int, key: str, fingerprint: int) -> None:
        self.line = line  # its number in the file
        self.key = key  # the source's own
        self.fingerprint = fingerprint
        self.known: int | None = None
        self.record = 0
        self.alive = True


@dataclass(frozen=True, slots=True)
class Reject:
    """Why a row, or a part of it, was not taken over."""

    line: int
    key: str
    column: str
    what: Text
    mend: Text


@dataclass(slots=True)
class Batch:
    """One chunk on its way into the database."""

    kind: FileKind
    source_id: int
    run_id: int
    prefixes: tuple[str, ...]  # where the importing person may write
    areas: AreaBook
    today: date
    now: str  # the time of recording as it is stored
    limits: Limits
    methods: dict[str, str] = field(default_factory=dict)  # every spelling of a method → its id
    readers: dict[str, Reader] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    villages: dict[str, tuple[Text, Text] | None] = field(default_factory=dict)  # codes judged before
    rejects: list[Reject] = field(default_factory=list)

    def reject(self, row: Row, column: str, what: Text, mend: Text) -> None:
        row.alive = False
        self.note(row.line, row.key, column, what, mend)

    def note(self, line: int, key: str, column: str, what: Text, mend: Text) -> None:
        self.rejects.append(Reject(line, key, column, what, mend))

    def refuse(self, row: Row, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self.reject(row, fault.field, fault.what, fault.mend)

    def mistyped(self, row: Row, column: str, error: Mistyped) -> None:
        self.reject(row, column, error.what, error.mend)

    def records(self, kind: str, keys: Iterable[str | None]) -> dict[str, int]:
        """The record numbers behind the source's keys."""
        wanted = {key for key in keys if key}
        if not wanted:
            return {}
        sql = (
            f"SELECT key, record_id FROM registry_sourcerow WHERE source_id = %s AND kind = %s"
            f" AND record_id > 0 AND {bulk.among('key')}"
        )
        return dict(bulk.select(sql, [self.source_id, kind, bulk.listed(wanted)]))

    def name_people(self, made: Iterable[tuple[Row, int]]) -> None:
        """Remember people who were made under a key that the source may use in later files."""
        rows = [(self.source_id, "person", row["child_key"], id, 0, self.run_id, 0) for row, id in made]
        bulk.upsert(SourceRow, SOURCE_FIELDS, rows, key=("source_id", "kind", "key"))

    def may_write(self, area: str) -> bool:
        return any(area.startswith(prefix) for prefix in self.prefixes)

    def check_village(self, row: Row, column: str) -> None:
        """The area is a village of ours, and one for which the importing person works."""
        code = row[column]
        if code not in self.villages:
            self.villages[code] = self._village_fault(code)
        fault = self.villages[code]
        if fault is not None:
            self.reject(row, column, *fault)

    def _village_fault(self, code: str) -> tuple[Text, Text] | None:
        if not self.areas.is_village(code):
            level = self.areas.levels.get(code)
            what = (
                Text(zh=f"没有区划代码 {code}。", en=f"There is no area with the code {code}.")
                if level is None
                else Text(zh=f"{code} 不是村（社区）。", en=f"{code} is a {level}, not a village.")
            )
            return what, Text(
                zh="请填本市村（社区）的 12 位代码。", en="Write the 12 digits of a village of this city."
            )
        if not self.may_write(code):
            return (
                Text(zh=f"{code} 不在您负责的区划内。", en=f"{code} is not in your area."),
                Text(zh="请由负责该区划的人员导入。", en="Ask whoever works for that area to import it."),
            )
        return None

    def missing(self, row: Row, column: str, key: str) -> None:
        """A row names a record that isn't there."""
        self.reject(
            row,
            column,
            Text(zh=f"找不到编号 {key} 的记录。", en=f"There is no record with the key {key}."),
            Text(zh="请先导入那条记录，或更正编号。", en="Import that record first, or correct the key."),
        )


def stored(half: HalfDate | None) -> tuple[str | None, str]:
    """A half-known date as its two columns hold it."""
    return (None, "none") if half is None else (half.day.isoformat(), half.precision)


def stored_day(half: HalfDate | None) -> str | None:
    return None if half is None else half.day.isoformat()


def stored_end(start: HalfDate | None, end: HalfDate | None) -> tuple[str | None, str]:
    """An end that, being half-known, stands before its start is stored on the start's day."""
    if start is None or end is None or end.day >= start.day:
        return stored(end)
    return start.day.isoformat(), end.precision


def number_new(table: Any, rows: Iterable[Row]) -> None:
    """Give every row the number of its record: the known one or a fresh one."""
    waiting = [row for row in rows if row.alive and row.known is None]
    for row, number in zip(waiting, bulk.reserve_ids(table, len(waiting)), strict=True):
        row.record = number
    for row in rows:
        if row.known is not None:
            row.record = row.known
