"""How measures become figures: counts, ratios and the summaries of age-specific rates, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import divide
from shidai.demography.intervals import binomial_interval, poisson_interval, weighted_poisson_interval
from shidai.demography.lifetable import LifeTable, life_table_from_deaths
from shidai.demography.rates import natural_increase_interval
from shidai.demography.sexratio import sex_ratio_interval
from shidai.indicators.cells import Category, Gatherer, narrow
from shidai.indicators.cubes import Cube
from shidai.packs.schema.indicator import SUMMARIES, Indicator, Term

LIFE_TABLE_AGES = np.array([0, 1, *range(5, 90, 5)])
_OPEN = 100
_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Figures:
    """One class of one indicator for all areas and periods, each (areas, periods); NaN where there is none."""

    numerator: Cube
    denominator: Cube
    value: Cube
    low: Cube
    high: Cube
    n: Cube


def evaluate(indicator: Indicator, category: Category, cells: Gatherer) -> Figures:
    """Numerator, denominator, value and interval of one class of the indicator."""
    if indicator.formula in SUMMARIES:
        return _summary(indicator, category, cells)
    above = _added(indicator.numerator, category, cells)
    counted = sum((cells.read(narrow(term, category)) for term in indicator.numerator), start=np.zeros(1))
    if indicator.formula == "count":
        low, high = _count_interval(indicator, above)
        return Figures(above, np.full(above.shape, np.nan), above * indicator.per, low, high, counted)
    below = _added(indicator.denominator, category, cells)
    low, high = _ratio_interval(indicator, category, cells, above, below)
    return Figures(above, below, divide(above * indicator.per, below), low, high, counted)


def _added(terms: tuple[Term, ...], category: Category, cells: Gatherer) -> Cube:
    return np.asarray(sum(term.sign * cells.read(narrow(term, category)) for term in terms), dtype=np.float64)


def _count_interval(indicator: Indicator, count: Cube) -> tuple[Cube, Cube]:
    if indicator.interval == "poisson":
        return _poisson(count, np.ones(count.shape), indicator.per)
    return _no_interval(count)


def _ratio_interval(
    indicator: Indicator, category: Category, cells: Gatherer, above: Cube, below: Cube
) -> tuple[Cube, Cube]:
    if indicator.interval == "poisson":
        return _poisson(above, below, indicator.per)
    if indicator.interval == "difference":
        plus, minus = (
            _added(
                tuple(t.model_copy(update={"sign": 1}) for t in indicator.numerator if t.sign == sign),
                category,
                cells,
            )
            for sign in (1, -1)
        )
        return natural_increase_interval(plus, minus, below, per=indicator.per)
    if indicator.interval == "binomial":
        low, high = binomial_interval(np.minimum(above, below), below)
        return low * indicator.per, high * indicator.per
    if indicator.interval == "odds":
        low, high = binomial_interval(above, above + below)
        with np.errstate(divide="ignore", invalid="ignore"):
            return low / (1 - low) * indicator.per, high / (1 - high) * indicator.per
    if indicator.interval == "wilson_odds":
        low, high = sex_ratio_interval(above, below)
        return low * indicator.per / 100, high * indicator.per / 100
    return _no_interval(above)


def _poisson(count: Cube, exposure: Cube, per: float) -> tuple[Cube, Cube]:
    """Exact limits; computed once for every count that occurs, because counts repeat and the inverse gamma is slow."""
    known, place = np.unique(count, return_inverse=True)
    low, high = (limit[place].reshape(count.shape) for limit in poisson_interval(known))
    return divide(low * per, exposure), divide(high * per, exposure)


def _no_interval(like: Cube) -> tuple[Cube, Cube]:
    missing = np.full(like.shape, np.nan)
    return missing, missing


def _summary(indicator: Indicator, category: Category, cells: Gatherer) -> Figures:
    if indicator.formula == "life_expectancy":
        return _life_expectancy(indicator, category, cells)
    term = indicator.numerator[0]
    first, last = term.age_from or 0, term.age_to or _OPEN
    starts = np.arange(first, last + 1, indicator.age_width)
    ends = starts + indicator.age_width - 1
    births = _by_age(term, category, cells, starts, ends)
    years = _by_age(indicator.denominator[0], category, cells, starts, ends)
    births = np.where(years > 0, births, 0.0)
    rates = divide(births, years)
    width = float(indicator.age_width)
    if indicator.formula == "mean_age_at_childbearing":
        value = divide(_sum(rates * (starts + width / 2)), _sum(rates))
        low, high = _mean_age_interval(value, rates, births, years, starts + width / 2)
    else:
        weight = np.full(rates.shape, width)
        if indicator.formula == "net_reproduction_rate":
            weight = _person_years_lived(term.residence, cells, starts, width)
        value = _sum(rates * weight)  # of a hamlet a rate may be above 1: the library would refuse it
        low, high = _weighted_interval(weight, births, years)
        low, high = (np.where(np.isnan(value), np.nan, limit) for limit in (low, high))
    return Figures(births.sum(-1), years.sum(-1), value, low, high, births.sum(-1))


def _sum(parts: Cube) -> Cube:
    return np.asarray(parts.sum(-1), dtype=np.float64)


def _weighted_interval(weight: Cube, births: Cube, years: Cube) -> tuple[Cube, Cube]:
    known = (years > 0) & ~np.isnan(weight)
    per_birth = np.divide(weight, years, out=np.zeros(births.shape), where=known)
    return weighted_poisson_interval(per_birth, births)


def _mean_age_interval(value: Cube, rates: Cube, births: Cube, years: Cube, middle: Cube) -> tuple[Cube, Cube]:
    """Delta method on independent Poisson births by age: d(mean)/d(rate_a) = (mid-age_a - mean) / sum of rates."""
    total = rates.sum(-1, keepdims=True)
    slope = divide((middle - value[..., None]), total * np.where(years > 0, years, np.nan))
    error = np.sqrt((slope**2 * births).sum(-1))
    return value - _Z95 * error, value + _Z95 * error


def _person_years_lived(residence: str, cells: Gatherer, starts: npt.NDArray[np.int64], width: float) -> Cube:
    """Lx of the female life table over the fertile age groups, radix 1; the groups are five years wide."""
    deaths = Term.model_validate({"measure": "deaths", "residence": residence, "sex": 2})
    exposure = Term.model_validate({"measure": "person_years", "residence": residence, "sex": 2})
    table, _ = _life_table(deaths, exposure, Category(), cells)
    groups = np.searchsorted(LIFE_TABLE_AGES, starts // 5 * 5)
    lived = np.maximum(table.Lx[..., groups], 0.0)  # nobody left: rounding may leave a hair below zero
    return np.asarray(lived * (width / 5), dtype=np.float64)


def _life_expectancy(indicator: Indicator, category: Category, cells: Gatherer) -> Figures:
    deaths, exposure = indicator.numerator[0], indicator.denominator[0]
    table, error = _life_table(deaths, exposure, category, cells)
    value = table.e0
    count, years = (cells.read(narrow(term, category)) for term in (deaths, exposure))
    return Figures(count, years, value, value - _Z95 * error, value + _Z95 * error, count)


def _life_table(deaths: Term, exposure: Term, category: Category, cells: Gatherer) -> tuple[LifeTable, Cube]:
    ends = np.append(LIFE_TABLE_AGES[1:] - 1, _OPEN)
    count = _by_age(deaths, category, cells, LIFE_TABLE_AGES, ends)
    years = _by_age(exposure, category, cells, LIFE_TABLE_AGES, ends)
    count = np.where(years > 0, count, 0.0)
    sex = category.sex if category.sex in (1, 2) else deaths.sex or 3
    codes = np.full(count.shape[:-1], sex)
    with np.errstate(over="ignore"):  # death rates of a handful of person-days overflow the constant-hazard rule
        return life_table_from_deaths(count, years, LIFE_TABLE_AGES, sex=codes, missing="nan")


def _by_age(
    term: Term,
    category: Category,
    cells: Gatherer,
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
) -> Cube:
    """(areas, periods, age groups)."""
    groups = (
        Category(sex=category.sex, first=int(start), last=int(end)) for start, end in zip(starts, ends, strict=True)
    )
    return np.stack([cells.read(narrow(term, group)) for group in groups], axis=-1)
