"""Completeness of death registration between two counts of the population: death distribution methods.

All take two populations by age, `first` and `second`, (…, ages) with one list of first ages, the last group open;
`deaths` (…, ages), the yearly mean between the counts; and `years`, the years between them. They assume that deaths are
reported equally well at all adult ages, that ages are right, and that migrants are known. The result may be wrong by
a fifth even in a good setting (Murray et al. 2010, PLoS Medicine 7, e1000262): look at the points (`by_age`, `entry`,
`exit`) before you use it, and don't use it for a small or an open population.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_ages, read_counts, read_numbers, refuse_cells
from shidai.words import ShidaiError, problem

YOUNGEST, OLDEST, FEWEST = 15, 75, 8
"""Age range searched and the fewest groups of a fit: the defaults of the R package DDM (Riffe, Lima & Queiroz 2017)."""


@dataclass(frozen=True, slots=True)
class GrowthBalance:
    """A line through entry − growth against deaths by age; every array has the populations' leading axes."""

    intercept: Array
    slope: Array
    census_ratio: Array  # completeness of the first count / that of the second
    completeness_of_rates: Array  # registered death rate / true one: 1 / slope
    completeness_of_deaths: Array  # registered deaths / true ones, the better of both counts taken as complete
    first_age: Array  # of the ages fitted
    last_age: Array
    entry: Array  # (…, ages): rate of reaching each age less the growth (and migrants) above it
    exit: Array  # (…, ages): registered deaths above each age, a person-year


@dataclass(frozen=True, slots=True)
class ExtinctGenerations:
    """People implied by the deaths / people counted; every array has the populations' leading axes."""

    completeness: Array
    by_age: Array  # (…, ages): at each exact age; NaN for the first
    first_age: Array
    last_age: Array


def growth_balance(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    deaths: npt.ArrayLike,
    age_start: npt.ArrayLike,
    *,
    years: float,
    net_migrants: npt.ArrayLike = 0.0,
    ages: tuple[float, float] | None = None,
) -> GrowthBalance:
    """General growth balance (GGB): the relative completeness of both counts and of the deaths.

    Above each age x: entries − growth + net migrants = ln(k1/k2)/years + √(k1·k2)/c × registered deaths, all a
    person-year; the line's slope and intercept give c and k1/k2. Its slope is sd(y)/sd(x), for both sides err.
    net_migrants: (…, ages), yearly. ages: first and last group fitted; None takes, of all runs of at least 8 groups
    between 15 and 75, the one with the least mean squared residual. Points that don't rise at all give NaN.
    Errors: negative, missing or infinite cells, groups empty in one count only, other shapes, too few groups.
    Source: Hill, K. (1987) Estimating census and death registration completeness. Asian and Pacific Population Forum
    1(3), 8–13, 23–24; Hill, You & Choi (2009) Demographic Research 21, 235–254.
    """
    columns = _read(first, second, deaths, age_start, years, net_migrants)
    entry, exit_ = _balance(columns)
    runs = _runs(columns.ages, ages)
    fits = [_line(exit_[..., a:b], entry[..., a:b]) for a, b in runs]
    best = np.argmin(np.stack([np.where(np.isnan(fit[2]), np.inf, fit[2]) for fit in fits]), axis=0)
    intercept, slope = (np.take_along_axis(np.stack([f[i] for f in fits]), best[None], 0)[0] for i in (0, 1))
    ends = np.array([(columns.ages[a], columns.ages[b - 1]) for a, b in runs])
    ratio = np.exp(intercept * years)
    better = np.exp(-np.abs(intercept * years) / 2)
    of_rates = divide(1.0, slope)
    return GrowthBalance(
        intercept, slope, ratio, of_rates, of_rates * better, ends[best, 0], ends[best, 1], entry, exit_
    )


def extinct_generations(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    deaths: npt.ArrayLike,
    age_start: npt.ArrayLike,
    *,
    years: float,
    open_life: npt.ArrayLike,
    net_migrants: npt.ArrayLike = 0.0,
    ages: tuple[float, float] | None = None,
) -> ExtinctGenerations:
    """Synthetic extinct generations (SEG): who was alive at an age is who died above it, the growth taken out.

    open_life: (…) expectation of life at the start of the open group, in years, e.g. from the nation's life table; an
    error of a year changes the result by about 0.01 with an open group from 80. Both counts are taken as equally
    complete: if they aren't, use `balance_and_generations`. ages: as in `growth_balance`, whose range is taken if None.
    Errors: negative, missing or infinite cells, groups empty in one count only, other shapes, fewer than three groups
    of the given ages.
    Source: Bennett, N. G.; Horiuchi, S. (1981) Population Index 47, 207–221; (1984) Demography 21, 217–233.
    """
    columns = _read(first, second, deaths, age_start, years, net_migrants)
    life = read_counts("open_life", open_life)
    match_shapes(first=columns.first[..., 0], open_life=life)
    if ages is None:
        fit = growth_balance(first, second, deaths, age_start, years=years, net_migrants=net_migrants)
        low, high = fit.first_age, fit.last_age
    else:
        low, high = np.asarray(ages[0], dtype=np.float64), np.asarray(ages[1], dtype=np.float64)
        _runs(columns.ages, ages)
    by_age = divide(_implied(columns, life), columns.birthdays)
    used = (columns.ages >= low[..., None]) & (columns.ages <= high[..., None]) & ~np.isnan(by_age)
    completeness = divide(np.where(used, by_age, 0.0).sum(-1), used.sum(-1))
    shape = completeness.shape
    return ExtinctGenerations(completeness, by_age, np.broadcast_to(low, shape), np.broadcast_to(high, shape))


def balance_and_generations(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    deaths: npt.ArrayLike,
    age_start: npt.ArrayLike,
    *,
    years: float,
    open_life: npt.ArrayLike,
    net_migrants: npt.ArrayLike = 0.0,
    ages: tuple[float, float] | None = None,
) -> ExtinctGenerations:
    """GGB-SEG: the growth balance makes both counts equally complete, then the extinct generations follow.

    The less complete count is raised to the other, so that the result is the completeness of deaths against it. With a
    fit that a few ages decide, the adjustment adds more error than it takes away. Where there is no fit: NaN.
    Arguments and errors as `extinct_generations`.
    Source: Hill & Choi (2004), in Hill, You & Choi (2009) Demographic Research 21, 235–254.
    """
    fit = growth_balance(first, second, deaths, age_start, years=years, net_migrants=net_migrants, ages=ages)
    known = (fit.census_ratio > 0) & np.isfinite(fit.census_ratio)
    ratio = np.where(known, fit.census_ratio, 1.0)
    early = read_counts("first", first) / np.minimum(ratio, 1.0)[..., None]
    late = read_counts("second", second) * np.maximum(ratio, 1.0)[..., None]
    found = extinct_generations(
        early, late, deaths, age_start, years=years, open_life=open_life, net_migrants=net_migrants, ages=ages
    )
    return replace(found, completeness=np.where(known, found.completeness, np.nan))


@dataclass(frozen=True, slots=True)
class _Columns:
    ages: Array
    width: Array  # of the closed groups
    first: Array
    second: Array
    deaths: Array
    migrants: Array
    years: float
    birthdays: Array  # (…, ages): people who reach each exact age in a year; 0 for the first


def _read(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    deaths: npt.ArrayLike,
    age_start: npt.ArrayLike,
    years: float,
    net_migrants: npt.ArrayLike,
) -> _Columns:
    ages = read_ages(age_start)
    early, late, dead = (
        read_counts("first", first, axes=1),
        read_counts("second", second),
        read_counts("deaths", deaths),
    )
    moved = read_numbers("net_migrants", net_migrants)
    match_shapes(first=early, second=late, deaths=dead, net_migrants=moved, age_start=ages)
    early, late, dead, moved, _ = (np.asarray(a) for a in np.broadcast_arrays(early, late, dead, moved, ages))
    span = read_counts("years", years)
    if span.ndim or not span > 0:
        raise ShidaiError(
            problem(
                "years",
                zh="两次人口数之间的年数必须是一个大于0的数。",
                en="the years between both counts must be one number above 0.",
                mend_zh="例如10。",
                mend_en="For example 10.",
            )
        )
    refuse_cells(
        "first / second",
        early,
        (early == 0) != (late == 0),
        zh="该年龄组在一次人口数中为0，在另一次中不为0，增长率无从计算。",
        en="this age group is empty in one count only, so that its growth can't be had.",
        mend_zh="请合并年龄组。",
        mend_en="Merge age groups.",
    )
    width = np.diff(ages)
    reached = np.sqrt(early[..., :-1] * late[..., 1:]) / width
    birthdays = np.concatenate([np.zeros_like(reached[..., :1]), reached], axis=-1)
    return _Columns(ages, width, early, late, dead, moved, float(span), birthdays)


def _balance(columns: _Columns) -> tuple[Array, Array]:
    above = [np.cumsum(a[..., ::-1], axis=-1)[..., ::-1] for a in (columns.first, columns.second)]
    lived = np.sqrt(above[0] * above[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.log(above[1] / above[0]) / columns.years
    dead, moved = (np.cumsum(a[..., ::-1], axis=-1)[..., ::-1] for a in (columns.deaths, columns.migrants))
    return divide(columns.birthdays + moved, lived) - growth, divide(dead, lived)


def _runs(ages: Array, given: tuple[float, float] | None) -> list[tuple[int, int]]:
    """Index ranges of the groups to be fitted: the one given, or every run of the search."""
    low, high = given or (YOUNGEST, OLDEST)
    inside = np.flatnonzero((ages >= low) & (ages <= high) & (np.arange(ages.size) > 0))
    fewest = 3 if given else FEWEST
    if inside.size < fewest:
        raise ShidaiError(
            problem(
                "ages",
                zh=f"{low:g}岁至{high:g}岁之间不足{fewest}个年龄组，不能拟合。",
                en=f"fewer than {fewest} age groups from {low:g} to {high:g}: no line can be fitted.",
                mend_zh="请给出更细的年龄组或更宽的年龄范围。",
                mend_en="Give finer age groups or a wider range.",
            )
        )
    start, stop = int(inside[0]), int(inside[-1]) + 1
    if given:
        return [(start, stop)]
    return [(a, a + n) for n in range(stop - start, fewest - 1, -1) for a in range(start, stop - n + 1)]


def _line(x: Array, y: Array) -> tuple[Array, Array, Array]:
    """Intercept, slope and mean squared residual of the reduced major axis; NaN where y doesn't rise with x."""
    together = ((x - x.mean(-1, keepdims=True)) * (y - y.mean(-1, keepdims=True))).mean(-1)
    slope = np.where(together > 0, divide(y.std(-1), x.std(-1)), np.nan)
    intercept = y.mean(-1) - slope * x.mean(-1)
    return intercept, slope, np.asarray(((y - intercept[..., None] - slope[..., None] * x) ** 2).mean(-1))


def _implied(columns: _Columns, open_life: Array) -> Array:
    """People who reach each age in a year as the deaths above it imply, in the sense of a stationary population."""
    people = np.sqrt(columns.first * columns.second)
    growth = np.log(divide(columns.second, columns.first)) / columns.years - divide(columns.migrants, people)
    growth = np.where(np.isnan(growth), 0.0, growth)
    implied = np.zeros_like(people)
    at_open = open_life * growth[..., -1]
    implied[..., -1] = columns.deaths[..., -1] * (np.exp(at_open) - at_open**2 / 6)
    for i in range(columns.ages.size - 2, -1, -1):
        spread = columns.width[i] * growth[..., i]
        implied[..., i] = implied[..., i + 1] * np.exp(spread) + columns.deaths[..., i] * np.exp(spread / 2)
    return implied
