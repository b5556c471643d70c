"""Fertility by birth order: order-specific rates, their totals, and the total fertility adjusted for timing.

Rates by order are births of that order over *all* women of the age ("rates of the second kind"), so that the orders
add up to the rate of all births; the last two axes are order and age.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, read_fertility
from shidai.demography.fertility import asfr, mean_age_at_childbearing, total_fertility_rate
from shidai.words import ShidaiError, problem


def order_rates(births: npt.ArrayLike, woman_years: npt.ArrayLike) -> Array:
    """Age-specific rates by birth order (…, orders, ages): births (…, orders, ages) / woman-years (…, ages) of all
    women, whatever their parity. No woman-years and no births give NaN.
    Source: Preston, Heuveline & Guillot (2001) Demography, ch. 5.
    """
    count, exposure = read_counts("births", births), read_counts("woman_years", woman_years, axes=1)
    if count.ndim < 2:
        raise ShidaiError(
            problem(
                "births",
                zh=f"出生数组的形状是{count.shape}，缺少孩次一维。",
                en=f"the births have the shape {count.shape}: the axis of birth orders is missing.",
                mend_zh="最后两维依次为孩次、年龄。",
                mend_en="The last two axes are birth order and age.",
            )
        )
    match_shapes(births=count[..., 0, :], woman_years=exposure)
    return asfr(count, exposure[..., None, :])


def change_of_mean_age(rates: npt.ArrayLike, age_start: npt.ArrayLike, width: npt.ArrayLike = 1.0) -> Array:
    """Yearly change of the mean age at birth by order: rates (years, …, orders, ages) → (years, …, orders), years.

    A year's change is half the difference between the years beside it, so the first and last year have none (NaN),
    and so has an order without births in a year that is needed.
    Errors: rates above 1, negative cells, fewer than three years. Source: Bongaarts & Feeney (1998).
    """
    fx = _read_years(rates)
    mean = mean_age_at_childbearing(fx, age_start, width)
    change = np.full(mean.shape, np.nan)
    change[1:-1] = (mean[2:] - mean[:-2]) / 2
    return change


def tempo_adjusted_fertility(rates: npt.ArrayLike, age_start: npt.ArrayLike, width: npt.ArrayLike = 1.0) -> Array:
    """Tempo-adjusted total fertility, children a woman: Σ over orders of TFR / (1 − yearly change of its mean age).

    rates: (years, …, orders, ages) of consecutive years, births of an order over all women. Result (years, …); the
    first and last year are NaN, and so is a year in which an order's mean age rises by a year or more, where the
    method gives nothing. Orders without births count nothing.
    It answers what the period's total would have been had births not been moved in time, if postponement was alike
    at all ages of an order; it is no forecast of a cohort's family size.
    Source: Bongaarts, J.; Feeney, G. (1998) On the quantum and tempo of fertility. Population and Development Review
    24, 271–291.
    """
    fx = _read_years(rates)
    total = total_fertility_rate(fx, width)
    stayed = 1 - change_of_mean_age(fx, age_start, width)
    adjusted = np.where(total == 0, 0.0, divide(total, np.where(stayed > 0, stayed, np.nan)))
    adjusted[[0, -1]] = np.nan
    return np.asarray(adjusted.sum(-1), dtype=np.float64)


def _read_years(rates: npt.ArrayLike) -> Array:
    fx = read_fertility("rates", rates, missing_allowed=True)
    if fx.ndim < 3 or fx.shape[0] < 3:
        raise ShidaiError(
            problem(
                "rates",
                zh=f"分孩次生育率的形状是{fx.shape}。",
                en=f"the rates by birth order have the shape {fx.shape}.",
                mend_zh="各维依次为年份（至少三年）、…、孩次、年龄。",
                mend_en="The axes are years (three at least), …, birth order, age.",
            )
        )
    return fx
