"""Fertility rates and reproduction rates. Rates are births a woman-year; the last axis is age."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, read_fertility, refuse_cells
from shidai.demography.intervals import Interval, weighted_poisson_interval

_CHILDBEARING = 35  # years: no age group of mothers is wider than 15–49


def asfr(births: npt.ArrayLike, woman_years: npt.ArrayLike) -> Array:
    """Age-specific fertility rates, births / woman-years, (…, ages), of births and woman-years (…, ages).

    No woman-years and no births give NaN. Refused are births without woman-years, negative or missing cells and
    arrays that don't match.
    Source: Preston, Heuveline & Guillot (2001) Demography, ch. 5.
    """
    count, exposure = read_counts("births", births), read_counts("woman_years", woman_years)
    match_shapes(births=count, woman_years=exposure)
    count, exposure = (np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(count, exposure))
    _refuse_births_of_nobody(count, exposure)
    return divide(count, exposure)


def general_fertility_rate(births: npt.ArrayLike, woman_years: npt.ArrayLike) -> Array:
    """All births over all woman-years (…), both (…, ages); the caller chooses the ages (15–49 or 15–44).

    No woman-years give NaN; negative cells and other shapes are refused.
    Source: as `asfr`.
    """
    count, exposure = read_counts("births", births, axes=1), read_counts("woman_years", woman_years, axes=1)
    match_shapes(births=count, woman_years=exposure)
    return divide(count.sum(-1), exposure.sum(-1))


def total_fertility_rate(rates: npt.ArrayLike, width: npt.ArrayLike = 1.0) -> Array:
    """TFR, children a woman (…): Σ rate × width of the age group, of rates (…, ages) in births a woman-year.

    width: years, 1 or 5, or one width for each group. A NaN rate gives NaN; rates above 1 are refused.
    Source: Preston, Heuveline & Guillot (2001) Demography, ch. 5.
    """
    fx, n = read_fertility("rates", rates, missing_allowed=True, axes=1), read_counts("width", width)
    match_shapes(rates=fx, width=n)
    return np.asarray((fx * n).sum(-1), dtype=np.float64)


def total_fertility_interval(
    births: npt.ArrayLike, woman_years: npt.ArrayLike, width: npt.ArrayLike = 1.0, level: float = 0.95
) -> Interval:
    """Confidence interval (low, high) of the TFR, (…) each, from independent Poisson births (…, ages) and woman-years.

    width as in `total_fertility_rate`; level: 0.95 for 95 %. Births without woman-years are refused.
    Source: the gamma method of Fay & Feuer (1997), see `intervals.weighted_poisson_interval`.
    """
    count, exposure = read_counts("births", births, axes=1), read_counts("woman_years", woman_years)
    n = read_counts("width", width)
    match_shapes(births=count, woman_years=exposure, width=n)
    _refuse_births_of_nobody(*(np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(count, exposure)))
    count, exposure, n = np.broadcast_arrays(count, exposure, n)
    weight = np.divide(n, exposure, out=np.zeros(count.shape), where=exposure > 0)
    return weighted_poisson_interval(weight, count, level)


def gross_reproduction_rate(
    rates: npt.ArrayLike, width: npt.ArrayLike = 1.0, *, sex_ratio: npt.ArrayLike = 105.0
) -> Array:
    """GRR, daughters a woman if none died (…): TFR × share of girls, 100 / (100 + boys per 100 girls).

    rates (…, ages) and width as in `total_fertility_rate`; sex_ratio (…): boys per 100 girls at birth.
    Errors: rates above 1, negative cells, other shapes.
    Source: Preston, Heuveline & Guillot (2001), section 5.3.
    """
    total, girls = total_fertility_rate(rates, width), _share_of_girls(sex_ratio)
    match_shapes(rates=total, sex_ratio=girls)
    return np.asarray(total * girls, dtype=np.float64)


def net_reproduction_rate(
    rates: npt.ArrayLike, person_years: npt.ArrayLike, *, sex_ratio: npt.ArrayLike = 105.0
) -> Array:
    """NRR, daughters a newborn girl will have: Σ rate × Lx × share of girls.

    rates: (…, ages) births a woman-year; person_years: (…, ages) the female life table's Lx with radix 1, over the
    whole age group; sex_ratio: (…) boys per 100 girls at birth.
    Errors: rates above 1, person-years of another radix, negative cells, other shapes.
    Source: Preston, Heuveline & Guillot (2001), section 5.3.
    """
    fx, lived = read_fertility("rates", rates, missing_allowed=True, axes=1), _read_lived(person_years)
    match_shapes(rates=fx, person_years=lived)
    children, girls = np.asarray((fx * lived).sum(-1)), _share_of_girls(sex_ratio)
    match_shapes(rates=children, sex_ratio=girls)
    return np.asarray(children * girls, dtype=np.float64)


def mean_age_at_childbearing(rates: npt.ArrayLike, age_start: npt.ArrayLike, width: npt.ArrayLike = 1.0) -> Array:
    """Mean age of the fertility schedule in exact years (…): Σ rate × width × mid-age / TFR; no fertility gives NaN.

    rates: (…, ages) births a woman-year; age_start, width: (ages,) first ages and widths in years.
    Errors: rates above 1, negative cells, other shapes.
    Source: Preston, Heuveline & Guillot (2001), ch. 5.
    """
    fx, n = read_fertility("rates", rates, missing_allowed=True, axes=1), read_counts("width", width)
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
    rates, age_start, width as in `mean_age_at_childbearing`, errors too; the result is (…).
    Source: Human Fertility Database Methods Protocol.
    """
    fx, n = read_fertility("rates", rates, missing_allowed=True, axes=1), read_counts("width", width)
    ages = read_counts("age_start", age_start)
    match_shapes(rates=fx, age_start=ages, width=n)
    births = fx * n
    away = (ages + n / 2) - mean_age_at_childbearing(fx, ages, n)[..., None]
    return divide((births * away**2).sum(-1), births.sum(-1))


def _read_lived(person_years: npt.ArrayLike) -> Array:
    lived = read_counts("person_years", person_years, axes=1)
    refuse_cells(
        "person_years",
        lived,
        lived > _CHILDBEARING,
        zh="每名新生女婴在一个年龄组内不可能活{value}年。",
        en="a newborn girl cannot live {value} years in an age group.",
        mend_zh="生命表须以1为基数，请除以100000。",
        mend_en="The life table must have radix 1: divide by 100,000.",
    )
    return lived


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
