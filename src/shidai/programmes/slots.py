"""Times at which a site sees people: its clinics' hours cut into slots, less what is booked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from shidai.programmes.models import Booking, Clinic

_HOUR = 60


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of a day, how many are seen then, and how many more may come."""

    day: date
    time: str
    places: int
    free: int


def slots_of(site: int, programme: str, first: date, days: int) -> list[Slot]:
    """A site's slots for a programme from a day on, full ones too. site: its row number."""
    last = first + timedelta(days=days - 1)
    running = Q(ends_on=None) | Q(ends_on__gt=first)
    clinics = list(Clinic.objects.filter(running, site=site, programme__in=("", programme), starts_on__lte=last))
    taken = Counter(
        Booking.objects.filter(site=site, day__gte=first, day__lte=last, cancelled_at=None).values_list("day", "time")
    )
    found: dict[tuple[date, str], int] = {}
    for ahead in range(days):
        day = first + timedelta(days=ahead)
        for clinic in clinics:
            if clinic.weekday == day.isoweekday() and clinic.starts_on <= day and not _ended(clinic, day):
                for time in times_of(clinic.start, clinic.end, clinic.minutes):
                    found[day, time] = found.get((day, time), 0) + clinic.places
    return [Slot(day, time, places, max(0, places - taken[day, time])) for (day, time), places in sorted(found.items())]


def _ended(clinic: Clinic, day: date) -> bool:
    return clinic.ends_on is not None and day >= clinic.ends_on


def times_of(start: str, end: str, minutes: int) -> list[str]:
    """'08:30', '08:50', …: every time from which a whole slot fits before the end."""
    first, last = _minutes(start), _minutes(end)
    return [f"{at // _HOUR:02}:{at % _HOUR:02}" for at in range(first, last - minutes + 1, minutes)]


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * _HOUR + int(minute)
