"""Intervals, sex ratio at birth, standardisation, structure, exposure and survey errors."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from shidai.demography.exposure import OPEN_END, birthday, completed_age, person_days, person_years
from shidai.demography.intervals import binomial_interval, poisson_interval, wilson_interval
from shidai.demography.sexratio import sex_ratio, sex_ratio_interval, sex_ratio_test
from shidai.demography.standardise import direct_rate, direct_rate_interval
from shidai.demography.structure import (
    ageing_index,
    median_age,
    old_age_dependency,
    share_from_age,
    total_dependency,
    youth_dependency,
)
from shidai.demography.survey import jackknife_error, leave_one_out, ratio_error, sum_by_unit
from shidai.words import ShidaiError


def day(text: str) -> np.datetime64:
    return np.datetime64(text, "D")


class TestIntervals:
    def test_no_event_and_ten_events_have_garwoods_limits(self) -> None:
        low, high = poisson_interval([0, 10])
        assert low.tolist() == pytest.approx([0, 4.7954], abs=1e-4)
        assert high.tolist() == pytest.approx([3.6889, 18.3904], abs=1e-4)

    def test_the_exact_binomial_agrees_with_scipy(self) -> None:
        for k, n in ((0, 7), (3, 10), (7, 7), (45, 1000)):
            theirs = stats.binomtest(k, n).proportion_ci(0.95, "exact")
            assert np.allclose(binomial_interval(k, n), (theirs.low, theirs.high))

    def test_wilson_agrees_with_scipy(self) -> None:
        for k, n in ((0, 7), (3, 10), (7, 7), (45, 1000)):
            theirs = stats.binomtest(k, n).proportion_ci(0.90, "wilson")
            assert np.allclose(wilson_interval(k, n, level=0.90), (theirs.low, theirs.high))

    def test_no_exposure_has_no_interval(self) -> None:
        assert np.isnan(poisson_interval(0, 0)[1])
        assert np.isnan(wilson_interval(0, 0)[0])

    def test_a_part_above_its_whole_is_refused(self) -> None:
        with pytest.raises(ShidaiError, match=r"k\[1\].*a part cannot exceed"):
            binomial_interval([1, 5], [2, 4])

    def test_a_level_in_percent_is_refused(self) -> None:
        with pytest.raises(ShidaiError, match=r"0\.95"):
            poisson_interval(1, level=95)


class TestSexRatio:
    def test_laplaces_births_of_paris(self) -> None:
        """251,527 boys and 241,945 girls, Paris 1745–1770: 103.96, Wilson 103.38–104.54."""
        assert sex_ratio(251_527, 241_945) == pytest.approx(103.96, abs=0.005)
        assert np.allclose(sex_ratio_interval(251_527, 241_945), (103.38, 104.54), atol=0.01)

    def test_the_test_is_scipys_exact_binomial(self) -> None:
        theirs = stats.binomtest(70, 120, 105 / 205, alternative="greater").pvalue
        assert sex_ratio_test(70, 50, 105, "higher") == pytest.approx(theirs)

    def test_a_small_village_is_noise(self) -> None:
        assert sex_ratio_test(8, 4, 105) > 0.2
        assert sex_ratio_test(8000, 4000, 105) < 1e-6


class TestStandardisation:
    def test_equal_rates_standardise_to_themselves(self) -> None:
        assert direct_rate([1, 20], [100, 2000], [0.5, 0.5]) == pytest.approx(10)

    def test_by_hand(self) -> None:
        assert direct_rate([1, 4], [100, 100], [3, 1]) == pytest.approx(17.5)
        low, high = direct_rate_interval([1, 4], [100, 100], [3, 1])
        assert low < 17.5 < high

    def test_a_group_without_exposure_is_refused(self) -> None:
        with pytest.raises(ShidaiError, match=r"exposure\[1\]"):
            direct_rate([1, 0], [100, 0], [3, 1])


class TestStructure:
    ages = (0, 15, 65)
    people = (20.0, 70.0, 10.0)

    def test_ratios_by_hand(self) -> None:
        assert youth_dependency(self.people, self.ages, adult=15, old=65) == pytest.approx(100 * 2 / 7)
        assert old_age_dependency(self.people, self.ages, adult=15, old=65) == pytest.approx(100 / 7)
        assert total_dependency(self.people, self.ages, adult=15, old=65) == pytest.approx(300 / 7)
        assert ageing_index(self.people, self.ages, adult=15, old=65) == pytest.approx(50)
        assert share_from_age(self.people, self.ages, 65) == pytest.approx(10)

    def test_the_median_divides_the_people_in_halves(self) -> None:
        assert median_age([10.0, 10.0, 0.0], [0, 10, 20]) == pytest.approx(10)
        assert median_age(self.people, self.ages) == pytest.approx(15 + 50 * 30 / 70)
        assert np.isnan(median_age([1.0, 9.0], [0, 10]))
        assert np.isnan(median_age([0.0, 0.0], [0, 10]))

    def test_a_bound_inside_a_group_is_refused(self) -> None:
        with pytest.raises(ShidaiError, match="no age group begins at 60"):
            share_from_age(self.people, self.ages, 60)


class TestExposure:
    year = (day("2006-01-01"), day("2007-01-01"))

    def test_a_birthday_divides_the_year(self) -> None:
        days = person_days([day("2000-03-02")], [day("2000-03-02")], [np.datetime64("NaT")],
                           period=self.year, age_start=range(10))  # fmt: skip
        assert (days[0, 5], days[0, 6], days.sum()) == (60, 305, 365)

    def test_one_born_on_a_leap_day_is_older_on_the_first_of_march(self) -> None:
        leap = day("2004-02-29").astype(int)
        assert birthday(leap, 2) == day("2006-03-01").astype(int)
        assert birthday(leap, 4) == day("2008-02-29").astype(int)
        assert completed_age(leap, day("2006-02-28")) == 1
        assert completed_age(leap, day("2006-03-01")) == 2

    def test_a_move_divides_the_days_between_two_areas_and_loses_none(self) -> None:
        born, turn = day("1980-01-01"), day("2006-07-01")
        days = person_days([born, born], [born, turn], [turn, np.datetime64("NaT")],
                           period=self.year, age_start=[0, 20, 30], group=[0, 1], groups=2)  # fmt: skip
        assert days[:, 1].tolist() == [181, 184]

    def test_a_whole_year_is_one_person_year_in_leap_years_too(self) -> None:
        for first, last in (("2004-01-01", "2005-01-01"), ("2006-01-01", "2007-01-01")):
            years = person_years([0], [0], [OPEN_END], period=(day(first), day(last)), age_start=[0, 60])
            assert years.sum() == pytest.approx(1)

    def test_a_spell_that_ends_before_it_starts_is_refused(self) -> None:
        with pytest.raises(ShidaiError, match=r"end\[0\]"):
            person_days([0], [10], [5], period=self.year, age_start=[0, 60])


class TestSurveyErrors:
    def test_the_jackknife_of_a_mean_is_its_standard_error(self) -> None:
        values = np.array([3.0, 5, 8, 13])
        without = leave_one_out(values) / 3
        assert jackknife_error(values.mean(), without) == pytest.approx(values.std(ddof=1) / 2)

    def test_linearisation_of_a_mean_is_its_standard_error(self) -> None:
        values = np.array([3.0, 5, 8, 13])
        ratio, error = ratio_error(values, np.ones(4))
        assert ratio == pytest.approx(values.mean())
        assert error == pytest.approx(values.std(ddof=1) / 2)

    def test_records_add_up_to_their_units(self) -> None:
        totals, units = sum_by_unit([1.0, 2, 4], ["b", "a", "b"])
        assert (totals.tolist(), units.tolist()) == ([2, 5], ["a", "b"])

    def test_a_stratum_of_one_unit_must_be_dealt_with(self) -> None:
        with pytest.raises(ShidaiError, match="stratum 2"):
            ratio_error([1.0, 2, 3], [1.0, 1, 1], [1, 1, 2])
        assert ratio_error([1.0, 2, 3], [1.0, 1, 1], [1, 1, 2], lonely="certain")[1] > 0

    def test_one_unit_has_no_sampling_error(self) -> None:
        with pytest.raises(ShidaiError, match="two units at least"):
            leave_one_out([[1.0, 2]])
