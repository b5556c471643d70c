"""Working days: Mondays to Fridays without the pack's holidays, and the weekend days that are worked in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shidai.packs.schema.holidays import SATURDAY, HolidayYear


@dataclass(frozen=True, slots=True)
class WorkingDeadline:
    """The last day in which to do something. `unannounced`: years whose holidays the pack doesn't know, counted by
    their weekends alone."""

    day: date
    unannounced: tuple[int, ...] = ()


def is_working_day(day: date, years: Sequence[HolidayYear]) -> bool:
    """Whether offices work on a day, as far as the years announced tell; else by the day of the week."""
    if any(day in one.work for one in years):
        return True
    return day.weekday() < SATURDAY and not any(day in off for one in years for off in one.off)


def count_working_days(since: date, days: int, years: Sequence[HolidayYear]) -> WorkingDeadline:
    """The last of so many working days; the first one that counts is after `since`."""
    day, left, unannounced = since, days, dict[int, None]()
    known = {one.year for one in years}
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day, years)
        if day.year not in known:
            unannounced[day.year] = None
    return WorkingDeadline(day, tuple(unannounced))
