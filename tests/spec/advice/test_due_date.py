"""Gestational age and due date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shidai.advice.duedate import Scan, date_pregnancy, due_by_period, due_by_scan, gestation_by_scan
from shidai.words import ShidaiError

NEW_YEAR = date(2025, 1, 1)


def test_naegele_adds_seven_days_and_nine_months() -> None:
    """The rule in months agrees with 280 days here: 1 January, plus 7 days, plus 9 months."""
    assert due_by_period(NEW_YEAR) == date(2025, 10, 8)


@pytest.mark.parametrize(("cycle", "due"), [(28, date(2025, 10, 8)), (35, date(2025, 10, 15)), (24, date(2025, 10, 4))])
def test_a_longer_cycle_moves_the_due_date_by_its_days(cycle: int, due: date) -> None:
    assert due_by_period(NEW_YEAR, cycle) == due


@pytest.mark.parametrize(("crown_rump", "weeks"), [(45, (11, 2)), (84, (14, 1))])
def test_the_bounds_of_the_first_trimester_scan(crown_rump: float, weeks: tuple[int, int]) -> None:
    """45 and 84 mm, between which screening is done: 11 weeks 2 days to 14 weeks 1 day, as commonly stated."""
    assert divmod(gestation_by_scan(crown_rump), 7) == weeks


@pytest.mark.parametrize(("crown_rump", "table"), [(20.4, 61), (33.0, 70), (46.7, 77), (58.3, 84), (72.5, 91)])
def test_the_formula_is_near_robinsons_table_of_1975(crown_rump: float, table: int) -> None:
    """Robinson's means, as a public page lists them: within his 4.7 days (two standard deviations)."""
    assert abs(gestation_by_scan(crown_rump) - table) <= 4.7


@given(st.integers(100, 830))
def test_a_longer_foetus_is_older(tenths: int) -> None:
    assert gestation_by_scan((tenths + 10) / 10) >= gestation_by_scan(tenths / 10)


def test_a_scan_alone_dates_the_pregnancy() -> None:
    told = date_pregnancy(date(2025, 3, 20), scan=Scan(date(2025, 3, 20), 45))
    assert (told.by, told.weeks, told.due) == ("scan", (11, 2), date(2025, 3, 20) + timedelta(days=280 - 79))


@pytest.mark.parametrize(
    ("days_later", "by"), [(7, "period"), (8, "scan"), (-7, "period"), (-8, "scan")]
)  # ACOG 700: 9 weeks to 13 weeks 6 days, more than 7 days
def test_the_period_counts_unless_the_scan_is_more_than_a_week_apart(days_later: int, by: str) -> None:
    scan = Scan(NEW_YEAR + timedelta(days=79 + days_later), 45)
    told = date_pregnancy(scan.on, last_period=NEW_YEAR, scan=scan)
    assert (told.by, told.apart) == (by, 8 if by == "scan" else 7)
    assert told.due == (due_by_scan(scan) if by == "scan" else due_by_period(NEW_YEAR))


@pytest.mark.parametrize(("days_later", "by"), [(5, "period"), (6, "scan")])  # ACOG 700: up to 8 weeks 6 days
def test_in_early_weeks_five_days_apart_are_enough(days_later: int, by: str) -> None:
    gestation = gestation_by_scan(12)
    scan = Scan(NEW_YEAR + timedelta(days=gestation + days_later), 12)
    assert date_pregnancy(scan.on, last_period=NEW_YEAR, scan=scan).by == by


@given(st.integers(0, 285), st.one_of(st.none(), st.integers(20, 45)))
def test_gestation_and_due_date_always_make_280_days(day: int, cycle: int | None) -> None:
    on = NEW_YEAR + timedelta(days=day + 17)
    told = date_pregnancy(on, last_period=NEW_YEAR, cycle=cycle)
    assert told.due == on + timedelta(days=280 - told.gestation)


def test_what_cannot_be_dated_is_explained() -> None:
    with pytest.raises(ShidaiError, match="scan"):
        date_pregnancy(NEW_YEAR)
    with pytest.raises(ShidaiError, match="isn't within"):
        date_pregnancy(date(2026, 6, 1), last_period=NEW_YEAR)
    with pytest.raises(ShidaiError, match="84"):
        gestation_by_scan(90)
