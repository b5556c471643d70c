"""How ages, weights and dates were stated: the indices of heaping, against published results and slow counts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from shidai.demography.age_heaping import (
    age_ratio_score,
    age_ratios,
    age_sex_accuracy_index,
    bachi_index,
    blended_digits,
    five_year_groups,
    myers_index,
    sex_ratio_score,
    whipple_index,
)
from shidai.demography.digit_preference import (
    calendar_days,
    day_of_month_counts,
    digit_counts,
    month_counts,
    preference,
    share_test,
)
from shidai.words import ShidaiError
from tests.spec.demography.published import PAS_FEMALES, PAS_MALES, PAS_SINGLE_AGES

STRAIGHT = 5000.0 - 40 * np.arange(100)


class TestAges:
    def test_whipples_index_of_the_census_bureaus_example_is_234(self) -> None:
        assert whipple_index(PAS_SINGLE_AGES) == pytest.approx(234, abs=0.5)

    def test_myerss_index_of_the_census_bureaus_example_is_23_628(self) -> None:
        assert myers_index(PAS_SINGLE_AGES) == pytest.approx(23.628, abs=0.0005)

    def test_the_uns_accuracy_index_of_the_census_bureaus_example_is_14_308(self) -> None:
        assert sex_ratio_score(PAS_MALES, PAS_FEMALES) == pytest.approx(2.2, abs=0.05)
        assert age_ratio_score(PAS_MALES) == pytest.approx(3.9, abs=0.05)
        assert age_ratio_score(PAS_FEMALES) == pytest.approx(3.65, abs=0.01)
        assert age_sex_accuracy_index(PAS_MALES, PAS_FEMALES) == pytest.approx(14.308, abs=0.0005)

    def test_bachis_index_agrees_with_a_count_age_by_age(self) -> None:
        """No worked result was found in print: a slow count by the definition stands in its place."""
        deviation = 0.0
        for digit in range(10):
            stated = windows = 0.0
            for age in range(30, 80):
                if age % 10 == digit:
                    stated += PAS_SINGLE_AGES[age]
                    windows += PAS_SINGLE_AGES[age - 4 : age + 5].sum()
                    windows += (PAS_SINGLE_AGES[age - 5] + PAS_SINGLE_AGES[age + 5]) / 2
            deviation += abs(100 * stated / windows - 10)
        assert bachi_index(PAS_SINGLE_AGES) == pytest.approx(deviation / 2)

    def test_a_straight_line_has_no_preference_at_all(self) -> None:
        assert whipple_index(STRAIGHT) == pytest.approx(100)
        assert np.allclose(blended_digits(STRAIGHT), 10)
        assert myers_index(STRAIGHT) == pytest.approx(0, abs=1e-9)
        assert bachi_index(STRAIGHT) == pytest.approx(0, abs=1e-9)
        assert np.allclose(age_ratios(five_year_groups(STRAIGHT, open_age=75)), 100)

    def test_all_ages_at_round_numbers_are_the_worst_there_is(self) -> None:
        round_ages = np.where(np.arange(100) % 10 == 0, 1000.0, 0.0)
        assert whipple_index(np.where(np.arange(100) % 5 == 0, 1000.0, 0.0)) == pytest.approx(500)
        assert myers_index(round_ages) == pytest.approx(90)
        assert bachi_index(round_ages) == pytest.approx(90)

    def test_many_areas_at_once_equal_one_by_one(self) -> None:
        areas = np.stack([PAS_SINGLE_AGES, STRAIGHT, np.zeros(100)])
        for index in (whipple_index, myers_index, bachi_index):
            assert index(areas)[:2].tolist() == [index(PAS_SINGLE_AGES), index(STRAIGHT)]
            assert np.isnan(index(areas)[2])

    def test_an_area_without_women_of_an_age_has_no_accuracy_index(self) -> None:
        women = PAS_FEMALES.copy()
        women[3] = 0
        assert np.isnan(age_sex_accuracy_index(PAS_MALES, women))

    def test_ages_that_are_missing_are_named(self) -> None:
        with pytest.raises(ShidaiError, match="from 0 to 62 are needed; here are 50"):
            whipple_index(np.ones(50))

    def test_a_range_that_favours_a_digit_is_refused(self) -> None:
        with pytest.raises(ShidaiError, match="multiples of 10"):
            myers_index(PAS_SINGLE_AGES, first=15, last=79)
        with pytest.raises(ShidaiError, match="multiples of 5"):
            whipple_index(PAS_SINGLE_AGES, first=23, last=62)


class TestDigits:
    def test_birth_weights_rounded_to_a_hundred_grams_are_seen(self) -> None:
        weights = np.random.default_rng(5).normal(3250, 450, 4000).round(-1)
        even = preference(digit_counts(weights, 10))
        heaped = preference(digit_counts(np.where(np.arange(4000) % 4 == 0, weights.round(-2), weights), 10))
        assert even.index < 3 < 20 < heaped.index
        assert heaped.p_value < 1e-9 < even.p_value

    def test_the_tests_are_scipys(self) -> None:
        counts = np.array([40, 22, 19, 21, 18])
        theirs = stats.chisquare(counts)
        assert preference(counts).statistic == pytest.approx(theirs.statistic)
        assert preference(counts).p_value == pytest.approx(theirs.pvalue)
        assert share_test(40, 120, 0.2) == pytest.approx(stats.binomtest(40, 120, 0.2, "greater").pvalue)

    def test_few_records_get_no_chi_square(self) -> None:
        assert np.isnan(preference([6, 1, 1, 0, 0]).p_value)
        assert preference([6, 1, 1, 0, 0]).index == pytest.approx(55)

    def test_days_of_the_month_are_compared_with_the_calendar(self) -> None:
        """The 31st comes seven times a year: fewer births there are no preference."""
        year = calendar_days(np.datetime64("2005-01-01"), np.datetime64("2006-01-01"))
        expected = day_of_month_counts(year)
        assert (expected[0], expected[29], expected[30]) == (12, 11, 7)
        assert preference(day_of_month_counts(np.repeat(year, 9)), expected).index == pytest.approx(0)
        first_days = np.where(np.arange(365) % 5 == 0, year.astype("datetime64[M]").astype("datetime64[D]"), year)
        assert preference(day_of_month_counts(np.repeat(first_days, 9)), expected).index > 15

    def test_months_are_counted(self) -> None:
        assert month_counts(np.array(["2005-01-31", "1960-01-01", "2005-12-01"], "datetime64[D]"))[
            [0, 11]
        ].tolist() == [
            2,
            1,
        ]

    def test_a_case_where_none_can_be_is_refused(self) -> None:
        with pytest.raises(ShidaiError, match=r"counts\[1\].*where none can be"):
            preference([5, 5], [1, 0])

    def test_a_missing_date_is_named(self) -> None:
        with pytest.raises(ShidaiError, match=r"days\[1\]: a date is missing"):
            month_counts(np.array(["2005-01-31", "NaT"], "datetime64[D]"))
