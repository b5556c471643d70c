"""Fertility and crude rates: against the UN's own figures and by their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from shidai.demography.fertility import (
    asfr,
    general_fertility_rate,
    gross_reproduction_rate,
    mean_age_at_childbearing,
    net_reproduction_rate,
    total_fertility_interval,
    total_fertility_rate,
)
from shidai.demography.lifetable import life_table
from shidai.demography.rates import (
    crude_rate,
    crude_rate_interval,
    mean_population,
    natural_increase,
    natural_increase_interval,
)
from shidai.words import ShidaiError
from tests.spec.demography.wpp import COUNTRIES, column, read_table


@pytest.mark.parametrize("country", COUNTRIES)
def test_total_fertility_of_the_uns_countries(country: str) -> None:
    """Sums of the published age rates give the published TFR within 0.0001: both are rounded to 5
    decimals."""
    rates = [r for r in read_table("asfr5_annual.csv.gz") if r["iso3"] == country]
    annual = [r for r in read_table("annual.csv.gz") if r["iso3"] == country]
    computed = total_fertility_rate(column(rates, "asfr").reshape(len(annual), -1) / 1000, 5)
    assert np.abs(computed - column(annual, "tfr")).max() < 1e-4


@pytest.mark.parametrize("country", COUNTRIES)
def test_crude_rates_of_the_uns_countries(country: str) -> None:
    """Births and deaths over the mid-year population give the published rates.

    Within 0.002 per thousand in most years and 0.02 in the worst: before 2024 the mid-year figures are themselves
    derived by cumulating back (the data folder's README), while the published rates rest on unrounded ones.
    """
    annual = [r for r in read_table("annual.csv.gz") if r["iso3"] == country]
    for events, rate in (("births", "cbr"), ("deaths", "cdr")):
        gap = np.abs(crude_rate(column(annual, events), column(annual, "pop_mid")) - column(annual, rate))
        assert gap.max() < 0.02
        assert np.median(gap) < 0.002


@pytest.mark.parametrize("country", COUNTRIES)
def test_natural_change_of_the_uns_countries(country: str) -> None:
    """With the mean of two year-ends as denominator the UN's rate of natural change comes out within
    0.02‰."""
    annual = [r for r in read_table("annual.csv.gz") if r["iso3"] == country]
    end, births, deaths = (column(annual, name) for name in ("pop_end", "births", "deaths"))
    computed = natural_increase(births[1:], deaths[1:], end[:-1], end[1:])
    assert np.abs(computed - column(annual, "natural_change_rate")[1:]).max() < 0.02


def test_reproduction_rates_of_a_simple_population_by_hand() -> None:
    """One child a woman at exact age 27.5, girls half of all, nobody dies: GRR = NRR = 0.5."""
    rates, lived = np.zeros(7), np.full(7, 5.0)
    rates[2] = 0.2
    assert total_fertility_rate(rates, 5) == pytest.approx(1)
    assert gross_reproduction_rate(rates, 5, sex_ratio=100) == pytest.approx(0.5)
    assert net_reproduction_rate(rates, lived, sex_ratio=100) == pytest.approx(0.5)
    assert mean_age_at_childbearing(rates, np.arange(15, 50, 5), 5) == pytest.approx(27.5)


@pytest.mark.parametrize("country", COUNTRIES)
def test_net_reproduction_lies_below_gross_by_the_mortality_of_mothers(country: str) -> None:
    rows = [r for r in read_table("mx5.csv.gz") if r["iso3"] == country and r["period_start"] == "2000"]
    table = life_table(column(rows, "mx_f"), column(rows, "age_start"), sex="female", ax="greville")
    rates = [r for r in read_table("asfr5_annual.csv.gz") if r["iso3"] == country and r["year"] == "2002"]
    fx = column(rates, "asfr") / 1000
    at = np.isin(table.age_start, column(rates, "age_start"))
    net, gross = net_reproduction_rate(fx, table.Lx[at]), gross_reproduction_rate(fx, 5)
    mean_age = float(mean_age_at_childbearing(fx, column(rates, "age_start"), 5))
    survivors = np.interp(mean_age, table.age_start, table.lx)
    assert net / gross == pytest.approx(survivors, abs=0.01)


def test_rates_of_nobody_are_missing_and_births_of_nobody_refused() -> None:
    assert np.isnan(asfr([0, 1], [0, 10]))[0]
    with pytest.raises(ShidaiError, match=r"births\[0\]"):
        asfr([1, 1], [0, 10])


def test_the_general_fertility_rate_is_all_births_over_all_years() -> None:
    assert general_fertility_rate([10, 20], [100, 200]) == pytest.approx(0.1)


def test_the_interval_of_total_fertility_covers_as_often_as_it_says() -> None:
    draw = np.random.default_rng(7)
    years = np.array([300.0, 280, 250, 240, 230, 220, 210])
    truth = np.array([0.01, 0.08, 0.1, 0.06, 0.02, 0.005, 0.001])
    births = draw.poisson(truth * years, size=(3000, 7))
    low, high = total_fertility_interval(births, years, 5)
    covered = np.mean((low <= 5 * truth.sum()) & (5 * truth.sum() <= high))
    assert 0.945 < covered < 0.99


def test_natural_increase_takes_the_mean_of_the_year_ends() -> None:
    assert mean_population(90, 110) == 100
    assert natural_increase(30, 20, 900, 1100) == pytest.approx(10)


def test_the_interval_of_natural_increase_holds_its_value_and_shrinks_with_size() -> None:
    low, high = natural_increase_interval([30, 3000], [20, 2000], [1000, 100_000])
    assert np.all((low < 10) & (high > 10))
    assert high[1] - low[1] < (high[0] - low[0]) / 5
    assert crude_rate_interval(0, 1000)[0] == 0
