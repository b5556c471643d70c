"""Every read of programmes, inside the caller's areas. Results are health data: only who serves there sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.packs.schema.programme import Programme
from shidai.programmes.agenda import bookings_of
from shidai.programmes.duelists import kept_list
from shidai.programmes.models import Booking, KeptDue, Visit
from shidai.programmes.offered import Offer, offers
from shidai.programmes.referrals import referred_to
from shidai.registry.citypack import city_pack
from shidai.registry.queries import contacts, get_person, has_died, list_people, people_by_number
from shidai.registry.recordsday import records_day
from shidai.rules.schedules import Due, StepDue


@dataclass(frozen=True, slots=True)
class DueLine:
    """One line of a due list: whose step of which programme, and how many days late."""

    person: UUID
    name: str
    area: str
    programme: Programme
    due: StepDue
    late: int


@dataclass(frozen=True, slots=True)
class PersonOffers:
    """What the programmes offer one person, and what is on file. `visits`: only for who may see results."""

    name: str
    sex: int
    offers: tuple[Offer, ...]
    visits: tuple[Visit, ...]
    may_record: bool
    booked: tuple[Booking, ...] = ()
    alive: bool = True


def offers_to(scope: Scope, person: UUID, on: date) -> PersonOffers | None:
    """What is offered to a person of the reader's areas on a day; None elsewhere. A look at visits is logged."""
    require(scope, "service.invite")
    found = get_person(scope, person)
    if found is None or not any(scope.allows("service.invite", area) for area in _areas(found)):
        return None
    told = tuple(offer for _, offer in offers([found.pk], on))
    may_record = any(scope.allows("service.record", area) for area in _areas(found))
    visits = tuple(one for offer in told for one in offer.lines) if may_record else ()
    if visits:
        audit.record(scope, "service.read", f"person:{person}", area=_areas(found)[0], count=len(visits))
    return PersonOffers(
        found.name,
        found.sex,
        told,
        tuple(sorted(visits, key=lambda one: (one.day, one.pk), reverse=True)),
        may_record,
        tuple(bookings_of({found.pk}).values()),
        not has_died(found.pk),
    )


def find_offer(scope: Scope, person: UUID, programme: str, on: date) -> tuple[PersonOffers, Offer] | None:
    """What a person is offered, and of one programme; None where there is nothing of it for this reader."""
    told = offers_to(scope, person, on)
    found = next((one for one in told.offers if one.programme.id == programme), None) if told is not None else None
    return (told, found) if told is not None and found is not None else None


@dataclass(frozen=True, slots=True)
class StepForm:
    """Whose step is recorded and what is offered to her. site: the code of the site to which she was referred for it,
    where its staff sees nothing of her but what she was referred for."""

    name: str
    offer: Offer
    site: str = ""


def find_step_form(scope: Scope, person: UUID, programme: str, step: str, *, again: bool) -> StepForm | None:
    """For who may record a step: in her areas, or where she was referred for this step; None elsewhere.

    again: also when the reader has recorded the answer already, so that a second click hears of it. The look is logged.
    """
    found = find_offer(scope, person, programme, records_day())
    if found is not None and found[0].may_record:
        return StepForm(found[0].name, found[1])
    told = referred_to(scope, person, programme, step)
    answered = told is not None and told.answer is not None and not (again and told.answer.by == scope.username)
    if told is None or told.referral.site is None or answered:
        return None
    wanted = [one for one in city_pack().all_programmes if one.id == programme]
    offer = next((one for _, one in offers([told.person.pk], records_day(), wanted)), None)
    if offer is None:
        return None
    site = told.referral.site
    audit.record(scope, "service.read", f"person:{told.person.uuid}", area=told.visit.area, count=1)
    return StepForm(told.person.name, replace(offer, lines=(told.visit,)), site.code)


def _areas(person: object) -> tuple[str, ...]:
    """Where somebody lives, and is registered."""
    return tuple(area for area in (person.living_area, person.registered_area) if area)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class DuePage:
    """Some lines of a due list, and how many there are in all and late."""

    lines: tuple[DueLine, ...]
    total: int
    late: int


def due_list(scope: Scope, *, area: str, on: date, programmes: Sequence[Programme] = ()) -> list[DueLine]:
    """All lines of a village's due list: see `due_page`."""
    return list(due_page(scope, area=area, on=on, programmes=programmes).lines)


def due_page(
    scope: Scope, *, area: str, on: date, programmes: Sequence[Programme] = (), first: int = 0, count: int | None = None
) -> DuePage:
    """What is due in a village on a day, what ends first at the top; who declined isn't on it.

    From the kept list with what was recorded since; without one, reckoned from the register now. `count` lines from
    `first` on. The look is logged with whose names it shows.
    """
    return due_with_people(scope, area, on, programmes, first, count)[0]


def due_with_people(
    scope: Scope, area: str, on: date, programmes: Sequence[Programme], first: int, count: int | None
) -> tuple[DuePage, dict[UUID, Any]]:
    """The page, and the people on it: read once."""
    require(scope, "service.invite", area)
    wanted = {one.id for one in programmes}
    kept = kept_list(area) is not None
    lines, total, late = (_kept if kept else _live)(scope, area, on, wanted, first, count)
    people, by_id = people_by_number(scope, {person for person, _, _ in lines}), city_pack().programmes
    found = tuple(
        DueLine(one.uuid, one.name, _areas(one)[0], by_id[programme], due, max(0, (on - due.due.by).days))
        for person, programme, due in lines
        if (one := people.get(person)) is not None and programme in by_id
    )
    if found:
        audit.record(scope, "service.list", "due", area=area, people=sorted({str(line.person) for line in found}))
    return DuePage(found, total, late), {one.uuid: one for one in people.values()}


def due_programmes(scope: Scope, *, area: str, on: date) -> dict[str, int]:
    """How many lines each programme has on a village's list; one without any is left out."""
    require(scope, "service.invite", area)
    if kept_list(area) is None:
        return dict(Counter(programme for _, programme, _ in _live(scope, area, on, (), 0, None)[0]))
    kept = KeptDue.objects.filter(area=area, person__merged_into=None).order_by().values("programme")
    return {one["programme"]: one["many"] for one in kept.annotate(many=Count("pk"))}


@dataclass(frozen=True, slots=True)
class DueCount:
    """How many lines a village's kept list has, and how many of them are late."""

    total: int
    late: int


def due_counts(scope: Scope, *, area: str, on: date) -> dict[str, DueCount]:
    """By village inside an area, from the kept lists; a village where nothing is due is left out."""
    require(scope, "service.invite", area)
    kept = KeptDue.objects.filter(area__startswith=area, person__merged_into=None).order_by().values("area")
    counted = kept.annotate(total=Count("pk"), late=Count("pk", filter=Q(by__lt=on)))
    return {one["area"]: DueCount(one["total"], one["late"]) for one in counted}


@dataclass(frozen=True, slots=True)
class Reminder:
    """Somebody who is reminded once, whatever is due: nothing in it tells what of."""

    name: str
    phone: str
    address: str
    by: date
    late: bool


def reminders(
    scope: Scope, *, area: str, on: date, programmes: Sequence[Programme] = (), late: bool = False
) -> list[Reminder]:
    """Whom to remind in a village, each once, by the first day that ends; `late`: only those whose day has passed.

    Telephones and addresses are opened for it, and the log says so.
    """
    page, known = due_with_people(scope, area, on, programmes, 0, None)
    first: dict[UUID, date] = {}
    for one in page.lines:
        first[one.person] = min(one.due.due.by, first.get(one.person, one.due.due.by))
    wanted = {uuid: by for uuid, by in first.items() if not late or by < on}
    people = sorted((known[uuid] for uuid in wanted), key=lambda one: (one.pinyin, one.pk))
    opened = contacts(scope, people, "reminders")
    return [Reminder(one.name, *opened[one.pk], wanted[one.uuid], wanted[one.uuid] < on) for one in people]


Lines = list[tuple[int, str, StepDue]]


def _live(
    scope: Scope, area: str, on: date, wanted: Collection[str], first: int, count: int | None
) -> tuple[Lines, int, int]:
    here = [list_people(scope, area=area, who="living"), list_people(scope, area=area, who="registered")]
    ids = {pk for people in here for pk in people.order_by().values_list("pk", flat=True)}
    lines = [
        (person, offer.programme.id, due)
        for person, offer in offers(ids, on)
        if not wanted or offer.programme.id in wanted
        for due in offer.due
    ]
    lines.sort(key=lambda one: (one[2].due.by, one[0]))
    late = sum(one[2].due.by < on for one in lines)
    return lines[first : None if count is None else first + count], len(lines), late


def _kept(
    scope: Scope, area: str, on: date, wanted: Collection[str], first: int, count: int | None
) -> tuple[Lines, int, int]:
    found = KeptDue.objects.filter(area=area, person__merged_into=None)
    found = found.filter(programme__in=wanted) if wanted else found
    some = found.order_by("by", "person", "pk")[first : None if count is None else first + count]
    lines = [(one.person_id, one.programme, StepDue(one.step, Due(one.since, one.by), None, one.last)) for one in some]
    return lines, found.count(), found.filter(by__lt=on).count()


def visit_page(scope: Scope, uuid: UUID) -> Visit | None:
    """One visit with its values, for who may see results there; the look is logged."""
    found = Visit.objects.select_related("person", "replaces").filter(uuid=uuid).first()
    if found is None or not scope.allows("service.record", found.area):
        return None
    audit.record(scope, "service.read", f"person:{found.person.uuid}", area=found.area, count=1)
    return found
