"""The cohort-component projection: what must hold whatever goes in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shidai.demography.fertility import net_reproduction_rate
from shidai.demography.lifetable import life_table
from shidai.demography.projection import project, read_components
from shidai.demography.projection_migration import Flows, NetRates, fit_net_to_total, model_profile, net_of_flows
from shidai.demography.projection_survival import (
    match_life_expectancy,
    single_year_fertility,
    single_year_mortality,
    survival_ratios,
)
from shidai.words import ShidaiError
from tests.spec.demography.slow_projection import project_slowly

AGES = 101
AGE = np.arange(AGES)
GOMPERTZ = 5e-5 * np.exp(0.095 * AGE) + np.where(AGE == 0, 0.006, 0)
MORTALITY = np.stack([GOMPERTZ * 1.3, GOMPERTZ])
FERTILITY = 0.14 * np.exp(-(((AGE - 28) / 6) ** 2)) * ((AGE > 14) & (AGE < 50))
YEARS = 12


def make_inputs(seed: int, years: int = YEARS, areas: tuple[int, ...] = ()):
    """A random but possible population with its survival, fertility, sex ratio and migration."""
    draw = np.random.default_rng(seed)
    base = draw.uniform(50, 100, (*areas, 2, AGES)) * np.exp(-AGE / 60)
    mx = MORTALITY * draw.uniform(0.7, 1.4, (years, *areas, 2, AGES))
    survival = survival_ratios(mx, sex=np.array([1, 2]))
    fertility = FERTILITY * draw.uniform(0.5, 2, (years, *areas, AGES))
    sex_ratio = draw.uniform(1.0, 1.2, (years, *areas))
    migration = draw.normal(0, 0.3, (years, *areas, 2, AGES)) * (AGE < 70)
    return base, survival, fertility, sex_ratio, migration


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1))
def test_the_fast_projection_equals_the_slow_one(seed: int) -> None:
    base, *parts = make_inputs(seed)
    outcome = project(base, read_components(*parts))
    population, births, deaths = project_slowly(base, *parts)
    assert outcome.population == pytest.approx(population, rel=1e-12)
    assert outcome.births == pytest.approx(births, rel=1e-12)
    assert outcome.deaths == pytest.approx(deaths, rel=1e-9, abs=1e-10)
    assert outcome.births_by_age.sum(-1) == pytest.approx(births.sum(-1), rel=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_population_changes_by_births_deaths_and_migrants_and_by_nothing_else(seed: int) -> None:
    base, *parts = make_inputs(seed, areas=(3,))
    outcome = project(base, read_components(*parts))
    change = np.diff(outcome.population.sum((-2, -1)), axis=0)
    events = outcome.births.sum(-1) - outcome.deaths.sum((-2, -1)) + outcome.migration.sum((-2, -1))
    assert change == pytest.approx(events, rel=1e-11, abs=1e-10)
    assert (outcome.deaths > -1e-10).all()


def test_areas_at_once_equal_one_by_one() -> None:
    base, *parts = make_inputs(1, areas=(2, 3))
    together = project(base, read_components(*parts))
    for area in np.ndindex(2, 3):
        alone = project(base[area], read_components(*(part[(slice(None), *area)] for part in parts)))
        assert together.population[(slice(None), *area)] == pytest.approx(alone.population, rel=1e-13)


def test_areas_with_the_same_rates_sum_to_the_whole() -> None:
    base, survival, fertility, sex_ratio, _ = make_inputs(2)
    parts = np.stack([base * 0.2, base * 0.5, base * 0.3])
    counties = project(
        parts, read_components(survival[:, None], np.repeat(fertility[:, None], 3, 1), sex_ratio[:, None], 0)
    )
    city = project(base, read_components(survival, fertility, sex_ratio, 0))
    assert counties.population.sum(1) == pytest.approx(city.population, rel=1e-12)
    assert counties.births.sum(1) == pytest.approx(city.births, rel=1e-12)


def test_a_stable_population_that_replaces_itself_keeps_its_births() -> None:
    """Fertility scaled to NRR = 1 on the life table's own population: births, deaths and ages stay as they are."""
    survival = survival_ratios(MORTALITY, sex=np.array([1, 2]))
    lived = np.cumprod(survival[:, :-1], axis=-1)
    lived[:, -1] /= 1 - survival[:, -1]
    base = lived * np.array([[1.05], [1.0]])
    replacing = FERTILITY / net_reproduction_rate(FERTILITY, lived[1], sex_ratio=105)
    parts = (survival[None], np.repeat(replacing[None], 200, 0), 1.05, 0)
    outcome = project(base, read_components(np.repeat(parts[0], 200, 0), *parts[1:]))
    assert outcome.births.sum(-1) == pytest.approx(np.full(200, 2.05), rel=1e-12)
    assert outcome.population[-1] == pytest.approx(base, rel=1e-10)


def test_without_births_deaths_and_migration_everybody_grows_older() -> None:
    base = np.ones((2, AGES))
    survival = survival_ratios(np.zeros((2, AGES)), sex=np.array([1, 2]))
    outcome = project(base, read_components(np.repeat(survival[None], 10, 0), np.zeros((10, AGES)), 1.0, 0))
    assert outcome.population.sum((-2, -1)).tolist() == [2.0 * AGES] * 11
    assert outcome.population[10, :, :10].tolist() == np.zeros((2, 10)).tolist()
    assert outcome.population[10, 0, -1] == 11


def test_survival_ratios_are_those_of_the_life_table_in_its_own_population() -> None:
    """Deaths of the stationary population are its births, and crude mortality is 1 / e0."""
    survival = survival_ratios(MORTALITY, sex=np.array([1, 2]))
    assert ((survival > 0) & (survival <= 1)).all()
    matched = match_life_expectancy(MORTALITY, np.array([70.0, 80.0]), sex=np.array([1, 2]))
    lived = np.cumprod(survival_ratios(matched, sex=np.array([1, 2]))[:, :-1], axis=-1)
    lived[:, -1] /= -np.expm1(-matched[:, -1])
    assert lived.sum(-1) == pytest.approx([70.0, 80.0], abs=1e-6)


def test_abridged_rates_come_back_from_single_years() -> None:
    ages = np.array([0, 1, *range(5, 105, 5)])
    table = life_table(MORTALITY, AGE, sex=np.array([1, 2]))
    abridged = np.add.reduceat(table.dx, ages, axis=-1) / np.add.reduceat(table.Lx, ages, axis=-1)
    single = single_year_mortality(abridged, ages, sex=np.array([1, 2]))
    assert single.shape == (2, AGES)
    assert (np.diff(single[:, 30:]) > 0).all()
    assert single[:, [0, -1]] == pytest.approx(abridged[:, [0, -1]])
    assert single[:, 30:95] == pytest.approx(MORTALITY[:, 30:95], rel=0.03)


def test_five_year_fertility_keeps_its_sums_and_comes_near_the_single_years() -> None:
    five = FERTILITY[10:55].reshape(-1, 5).mean(-1)
    single = single_year_fertility(five, np.arange(10, 60, 5), AGES)
    assert single[10:55].reshape(-1, 5).mean(-1) == pytest.approx(five, abs=1e-15)
    assert (single >= 0).all()
    assert np.abs(single - FERTILITY).max() < 0.006


def test_flows_between_areas_create_and_lose_nobody() -> None:
    base, survival, fertility, sex_ratio, _ = make_inputs(3, areas=(4,))
    shares = np.random.default_rng(3).uniform(0, 0.02, (YEARS, 4, 4, 2, AGES))
    outcome = project(base, read_components(survival, fertility, sex_ratio, 0), Flows(shares))
    assert outcome.migration.sum(1) == pytest.approx(0, abs=1e-12)
    assert np.abs(outcome.migration).sum() > 100


def test_net_rates_and_the_counts_they_amount_to_give_the_same() -> None:
    base, survival, fertility, sex_ratio, _ = make_inputs(4)
    rates = np.random.default_rng(4).normal(0, 0.01, (YEARS, 2, AGES))
    by_rate = project(base, read_components(survival, fertility, sex_ratio, 0), NetRates(rates))
    by_count = project(base, read_components(survival, fertility, sex_ratio, by_rate.migration))
    assert np.array_equal(by_rate.population, by_count.population)
    assert by_rate.migration[0, 0, 1] == rates[0, 0, 1] * base[0, 0]


def test_net_migration_of_areas_is_fitted_to_the_citys() -> None:
    fitted = fit_net_to_total([10.0, -4.0, 0.0], 9.0)
    assert fitted.sum() == pytest.approx(9)
    assert fitted[0] > 10
    assert -4 < fitted[1] < 0
    assert fitted[2] == 0
    assert fit_net_to_total([[10.0, 3.0], [-4.0, -6.0]], [6.0, -9.0]).sum(0) == pytest.approx([6, -9])
    assert fit_net_to_total([-5.0, -5.0], -20.0).tolist() == [-10, -10]
    with pytest.raises(ShidaiError, match=r"total: the areas cannot reach 3"):
        fit_net_to_total([-1.0, -2.0], 3.0)


def test_moves_become_net_migrants() -> None:
    assert net_of_flows([[7.0, 2.0], [5.0, 9.0]]).tolist() == [3, -3]
    assert model_profile(AGES).sum() == pytest.approx(1)
    assert 20 < model_profile(AGES)[0].argmax() < 25


def test_women_who_come_in_the_year_bear_children_in_it_unless_told_otherwise() -> None:
    base, survival, fertility, sex_ratio, _ = make_inputs(5, years=1)
    net = np.zeros((1, 2, AGES))
    net[0, 1, 28] = 50
    with_them = project(base, read_components(survival, fertility, sex_ratio, net)).births.sum()
    without = project(base, read_components(survival, fertility, sex_ratio, net, migrants_bear=False)).births.sum()
    nobody = project(base, read_components(survival, fertility, sex_ratio, 0)).births.sum()
    assert with_them - nobody == pytest.approx(25 * fertility[0, 28], rel=0.01)
    assert without == pytest.approx(nobody, rel=1e-3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"base": -1.0}, r"base\[1, 30\].*-1"),
        ({"survival": 1.2}, r"survival\[0, 1, 30\].*between 0 and 1"),
        ({"fertility": 80.0}, r"fertility\[0, 30\].*divide rates per thousand|fertility\[0, 30\].*1000"),
        ({"migration": -500.0}, r"population after year 0\[1, 30\].*leave"),
        ({"sex_ratio": 105.0}, r"sex_ratio\[0\].*1\.05"),
        ({"migration": np.nan}, r"migration\[0, 1, 30\]"),
    ],
)
def test_a_wrong_cell_is_named(change: dict[str, float], said: str) -> None:
    names = ("base", "survival", "fertility", "sex_ratio", "migration")
    given_parts = {name: np.array(part) for name, part in zip(names, make_inputs(6), strict=True)}
    for name, value in change.items():
        cell = {"base": (1, 30), "sex_ratio": (0,), "fertility": (0, 30)}.get(name, (0, 1, 30))
        given_parts[name][cell] = value
    with pytest.raises(ShidaiError, match=said):
        project(given_parts.pop("base"), read_components(**given_parts))


def test_arrays_of_other_areas_or_ages_are_refused() -> None:
    base, survival, fertility, sex_ratio, migration = make_inputs(7, areas=(3,))
    with pytest.raises(ShidaiError, match="survival"):
        read_components(survival[:, :2], fertility, sex_ratio, migration)
    with pytest.raises(ShidaiError, match="migration"):
        read_components(survival, fertility, sex_ratio, migration[..., :90])
    with pytest.raises(ShidaiError, match="base"):
        project(base[:2], read_components(survival, fertility, sex_ratio, migration))
    with pytest.raises(ShidaiError, match="rates / age_start"):
        single_year_fertility([0.1, 0.2], [15, 20], AGES)
    with pytest.raises(ShidaiError, match="net rates"):
        NetRates(np.full((1, 2, AGES), -1.5))
    with pytest.raises(ShidaiError, match="flows"):
        Flows(np.zeros((1, 3, 4, 2, AGES)))
    with pytest.raises(ShidaiError, match="leave add up"):
        Flows(np.full((1, 3, 3, 2, AGES), 0.5))
