"""Cohorts read from a surface of period rates: their rates by age along the diagonals, and their completed fertility.

Single years of time and of age. Women born in the year c are aged x partly in the year c + x and partly in the next,
half a year each on average, so that a cohort's rate is the mean of the two periods' rates.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, read_fertility
from shidai.words import ShidaiError, problem


def cohort_rates(rates: npt.ArrayLike, first_year: int, first_age: int) -> tuple[Array, npt.NDArray[np.int64]]:
    """Rates by birth cohort and age (…, cohorts, ages) from rates (…, years, ages), and the cohorts' years of birth.

    Every cohort of which any age is inside the surface is given; ages outside it, or beside a NaN, are NaN.
    Errors: rates above 1, negative cells, fewer than two years.
    Source: Human Fertility Database Methods Protocol (period–cohort averaging, here for rates by age and year).
    """
    fx = _read_surface(rates)
    years, ages = fx.shape[-2:]
    cohorts = np.arange(first_year - first_age - ages, first_year - first_age + years, dtype=np.int64)
    both = np.full((*fx.shape[:-2], cohorts.size, ages), np.nan)
    for age in range(ages):
        at = cohorts + first_age + age - first_year
        known = (at >= 0) & (at + 1 < years)
        both[..., known, age] = (fx[..., at[known], age] + fx[..., at[known] + 1, age]) / 2
    seen = (~np.isnan(both)).any(-1).reshape(-1, cohorts.size).any(0)
    return both[..., seen, :], cohorts[seen]


def completed_fertility(
    rates: npt.ArrayLike, first_year: int, first_age: int, *, until_age: int | None = None
) -> tuple[Array, npt.NDArray[np.int64]]:
    """Children a woman of each birth cohort had by exact age `until_age` (by default all ages), (…, cohorts), and the
    cohorts' years of birth. NaN where an age of the cohort lies outside the surface: nothing is forecast.
    Errors: as `cohort_rates`, and an age outside the surface. Source: as `cohort_rates`.
    """
    by_age, cohorts = cohort_rates(rates, first_year, first_age)
    until = first_age + by_age.shape[-1] if until_age is None else until_age
    if not first_age < until <= first_age + by_age.shape[-1]:
        raise ShidaiError(
            problem(
                "until_age",
                zh=f"{until}岁不在所给年龄{first_age}–{first_age + by_age.shape[-1]}之内。",
                en=f"the age {until} is outside the given ages {first_age} to {first_age + by_age.shape[-1]}.",
                mend_zh="请给出覆盖该年龄的生育率。",
                mend_en="Give rates up to this age.",
            )
        )
    return np.asarray(by_age[..., : until - first_age].sum(-1), dtype=np.float64), cohorts


def _read_surface(rates: npt.ArrayLike) -> Array:
    fx = read_fertility("rates", rates, missing_allowed=True)
    if fx.ndim < 2 or fx.shape[-2] < 2 or fx.size == 0:
        raise ShidaiError(
            problem(
                "rates",
                zh=f"生育率的形状是{fx.shape}，看不出队列。",
                en=f"the rates have the shape {fx.shape}: no cohort can be followed.",
                mend_zh="最后两维依次为年份（至少两年）、单岁年龄。",
                mend_en="The last two axes are years (two at least) and single ages.",
            )
        )
    return fx
