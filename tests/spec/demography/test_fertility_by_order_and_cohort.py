"""Birth order, timing, parity progression and cohorts: what period fertility hides."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from shidai.demography.birth_order import change_of_mean_age, order_rates, tempo_adjusted_fertility
from shidai.demography.cohort_fertility import cohort_rates, completed_fertility
from shidai.demography.fertility import (
    asfr,
    gross_reproduction_rate,
    mean_age_at_childbearing,
    net_reproduction_rate,
    total_fertility_rate,
    variance_of_age_at_childbearing,
)
from shidai.demography.parity import mean_parity, progression_from_births, progression_from_parities
from shidai.words import ShidaiError

GROUPS = np.arange(15, 50, 5)
AGES = np.arange(12, 55)


def test_reproduction_in_hong_kong_1973_comes_out_as_published() -> None:
    """Births of both sexes, women and survivors of women by age, Hong Kong 1973: the exercise of Newell's Methods and
    Models in Demography (1988), chapter 9. TFR 3.127, GRR 1.526, NRR 1.472, mean age 29.10; sex ratio 105."""
    women = [234_000, 185_700, 112_500, 86_700, 107_000, 122_000, 112_600]
    births = [3986, 23798, 27433, 12065, 7642, 2771, 354]
    survivors = np.array([0.97518, 0.97258, 0.96916, 0.96524, 0.96006, 0.95209, 0.94091, 0.92435])
    lived = (survivors[:-1] + survivors[1:]) / 2 * 5
    rates = asfr(births, women)
    assert float(total_fertility_rate(rates, 5)) == pytest.approx(3.127, abs=0.0005)
    assert float(gross_reproduction_rate(rates, 5, sex_ratio=105)) == pytest.approx(1.526, abs=0.0005)
    assert float(net_reproduction_rate(rates, lived, sex_ratio=105)) == pytest.approx(1.472, abs=0.0005)
    assert float(mean_age_at_childbearing(rates, GROUPS, 5)) == pytest.approx(29.10, abs=0.005)


def test_rates_by_order_add_up_to_the_rate_of_all_births() -> None:
    births = np.array([[[5, 8, 3], [1, 6, 4]], [[2, 9, 1], [0, 3, 2]]])  # two areas, two orders, three ages
    women = np.array([[100, 120, 90], [80, 85, 70]])
    assert np.allclose(order_rates(births, women).sum(-2), asfr(births.sum(1), women))


def test_births_of_an_order_without_women_are_named() -> None:
    with pytest.raises(ShidaiError, match=r"births\[1, 2\]"):
        order_rates([[0, 1, 0], [0, 0, 2]], [10, 10, 0])


def test_the_spread_of_the_schedule_is_that_of_its_ages() -> None:
    rates = stats.norm.pdf(AGES + 0.5, 29, 5)
    assert float(variance_of_age_at_childbearing(rates, AGES)) == pytest.approx(25, abs=0.2)
    assert np.isnan(variance_of_age_at_childbearing([0, 0], [15, 20], 5))


def postponing(quantum: float, delay: float, years: int, mean: float = 28.0) -> np.ndarray:
    """Period rates (years, ages) of cohorts that each bear `quantum` children, every cohort `delay` years later."""
    year, age = np.arange(years)[:, None] + 0.5, np.arange(10, 70) + 0.5
    return quantum * stats.norm.pdf(age - delay * (year - age), mean - delay * (-mean), 3.5)


def test_the_tempo_adjusted_total_is_what_postponing_cohorts_come_to_have() -> None:
    """Cohorts that all have 1.2 first and 0.7 second children, each born 0.15 years later than the cohort before: the
    period's total is less than theirs by the factor 1 / 1.15, and the adjustment gives it back."""
    rates = np.stack([postponing(1.2, 0.15, 12), postponing(0.7, 0.15, 12, mean=31)], axis=1)
    period = total_fertility_rate(rates).sum(-1)
    assert np.allclose(period, 1.9 / 1.15, atol=0.001)
    assert np.allclose(change_of_mean_age(rates, np.arange(10, 70))[1:-1], 0.15 / 1.15, atol=0.001)
    adjusted = tempo_adjusted_fertility(rates, np.arange(10, 70))
    assert np.allclose(adjusted[1:-1], 1.9, atol=0.003)
    assert np.isnan(adjusted[[0, -1]]).all()


def test_without_a_change_of_timing_nothing_is_adjusted() -> None:
    rates = np.tile(np.random.default_rng(3).uniform(0, 0.05, (2, 30)), (5, 1, 1))
    assert np.allclose(tempo_adjusted_fertility(rates, np.arange(15, 45))[1:-1], total_fertility_rate(rates[0]).sum())


def test_a_mean_age_that_rises_by_a_year_a_year_has_no_adjustment() -> None:
    rates = np.zeros((3, 1, 5))
    for year in range(3):
        rates[year, 0, 2 * year] = 0.5
    assert np.isnan(tempo_adjusted_fertility(rates, np.arange(20, 25))).all()


def test_an_order_nobody_bears_does_not_spoil_the_others() -> None:
    rates = np.zeros((3, 2, 4))
    rates[:, 0] = 0.1
    assert tempo_adjusted_fertility(rates, np.arange(20, 24))[1] == pytest.approx(0.4)


def test_years_orders_and_ages_are_all_needed() -> None:
    with pytest.raises(ShidaiError, match="years"):
        tempo_adjusted_fertility(np.zeros((2, 1, 5)), np.arange(20, 25))


def test_parity_progression_of_women_past_childbearing() -> None:
    """Of 100 women 10 have no child, 30 one, 40 two, 20 three or more."""
    assert np.allclose(progression_from_parities([10, 30, 40, 20]), [90 / 100, 60 / 90, 20 / 60])


def test_births_by_order_of_a_cohort_tell_the_same() -> None:
    assert np.allclose(progression_from_births([90, 60, 20], 100), progression_from_parities([10, 30, 40, 20]))


def test_more_second_than_first_births_in_a_cohort_are_refused() -> None:
    with pytest.raises(ShidaiError, match=r"births\[1\]"):
        progression_from_births([50, 60], 100)


def test_progression_ratios_multiply_to_the_mean_number_of_children() -> None:
    women = np.array([[10, 30, 40, 20, 0], [5, 5, 5, 5, 5]])
    assert np.allclose(mean_parity(progression_from_parities(women)), (women * np.arange(5)).sum(-1) / women.sum(-1))
    with pytest.raises(ShidaiError, match=r"progression\[1\]"):
        mean_parity([0.9, 1.2])


def test_a_cohort_is_followed_through_the_periods_year_by_year() -> None:
    """Three years and three ages from 20: only women born in 1979 are seen at 20 and 21 within 2000–2002."""
    surface = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]) / 100
    rates, cohorts = cohort_rates(surface, 2000, 20)
    assert cohorts.tolist() == [1978, 1979, 1980, 1981]
    followed = rates[cohorts.tolist().index(1980)]
    assert np.allclose(followed[:2], [(1 + 4) / 200, (5 + 8) / 200])
    assert np.isnan(followed[2])


def test_completed_fertility_is_given_only_where_every_age_was_seen() -> None:
    surface = np.full((10, 5), 0.1)
    children, cohorts = completed_fertility(surface, 2000, 20)
    assert cohorts[~np.isnan(children)].tolist() == [1980, 1981, 1982, 1983, 1984]
    assert np.allclose(children[~np.isnan(children)], 0.5)
    by_23, _ = completed_fertility(surface, 2000, 20, until_age=23)
    assert np.nanmax(by_23) == pytest.approx(0.3)
    for age in (20, 26, 30):
        with pytest.raises(ShidaiError, match=str(age)):
            completed_fertility(surface, 2000, 20, until_age=age)


def test_two_years_are_enough_to_see_a_cohort_and_one_is_not() -> None:
    rates, cohorts = cohort_rates([[0.1, 0.2], [0.3, 0.4]], 2000, 20)
    assert cohorts.tolist() == [1979, 1980]
    assert rates[1, 0] == pytest.approx(0.2)
    with pytest.raises(ShidaiError, match="no cohort"):
        cohort_rates([[0.1, 0.2]], 2000, 20)


def test_cohorts_that_postpone_keep_their_number_of_children() -> None:
    surface = postponing(2.0, 0.15, 80)
    children, _ = completed_fertility(surface, 1950, 10)
    assert np.allclose(children[~np.isnan(children)], 2.0, atol=0.005)
