"""Takes over the training sessions of another system, from one file: all lines or none, each only once.

sessions.csv: key, topic, area, day, starts, ends, site, place, trainer, places, state (planned, held, cancelled), staff
and residents (how many came; nobody's name), reason (of a cancellation).
"""

from __future__ import annotations

import csv
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
from shidai.core.actions import mark_changed
from shidai.core.queries import area as find_area
from shidai.outreach import refusals
from shidai.outreach.actions import facts_of, set_facts
from shidai.outreach.models import Attendance, Session, SessionChange
from shidai.outreach.wording import AUDIENCES, STATES
from shidai.supply.ledger import partition_of
from shidai.words import Problem, ShidaiError, Text, problem

COLUMNS = ("key", "topic", "area", "day", "starts", "ends", "site", "place", "trainer", "places", "state", "staff",
           "residents", "reason")  # fmt: skip
MOST = 20  # faults that are told at once
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Taken:
    """How many sessions were new, and how many were known."""

    new: int
    known: int


@transaction.atomic
def take_sessions(*, by: Scope, source: str, file: Path) -> Taken:
    """Take a file over. Raises ShidaiError with the lines at fault (the first twenty); then nothing is taken."""
    require(by, "outreach.keep")
    sessions: dict[UUID, Session] = {}
    rows: dict[UUID, Row] = {}
    faults: list[Problem] = []
    for place, row in _read(file):
        id = uuid5(NAMESPACE_URL, f"session:{source}:{row['key']}")
        try:
            if id in sessions or not row["key"]:
                raise refusals.refuse(
                    "key",
                    Text(zh=f"“{row['key']}”重复或为空。", en=f"'{row['key']}' stands twice or is empty."),
                    Text(zh="请改正。", en="Correct it."),
                )
            sessions[id], rows[id] = _session(by, id, row), row
        except ShidaiError as error:
            faults += [problem(f"{place} / {one.where}", zh=one.what.zh, en=one.what.en, mend_zh=one.mend.zh,
                               mend_en=one.mend.en) for one in error.problems]  # fmt: skip
            if len(faults) >= MOST:
                break
    if faults:
        raise ShidaiError(faults[:MOST])
    known = set(Session.objects.filter(uuid__in=sessions).values_list("uuid", flat=True)) if sessions else set()
    fresh = {id: one for id, one in sessions.items() if id not in known}
    _write(by, fresh, rows)
    audit.record(by, "outreach.take", f"source:{source}", sessions=len(fresh))
    return Taken(len(fresh), len(known))


def _read(file: Path) -> Iterator[tuple[str, Row]]:
    if not file.exists():
        raise refusals.refuse(
            file.name,
            Text(zh="没有这个文件。", en="There is no such file."),
            Text(zh="请检查路径。", en="Check the path."),
        )
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise refusals.refuse(
                f"{file.name}:1",
                Text(zh=f"缺少列：{'、'.join(missing)}。", en=f"Columns are missing: {', '.join(missing)}."),
                Text(zh="请补上列名。", en="Add them."),
            )
        for row in reader:
            yield f"{file.name}:{reader.line_num}", {name: (row[name] or "").strip() for name in COLUMNS}


def _session(by: Scope, id: UUID, row: Row) -> Session:
    """The session that a line tells of, checked by the rules of the actions, not yet saved."""
    day = _day(row["day"])
    if find_area(row["area"], day) is None:
        raise refusals.refuse(
            "area",
            Text(zh=f"没有代码为 {row['area']} 的地区。", en=f"There is no area {row['area']}."),
            Text(zh="请核对代码。", en="Check the code."),
        )
    require(by, "outreach.keep", row["area"])
    if row["state"] not in STATES:
        raise refusals.refuse(
            "state",
            Text(zh=f"没有状态“{row['state']}”。", en=f"There is no state '{row['state']}'."),
            Text(zh=f"可写：{'、'.join(STATES)}。", en=f"There are: {', '.join(STATES)}."),
        )
    made = Session(uuid=id, area=row["area"], state=row["state"])
    set_facts(
        made, topic=row["topic"], day=day, starts=row["starts"], ends=row["ends"], site=row["site"],
        place=row["place"], trainer=row["trainer"], audience=(), places=_number(row, "places") or None,
    )  # fmt: skip
    came = {name: _number(row, name) for name in AUDIENCES}
    for name in (one for one, heads in came.items() if heads and one not in made.audience):
        raise refusals.not_for(name)
    if row["state"] == Session.State.HELD and not sum(came.values()):
        raise refusals.nobody_came()
    if row["state"] == Session.State.HELD and day > timezone.localdate():
        raise refusals.refuse(
            "day",
            Text(zh=f"{day} 还没有到。", en=f"{day} lies in the future."),
            Text(zh="还没举办的请写 planned。", en="What wasn't held yet is planned."),
        )
    if row["state"] == Session.State.CANCELLED and not row["reason"]:
        raise refusals.without_reason()
    return made


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refusals.refuse(
            "day",
            Text(zh=f"“{text}”不是日期。", en=f"'{text}' is no day."),
            Text(zh="请写成 2006-03-01。", en="Write it like 2006-03-01."),
        ) from None


def _number(row: Row, name: str) -> int:
    text = row[name] or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise refusals.refuse(
            name,
            Text(zh=f"“{text}”不是人数。", en=f"'{text}' is no number of people."),
            Text(zh="请写整数，没有就留空。", en="Write a whole number, or nothing."),
        )
    return int(text)


def _write(by: Scope, fresh: dict[UUID, Session], rows: dict[UUID, Row]) -> None:
    Session.objects.bulk_create(fresh.values(), batch_size=500)
    about: dict[str, Any] = {"by": by.username}
    changes, lines = [], []
    for id, one in fresh.items():
        row = rows[id]
        changes.append(
            SessionChange(session=one, number=1, deed=one.state, facts=facts_of(one), reason=row["reason"], **about)
        )
        if one.state == Session.State.HELD:
            lines += [
                Attendance(session=one, audience=name, heads=_number(row, name), **about)
                for name in AUDIENCES if _number(row, name)
            ]  # fmt: skip
    SessionChange.objects.bulk_create(changes, batch_size=500)
    Attendance.objects.bulk_create(lines, batch_size=500)
    mark_changed({partition_of(one.area) for one in fresh.values()})
