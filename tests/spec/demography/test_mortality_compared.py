"""Life expectancy laid to ages and causes, an area's mortality from a standard, and the smoothing of small areas."""

from __future__ import annotations

import time

import numpy as np
import pytest

from shidai.demography import arriaga
from shidai.demography.lifetable import LifeTable, life_table, life_table_from_deaths
from shidai.demography.relational import fit_relation, logit, relate
from shidai.demography.topals import smooth_life_expectancy, smooth_rates
from shidai.words import ShidaiError
from tests.spec.demography.published import (
    AUSTRIA_DEATHS,
    AUSTRIA_POPULATION,
    LTPOPDTH_DEATHS,
    LTPOPDTH_NORTH,
    LTPOPDTH_PEOPLE,
)

GROUPS = np.array([0, 1, *range(5, 90, 5)])
AUSTRIA = np.array(AUSTRIA_DEATHS) / np.array(AUSTRIA_POPULATION)
RANDOM = np.random.default_rng(11)


def table(*, early: bool = False) -> LifeTable:
    """Austria's men of 1992, or rates that are three times as high at young ages and half as high again at old ones."""
    rates = AUSTRIA * np.interp(GROUPS, [0, 30, 85], [3, 2, 1.5]) if early else AUSTRIA
    return life_table(rates, GROUPS, sex="male", ax="greville")


class TestPublishedTable:
    ages = np.array([0, 1, *range(5, 105, 5)])

    def test_pas_with_the_norths_separation_factors_is_56_31_and_every_other_age_as_printed(self) -> None:
        """Coale & Demeny's North, males, infant mortality 0.1 or more: a0 0.33, 1.558 at 1–4; PAS has 2.5 from 5 on."""
        rates = LTPOPDTH_DEATHS / LTPOPDTH_PEOPLE
        rates[0] = 0.1 / (1 - 0.1 * (1 - 0.33))
        found = life_table(rates, self.ages, sex="male", ax=[0.33, 1.558, *[2.5] * 20])
        assert np.abs(found.ex - LTPOPDTH_NORTH).max() < 0.006

    def test_pas_with_the_wests_separation_factors_is_57_51(self) -> None:
        """From the registered infant deaths, West's factors and Greville's ax above 15; with n/2 there it is 57.49."""
        found, _ = life_table_from_deaths(
            LTPOPDTH_DEATHS, LTPOPDTH_PEOPLE, self.ages, sex="male", ax="greville", infant="coale_demeny_west"
        )
        assert found.e0 == pytest.approx(57.51, abs=0.005)


class TestArriaga:
    def test_ages_add_up_to_the_difference(self) -> None:
        first, second = table(early=True), table()
        for both in (False, True):
            parts = arriaga.by_age(first, second, both_ways=both)
            assert parts.sum() == pytest.approx(second.e0 - first.e0, abs=1e-12)

    def test_by_hand_with_two_ages(self) -> None:
        """Half a year each at 0: l 1 → 0.8 and 0.9, then e(1) 10 and 20 years."""
        first, second = (
            life_table([q / (1 - q / 2), 1 / e], [0, 1], sex="both", ax=[0.5, e]) for q, e in ((0.2, 10), (0.1, 20))
        )
        assert arriaga.by_age(first, second).tolist() == pytest.approx([0.95 - 0.9 + 20 * 0.1, 0.8 * (20 - 10)])

    def test_both_ways_is_the_mean_of_one_way_and_the_reverse(self) -> None:
        first, second = table(early=True), table()
        mean = arriaga.by_age(first, second, both_ways=True)
        assert np.allclose(mean, -arriaga.by_age(second, first, both_ways=True))

    def test_causes_add_up_to_their_age(self) -> None:
        first, second = table(early=True), table()
        deaths = RANDOM.gamma(1.0, size=(2, 5, GROUPS.size))
        for both in (False, True):
            by_cause = arriaga.by_cause(first, second, *deaths, both_ways=both)
            assert np.allclose(by_cause.sum(0), arriaga.by_age(first, second, both_ways=both))

    def test_a_cause_that_alone_changed_has_all_of_the_difference(self) -> None:
        first = table()
        other, fewer = first.mx * 0.7, first.mx * 0.2
        second = life_table(other + fewer, GROUPS, sex="male", ax=first.ax)
        causes = arriaga.by_cause(first, second, [other, first.mx * 0.3], [other, fewer])
        assert np.allclose(causes[0], 0, atol=1e-12)
        assert causes[1].sum() == pytest.approx(second.e0 - first.e0)

    def test_causes_that_change_places_are_seen_though_nothing_changed_in_all(self) -> None:
        first = table()
        half = first.mx / 2
        causes = arriaga.by_cause(first, first, [half * 1.1, half * 0.9], [half * 0.9, half * 1.1])
        assert causes[0].sum() > 0.5
        assert np.allclose(causes.sum(0), 0)

    def test_many_areas_at_once_equal_one_by_one(self) -> None:
        first = life_table(np.stack([AUSTRIA * 2, AUSTRIA * 1.5]), GROUPS, sex="male", ax="greville")
        parts = arriaga.by_age(first, table())
        assert np.allclose(
            parts[1], arriaga.by_age(life_table(AUSTRIA * 1.5, GROUPS, sex="male", ax="greville"), table())
        )

    def test_a_death_without_a_cause_is_refused(self) -> None:
        deaths = np.ones((2, GROUPS.size))
        deaths[:, 4] = 0
        with pytest.raises(ShidaiError, match="deaths_first: at age 15 there is a death rate but no death by cause"):
            arriaga.by_cause(table(), table(early=True), deaths, np.ones((2, GROUPS.size)))

    def test_tables_of_other_ages_are_refused(self) -> None:
        with pytest.raises(ShidaiError, match="different age groups"):
            arriaga.by_age(table(), life_table([0.1, 0.1], [0, 1], sex="both"))


class TestBrass:
    standard = table()

    def test_the_standard_related_to_itself_is_itself(self) -> None:
        assert np.allclose(relate(self.standard), self.standard.mx)

    def test_logits_move_as_the_model_says(self) -> None:
        rates = relate(self.standard, 0.3, 1.2)
        moved = life_table(rates, GROUPS, sex="male", ax=np.append(self.standard.ax[:-1], 1.0))
        assert np.allclose(logit(moved.lx[1:]), 0.3 + 1.2 * logit(self.standard.lx[1:]))

    def test_a_large_area_gives_its_level_and_slope_back(self) -> None:
        exposure = np.full(GROUPS.size, 1e7)
        found = fit_relation(relate(self.standard, -0.2, 0.9) * exposure, exposure, self.standard)
        assert (found.level, found.slope) == pytest.approx((-0.2, 0.9), abs=1e-6)
        assert found.fitted == 2

    def test_its_errors_are_those_of_repeated_sampling(self) -> None:
        exposure = np.full(GROUPS.size, 4000.0)
        deaths = RANDOM.poisson(relate(self.standard, 0.1, 1.1) * exposure, (3000, GROUPS.size))
        found = fit_relation(deaths, exposure, self.standard)
        assert found.level.mean() == pytest.approx(0.1, abs=0.01)
        assert found.slope.mean() == pytest.approx(1.1, abs=0.02)
        stated = np.sqrt(np.diagonal(found.covariance, axis1=-2, axis2=-1)).mean(0)
        assert stated == pytest.approx([found.level.std(), found.slope.std()], rel=0.1)

    def test_few_deaths_fall_back_on_the_standards_slope_and_none_on_the_standard(self) -> None:
        exposure = np.full((3, GROUPS.size), 100.0)
        deaths = np.zeros((3, GROUPS.size))
        deaths[1, 15], deaths[2, 10:20] = 1, 40
        found = fit_relation(deaths, exposure, self.standard)
        assert found.fitted.tolist() == [0, 1, 2]
        assert (found.level[0], found.slope[0], found.slope[1]) == (0, 1, 1)
        assert np.allclose(found.mx[0], self.standard.mx)
        assert found.covariance[1, 0, 0] > 0 == found.covariance[1, 1, 1]

    def test_a_standard_without_deaths_at_an_age_is_refused(self) -> None:
        with pytest.raises(ShidaiError, match="deaths in every age group"):
            fit_relation([0, 1], [9, 9], life_table([0.0, 0.1], [0, 1], sex="both"))


class TestSmallAreas:
    standard = AUSTRIA

    def test_an_area_without_deaths_or_people_has_the_standard(self) -> None:
        found = smooth_rates(np.zeros(GROUPS.size), np.zeros(GROUPS.size), self.standard, GROUPS)
        assert np.allclose(found.mx, self.standard)
        assert np.all(found.error > 0.3)

    def test_a_large_area_keeps_its_own_rates(self) -> None:
        own = self.standard * np.interp(GROUPS, [0, 20, 70], [1.6, 2.0, 1.1])
        found = smooth_rates(own * 1e7, np.full(GROUPS.size, 1e7), self.standard, GROUPS)
        assert np.abs(np.log(found.mx / own)).max() < 0.12
        assert found.error[5] < 0.02

    def test_villages_come_nearer_to_the_truth_and_their_errors_are_true(self) -> None:
        """2,000 villages of 1,500 people and 19 deaths, each with its own level: e0 misses by a third less than that of
        raw rates (where this exists), and the stated 95 % interval covers the truth at least as often as it says."""
        own = self.standard * np.exp(RANDOM.normal(0, 0.3, (2000, 1)))
        exposure = 1500 * np.exp(-0.02 * GROUPS) / np.exp(-0.02 * GROUPS).sum()
        deaths = RANDOM.poisson(own * exposure)
        truth = life_table(own, GROUPS, sex="male").e0
        raw = life_table_from_deaths(deaths, exposure, GROUPS, sex="male", missing="nan")[0].e0
        e0, error = smooth_life_expectancy(smooth_rates(deaths, exposure, self.standard, GROUPS), GROUPS, sex="male")
        there = ~np.isnan(raw)
        assert np.std((e0 - truth)[there]) < 0.7 * np.std((raw - truth)[there])
        assert np.abs((e0 - truth).mean()) < 0.5
        assert 0.94 < (np.abs(e0 - truth) < 1.96 * error).mean() < 0.995

    def test_single_years_of_age_work_as_groups_do(self) -> None:
        ages = np.arange(101)
        base = 5e-5 * np.exp(0.095 * ages)
        found = smooth_rates(base * 1.5 * 1e6, np.full(101, 1e6), base, ages)
        assert np.allclose(found.mx, 1.5 * base, rtol=0.01)

    def test_ten_thousand_areas_take_seconds_at_most(self) -> None:
        deaths = RANDOM.poisson(self.standard * 50, (10_000, GROUPS.size))
        start = time.perf_counter()
        smooth_rates(deaths, 50.0, self.standard, GROUPS)
        assert time.perf_counter() - start < 10

    def test_a_standard_of_zero_is_named(self) -> None:
        with pytest.raises(ShidaiError, match=r"standard\[2\].*above 0"):
            smooth_rates([1, 1, 1], [9, 9, 9], [0.1, 0.1, 0], [0, 1, 5])
