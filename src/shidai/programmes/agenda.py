"""Reads of bookings: a person's, a site's day, and the day as a calendar file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.language import say
from shidai.programmes.models import Booking, Clinic
from shidai.programmes.slots import USUAL_MINUTES, Slot, Times, times_for
from shidai.programmes.telling import programme_title, step_title
from shidai.registry.queries import all_merged_into, people_by_number, survivors
from shidai.supply.queries import find_open_site, sites_that_see
from shidai.words import Text

DAYS_AHEAD = 14


@dataclass(frozen=True, slots=True)
class SiteSlots:
    """A site with its free and full times of the days to come, and the equipment that it lacks on some of them."""

    code: str
    name: Text
    times: Times

    @property
    def slots(self) -> tuple[Slot, ...]:
        return self.times.slots


def offered_slots(scope: Scope, programme: str, step: str, near: str, first: date) -> list[SiteSlots]:
    """Sites of a county with clinics for a programme, nearest area first, and a step's times of the next two weeks."""
    require(scope, "service.invite")
    found = []
    for site in sites_that_see(near, first):
        times = times_for(site.pk, programme, first, DAYS_AHEAD, step)
        if times.slots or times.lacks:
            found.append(SiteSlots(site.code, site.text, times))
    return found


def bookings_of(people: set[int]) -> dict[tuple[int, str, str], Booking]:
    """Open bookings by person, programme and step; for callers who have checked whom they show."""
    under = {one: one for one in people} | all_merged_into(people)
    open_ = Booking.objects.filter(person__in=under, cancelled_at=None, kept=False).select_related("site")
    return {(under[one.person_id], one.programme, one.step): one for one in open_}


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One line of a site's day. name, person: None where the reader may not see who it is."""

    booking: Booking
    name: str | None
    person: UUID | None


def agenda(scope: Scope, code: str, day: date) -> list[AgendaLine] | None:
    """Who is expected at a site on a day, in order; None where the reader doesn't serve. The look is logged."""
    require(scope, "service.invite")
    site = find_open_site(code, day)
    if not scope.allows("service.record", site.area):
        return None
    booked = list(Booking.objects.filter(site=site, day=day, cancelled_at=None).order_by("time", "place"))
    return agenda_lines(scope, booked, code, site.area)


def agenda_lines(scope: Scope, booked: Collection[Booking], code: str, area: str) -> list[AgendaLine]:
    """Bookings of one site with the names that the reader may see; for callers who have checked the site. Logged."""
    kept = survivors({one.person_id for one in booked})
    people = people_by_number(scope, {kept.get(one.person_id, one.person_id) for one in booked})
    lines = [
        AgendaLine(one, person.name, person.uuid)
        if (person := people.get(kept.get(one.person_id, one.person_id)))
        else AgendaLine(one, None, None)
        for one in booked
    ]
    if lines:
        seen = sorted(str(one.person) for one in lines if one.person is not None)
        audit.record(scope, "service.agenda", f"site:{code}", area=area, people=seen)
    return lines


def clinics_of(site: str, day: date) -> list[Clinic]:
    """A site's clinics that run on or after a day."""
    found = Clinic.objects.filter(site__code=site).order_by("weekday", "start")
    return [one for one in found if one.ends_on is None or one.ends_on > day]


def as_calendar(lines: list[AgendaLine], title: str, minutes: int = USUAL_MINUTES) -> bytes:
    """A site's day as an iCalendar file; who is expected isn't in it, since calendars travel: only times and steps."""
    zone = ZoneInfo(settings.TIME_ZONE)
    calendar = Calendar()
    calendar.add("prodid", "-//Shidai//agenda//")
    calendar.add("version", "2.0")
    for line in lines:
        event = Event()
        hour, _, minute = line.booking.time.partition(":")
        start = datetime(
            line.booking.day.year, line.booking.day.month, line.booking.day.day, int(hour), int(minute), tzinfo=zone
        )
        for name, value in _event(line.booking, title, start, minutes).items():
            event.add(name, value)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(booking: Booking, title: str, start: datetime, minutes: int) -> dict[str, Any]:
    what = (
        f"{say(programme_title(booking.programme))} · {say(step_title(booking.programme, booking.step, booking.day))}"
    )
    return {
        "uid": f"{booking.uuid}@shidai", "dtstamp": booking.at, "dtstart": start,
        "dtend": start + timedelta(minutes=booking.minutes or minutes),
        "summary": f"{title} {what}",
    }  # fmt: skip
