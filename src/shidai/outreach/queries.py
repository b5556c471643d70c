"""Every read of outreach: sessions of an area, who came, and how long each member of the staff was trained."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from shidai.core import audit
from shidai.core.access import Scope, require, within
from shidai.core.tree import path_of
from shidai.outreach.models import Attendance, Session, SessionChange
from shidai.packs.schema.training import Training
from shidai.registry.citypack import city_pack
from shidai.registry.queries import people_by_number

_STANDING = Q(attendances__end=None)


def sessions_of(scope: Scope, area: str, first: date, end: date, state: str = "") -> QuerySet[Session]:
    """Sessions for an area's people from a day up to, not including, another; those of the levels above it too.

    Each has `staff_came` and `residents_came`. Where and when a session above is, is no secret: people may go there.
    """
    require(scope, "outreach.read", area)
    here = within((area,), "area") | Q(area__in=path_of(area))
    found = Session.objects.filter(here, day__gte=first, day__lt=end).select_related("site")
    if state:
        found = found.filter(state=state)
    return _counted(found).order_by("day", "starts", "pk")


def _counted(sessions: QuerySet[Session]) -> QuerySet[Session]:
    staff = Coalesce(Sum("attendances__heads", filter=_STANDING & Q(attendances__audience="staff")), 0)
    residents = Coalesce(Sum("attendances__heads", filter=_STANDING & Q(attendances__audience="residents")), 0)
    return sessions.annotate(staff_came=staff, residents_came=residents)


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A session with who came, as far as its reader may see.

    heads: the lines that count people without names, by audience. hidden: residents by name whom she may not read.
    """

    session: Any
    staff: tuple[tuple[Any, Attendance], ...]
    residents: tuple[tuple[Any, Attendance], ...]
    heads: dict[str, Attendance]
    hidden: int
    changes: tuple[SessionChange, ...]
    may_keep: bool
    may_see_who: bool


def find_session(scope: Scope, uuid: UUID) -> Session | None:
    """A session of the reader's areas, or of a level above them; None elsewhere."""
    prefixes = scope.prefixes("outreach.read")
    require(scope, "outreach.read")
    above = {code for prefix in prefixes for code in path_of(prefix)}
    own = within(prefixes, "area") | Q(area__in=above)
    return _counted(Session.objects.filter(own, uuid=uuid)).select_related("site").first()


def session_page(scope: Scope, uuid: UUID) -> SessionPage | None:
    """One session; None where the reader has no business. A look at residents' names is logged."""
    session = find_session(scope, uuid)
    if session is None:
        return None
    may_see_who = scope.allows("outreach.read", session.area)
    standing = session.attendances.filter(end=None).select_related("staff", "person", "person__merged_into")
    lines = list(standing.order_by("pk")) if may_see_who else []
    named = [(one.person.merged_into or one.person, one) for one in lines if one.person is not None]
    readable: dict[int, Any] = {}
    if named and scope.allows("record.read"):
        readable = people_by_number(scope, (who.pk for who, _ in named))
    if readable:
        audit.record(
            scope, "outreach.read", f"session:{uuid}", area=session.area, count=len(readable)
        )  # fmt: skip
    return SessionPage(
        session,
        tuple((one.staff, one) for one in lines if one.staff is not None),
        tuple(each for each in named if each[0].pk in readable),
        {one.audience: one for one in lines if one.staff is None and one.person is None},
        sum(who.pk not in readable for who, _ in named),
        tuple(session.changes.order_by("number")),
        scope.allows("outreach.keep", session.area),
        may_see_who,
    )


def attendance_in(scope: Scope, uuid: UUID) -> Attendance | None:
    """A line of who came that the reader may put right; None elsewhere."""
    require(scope, "outreach.keep")
    lines = Attendance.objects.filter(within(scope.prefixes("outreach.keep"), "session__area"), uuid=uuid, end=None)
    found = lines.select_related("session", "staff", "person", "person__merged_into").first()
    if found is None or found.person is None:
        return found
    readable = scope.allows("record.read") and people_by_number(scope, [(found.person.merged_into or found.person).pk])
    return found if readable else None


@dataclass(frozen=True, slots=True)
class Trained:
    """How long a member of the staff attended sessions of a topic, and whether that earned its certificate."""

    name: str
    username: str
    topic: str
    training: Training | None
    minutes: int
    sessions: int
    last: date

    @property
    def certified(self) -> bool:
        return self.training is not None and self.training.earns_certificate(self.minutes)


def trained_staff(scope: Scope, area: str, end: date) -> list[Trained]:
    """Of everybody who attended a session of the area that was held before a day: each once a topic."""
    require(scope, "outreach.read", area)
    held = Session.objects.filter(within((area,), "area"), state=Session.State.HELD, day__lt=end)
    lines = Attendance.objects.filter(session__in=held, end=None, staff__isnull=False)
    found: defaultdict[tuple[str, str, str], list[Session]] = defaultdict(list)
    for one in lines.select_related("session", "staff"):
        found[one.staff.name, one.staff.username, one.session.topic].append(one.session)  # type: ignore[union-attr]
    topics = topics_ever()
    return [
        Trained(
            name, username, topic, topics.get(topic), sum(one.minutes for one in sessions), len(sessions),
            max(one.day for one in sessions),
        )
        for (name, username, topic), sessions in sorted(found.items())
    ]  # fmt: skip


def topics_ever() -> dict[str, Training]:
    """Every topic that the pack ever had, the latest version of each."""
    return {one.id: one for one in sorted(city_pack().all_trainings, key=lambda one: one.effective_from)}
