"""Sessions and pilots as files beside the import files, to be taken over by the rosters of both rooms."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from shidai.packs import Pack
from shidai.packs.schema.checklist import Checklist, ChecklistItem
from shidai.packs.schema.demonstration import PlannedPilot
from shidai.synth.days import date_of
from shidai.synth.outreach.sessions import PLACES, WHY_CANCELLED, HeldSession

FILES = ("sessions", "pilots")
SESSIONS = ("key", "topic", "area", "day", "starts", "ends", "site", "place", "trainer", "places", "state", "staff",
            "residents", "reason")  # fmt: skip
PILOTS = ("key", "checklist", "site", "enrolled_on", "submitted_on", "signed_on", "item", "value", "note", "paper")


def write_outreach_files(pack: Pack, sessions: Sequence[HeldSession], folder: Path) -> dict[str, int]:
    """Write sessions.csv and pilots.csv, where the demonstration names any; returns their rows."""
    rows = {}
    if sessions:
        rows["sessions"] = _write(folder / "sessions.csv", SESSIONS, _sessions(sessions))
    if pilots_of_year(pack):
        rows["pilots"] = _write(folder / "pilots.csv", PILOTS, _pilots(pack))
    return rows


def pilots_of_year(pack: Pack) -> list[PlannedPilot]:
    """The pilots whose areas the pack has."""
    planned = pack.demonstration.pilot if pack.demonstration is not None else ()
    return [one for one in planned if pack.area(one.area, pack.last_day) is not None]


def site_of(pilot: PlannedPilot) -> str:
    """The code of the station of a pilot's area, as `shidai.synth.supply.sites` gives it."""
    return f"Z{pilot.area}"


def _write(file: Path, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
    count = 0
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        for count, row in enumerate(rows, 1):  # noqa: B007  counted after the loop
            writer.writerow(row)
    return count


def _sessions(sessions: Sequence[HeldSession]) -> Iterator[tuple[Any, ...]]:
    for number, one in enumerate(sessions, 1):
        yield (
            f"T{number}", one.shares.topic, one.area, date_of(one.day), *one.shares.hours, "",
            PLACES[one.shares.level], one.trainer, "", "cancelled" if one.cancelled else "held", one.staff,
            one.residents, WHY_CANCELLED if one.cancelled else "",
        )  # fmt: skip


def _pilots(pack: Pack) -> Iterator[tuple[Any, ...]]:
    """One row an answer; a pilot that has answered nothing has a row without an item."""
    for number, one in enumerate(pilots_of_year(pack), 1):
        about = (f"P{number}", one.checklist, site_of(one), one.enrolled, one.submitted or "", one.signed or "")
        answered = [item for item in _checklist(pack, one).item if item.id not in one.unanswered]
        for item in answered:
            note = "现场查看" if item.evidence is not None else ""
            yield (*about, item.id, _value(item, met=item.id not in one.not_met), note, "")
        if not answered:
            yield (*about, "", "", "", "")


def _checklist(pack: Pack, pilot: PlannedPilot) -> Checklist:
    return pack.checklists[pilot.checklist]


def _value(item: ChecklistItem, *, met: bool) -> str:
    if item.kind == "yes_no":
        return "yes" if met else "no"
    if item.kind == "number":
        least = item.at_least or 0
        return f"{least + 10 if met else least - 10:g}"
    return "已登记"
