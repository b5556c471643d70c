"""Takes over the pilots of another system, from one file: all lines or none, each only once.

pilots.csv, one row an answer: key (of the pilot), checklist, site, enrolled_on, submitted_on, signed_on (may be empty),
item, value (yes, no, a number or a text), note, paper. A pilot that has answered nothing has one row without an item.
Who signed off elsewhere isn't known here: the steps are by whoever takes the file over.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from shidai.assessment import refusals
from shidai.assessment.models import Answer, Pilot, PilotStep
from shidai.assessment.standing import find_checklist
from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.actions import mark_changed
from shidai.core.refusing import refuse_future
from shidai.packs.schema.checklist import Checklist, ChecklistItem, Value
from shidai.supply.ledger import partition_of
from shidai.supply.queries.sites import find_open_site
from shidai.words import Problem, ShidaiError, Text, problem

COLUMNS = ("key", "checklist", "site", "enrolled_on", "submitted_on", "signed_on", "item", "value", "note", "paper")
MOST = 20  # faults that are told at once
_OF_PILOT = COLUMNS[1:6]
Row = dict[str, str]
Placed = tuple[str, Row]


@dataclass(frozen=True, slots=True)
class Taken:
    """How many pilots were new, and how many were known."""

    new: int
    known: int


@transaction.atomic
def take_pilots(*, by: Scope, source: str, file: Path) -> Taken:
    """Take a file over. Raises ShidaiError with the lines at fault (the first twenty); then nothing is taken."""
    require(by, "assessment.sign")
    by_key: defaultdict[str, list[Placed]] = defaultdict(list)
    for place, row in _read(file):
        by_key[row["key"]].append((place, row))
    new = known = 0
    faults: list[Problem] = []
    for key, rows in by_key.items():
        id = uuid5(NAMESPACE_URL, f"pilot:{source}:{key}")
        if Pilot.objects.filter(uuid=id).exists():
            known += 1
            continue
        try:
            _take(by, id, rows)
            new += 1
        except ShidaiError as error:
            faults += _placed(rows[0][0], error)
    if faults:
        raise ShidaiError(faults[:MOST])
    audit.record(by, "assessment.take", f"source:{source}", pilots=new)
    return Taken(new, known)


def _placed(place: str, error: ShidaiError) -> list[Problem]:
    """Faults with the line where they stand, unless they say it themselves."""
    return [
        problem(
            one.where if "csv:" in one.where else f"{place} / {one.where}", zh=one.what.zh, en=one.what.en,
            mend_zh=one.mend.zh, mend_en=one.mend.en,
        )
        for one in error.problems
    ]  # fmt: skip


def _read(file: Path) -> Iterator[Placed]:
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


def _take(by: Scope, id: UUID, rows: list[Placed]) -> None:
    """One pilot with its answers and steps."""
    first = rows[0][1]
    for place, row in rows:
        if any(row[name] != first[name] for name in _OF_PILOT):
            raise refusals.refuse(
                f"{place} / key",
                Text(zh="同一试点的各行只能条目和回答不同。", en="Rows of one pilot differ in item and answer only."),
                Text(zh="另一个试点请用另一个 key。", en="Another pilot has another key."),
            )
    days = {name: _day(name, first[name]) for name in ("enrolled_on", "submitted_on", "signed_on")}
    enrolled = days["enrolled_on"]
    if enrolled is None:
        raise _no_day("enrolled_on", "")
    site, checklist = find_open_site(first["site"], enrolled), find_checklist(first["checklist"], enrolled)
    if site.kind not in checklist.sites:
        raise refusals.no_such_site()
    if Pilot.objects.filter(site=site, checklist=checklist.id, ended_on=None).exists():
        raise refusals.enrolled_already()
    told = [day for day in days.values() if day is not None]
    if told != sorted(told) or (days["signed_on"] and not days["submitted_on"]):
        raise refusals.refuse(
            "signed_on",
            Text(zh="应先列为试点，再提交，再验收。", en="It is enrolled, then submitted, then signed off."),
            Text(zh="请核对日期。", en="Check the days."),
        )
    answers = {item.id: (item, value, row) for item, value, row in _answers(checklist, rows)}
    verdict = checklist.judge({name: value for name, (_, value, _) in answers.items()})
    if days["submitted_on"] and verdict.open:
        raise refusals.not_answered([one for one in checklist.item if one.id in verdict.open])
    if days["signed_on"] and not verdict.passes:
        failed = [one for one in checklist.item if one.id in verdict.failed]
        raise refusals.does_not_pass(failed, len(verdict.met), checklist.least_met)
    pilot = Pilot.objects.create(
        uuid=id, checklist=checklist.id, site=site, area=site.area, started_on=enrolled, signed_on=days["signed_on"],
        number=len(told),
        state=Pilot.State.SIGNED if days["signed_on"] else Pilot.State.SUBMITTED if days["submitted_on"]
        else Pilot.State.WORKING,
    )  # fmt: skip
    _write(by, pilot, days, answers)
    mark_changed([partition_of(site.area)])


def _write(
    by: Scope, pilot: Pilot, days: dict[str, date | None], answers: dict[str, tuple[ChecklistItem, Value, Row]]
) -> None:  # fmt: skip
    Answer.objects.bulk_create(
        Answer(by=by.username, pilot=pilot, item=item.id, mark=item.mark, value=value, note=row["note"],
               paper=row["paper"])
        for item, value, row in answers.values()
    )  # fmt: skip
    kept = {item.id: {"value": value, "mark": item.mark} for item, value, _ in answers.values()}
    for number, (deed, name) in enumerate(
        (("enrolled", "enrolled_on"), ("submitted", "submitted_on"), ("signed", "signed_on")), 1
    ):
        day = days[name]
        if day is not None:
            PilotStep.objects.create(
                by=by.username, pilot=pilot, number=number, deed=deed, day=day,
                answers=kept if deed == "submitted" else {},
            )  # fmt: skip


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _no_day(name, text) from None
    refuse_future(day, name)
    return day


def _no_day(name: str, text: str) -> ShidaiError:
    return refusals.refuse(
        name,
        Text(zh=f"“{text}”不是日期。", en=f"'{text}' is no day."),
        Text(zh="请写成 2006-03-01。", en="Write it like 2006-03-01."),
    )


def _answers(checklist: Checklist, rows: list[Placed]) -> Iterator[tuple[ChecklistItem, Value, Row]]:
    for place, row in rows:
        if not row["item"]:
            continue
        item = checklist.item_named(row["item"])
        value = _value(item, row["value"]) if item is not None else None
        if item is None or value is None:
            wrong = refusals.no_item() if item is None else refusals.not_a_value(item)
            raise ShidaiError(_placed(place, wrong))
        yield item, value, row


def _value(item: ChecklistItem, text: str) -> Value | None:
    """What a text says for an item; None for what is no answer to it."""
    if item.kind == "yes_no":
        return {"yes": True, "no": False}.get(text)
    if item.kind == "text":
        return text or None
    try:
        return float(text)
    except ValueError:
        return None
