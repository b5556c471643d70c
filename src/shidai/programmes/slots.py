"""Times at which a site sees people: its clinics' hours cut into slots, less what is booked or lacks equipment."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from shidai.programmes.fleet import Fleet, Lack
from shidai.programmes.models import Booking, Clinic
from shidai.programmes.offered import kinds_needed
from shidai.programmes.spans import Span, minutes_of, most_at_once, times_of
from shidai.supply.finding import is_open

USUAL_MINUTES = 20
"""How long a booking is that was made before its length was kept."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of a day: for how many of a step there is room at once, how many more may come, and how long it is.

    seats: the places of all clinics of the site at that time; each is one person's, whatever she comes for.
    """

    day: date
    time: str
    places: int
    free: int
    minutes: int
    seats: int


@dataclass(slots=True)
class _Places:
    """The places that a site's clinics have at a time: those for one programme by its id, '' for any."""

    of: Counter[str]
    minutes: int = 0

    def free(self, programme: str, taken: Counter[str]) -> int:
        """Of the programme's own places and those for any, what neither it nor others that had to go there have."""
        others = sum(max(0, many - self.of[name]) for name, many in taken.items() if name != programme)
        return self.of[programme] + self.of[""] - taken[programme] - others


@dataclass(frozen=True, slots=True)
class Times:
    """A site's slots for a step, and what it lacks on days on which it would have some: the first such day by kind."""

    slots: tuple[Slot, ...]
    lacks: tuple[tuple[date, Lack], ...]


def slots_of(site: int, programme: str, first: date, days: int, step: str = "") -> list[Slot]:
    """A site's slots for a programme's step from a day on, full ones too. site: its row number."""
    return list(times_for(site, programme, first, days, step).slots)


def times_for(site: int, programme: str, first: date, days: int, step: str = "") -> Times:
    """The same with what is lacking: on such a day nothing is offered. step '': one that needs no equipment.

    A site that keeps no list of its equipment isn't held to it.
    """
    last = first + timedelta(days=days - 1)
    hours = _hours(site, programme, first, days)
    fleet = Fleet([site])
    needed = {day: kinds_needed(programme, step, day) if fleet.pieces else () for day in hours}
    booked = list(Booking.objects.filter(site=site, day__gte=first, day__lte=last, cancelled_at=None))
    taken: defaultdict[tuple[date, str], Counter[str]] = defaultdict(Counter)
    for one in booked:
        taken[one.day, one.time][one.programme] += 1
    slots: list[Slot] = []
    lacks: dict[str, tuple[date, Lack]] = {}
    for day in sorted(hours):
        if missing := fleet.lacking(needed[day], day):
            lacks |= {one.kind: (day, one) for one in missing if one.kind not in lacks}
            continue
        room = {kind: fleet.working(kind, day) for kind in needed[day]}
        used = in_use([one for one in booked if one.day == day]) if room else {}
        for time, places in sorted(hours[day].items()):
            span, own = _span(time, places.minutes), places.of[programme] + places.of[""]
            left = [room[kind] - most_at_once(used.get(kind, []), span) for kind in room]
            free = max(0, min([places.free(programme, taken[day, time]), *left]))
            slots.append(Slot(day, time, min([own, *room.values()]), free, places.minutes, places.of.total()))
    return Times(tuple(slots), tuple(lacks.values()))


def _hours(site: int, programme: str, first: date, days: int) -> dict[date, dict[str, _Places]]:
    """The site's places by day and time, at times at which some are for the programme; none while it is closed."""
    running = Q(ends_on=None) | Q(ends_on__gt=first)
    last = first + timedelta(days=days - 1)
    clinics = list(Clinic.objects.filter(running, site=site, starts_on__lte=last).select_related("site"))
    found: defaultdict[date, dict[str, _Places]] = defaultdict(dict)
    for ahead in range(days):
        day = first + timedelta(days=ahead)
        for clinic in clinics:
            if clinic.weekday == day.isoweekday() and runs_on(clinic, day) and is_open(clinic.site, day):
                for time in times_of(clinic.start, clinic.end, clinic.minutes):
                    places = found[day].setdefault(time, _Places(Counter()))
                    places.of[clinic.programme] += clinic.places
                    if clinic.programme in ("", programme):
                        places.minutes = max(places.minutes, clinic.minutes)
    own = {day: {time: one for time, one in times.items() if one.minutes} for day, times in found.items()}
    return {day: times for day, times in own.items() if times}


def runs_on(clinic: Clinic, day: date) -> bool:
    """Whether a clinic's hours hold on a day (of its weekday)."""
    return clinic.starts_on <= day and (clinic.ends_on is None or day < clinic.ends_on)


def in_use(booked: Iterable[Booking]) -> defaultdict[str, list[Span]]:
    """When each kind of equipment is in use on the day of these bookings."""
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for one in booked:
        for kind in kinds_needed(one.programme, one.step, one.day):
            found[kind].append(span_of(one))
    return found


def span_of(booking: Booking) -> Span:
    """From when to when somebody is expected."""
    return _span(booking.time, booking.minutes or USUAL_MINUTES)


def _span(time: str, minutes: int) -> Span:
    start = minutes_of(time)
    return Span(start, start + minutes)
