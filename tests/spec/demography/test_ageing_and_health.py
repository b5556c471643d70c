"""Ageing beyond the fixed age of 65, and the years lived in bad health or care."""

from __future__ import annotations

import numpy as np
import pytest

from shidai.demography.ageing import (
    age_at_remaining,
    mean_remaining_years,
    potential_support,
    prospective_age,
    prospective_old_age_dependency,
    support_ratio,
)
from shidai.demography.healthy_life import care_years, years_in_state, years_in_state_error
from shidai.demography.lifetable import life_table
from shidai.demography.structure import old_age_dependency
from shidai.words import ShidaiError
from tests.spec.demography.wpp import column, read_table

AGES = np.array([0, 1, *range(5, 90, 5)])
MX = np.array([0.01, 0.0005, *(0.0002 * np.exp(0.09 * np.arange(0, 85, 5)))])


def test_potential_support_is_the_inverse_of_old_age_dependency() -> None:
    people, ages = [20, 60, 15], [0, 15, 65]
    assert potential_support(people, ages, adult=15, old=65) == pytest.approx(4)
    assert potential_support(people, ages, adult=15, old=65) * old_age_dependency(
        people, ages, adult=15, old=65
    ) == pytest.approx(100)
    assert np.isnan(potential_support([20, 60, 0], ages, adult=15, old=65))


def test_the_support_ratio_weighs_ages_by_what_they_make_and_use() -> None:
    """Children use half as much as adults and make nothing; of 100 people 60 make 1 each, all use 85."""
    assert support_ratio([30, 60, 10], [0, 1, 0], [0.5, 1, 1]) == pytest.approx(60 / 85)


def test_the_age_at_which_fifteen_years_remain_by_hand() -> None:
    """20 years at 60 and 16 at 65, 13 at 70: linear, 15 remain at 66 2/3."""
    assert age_at_remaining([20, 16, 13], [60, 65, 70], 15) == pytest.approx(65 + 5 / 3)
    assert age_at_remaining([20, 16, 13], [60, 65, 70], 13) == 70
    assert np.isnan(age_at_remaining([20, 16, 13], [60, 65, 70], 12.9))
    assert age_at_remaining([20, 16, 13], [60, 65, 70], 21) == 60


def test_where_expectancy_rises_after_infancy_the_older_age_counts() -> None:
    assert age_at_remaining([60, 62, 58], [0, 1, 5], 60) == pytest.approx(3)


def test_whoever_has_as_many_years_left_is_as_old() -> None:
    """When people of 60 have 25 years left, as those of 50 had in the standard's year, their prospective age is 50."""
    standard, now = [45, 34, 25, 17, 10], [55, 44, 34, 25, 17]
    ages = [30, 40, 50, 60, 70]
    assert np.allclose(prospective_age([40, 60, 70], now, standard, ages), [30 + 10 * 1 / 11, 50, 60])
    assert prospective_age(45, standard, standard, ages) == pytest.approx(45)
    with pytest.raises(ShidaiError, match=r"age\[1\]"):
        prospective_age([40, 71], now, standard, ages)


def test_prospective_dependency_by_hand_cuts_the_group_at_the_threshold() -> None:
    """15 years remain at 67.5: half of the group 65–69 and all of 70 and more are old."""
    people = [100.0, 200, 40, 30]
    ratio = prospective_old_age_dependency(people, [0, 20, 65, 70], [80, 60, 17, 13], adult=20, remaining=15)
    assert ratio == pytest.approx(100 * (20 + 30) / (200 + 20))


def test_prospective_dependency_is_the_usual_one_where_old_age_begins_at_a_group() -> None:
    people, ages, ex = [100.0, 200, 40, 30], [0, 20, 65, 70], [80, 60, 15, 13]
    usual = old_age_dependency(people, ages, adult=20, old=65)
    assert prospective_old_age_dependency(people, ages, ex, adult=20, remaining=15) == pytest.approx(usual)


def test_japans_prospective_dependency_rises_less_than_the_usual_one() -> None:
    """UN WPP 2024, life tables of both sexes: longer lives move the threshold up from 1975 to 2020."""
    rows = [r for r in read_table("mx5.csv.gz") if r["iso3"] == "JPN" and r["period_start"] in ("1975", "2020")]
    thresholds = []
    for period in ("1975", "2020"):
        one = [r for r in rows if r["period_start"] == period]
        mx = (column(one, "mx_f") + column(one, "mx_m")) / 2
        table = life_table(mx, column(one, "age_start"), sex="both", ax="greville")
        thresholds.append(float(age_at_remaining(table.ex, table.age_start, 15)))
    assert 62 < thresholds[0] < 68
    assert 70 < thresholds[1] < 76


def test_mean_remaining_years_weigh_by_people() -> None:
    assert mean_remaining_years([1, 3], [40, 20]) == pytest.approx(25)


def test_years_in_bad_health_by_hand() -> None:
    """Everyone lives 1/0.02 = 50 years at a constant rate; a fifth of every age is in bad health: 10 years."""
    table = life_table(np.full(AGES.size, 0.02), AGES, sex="both", ax="constant_hazard", infant="half")
    assert years_in_state(table, np.full(AGES.size, 0.2))[0] == pytest.approx(10, rel=1e-3)


def test_years_in_and_out_of_a_state_add_up_to_life_expectancy() -> None:
    table = life_table(MX, AGES, sex="both")
    share = np.linspace(0.01, 0.6, AGES.size)
    assert np.allclose(years_in_state(table, share) + years_in_state(table, 1 - share), table.ex)
    assert np.allclose(years_in_state(table, np.ones(AGES.size)), table.ex)


def test_sullivans_years_equal_a_sum_written_out() -> None:
    table = life_table(MX, AGES, sex="both")
    share = np.linspace(0.01, 0.6, AGES.size)
    for start in (0, 3, AGES.size - 1):
        slow = sum(table.Lx[i] * share[i] for i in range(start, AGES.size)) / table.lx[start]
        assert years_in_state(table, share)[start] == pytest.approx(slow)


def test_the_error_is_the_spread_of_surveys_drawn_again_and_again() -> None:
    table = life_table(MX, AGES, sex="both")
    share, asked = np.linspace(0.02, 0.6, AGES.size), np.full(AGES.size, 120)
    drawn = np.random.default_rng(5).binomial(asked, share, (4000, AGES.size)) / asked
    spread = years_in_state(table, drawn)[:, [0, 10]].std(0)
    assert np.allclose(years_in_state_error(table, share, asked)[[0, 10]], spread, rtol=0.04)


def test_ages_that_nobody_was_asked_at_add_nothing_to_the_error() -> None:
    table = life_table(MX, AGES, sex="both")
    share, asked = np.full(AGES.size, 0.3), np.zeros(AGES.size)
    asked[5] = 100
    error = table.Lx[5] * np.sqrt(0.3 * 0.7 / 100)
    assert years_in_state_error(table, share, asked)[[0, 6]] == pytest.approx([error, 0])


def test_shares_above_one_are_named() -> None:
    table = life_table(MX, AGES, sex="both")
    share = np.full(AGES.size, 0.3)
    share[4] = 30
    with pytest.raises(ShidaiError, match=r"share\[4\]"):
        years_in_state(table, share)
    with pytest.raises(ShidaiError, match=r"share\[4\]"):
        care_years(np.ones(AGES.size), share)


def test_care_years_of_a_population_are_its_people_in_need() -> None:
    assert care_years([[1000, 200], [500, 300]], [0.01, 0.25]).tolist() == [[10, 50], [5, 75]]
