"""A deadline in working days skips the days off that were announced and counts the weekends worked instead."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shidai.core.workdays import WorkingDeadline, count_working_days, is_working_day
from shidai.packs import load_pack
from shidai.packs.schema.holidays import HolidayYear

THEN, NOW = load_pack("wuxi-2006").holidays, load_pack("china-2025").holidays


def test_a_holiday_is_skipped_and_the_weekend_days_worked_instead_count() -> None:
    # by hand: 12 to 30 September (Sunday 28th is worked), none to 8 October, then 9, 10, Saturday 11 and three weeks
    assert count_working_days(date(2025, 9, 15), 30, NOW) == WorkingDeadline(date(2025, 10, 31))
    assert count_working_days(date(2025, 9, 15), 30, ()).day == date(2025, 10, 27), "by weekends alone"


def test_the_day_from_which_it_runs_does_not_count() -> None:
    assert count_working_days(date(2026, 3, 2), 1, NOW).day == date(2026, 3, 3)
    assert count_working_days(date(2026, 3, 6), 1, NOW).day == date(2026, 3, 9), "over a weekend"


def test_the_last_weekend_of_2006_was_worked_for_the_new_year_after_it() -> None:
    assert is_working_day(date(2006, 12, 30), THEN)
    assert is_working_day(date(2006, 12, 31), THEN)
    assert not is_working_day(date(2007, 1, 2), THEN)
    assert count_working_days(date(2006, 12, 29), 3, THEN).day == date(2007, 1, 4)


@pytest.mark.parametrize("since", [date(2026, 12, 20), date(2027, 3, 1)])
def test_a_year_that_nobody_has_announced_is_counted_by_weekends_and_named(since: date) -> None:
    assert count_working_days(since, 30, NOW).unannounced == (2027,)
    assert count_working_days(since, 3, ()).unannounced == (since.year,)


@pytest.mark.parametrize(
    ("year", "statutory"),
    # what the law then gave everybody: 1 + 3 + 3 + 3 days; from 2025 on 1 + 4 + 1 + 2 + 1 + 1 + 3
    [*((year, 10) for year in THEN), *((year, 13) for year in NOW)],
    ids=lambda told: str(told.year) if isinstance(told, HolidayYear) else None,
)
def test_moving_days_gives_no_more_days_off_than_the_law(year: HolidayYear, statutory: int) -> None:
    days = {one.first + timedelta(days=at) for one in year.off for at in range((one.last - one.first).days + 1)}
    assert sum(day.weekday() < 5 for day in days) - len(year.work) == statutory
    assert year.confirmed
