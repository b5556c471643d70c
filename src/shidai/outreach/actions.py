"""Every write of outreach: sessions are planned, changed, held or cancelled; who came is noted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.actions import mark_changed
from shidai.core.ids import new_id
from shidai.core.queries import staff_called_one_of
from shidai.core.refusing import refuse_future, refuse_other
from shidai.core.written import once
from shidai.outreach import refusals
from shidai.outreach.models import Attendance, AttendanceEnd, Session, SessionChange
from shidai.packs.schema.training import Audience, Training
from shidai.registry.citypack import city_pack
from shidai.registry.queries import get_person
from shidai.supply.ledger import partition_of
from shidai.supply.queries.sites import find_open_site

State = Session.State
_FACTS = ("topic", "day", "starts", "ends", "place", "trainer", "audience", "places")


@once
def plan_session(
    *, by: Scope, area: str, topic: str, day: date, starts: str, ends: str, trainer: str,
    audience: Sequence[Audience] = (), site: str = "", place: str = "", places: int | None = None,
    id: UUID | None = None,
) -> Session:  # fmt: skip
    """Plan a session for the people of an area. audience: who may come; nothing: all for whom the topic is.

    site: code of a site that is open on the day, or `place` in words. places: how many may come, None for no limit.
    Raises ShidaiError for a topic that the pack doesn't have on the day, times out of order and no place.
    """
    require(by, "outreach.keep", area)
    known = Session.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other(known.area == area and known.topic == topic)
        return known
    made = Session(uuid=id or new_id(), area=area)
    set_facts(
        made, topic=topic, day=day, starts=starts, ends=ends, trainer=trainer, audience=audience, site=site,
        place=place, places=places,
    )  # fmt: skip
    made.save(force_insert=True)
    _note(by, made, "planned")
    audit.record(by, "outreach.plan", f"session:{made.uuid}", area=area, topic=topic, day=str(day))
    return made


@transaction.atomic
def change_session(
    *, by: Scope, session: UUID, seen: int, reason: str, day: date, starts: str, ends: str, trainer: str,
    audience: Sequence[Audience] = (), site: str = "", place: str = "", places: int | None = None,
    id: UUID | None = None,
) -> Session:  # fmt: skip
    """Change a session that is planned. seen: the number of the change that the writer had before her.

    Raises ShidaiError where somebody changed it in between, and without a reason.
    """
    found = _find(by, session)
    if _known(found, "changed", id):
        return found
    _refuse_unless(found, State.PLANNED)
    if seen != found.number:
        raise refusals.changed_meanwhile()
    if not reason.strip():
        raise refusals.without_reason()
    set_facts(
        found, topic=found.topic, day=day, starts=starts, ends=ends, trainer=trainer, audience=audience, site=site,
        place=place, places=places,
    )  # fmt: skip
    _carry(by, found, "changed", reason=reason, id=id)
    audit.record(by, "outreach.change", f"session:{session}", area=found.area, topic=found.topic, day=str(day))
    return found


@transaction.atomic
def hold_session(*, by: Scope, session: UUID, id: UUID | None = None) -> Session:
    """Say that it was held. Raises ShidaiError before its day, and while nobody is noted as having come."""
    found = _find(by, session)
    if _known(found, "held", id):
        return found
    _refuse_unless(found, State.PLANNED)
    refuse_future(found.day)
    if not found.attendances.filter(end=None).exists():
        raise refusals.nobody_came()
    found.state = State.HELD
    _carry(by, found, "held", id=id)
    audit.record(by, "outreach.held", f"session:{session}", area=found.area, topic=found.topic)
    return found


@transaction.atomic
def cancel_session(*, by: Scope, session: UUID, reason: str, id: UUID | None = None) -> Session:
    """It doesn't take place, and why."""
    found = _find(by, session)
    if _known(found, "cancelled", id):
        return found
    _refuse_unless(found, State.PLANNED)
    if not reason.strip():
        raise refusals.without_reason()
    found.state = State.CANCELLED
    _carry(by, found, "cancelled", reason=reason, id=id)
    audit.record(by, "outreach.cancel", f"session:{session}", area=found.area, reason=reason.strip())
    return found


@transaction.atomic
def reopen_session(*, by: Scope, session: UUID, reason: str, id: UUID | None = None) -> Session:
    """'Held' or 'cancelled' was a mistake: it is planned again. Who was noted as having come stays noted."""
    found = _find(by, session)
    if _known(found, "reopened", id):
        return found
    _refuse_unless(found, State.HELD, State.CANCELLED)
    if not reason.strip():
        raise refusals.without_reason()
    found.state = State.PLANNED
    _carry(by, found, "reopened", reason=reason, id=id)
    audit.record(by, "outreach.reopen", f"session:{session}", area=found.area, reason=reason.strip())
    return found


@once
def note_staff(*, by: Scope, session: UUID, staff: Sequence[str], id: UUID | None = None) -> list[Attendance]:
    """These members of the staff came, by user name, or by name where one alone has it. Who is noted stays so.

    Raises ShidaiError naming those whom no account fits.
    """
    found = _open_for(by, session, "staff")
    accounts = staff_called_one_of(dict.fromkeys(name.strip() for name in staff if name.strip()))
    unknown = [name for name, fitting in accounts.items() if len(fitting) != 1]
    if unknown:
        raise refusals.no_account(unknown)
    if not accounts:
        raise refusals.no_one_named()
    there = set(found.attendances.filter(end=None).values_list("staff_id", flat=True))
    members = {one.pk: one for fitting in accounts.values() for one in fitting if one.pk not in there}
    made = [
        Attendance(
            uuid=uuid5(id, str(pk)) if id else new_id(), by=by.username, session=found, staff=one, audience="staff"
        )
        for pk, one in members.items()
    ]
    Attendance.objects.bulk_create(made)
    _told(by, "outreach.attend", found, len(made))
    return made


@once
def count_heads(
    *, by: Scope, session: UUID, heads: Mapping[Audience, int], id: UUID | None = None
) -> dict[Audience, Attendance]:
    """So many came besides those noted by name: residents, and staff without an account here.

    A later count of an audience takes the place of the one before it. Returns the lines that stand.
    """
    found = _find(by, session)
    standing: dict[Audience, Attendance] = {}
    for audience, count in heads.items():
        _refuse_closed(found, audience)
        before = found.attendances.filter(end=None, staff=None, person=None, audience=audience).first()
        if before is not None and before.heads != count:
            AttendanceEnd.objects.create(by=by.username, attendance=before, reason="recounted")
        if before is None or before.heads != count:
            before = Attendance.objects.create(
                uuid=uuid5(id, audience) if id else new_id(), by=by.username, session=found, audience=audience,
                heads=count,
            )  # fmt: skip
        standing[audience] = before
    _told(by, "outreach.attend", found, sum(heads.values()))
    return standing


@once
def note_resident(*, by: Scope, session: UUID, person: UUID, agreed: bool, id: UUID | None = None) -> Attendance:
    """A resident of the writer's areas came and agreed to be noted by name. Twice is once.

    Raises ShidaiError without her consent: then she is counted among the heads.
    """
    found = _open_for(by, session, "residents")
    if not agreed:
        raise refusals.without_consent()
    who = get_person(by, person) if by.allows("record.read") else None
    if who is None:
        raise refusals.no_person()
    there = found.attendances.filter(end=None, person=who).first()
    if there is not None:
        return there
    made = Attendance.objects.create(
        uuid=id or new_id(), by=by.username, session=found, person=who, audience="residents"
    )
    mark_changed([partition_of(found.area)])
    audit.record(by, "outreach.name", f"person:{person}", area=found.area, session=str(session))
    return made


@transaction.atomic
def end_attendance(*, by: Scope, attendance: UUID, reason: str, id: UUID | None = None) -> AttendanceEnd:
    """She didn't come after all, or was noted twice; and why. The line stays in the book."""
    line = Attendance.objects.select_related("session").filter(uuid=attendance).first()
    if line is None:
        require(by, "outreach.keep")
        raise refusals.no_session()
    found = _find(by, line.session.uuid)
    known = AttendanceEnd.objects.filter(attendance=line).first()
    if known is not None:
        return known
    if not reason.strip():
        raise refusals.without_reason()
    made = AttendanceEnd.objects.create(
        uuid=id or new_id(), by=by.username, attendance=line, reason=reason.strip()
    )  # fmt: skip
    if found.state == State.HELD and not found.attendances.filter(end=None).exists():
        raise refusals.nobody_came()
    mark_changed([partition_of(found.area)])
    audit.record(by, "outreach.unattend", f"session:{found.uuid}", area=found.area, reason=reason.strip())
    return made


def _find(by: Scope, session: UUID) -> Session:
    """A session that `by` may keep, locked."""
    found = Session.objects.select_for_update(of=("self",)).filter(uuid=session).first()
    if found is None:
        require(by, "outreach.keep")
        raise refusals.no_session()
    require(by, "outreach.keep", found.area)
    return found


def _open_for(by: Scope, session: UUID, audience: Audience) -> Session:
    """A session whose attendance is noted: its day has come, it wasn't cancelled, and it is for such people."""
    found = _find(by, session)
    _refuse_closed(found, audience)
    return found


def _refuse_closed(session: Session, audience: Audience) -> None:
    _refuse_unless(session, State.PLANNED, State.HELD)
    refuse_future(session.day)
    if audience not in session.audience:
        raise refusals.not_for(audience)


def _refuse_unless(session: Session, *states: str) -> None:
    if session.state not in states:
        raise refusals.wrong_state(session.state)


def _known(session: Session, deed: str, id: UUID | None) -> bool:
    """Whether this id's change was written before: a second click."""
    known = SessionChange.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other(known.session_id == session.pk and known.deed == deed)
    return known is not None


def set_facts(session: Session, *, topic: str, site: str, audience: Sequence[Audience], **facts: Any) -> None:
    """Give a session its facts, checked."""
    training = find_training(topic, facts["day"])
    for each in audience:
        if each not in training.audience:
            raise refusals.not_for(each)
    session.topic, session.audience = topic, list(audience or training.audience)
    session.site = find_open_site(site, facts["day"]) if site else None
    for name in ("starts", "ends"):
        facts[name] = read_time(name, facts[name])
    for name, value in facts.items():
        setattr(session, name, value.strip() if isinstance(value, str) else value)
    if session.ends <= session.starts:
        raise refusals.no_times()
    if not session.site and not session.place:
        raise refusals.nowhere()


def find_training(topic: str, on: date) -> Training:
    """A topic of the city's pack in force on a day. Raises ShidaiError."""
    found = city_pack().in_force(on).trainings.get(topic)
    if found is None:
        raise refusals.no_topic(topic)
    return found


def read_time(where: str, text: str) -> str:
    """'08:30' from '8:30', '8：30' or '0830'. Raises ShidaiError."""
    found = re.fullmatch(r"(\d{1,2})[:：]?(\d{2})", text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise refusals.bad_time(where, text.strip())
    return f"{int(found[1]):02}:{found[2]}"


def _carry(by: Scope, session: Session, deed: str, *, reason: str = "", id: UUID | None = None) -> None:
    """Save the session as it stands now, with the change that led to it."""
    session.number += 1
    session.save()
    _note(by, session, deed, reason=reason.strip(), id=id)


def _note(by: Scope, session: Session, deed: str, *, reason: str = "", id: UUID | None = None) -> None:
    SessionChange.objects.create(
        uuid=id or new_id(), by=by.username, session=session, number=session.number, deed=deed, facts=facts_of(session),
        reason=reason,
    )  # fmt: skip
    mark_changed([partition_of(session.area)])


def facts_of(session: Session) -> dict[str, Any]:
    """All facts of a session, as a change keeps them."""
    facts = {name: getattr(session, name) for name in _FACTS} | {"day": session.day.isoformat()}
    return facts | {"site": session.site.code if session.site is not None else ""}


def _told(by: Scope, deed: str, session: Session, count: int) -> None:
    mark_changed([partition_of(session.area)])
    audit.record(by, deed, f"session:{session.uuid}", area=session.area, count=count)
