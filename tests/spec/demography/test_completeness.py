"""Completeness of registration: published results, and populations whose completeness is known."""

from __future__ import annotations

import numpy as np
import pytest

from shidai.demography.completeness import balance_and_generations, extinct_generations, growth_balance
from shidai.demography.lifetable import life_table
from shidai.demography.registration import births_against_children, close_births, repeated_rows, share_within
from shidai.words import ShidaiError
from tests.spec.demography.published import MOZAMBIQUE_1997, MOZAMBIQUE_2007, MOZAMBIQUE_DEATHS

FIVES = np.arange(0, 85, 5)
LEVEL_3 = 3.57
"""Expectation of life at 80, Coale & Demeny's West, women of level 3: what DDM takes for Mozambique."""


class StablePopulation:
    """People by age at two days `years` apart, and the yearly deaths between, of a population that grows evenly."""

    def __init__(self, growth: float, years: float = 10, complete: float = 1.0, counts: tuple[float, float] = (1, 1)):
        age = np.arange(0, 130, 0.1)
        hazard = 4e-5 * np.exp(0.1 * age) + 0.002
        alive = 1e6 * np.exp(-growth * age - np.concatenate([[0], np.cumsum(hazard[:-1]) * 0.1]))
        group = np.minimum(age // 5, 16).astype(int)
        sums = [np.bincount(group, values) * 0.1 for values in (alive, alive * hazard)]
        mean_growth = np.expm1(growth * years) / (growth * years) if growth else 1.0
        self.first = counts[0] * sums[0]
        self.second = counts[1] * sums[0] * np.exp(growth * years)
        self.deaths = complete * sums[1] * mean_growth
        after_80 = np.exp(-np.cumsum(hazard[age >= 80]) * 0.1)
        self.open_life = float(after_80.sum() * 0.1)
        self.years = years


class TestDeaths:
    def test_growth_balance_of_mozambiques_women_is_0_708(self) -> None:
        found = growth_balance(MOZAMBIQUE_1997, MOZAMBIQUE_2007, MOZAMBIQUE_DEATHS, FIVES, years=10)
        assert found.completeness_of_rates == pytest.approx(0.708, abs=0.0005)
        assert (found.first_age, found.last_age) == (25, 60)

    def test_extinct_generations_of_mozambiques_women_are_0_625(self) -> None:
        found = extinct_generations(
            MOZAMBIQUE_1997, MOZAMBIQUE_2007, MOZAMBIQUE_DEATHS, FIVES, years=10, open_life=LEVEL_3
        )
        assert found.completeness == pytest.approx(0.625, abs=0.0005)

    @pytest.mark.parametrize("growth", [-0.01, 0.0, 0.02])
    @pytest.mark.parametrize("complete", [0.6, 0.95])
    def test_a_stable_population_gives_its_completeness_back(self, growth: float, complete: float) -> None:
        people = StablePopulation(growth, complete=complete)
        given = (people.first, people.second, people.deaths, FIVES)
        balance = growth_balance(*given, years=10)
        assert balance.completeness_of_deaths == pytest.approx(complete, rel=0.03)
        assert balance.census_ratio == pytest.approx(1, abs=0.01)
        for method in (extinct_generations, balance_and_generations):
            found = method(*given, years=10, open_life=people.open_life)
            assert found.completeness == pytest.approx(complete, rel=0.03)

    def test_a_count_that_missed_a_tenth_is_found_and_allowed_for(self) -> None:
        people = StablePopulation(0.01, complete=0.8, counts=(0.9, 1.0))
        given = (people.first, people.second, people.deaths, FIVES)
        balance = growth_balance(*given, years=10)
        assert balance.census_ratio == pytest.approx(0.9, abs=0.01)
        assert balance.completeness_of_deaths == pytest.approx(0.8, rel=0.03)
        joint = balance_and_generations(*given, years=10, open_life=people.open_life)
        assert joint.completeness == pytest.approx(0.8, rel=0.03)
        alone = extinct_generations(*given, years=10, open_life=people.open_life)
        assert abs(alone.completeness - 0.8) > 0.05

    def test_known_migrants_are_taken_out(self) -> None:
        people = StablePopulation(0.01, complete=0.9)
        came = 0.01 * (people.first + people.second) / 2
        second = people.second + 10 * came
        given = (people.first, second, people.deaths, FIVES)
        plain = growth_balance(*given, years=10, ages=(15, 70)).completeness_of_deaths
        known = growth_balance(*given, years=10, ages=(15, 70), net_migrants=came).completeness_of_deaths
        assert abs(known - 0.9) < 0.05 < abs(plain - 0.9)

    def test_many_areas_at_once_equal_one_by_one(self) -> None:
        areas = [StablePopulation(0.01, complete=c) for c in (0.5, 0.7, 1.0)]
        stacked = [np.stack([getattr(a, n) for a in areas]) for n in ("first", "second", "deaths")]
        life = [a.open_life for a in areas]
        together = extinct_generations(*stacked, FIVES, years=10, open_life=life).completeness
        alone = [
            extinct_generations(a.first, a.second, a.deaths, FIVES, years=10, open_life=a.open_life).completeness
            for a in areas
        ]
        assert np.allclose(together, alone)

    def test_too_few_groups_are_refused(self) -> None:
        with pytest.raises(ShidaiError, match="fewer than 8 age groups from 15 to 75"):
            growth_balance([1, 2, 3], [1, 2, 3], [1, 1, 1], [0, 15, 60], years=10)

    def test_a_group_that_is_empty_in_one_count_is_named(self) -> None:
        second = MOZAMBIQUE_2007.copy()
        second[4] = 0
        with pytest.raises(ShidaiError, match=r"first / second\[4\].*empty in one count"):
            growth_balance(MOZAMBIQUE_1997, second, MOZAMBIQUE_DEATHS, FIVES, years=10)


class TestBirths:
    def test_births_that_left_their_children_are_complete(self) -> None:
        survival = life_table([0.02, 0.002, 0.001, 0.05], [0, 1, 2, 3], sex="both").Lx[:3]
        births = np.array([1000.0, 1100, 1200])
        found = births_against_children(births, births * survival, survival)
        assert found.share.tolist() == pytest.approx([1, 1, 1])
        assert np.all((found.low < 1) & (found.high > 1))
        assert births_against_children(births * 0.8, births * survival, survival).high[0] < 0.9

    def test_no_children_say_nothing(self) -> None:
        assert np.isnan(births_against_children(10, 0, 0.98).share)

    def test_the_share_entered_in_a_month_by_group(self) -> None:
        found = share_within([3, 10, 40, 400], 30, group=[0, 0, 0, 1], groups=3)
        assert found.share[:2].tolist() == pytest.approx([2 / 3, 0])
        assert np.isnan(found.share[2])
        assert found.low[0] < 2 / 3 < found.high[0]

    def test_an_entry_before_its_event_is_named(self) -> None:
        with pytest.raises(ShidaiError, match=r"lag\[1\].*before the event"):
            share_within([3, -2], 30)

    def test_a_child_entered_twice_and_twins_are_told_apart(self) -> None:
        mother = [7, 7, 7, 8, 8, 9]
        day = np.array(["2005-01-01", "2005-01-02", "2005-03-01", "2004-01-01", "2005-01-01", "NaT"], "datetime64[D]")
        marked = close_births(mother, day, twin_days=7, interval_days=180)
        assert marked.tolist() == [False, False, True, False, False, False]

    def test_twins_entered_twice_are_both_found(self) -> None:
        day = np.array(["2005-01-01", "2005-01-01", "2005-02-01", "2005-02-01"], "datetime64[D]")
        assert close_births([7] * 4, day, twin_days=3, interval_days=90).tolist() == [False, False, True, True]
        assert close_births([], np.array([], "datetime64[D]"), twin_days=3, interval_days=90).tolist() == []

    def test_equal_rows_are_found_once_each(self) -> None:
        assert repeated_rows([1, 1, 2, 1], ["a", "a", "a", "b"]).tolist() == [False, True, False, False]
