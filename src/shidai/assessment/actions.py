"""Every write of assessment: stations are enrolled, answer, submit; the level above signs off or returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from shidai.assessment import refusals
from shidai.assessment.files import check_file, drop_file, keep_file
from shidai.assessment.models import Answer, Evidence, EvidenceEnd, Pilot, PilotStep
from shidai.assessment.standing import checklist_of, find_checklist, has_evidence, standing_answers, values_of
from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.actions import mark_changed
from shidai.core.ids import new_id
from shidai.core.refusing import refuse_future, refuse_other
from shidai.core.tree import parent_of
from shidai.core.written import once
from shidai.packs.schema.checklist import Checklist, ChecklistItem, Value
from shidai.supply.ledger import partition_of
from shidai.supply.queries.sites import find_open_site

State = Pilot.State


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as it was sent."""

    name: str
    content: bytes


@once
def enrol_station(*, by: Scope, site: str, checklist: str, day: date, id: UUID | None = None) -> Pilot:
    """Make a site a pilot of a checklist. The level above the site's does so.

    Raises ShidaiError for a checklist that isn't in force, a kind of site that it isn't for, and a pilot already.
    """
    refuse_future(day)
    found = find_open_site(site, day)
    require(by, "assessment.sign", parent_of(found.area))
    known = Pilot.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other(known.site_id == found.pk and known.checklist == checklist)
        return known
    if found.kind not in find_checklist(checklist, day).sites:
        raise refusals.no_such_site()
    if Pilot.objects.filter(site=found, checklist=checklist, ended_on=None).exists():
        raise refusals.enrolled_already()
    made = Pilot.objects.create(
        uuid=id or new_id(), checklist=checklist, site=found, area=found.area, started_on=day
    )  # fmt: skip
    _step(by, made, "enrolled", day)
    audit.record(by, "assessment.enrol", f"pilot:{made.uuid}", area=found.area, site=site, checklist=checklist)
    return made


@once
def answer_item(
    *, by: Scope, pilot: UUID, item: str, mark: str, value: Value | None, note: str = "", paper: str = "",
    file: Attached | None = None, id: UUID | None = None,
) -> Answer:  # fmt: skip
    """Answer an item, with what shows it. mark: of the item's words that the writer read.

    Raises ShidaiError where those words changed meanwhile, for no answer, a file that is none, and after submission.
    """
    found = _find(by, pilot, "assessment.run")
    known = Answer.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other(known.pilot_id == found.pk and known.item == item)
        return known
    _refuse_unless(found, State.WORKING)
    asked = checklist_of(found).item_named(item)
    if asked is None:
        raise refusals.no_item()
    if asked.mark != mark:
        raise refusals.item_changed()
    told = _read_value(asked, value)
    if file is not None:
        _attach(by, found, item, file, id)
    made = Answer.objects.create(
        uuid=id or new_id(), by=by.username, pilot=found, item=item, mark=mark, value=told, note=note.strip(),
        paper=paper.strip(),
    )  # fmt: skip
    audit.record(by, "assessment.answer", f"pilot:{pilot}", area=found.area, item=item)
    return made


def _read_value(item: ChecklistItem, value: Value | None) -> Value:
    if item.kind == "yes_no" and isinstance(value, bool):
        return value
    if item.kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if item.kind == "text" and isinstance(value, str) and value.strip():
        return value.strip()
    raise refusals.not_a_value(item)


def _attach(by: Scope, pilot: Pilot, item: str, file: Attached, id: UUID | None) -> Evidence:
    """The content is on the disk before its row is: a row never names a file that isn't there."""
    kind = check_file(file.content)
    uuid = uuid5(id, "file") if id else new_id()
    keep_file(uuid, file.content)
    name = "".join(sign for sign in file.name if sign.isprintable() and sign not in '/\\"<>|:*?').strip()[-120:]
    return Evidence.objects.create(
        uuid=uuid, by=by.username, pilot=pilot, item=item, name=name or f"file.{kind}", kind=kind,
        size=len(file.content), digest=sha256(file.content).hexdigest(),
    )  # fmt: skip


@transaction.atomic
def drop_evidence(*, by: Scope, evidence: UUID, reason: str, id: UUID | None = None) -> EvidenceEnd:
    """Take a file back, for example because it shows a person: its content is removed, that it was there stays."""
    file = Evidence.objects.select_related("pilot").filter(uuid=evidence).first()
    if file is None:
        require(by, "assessment.run")
        raise refusals.no_pilot()
    found = _find(by, file.pilot.uuid, "assessment.run")
    known = EvidenceEnd.objects.filter(evidence=file).first()
    if known is not None:
        return known
    _refuse_unless(found, State.WORKING)
    if not reason.strip():
        raise refusals.without_reason()
    made = EvidenceEnd.objects.create(uuid=id or new_id(), by=by.username, evidence=file, reason=reason.strip())
    transaction.on_commit(lambda: drop_file(file.uuid))
    audit.record(by, "assessment.drop", f"pilot:{found.uuid}", area=found.area, item=file.item, reason=reason.strip())
    return made


@transaction.atomic
def submit_pilot(*, by: Scope, pilot: UUID, day: date, id: UUID | None = None) -> Pilot:
    """The station says that it is ready.

    Raises ShidaiError naming what isn't answered, and what is asked for evidence and has none.
    """
    found = _find(by, pilot, "assessment.run")
    if _known(found, "submitted", id):
        return found
    _refuse_unless(found, State.WORKING)
    refuse_future(day)
    checklist, answers = checklist_of(found), standing_answers(found)
    verdict = checklist.judge(values_of(checklist, answers))
    if verdict.open:
        raise refusals.not_answered(_items(checklist, verdict.open))
    bare = [
        one for one in checklist.item
        if one.evidence is not None and one.id in answers and not has_evidence(found, answers[one.id])
    ]  # fmt: skip
    if bare:
        raise refusals.without_evidence(bare)
    found.state = State.SUBMITTED
    told = {
        item: {"value": one.value, "mark": one.mark, "answer": str(one.uuid)} for item, one in answers.items()
    }  # fmt: skip
    _carry(by, found, "submitted", day, id=id, answers=told)
    audit.record(by, "assessment.submit", f"pilot:{pilot}", area=found.area, met=len(verdict.met))
    return found


@transaction.atomic
def sign_pilot(*, by: Scope, pilot: UUID, seen: int, day: date, id: UUID | None = None) -> Pilot:
    """The level above says that it passes. seen: number of the step that she had before her.

    Raises ShidaiError for one's own work, for what doesn't pass, and where somebody decided in between.
    """
    found = _find_above(by, pilot)
    if _known(found, "signed", id):
        return found
    _refuse_unless(found, State.SUBMITTED)
    _refuse_past(found, seen)
    refuse_future(day)
    if by.username in _workers(found):
        raise refusals.own_work()
    checklist = checklist_of(found)
    verdict = checklist.judge(values_of(checklist, standing_answers(found)))
    if verdict.open:  # the checklist asks for more since
        raise refusals.not_answered(_items(checklist, verdict.open))
    if not verdict.passes:
        raise refusals.does_not_pass(_items(checklist, verdict.failed), len(verdict.met), checklist.least_met)
    found.state, found.signed_on = State.SIGNED, day
    _carry(by, found, "signed", day, id=id)
    audit.record(by, "assessment.sign", f"pilot:{pilot}", area=found.area, met=len(verdict.met))
    return found


@transaction.atomic
def return_pilot(
    *, by: Scope, pilot: UUID, seen: int, reason: str, day: date, id: UUID | None = None
) -> Pilot:  # fmt: skip
    """Not yet, and why: the station goes on from its answers. One that was signed off is so no more."""
    found = _find_above(by, pilot)
    if _known(found, "returned", id):
        return found
    _refuse_unless(found, State.SUBMITTED, State.SIGNED)
    _refuse_past(found, seen)
    refuse_future(day)
    if not reason.strip():
        raise refusals.without_reason()
    found.state, found.signed_on = State.WORKING, None
    _carry(by, found, "returned", day, id=id, reason=reason.strip())
    audit.record(by, "assessment.return", f"pilot:{pilot}", area=found.area, reason=reason.strip())
    return found


@transaction.atomic
def end_pilot(*, by: Scope, pilot: UUID, reason: str, day: date, id: UUID | None = None) -> Pilot:
    """From a day on the site is no pilot any more. Its answers stay to be read."""
    found = _find_above(by, pilot)
    if _known(found, "ended", id):
        return found
    _refuse_unless(found, State.WORKING, State.SUBMITTED, State.SIGNED)
    refuse_future(day)
    if not reason.strip():
        raise refusals.without_reason()
    if day <= (found.signed_on or found.started_on):
        raise refusals.too_early()
    found.state, found.ended_on = State.ENDED, day
    _carry(by, found, "ended", day, id=id, reason=reason.strip())
    audit.record(by, "assessment.end", f"pilot:{pilot}", area=found.area, reason=reason.strip())
    return found


def _items(checklist: Checklist, ids: Sequence[str]) -> list[ChecklistItem]:
    return [one for one in checklist.item if one.id in ids]


def _workers(pilot: Pilot) -> set[str]:
    """Whoever answered or submitted anything of it."""
    answered = set(pilot.answers.values_list("by", flat=True))
    return answered | set(pilot.steps.filter(deed="submitted").values_list("by", flat=True))


def _find(by: Scope, pilot: UUID, capability: Any, *, above: bool = False) -> Pilot:
    """A pilot with which `by` may do this, locked."""
    locked = Pilot.objects.select_for_update(of=("self",)).select_related("site")
    found = locked.filter(uuid=pilot).first()
    if found is None:
        require(by, capability)
        raise refusals.no_pilot()
    require(by, capability, parent_of(found.area) if above else found.area)
    return found


def _find_above(by: Scope, pilot: UUID) -> Pilot:
    """The same for the level above the site's."""
    return _find(by, pilot, "assessment.sign", above=True)


def _refuse_unless(pilot: Pilot, *states: str) -> None:
    if pilot.state not in states:
        raise refusals.wrong_state(pilot.state)


def _refuse_past(pilot: Pilot, seen: int) -> None:
    if pilot.number != seen:
        raise refusals.decided_meanwhile()


def _known(pilot: Pilot, deed: str, id: UUID | None) -> bool:
    """Whether this id's step was written before: a second click."""
    known = PilotStep.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other(known.pilot_id == pilot.pk and known.deed == deed)
    return known is not None


def _carry(by: Scope, pilot: Pilot, deed: str, day: date, *, id: UUID | None, **more: Any) -> None:
    """Save the pilot as it stands now, with the step that led to it."""
    pilot.number += 1
    pilot.save()
    _step(by, pilot, deed, day, id=id, **more)


def _step(by: Scope, pilot: Pilot, deed: str, day: date, *, id: UUID | None = None, **more: Any) -> None:
    PilotStep.objects.create(
        uuid=id or new_id(), by=by.username, pilot=pilot, number=pilot.number, deed=deed, day=day, **more
    )
    mark_changed([partition_of(pilot.area)])
