"""Age structure: dependency, ageing and median age. Populations are (…, ages), the last age group open."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_ages, read_counts
from shidai.words import ShidaiError, problem


def share_from_age(population: npt.ArrayLike, age_start: npt.ArrayLike, age: float) -> Array:
    """Share of the population aged `age` or more, in %.

    population: (…, ages); age_start: (ages,) years; the result is (…), errors as in `between_ages`.
    Source: Siegel & Swanson (2004) The Methods and Materials of Demography, ch. 7.
    """
    people, ages = read_population(population, age_start)
    return divide(100 * between_ages(people, ages, age, np.inf), people.sum(-1))


def youth_dependency(population: npt.ArrayLike, age_start: npt.ArrayLike, *, adult: float, old: float) -> Array:
    """Persons under `adult` per 100 aged `adult` to under `old` (15 and 65 in the UN's and China's
    statistics).

    Arguments, errors and source as `share_from_age`: population (…, ages).
    """
    people, ages = read_population(population, age_start)
    return divide(100 * between_ages(people, ages, 0, adult), between_ages(people, ages, adult, old))


def old_age_dependency(population: npt.ArrayLike, age_start: npt.ArrayLike, *, adult: float, old: float) -> Array:
    """Persons of `old` or more per 100 aged `adult` to under `old`.

    Arguments, errors and source as `share_from_age`: population (…, ages).
    """
    people, ages = read_population(population, age_start)
    return divide(100 * between_ages(people, ages, old, np.inf), between_ages(people, ages, adult, old))


def total_dependency(population: npt.ArrayLike, age_start: npt.ArrayLike, *, adult: float, old: float) -> Array:
    """Persons under `adult` or of `old` or more per 100 between: the sum of both dependency ratios.

    Arguments, errors and source as `share_from_age`: population (…, ages).
    """
    young = youth_dependency(population, age_start, adult=adult, old=old)
    return np.asarray(young + old_age_dependency(population, age_start, adult=adult, old=old), dtype=np.float64)


def ageing_index(population: npt.ArrayLike, age_start: npt.ArrayLike, *, adult: float, old: float) -> Array:
    """Persons of `old` or more per 100 under `adult` (老少比).

    Arguments, errors and source as `share_from_age`: population (…, ages).
    """
    people, ages = read_population(population, age_start)
    return divide(100 * between_ages(people, ages, old, np.inf), between_ages(people, ages, 0, adult))


def median_age(population: npt.ArrayLike, age_start: npt.ArrayLike) -> Array:
    """Median age in exact years, people evenly spread in their group; NaN for nobody or a median in the
    open group.

    population: (…, ages); age_start: (ages,) years. Errors: negative, missing or infinite cells, missing ages.
    Source: United Nations (1967) Manual IV; Siegel & Swanson (2004) The Methods and Materials of
    Demography, ch. 7.
    """
    people, ages = read_population(population, age_start)
    total = people.sum(-1, keepdims=True)
    passed = np.cumsum(people, axis=-1)
    cell = np.argmax(passed >= total / 2, axis=-1)[..., None]
    inside = np.take_along_axis(people, cell, -1)
    before = np.take_along_axis(passed, cell, -1) - inside
    width = np.append(np.diff(ages), np.nan)
    median = ages[cell] + width[cell] * divide(total / 2 - before, inside)
    return np.asarray(np.where(total > 0, median, np.nan)[..., 0], dtype=np.float64)


def dissimilarity(first: npt.ArrayLike, second: npt.ArrayLike) -> Array:
    """Index of dissimilarity of two distributions over the last axis, 0 (alike) to 100 (nowhere together), (…).

    first, second: (…, groups) counts or shares, each scaled to 100. The share that would have to change group.
    Errors: negative, missing or infinite cells, other groups. Nobody in one of them gives NaN.
    Source: Siegel & Swanson (2004) The Methods and Materials of Demography, ch. 7.
    """
    one, other = read_counts("first", first, axes=1), read_counts("second", second, axes=1)
    match_shapes(first=one, second=other)
    shares = (divide(100 * people, people.sum(-1, keepdims=True)) for people in (one, other))
    return np.asarray(np.abs(next(shares) - next(shares)).sum(-1) / 2, dtype=np.float64)


def between_ages(people: Array, ages: Array, low: float, high: float) -> Array:
    """Persons aged `low` to under `high`, (…); both must begin an age group (or be inf).

    people: (…, ages); ages: (ages,) years. Errors: a bound inside a group. A sum: no source.
    """
    for bound in (low, high):
        if np.isfinite(bound) and bound not in ages:
            raise ShidaiError(
                problem(
                    "age_start",
                    zh=f"{bound:g}岁不是任何年龄组的起始年龄。",
                    en=f"no age group begins at {bound:g}.",
                    mend_zh="请改用以该年龄分界的年龄组。",
                    mend_en="Use age groups that are divided at this age.",
                )
            )
    return np.asarray(people[..., (ages >= low) & (ages < high)].sum(-1), dtype=np.float64)


def read_population(population: npt.ArrayLike, age_start: npt.ArrayLike) -> tuple[Array, Array]:
    """A population (…, ages) and its groups' first ages, refused where they do not match.

    Errors: negative, missing or infinite cells, ages that are missing. No formula, no source.
    """
    people, ages = read_counts("population", population), read_ages(age_start)
    if people.ndim == 0 or people.shape[-1] != ages.size:
        raise ShidaiError(
            problem(
                "population / age_start",
                zh=f"人口数组形状为{people.shape}，年龄组有{ages.size}个。",
                en=f"the population's shape is {people.shape} for {ages.size} age groups.",
                mend_zh="最后一维必须是年龄组。",
                mend_en="The last axis must be the age groups.",
            )
        )
    return people, ages
