"""Fertility rates and reproduction rates. Rates are births a woman-year; the last axis is age."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, read_rates, refuse_cells
from shidai.demography.intervals import Interval, weighted_poisson_interval


def asfr(births: npt.ArrayLike, woman_years: npt.ArrayLike) -> Array:
    """Age-specific fertility rates, births / woman-years, (…, ages). No woman-years and no births give
    NaN."""
    count, exposure = read_counts("births", births), read_counts("woman_years", woman_years)
    match_shapes(births=count, woman_years=exposure)
    count, exposure = (np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(count, exposure))
    _refuse_births_of_nobody(count, exposure)
    return divide(count, exposure)


def general_fertility_rate(births: npt.ArrayLike, woman_years: npt.ArrayLike) -> Array:
    """All births over all woman-years, summed over the last axis; the caller chooses the ages (15–49 or
    15–44)."""
    count, exposure = read_counts("births", births), read_counts("woman_years", woman_years)
    return divide(count.sum(-1), exposure.sum(-1))


def total_fertility_rate(rates: npt.ArrayLike, width: npt.ArrayLike = 1.0) -> Array:
    """TFR, children a woman: Σ rate × width of the age group in years (1 or 5, or one width for each
    group)."""
    fx, n = read_rates("rates", rates, missing_allowed=True), read_counts("width", width)
    match_shapes(rates=fx, width=n)
    return np.asarray((fx * n).sum(-1), dtype=np.float64)


def total_fertility_interval(
    births: npt.ArrayLike, woman_years: npt.ArrayLike, width: npt.ArrayLike = 1.0, level: float = 0.95
) -> Interval:
    """Confidence interval of the TFR from independent Poisson births by age (gamma method of Fay & Feuer
    1997)."""
    count, exposure = read_counts("births", births), read_counts("woman_years", woman_years)
    n = read_counts("width", width)
    match_shapes(births=count, woman_years=exposure, width=n)
    count, exposure, n = np.broadcast_arrays(count, exposure, n)
    weight = np.divide(n, exposure, out=np.zeros(count.shape), where=exposure > 0)
    return weighted_poisson_interval(weight, count, level)


def gross_reproduction_rate(
    rates: npt.ArrayLike, width: npt.ArrayLike = 1.0, *, sex_ratio: npt.ArrayLike = 105.0
) -> Array:
    """GRR, daughters a woman if none died: TFR × share of girls, 100 / (100 + boys per 100 girls)."""
    return np.asarray(total_fertility_rate(rates, width) * _share_of_girls(sex_ratio), dtype=np.float64)


def net_reproduction_rate(
    rates: npt.ArrayLike, person_years: npt.ArrayLike, *, sex_ratio: npt.ArrayLike = 105.0
) -> Array:
    """NRR, daughters a newborn girl will have: Σ rate × Lx × share of girls.

    person_years: (…, the same ages) the female life table's Lx with radix 1, over the whole age group.
    Source: Preston, Heuveline & Guillot (2001), section 5.3.
    """
    fx, lived = read_rates("rates", rates, missing_allowed=True), read_counts("person_years", person_years)
    match_shapes(rates=fx, person_years=lived)
    return np.asarray((fx * lived).sum(-1) * _share_of_girls(sex_ratio), dtype=np.float64)


def mean_age_at_childbearing(rates: npt.ArrayLike, age_start: npt.ArrayLike, width: npt.ArrayLike = 1.0) -> Array:
    """Mean age of the fertility schedule in exact years: Σ rate × width × mid-age / TFR; no fertility gives
    NaN."""
    fx, n = read_rates("rates", rates, missing_allowed=True), read_counts("width", width)
    ages = read_counts("age_start", age_start)
    match_shapes(rates=fx, age_start=ages, width=n)
    births = fx * n
    return divide((births * (ages + n / 2)).sum(-1), births.sum(-1))


def variance_of_age_at_childbearing(
    rates: npt.ArrayLike, age_start: npt.ArrayLike, width: npt.ArrayLike = 1.0
) -> Array:
    """Variance of the fertility schedule in years²: Σ rate × width × (mid-age − mean age)² / TFR; no fertility
    gives NaN.

    Births stand at the middle of their group. A group's own spread is left out, as in the Human Fertility
    Database; births spread evenly in groups of n years would add n² / 12.
    """
    fx, n = read_rates("rates", rates, missing_allowed=True), read_counts("width", width)
    ages = read_counts("age_start", age_start)
    match_shapes(rates=fx, age_start=ages, width=n)
    births = fx * n
    away = (ages + n / 2) - mean_age_at_childbearing(fx, ages, n)[..., None]
    return divide((births * away**2).sum(-1), births.sum(-1))


def _share_of_girls(sex_ratio: npt.ArrayLike) -> Array:
    return 100 / (100 + read_counts("sex_ratio", sex_ratio))


def _refuse_births_of_nobody(births: Array, woman_years: Array) -> None:
    refuse_cells(
        "births",
        births,
        np.asarray((births > 0) & (woman_years == 0)),
        zh="有{value}例出生却没有妇女人年数。",
        en="{value} births without any woman-years.",
        mend_zh="请检查出生与妇女是否属于同一地区、同一时期。",
        mend_en="Check that births and women belong to the same area and period.",
    )
