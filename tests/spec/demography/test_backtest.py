"""Projections put to the test of the past: what is scored, and that nothing of later years is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from shidai.demography.backtest import Score, backtest_countries, past_errors, plan_from_past, pool, score
from shidai.demography.wpp import Country, known_countries, read_country
from shidai.words import ShidaiError
from tests.spec.demography.wpp import FOLDER

FIRST, LAST = 2000, 2020
needs_tables = pytest.mark.skipif(not FOLDER.exists(), reason="the UN's tables are not beside the repository")


def test_a_score_counts_the_years_inside_and_how_far_the_median_is_off() -> None:
    fan = np.array([[80, 80, 80, 80], [90, 90, 90, 90], [100, 100, 100, 100], [110] * 4, [120] * 4], dtype=float)
    found = score("X", "births", fan, np.array([100, 115, 130, np.nan]))
    assert (found.points, found.inside80, found.inside95) == (3, pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert found.error == pytest.approx((0 + 15 / 115 + 30 / 130) / 3)
    assert found.last_error == pytest.approx(-30 / 130)


def test_errors_of_shares_and_rates_are_in_their_own_unit() -> None:
    fan = np.full((5, 2), 2.0)
    assert score("X", "tfr", fan, np.array([1.5, 2.5])).error == pytest.approx(0.5)


def test_years_in_which_nothing_happened_have_no_relative_error() -> None:
    fan = np.array([[0.0, 0, 0], [0, 0, 0], [1, 1, 3], [2, 2, 4], [3, 3, 5]])
    village = score("x", "births", fan, np.array([0.0, 2.0, 4.0]))
    assert (village.points, village.inside95) == (3, 1.0)
    assert village.error == pytest.approx((0.5 + 0.25) / 2)
    empty = score("y", "births", fan, np.zeros(3))
    assert np.isnan(empty.error)
    assert pool([village, empty])[0].error == pytest.approx(village.error)


def test_areas_are_pooled_by_their_points() -> None:
    scores = [Score("A", "births", 1, 1.0, 1.0, 0.1, -0.2), Score("B", "births", 3, 0.0, 1.0, 0.3, 0.4)]
    (pooled,) = pool(scores)
    assert (pooled.area, pooled.points, pooled.inside80) == ("all", 4, 0.25)
    assert pooled.error == pytest.approx(0.25)


@pytest.fixture(scope="module")
def countries() -> list[Country]:
    return [read_country(FOLDER, code) for code in known_countries(FOLDER)]


def forget(country: Country) -> Country:
    """The country with every series from the first year on made nonsense, and no later rates by age."""
    years = np.array(country.years)
    annual = {name: np.where(years < FIRST, values, 1.23) for name, values in country.annual.items()}
    fertility = {year: rates if year < FIRST else rates * 0 for year, rates in country.fertility.items()}
    mortality = np.where((country.periods + 5 <= FIRST)[:, None, None], country.mortality, 0.5)
    return replace(country, annual=annual, fertility=fertility, mortality=mortality, migration={})


@needs_tables
def test_nothing_of_later_years_is_used(countries: list[Country]) -> None:
    """A plan made from series that are nonsense from the first year on is the same plan."""
    blind = [forget(country) for country in countries]
    known, unknown = past_errors(countries, FIRST, 21), past_errors(blind, FIRST, 21)
    for name, values in known.items():
        assert unknown[name] == pytest.approx(values)
    for country, other in zip(countries[:3], blind[:3], strict=True):
        one, two = (plan_from_past(each, FIRST, LAST, known) for each in (country, other))
        for name in ("base", "fertility", "sex_ratio", "migration"):
            assert getattr(two, name) == pytest.approx(getattr(one, name))
        assert two.tfr.values == pytest.approx(one.tfr.values)
        assert two.net.values == pytest.approx(one.net.values)


@needs_tables
def test_bounds_from_past_errors_hold_most_of_what_happened(countries: list[Country]) -> None:
    """Ten countries, 2000 to 2020: no interval that is far too narrow (many are too wide: see the documentation)."""
    pooled = {one.measure: one for one in pool(backtest_countries(countries, FIRST, LAST, 1000, 1))}
    assert pooled["population"].error < 0.025
    for one in pooled.values():
        assert one.inside80 > 0.7
        assert one.inside95 > 0.9


@needs_tables
@pytest.mark.parametrize(("first", "last"), [(1960, 1980), (2001, 2020), (2000, 2030), (2000, 2000)])
def test_years_without_a_past_or_an_outcome_are_refused(first: int, last: int, countries: list[Country]) -> None:
    with pytest.raises(ShidaiError, match="Nothing can be tested"):
        backtest_countries(countries[:1], first, last, 10, 1)
