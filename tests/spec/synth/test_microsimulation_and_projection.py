"""People drawn one by one and the cohort-component projection of the same rates agree within sampling error.

The synthetic city's own steps (deaths, births, weddings, partings) run for twenty years without anybody moving, sixteen
times with other chances; each run's first population is projected by the same death and birth rates. Births before 22
are taken out of the rates of both: in the city only women in a union bear, and few are in one before, so that the
nation's rates of those ages can't come out of it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from shidai.demography.outcome import Outcome
from shidai.demography.projection import project, read_components
from shidai.demography.projection_survival import survival_ratios
from shidai.packs.schema.demonstration import Demonstration, value_in
from shidai.synth.births import bear
from shidai.synth.county import County, Plan
from shidai.synth.deaths import die
from shidai.synth.places import read_places
from shidai.synth.rates import OLDEST, Rates, read_rates
from shidai.synth.start import populate
from shidai.synth.unions import marry, part
from tests.spec.synth.cities import two_counties, wuxi
from tests.spec.synth.test_rates_come_out import changed

FIRST, LAST, RUNS, PEOPLE = 1950, 1969, 16, 20_000
YEARS = LAST - FIRST + 1
TWINS = 0.01


def parameters() -> Demonstration:
    """Deaths exactly by the rates, and one sex ratio for all orders of birth."""
    return changed(
        mortality={"adult": {FIRST: 1.0}, "infant": {FIRST: 1.0}},
        fertility={"sex_ratio": {FIRST: (106.0, 106.0, 106.0)}, "twins": TWINS},
    )


@lru_cache(maxsize=1)
def rates() -> Rates:
    read = read_rates(wuxi().folder, parameters().rates, FIRST, LAST)
    bearing = read.fx.copy()
    bearing[:, :22] = 0
    return replace(read, fx=bearing)


def live(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Population at the year-ends (years + 1, 2, ages) and births (years,) of one run, counted from its people."""
    demonstration = parameters()
    residents = PEOPLE / value_in(demonstration.size.path, FIRST - 1)
    places = read_places(two_counties(), demonstration, 1)
    county = County(Plan(0, seed, residents, 0.0, FIRST, LAST, demonstration, rates(), places))
    populate(county)
    population, births = [count(county, FIRST - 1)], []
    for year in range(FIRST, LAST + 1):
        county.start_year(year)
        before = county.people.count
        die(county, year)
        bear(county, year)
        births.append(county.people.count - before)
        part(county, year)
        marry(county, year)
        population.append(count(county, year))
    return np.array(population, dtype=float), np.array(births, dtype=float)


def count(county: County, year: int) -> np.ndarray:
    people, alive = county.people, county.living_ids
    age = year - people.birth_year[alive]
    return np.stack([np.bincount(age[people.sex[alive] == sex], minlength=OLDEST)[:OLDEST] for sex in (1, 2)])


@lru_cache(maxsize=1)
def runs() -> tuple[np.ndarray, np.ndarray]:
    """(years + 1, runs, 2, ages) and (years, runs)."""
    lived = [live(seed) for seed in range(RUNS)]
    return np.stack([one[0] for one in lived], axis=1), np.stack([one[1] for one in lived], axis=1)


def projected(fertility: float = 1.0, mortality: float = 1.0) -> Outcome:
    """Each run's first population by the same rates, or by rates so many times higher."""
    level = np.array([value_in(parameters().fertility.level, year) for year in range(FIRST, LAST + 1)])
    bearing = fertility * rates().fx * level[:, None] * (1 + TWINS)
    survival = survival_ratios(mortality * rates().mx, sex=np.array([1, 2]))
    components = read_components(
        np.broadcast_to(survival[:, None], (YEARS, RUNS, 2, OLDEST + 1)),
        np.broadcast_to(bearing[:, None], (YEARS, RUNS, OLDEST)),
        np.full((YEARS, RUNS), 1.06),
        np.zeros((YEARS, RUNS, 2, OLDEST)),
    )
    return project(runs()[0][0], components)


def deaths_of(population: np.ndarray, births: np.ndarray) -> np.ndarray:
    """By the balancing equation, (runs,) in all years."""
    return np.asarray(population[0].sum((-2, -1)) + births.sum(0) - population[-1].sum((-2, -1)))


def gap(drawn: np.ndarray, expected: np.ndarray) -> tuple[float, float]:
    """Mean relative difference of the runs and its standard error, from how much the runs differ."""
    apart = drawn / expected - 1
    return float(apart.mean()), float(apart.std(ddof=1) / np.sqrt(len(apart)))


@pytest.mark.parametrize("years", [5, 10, 20])
def test_population_agrees(years: int) -> None:
    """Within four standard errors, which are at most a tenth of a per cent."""
    mean, error = gap(runs()[0][years].sum((1, 2)), projected().population[years].sum((1, 2)))
    assert error < 0.0012
    assert abs(mean) < 4 * error


@pytest.mark.parametrize("ages", [(0, 5), (5, 20), (20, 50), (50, 111)])
@pytest.mark.parametrize("sex", [0, 1])
def test_population_by_age_and_sex_agrees_after_twenty_years(ages: tuple[int, int], sex: int) -> None:
    inside = slice(*ages)
    mean, error = gap(runs()[0][-1, :, sex, inside].sum(-1), projected().population[-1, :, sex, inside].sum(-1))
    assert error < 0.01
    assert abs(mean) < 4 * error


def test_births_and_deaths_of_twenty_years_agree() -> None:
    population, births = runs()
    expected = projected()
    for drawn, wanted in (
        (births.sum(0), expected.births.sum((0, 2))),
        (deaths_of(population, births), expected.deaths.sum((0, 2, 3))),
    ):
        mean, error = gap(drawn, wanted)
        assert error < 0.003
        assert abs(mean) < 4 * error


def test_rates_three_per_cent_higher_are_told_apart() -> None:
    """The agreement isn't for want of numbers: a projection of slightly other rates is outside."""
    population, births = runs()
    mean, error = gap(births.sum(0), projected(fertility=1.03).births.sum((0, 2)))
    assert mean < -6 * error
    mean, error = gap(deaths_of(population, births), projected(mortality=1.03).deaths.sum((0, 2, 3)))
    assert mean < -6 * error
