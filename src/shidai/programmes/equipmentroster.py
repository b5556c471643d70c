"""Takes over stations' equipment from a file: all of it or none, and each piece only once.

Columns: site (its code), number (of the inventory), kind (id of the pack), since (in service from), checked (day of the
last check), broken (since when it is out of order) and reason (what is wrong); the last three may be empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import timezone

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.programmes.fleet import State, kind_called
from shidai.programmes.models import Piece, PieceNote
from shidai.registry.recordsday import records_day
from shidai.registry.rosterrows import read_rows
from shidai.supply.queries import find_open_site
from shidai.words import Problem, ShidaiError, problem

COLUMNS = ("site", "number", "kind", "since", "checked", "broken", "reason")
_AT_ONCE = 2000
_MOST_FAULTS = 20
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Taken:
    """How many pieces were new, and how many were known."""

    new: int
    known: int


@transaction.atomic
def take_equipment(*, by: Scope, source: str, file: Path) -> Taken:
    """Take the file's pieces over. Raises ShidaiError with the lines at fault (the first twenty): then none is."""
    rows = [(place, {name: row[name] or "" for name in COLUMNS}) for place, row in read_rows(file, COLUMNS)]
    sites, faults = _sites(rows)
    faults += [fault for place, row in rows for fault in _faults(place, row)]
    faults += _twice(rows, source)
    if faults:
        raise ShidaiError(faults[:_MOST_FAULTS])
    for area in {one.area for one in sites.values()}:
        require(by, "record.import", area)
    ids = {(row["site"], row["number"]): piece_id(source, row["site"], row["number"]) for _, row in rows}
    known = set(Piece.objects.filter(site__in=[one.pk for one in sites.values()]).values_list("uuid", flat=True))
    fresh = [row for _, row in rows if ids[row["site"], row["number"]] not in known]
    pieces = [
        Piece(
            uuid=ids[row["site"], row["number"]], by=by.username, site=sites[row["site"]], kind=row["kind"],
            number=row["number"], day=date.fromisoformat(row["since"]),
        ) for row in fresh
    ]  # fmt: skip
    made = Piece.objects.bulk_create(pieces, batch_size=_AT_ONCE)
    notes = [note for row, piece in zip(fresh, made, strict=True) for note in _notes(by, row, piece)]
    PieceNote.objects.bulk_create(notes, batch_size=_AT_ONCE)
    audit.record(by, "service.takepieces", f"source:{source}", pieces=len(made))
    return Taken(len(made), len(rows) - len(made))


def piece_id(source: str, site: str, number: str) -> UUID:
    """The id of a piece of a source: the same file taken twice is taken once."""
    return uuid5(NAMESPACE_URL, f"piece:{source}:{site}:{number}")


def _notes(by: Scope, row: Row, piece: Piece) -> Iterator[PieceNote]:
    for state, reason in ((State.CHECKED, ""), (State.BROKEN, row["reason"])):
        if row[state]:
            yield PieceNote(
                uuid=uuid5(piece.uuid, state), by=by.username, piece=piece, state=state,
                day=date.fromisoformat(row[state]), reason=reason,
            )  # fmt: skip


def _sites(rows: list[tuple[str, Row]]) -> tuple[dict[str, Any], list[Problem]]:
    """The sites of the file by code, and the lines that name none."""
    found: dict[str, Any] = {}
    faults = []
    for code, place in {row["site"]: place for place, row in reversed(rows)}.items():
        try:
            found[code] = find_open_site(code, records_day())
        except ShidaiError as error:
            faults += [Problem(f"{place} / site", one.what, one.mend) for one in error.problems]
    return found, faults


def _twice(rows: list[tuple[str, Row]], source: str) -> Iterator[Problem]:
    """Numbers that stand twice in the file, or are a piece's already that isn't of this file."""
    taken = {(site, number): uuid for site, number, uuid in Piece.objects.values_list("site__code", "number", "uuid")}
    seen: set[tuple[str, str]] = set()
    for place, row in rows:
        key = (row["site"], row["number"])
        own = piece_id(source, *key)
        if not row["number"].strip() or key in seen or taken.get(key, own) != own:
            yield problem(
                f"{place} / number",
                zh=f"编号“{row['number']}”为空，或本站已有。",
                en=f"The number '{row['number']}' is empty, or the site has it already.",
                mend_zh="每台设备一个编号，本站内不重复。",
                mend_en="Give each piece a number of its own.",
            )
        seen.add(key)


def _faults(place: str, row: Row) -> Iterator[Problem]:
    if kind_called(row["kind"]) is None:
        yield problem(
            f"{place} / kind",
            zh=f"政策包没有设备种类 {row['kind']}。",
            en=f"The pack has no kind of equipment {row['kind']}.",
            mend_zh="请改为 equipment.toml 里的 id。",
            mend_en="Write an id of equipment.toml.",
        )
    days = {name: _day(row[name]) for name in ("since", State.CHECKED, State.BROKEN)}
    for name, day in days.items():
        if day is None and (row[name] or name == "since"):
            yield problem(
                f"{place} / {name}",
                zh=f"“{row[name]}”不是日期。",
                en=f"'{row[name]}' is no date.",
                mend_zh="请写成如 2006-05-31。",
                mend_en="Write it like 2006-05-31.",
            )
        elif day is not None and days["since"] is not None and day < days["since"]:
            yield problem(
                f"{place} / {name}",
                zh=f"{day} 早于启用日期 {days['since']}。",
                en=f"{day} is before the piece came into service, {days['since']}.",
                mend_zh="请核对两个日期。",
                mend_en="Check both days.",
            )
        elif day is not None and name != "since" and day > timezone.localdate():
            yield problem(
                f"{place} / {name}",
                zh=f"{day} 还没有到。",
                en=f"{day} lies in the future.",
                mend_zh="请填写看到的日期。",
                mend_en="Enter the day on which it was seen.",
            )
    yield from _too_long(place, row)
    if row[State.BROKEN] and not row["reason"].strip():
        yield problem(
            f"{place} / reason",
            zh="没有写明故障。",
            en="What is wrong with it isn't said.",
            mend_zh="请写明什么坏了。",
            mend_en="Say what is out of order.",
        )


def _too_long(place: str, row: Row) -> Iterator[Problem]:
    """SQLite would keep texts of any length, PostgreSQL breaks off."""
    for name, most in (("number", 40), ("reason", 500)):
        if len(row[name]) > most:
            yield problem(
                f"{place} / {name}",
                zh=f"{len(row[name])} 个字，太长。",
                en=f"{len(row[name])} characters are too many.",
                mend_zh=f"最多{most}个字。",
                mend_en=f"At most {most} fit.",
            )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
