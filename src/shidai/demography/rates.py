"""Crude rates and the rate of natural increase, with intervals."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts
from shidai.demography.intervals import Interval, poisson_interval


def crude_rate(events: npt.ArrayLike, population: npt.ArrayLike, per: float = 1000.0) -> Array:
    """Events / population × `per`; population is person-years, a mid-year figure or a mean of year-ends.

    Shapes broadcast; no population gives NaN.
    events, population: (…), the result too. Errors: negative, missing or infinite cells. Source: Preston, Heuveline &
    Guillot (2001), ch. 1.
    """
    count, people = read_counts("events", events), read_counts("population", population)
    match_shapes(events=count, population=people)
    return divide(count * per, people)


def crude_rate_interval(
    events: npt.ArrayLike, population: npt.ArrayLike, per: float = 1000.0, level: float = 0.95
) -> Interval:
    """Exact Poisson interval of a crude rate, in the rate's unit.

    events, population: (…), the limits too. Errors: negative, missing or infinite cells. Source: Garwood (1936), as
    `intervals.poisson_interval`.
    """
    count, people = read_counts("events", events), read_counts("population", population)
    match_shapes(events=count, population=people)
    low, high = poisson_interval(count, people, level)
    return low * per, high * per


def mean_population(at_start: npt.ArrayLike, at_end: npt.ArrayLike) -> Array:
    """Mean of the populations at the year's start and end: the denominator of China's annual statistics.

    at_start, at_end: (…) persons. Errors: negative, missing or infinite cells. Source: as `natural_increase`.
    """
    first, last = read_counts("at_start", at_start), read_counts("at_end", at_end)
    match_shapes(at_start=first, at_end=last)
    return np.asarray((first + last) / 2, dtype=np.float64)


def natural_increase(
    births: npt.ArrayLike,
    deaths: npt.ArrayLike,
    at_start: npt.ArrayLike,
    at_end: npt.ArrayLike,
    per: float = 1000.0,
) -> Array:
    """Rate of natural increase, (births − deaths) / mean of the year-end populations × `per`.

    All arrays are (…), persons or events. Errors: negative, missing or infinite cells.
    Source: definition of 人口自然增长率 in the China Statistical Yearbook, explanatory notes on population.
    """
    born, dead = read_counts("births", births), read_counts("deaths", deaths)
    people = mean_population(at_start, at_end)
    match_shapes(births=born, deaths=dead, population=people)
    return divide((born - dead) * per, people)


def natural_increase_interval(
    births: npt.ArrayLike,
    deaths: npt.ArrayLike,
    population: npt.ArrayLike,
    per: float = 1000.0,
    level: float = 0.95,
) -> Interval:
    """Interval of (births − deaths) / population × `per` for independent Poisson births and deaths.

    The exact limits of both counts are combined by the method of variance estimates recovery (Donner, A.;
    Zou, G. Y.
    (2012) Statistical Methods in Medical Research 21, 347–359), which needs no large counts.
    births, deaths, population: (…), the limits too. Errors: negative, missing or infinite cells.
    """
    born, dead = read_counts("births", births), read_counts("deaths", deaths)
    people = read_counts("population", population)
    match_shapes(births=born, deaths=dead, population=people)
    born_low, born_high = poisson_interval(born, level=level)
    dead_low, dead_high = poisson_interval(dead, level=level)
    low = (born - dead) - np.hypot(born - born_low, dead_high - dead)
    high = (born - dead) + np.hypot(born_high - born, dead - dead_low)
    return divide(low * per, people), divide(high * per, people)
