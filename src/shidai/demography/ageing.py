"""Ageing beyond fixed ages: support ratios, and old age counted from the years that remain.

Populations are (…, ages), the last group open; life expectancies stand at the first age of each group.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_ages, match_shapes, read_ages, read_counts, refuse_cells
from shidai.demography.structure import between_ages, read_population


def potential_support(population: npt.ArrayLike, age_start: npt.ArrayLike, *, adult: float, old: float) -> Array:
    """Persons aged `adult` to under `old` for each person of `old` or more; nobody old gives NaN.

    population: (…, ages); age_start: (ages,) years; the result is (…). Errors: negative, missing or infinite cells,
    missing ages, bounds inside a group.
    Source: United Nations, World Population Ageing, potential support ratio.
    """
    people, ages = read_population(population, age_start)
    return divide(between_ages(people, ages, adult, old), between_ages(people, ages, old, np.inf))


def support_ratio(population: npt.ArrayLike, production: npt.ArrayLike, consumption: npt.ArrayLike) -> Array:
    """Effective producers for each effective consumer: Σ people × production / Σ people × consumption, (…).

    production, consumption: (ages,) what a person of the age produces and consumes, both in one unit (often the mean of
    ages 30–49). The profiles are pack data: a country's, of a year; they hold custom and pay, not ability.
    Errors: negative, missing or infinite cells, profiles of other ages.
    Source: Cutler, D.; Poterba, J.; Sheiner, L.; Summers, L. (1990) Brookings Papers on Economic Activity 1990(1);
    United Nations (2013) National Transfer Accounts Manual.
    """
    people = read_counts("population", population, axes=1)
    made, used = read_counts("production", production), read_counts("consumption", consumption)
    match_shapes(population=people, production=made, consumption=used)
    return divide((people * made).sum(-1), (people * used).sum(-1))


def age_at_remaining(ex: npt.ArrayLike, age_start: npt.ArrayLike, years: npt.ArrayLike) -> Array:
    """The exact age from which on less than `years` of life are expected, (…).

    ex: (…, ages) life expectancy at the first age of each group; years: (…). Linear between those ages; NaN when more
    is expected even at the last of them, and the first age when less is expected everywhere. Where ex rises after
    infancy the older of two such ages counts.
    Errors: negative, missing or infinite cells, other ages. Source: Sanderson & Scherbov (2005), as `prospective_age`.
    """
    ages, wanted = read_ages(age_start), read_counts("years", years)
    expected = _read_ex("ex", ex, ages)
    match_shapes(ex=expected[..., 0], years=wanted)
    return _age_at(expected, ages, wanted)


def _age_at(expected: Array, ages: Array, wanted: Array) -> Array:
    reaches = expected >= wanted[..., None]
    last = expected.shape[-1] - 1 - np.argmax(reaches[..., ::-1], axis=-1)
    at = np.minimum(last, expected.shape[-1] - 2)[..., None]
    here, after = (
        np.take_along_axis(np.broadcast_to(expected, reaches.shape), at + step, -1)[..., 0] for step in (0, 1)
    )
    start, end = ages[at[..., 0]], ages[at[..., 0] + 1]
    age = start + (end - start) * divide(here - wanted, here - after)
    beyond = expected[..., -1] > wanted
    age = np.where(expected[..., -1] == wanted, ages[-1], np.where(beyond, np.nan, age))
    return np.asarray(np.where(reaches.any(-1), age, ages[0]), dtype=np.float64)


def prospective_age(
    age: npt.ArrayLike, ex: npt.ArrayLike, standard_ex: npt.ArrayLike, age_start: npt.ArrayLike
) -> Array:
    """The age of the standard at which as many years remain as at `age` here, (…).

    age: (…) exact ages within the groups' first ages; ex: (…, ages) of the population; standard_ex: (…, ages) of the
    year or place that ages are measured by. 60 that are 'the new 50' have the prospective age 50.
    Errors: negative, missing or infinite cells, tables of other ages, ages outside the table.
    Source: Sanderson, W.; Scherbov, S. (2005) Average remaining lifetimes can increase as human populations age. Nature
    435, 811–813.
    """
    lived, ages = read_counts("age", age), read_ages(age_start)
    expected, standard = _read_ex("ex", ex, ages), _read_ex("standard_ex", standard_ex, ages)
    match_shapes(age=lived, ex=expected[..., 0], standard_ex=standard[..., 0])
    refuse_cells(
        "age",
        lived,
        np.asarray((lived < ages[0]) | (lived > ages[-1])),
        zh="年龄{value}不在生命表的年龄范围内。",
        en="the age {value} is outside the life table's ages.",
        mend_zh="请用覆盖该年龄的生命表。",
        mend_en="Use a life table that holds this age.",
    )
    at = np.clip(np.searchsorted(ages, lived, side="right") - 1, 0, ages.size - 2)
    part = (lived - ages[at]) / (ages[at + 1] - ages[at])
    shape = np.broadcast_shapes(lived.shape, expected.shape[:-1])
    table = np.broadcast_to(expected, (*shape, ages.size))
    where = np.broadcast_to(at, shape)[..., None]
    here, after = (np.take_along_axis(table, where + step, -1)[..., 0] for step in (0, 1))
    return _age_at(standard, ages, here + part * (after - here))


def prospective_old_age_dependency(
    population: npt.ArrayLike,
    age_start: npt.ArrayLike,
    ex: npt.ArrayLike,
    *,
    adult: float,
    remaining: float,
) -> Array:
    """Persons with less than `remaining` years expected, per 100 aged from `adult` to that threshold, (…).

    remaining: 15 in the authors' use. ex: (…, ages) of both sexes together, at the first ages of the population's own
    groups; people are evenly spread in a group. Beside the usual ratio it shows that longer lives also move the door of
    old age; it says nothing of health.
    Errors: negative, missing or infinite cells, missing ages, an adult age inside a group.
    Source: Sanderson, W.; Scherbov, S. (2010) Remeasuring aging. Science 329, 1287–1288.
    """
    people, ages = read_population(population, age_start)
    expected = _read_ex("ex", ex, ages)
    match_shapes(population=people, ex=expected)
    threshold = age_at_remaining(expected, ages, remaining)
    older = _from_age(people, ages, threshold)
    between = between_ages(people, ages, adult, np.inf) - older
    return divide(100 * older, np.where(threshold > adult, between, np.nan))


def mean_remaining_years(population: npt.ArrayLike, ex: npt.ArrayLike) -> Array:
    """Years of life that a person of the population can expect on average, (…): Σ people × ex / people.

    ex: (…, ages) at the middle of the groups (or first ages of single years, half a year too many).
    Errors: negative, missing or infinite cells, arrays that do not match.
    Source: Hersch, L. (1944); Sanderson & Scherbov (2005), population average remaining years of life.
    """
    people, expected = read_counts("population", population, axes=1), read_counts("ex", ex)
    match_shapes(population=people, ex=expected)
    return divide((people * expected).sum(-1), people.sum(-1))


def _from_age(people: Array, ages: Array, age: Array) -> Array:
    """Persons of an exact age or more, the group that it cuts shared out evenly; NaN ages give NaN."""
    width = np.append(np.diff(ages), 1.0)
    share = np.clip((ages + width - age[..., None]) / width, 0, 1)
    share[..., -1] = np.where(age <= ages[-1], 1.0, np.nan)
    return np.asarray((people * share).sum(-1), dtype=np.float64)


def _read_ex(name: str, ex: npt.ArrayLike, ages: Array) -> Array:
    expected = read_counts(name, ex, axes=1)
    match_ages(name, expected, ages)
    return expected
