"""Standard errors of survey estimates: delete-one-PSU jackknife and Taylor linearisation of ratios."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, read_numbers
from shidai.words import ShidaiError, problem


def sum_by_unit(values: npt.ArrayLike, unit: npt.ArrayLike) -> tuple[Array, npt.NDArray[np.int64]]:
    """Totals by primary sampling unit: values (records, …) and unit (records,) → (units, …) and the units'
    ids.
    Errors: values that are not finite, units of another number. A sum: no source.
    """
    numbers = read_numbers("values", values, axes=1)
    if np.shape(unit) != numbers.shape[:1]:
        raise ShidaiError(
            problem(
                "values / unit",
                zh=f"记录{numbers.shape[0]}条，抽样单位的形状是{np.shape(unit)}。",
                en=f"{numbers.shape[0]} records; the units have the shape {np.shape(unit)}.",
                mend_zh="每条记录须有一个抽样单位。",
                mend_en="Give one unit for each record.",
            )
        )
    ids, place = np.unique(np.asarray(unit), return_inverse=True)
    totals = np.zeros((ids.size, *numbers.shape[1:]))
    np.add.at(totals, place, numbers)
    return totals, ids


def leave_one_out(totals: npt.ArrayLike) -> Array:
    """For totals by unit (units, …), the grand total without each unit, same shape.

    Errors: values that are not finite, fewer than two units. Source: as `jackknife_error`.
    """
    parts = read_numbers("totals", totals)
    _need_two_units(parts.shape[0] if parts.ndim else 0)
    return np.asarray(parts.sum(0) - parts, dtype=np.float64)


def jackknife_error(estimate: npt.ArrayLike, replicates: npt.ArrayLike) -> Array:
    """Standard error from the delete-one-unit jackknife, strata ignored.

    estimate: (…); replicates: (units, …), the estimate without each unit.
    With r_i = k·r − (k − 1)·r(i): SE² = Σ (r_i − r)² / (k (k − 1)).
    Errors: values that are not finite, fewer than two units, other shapes.
    Source: Croft, T. et al. (2018) Guide to DHS Statistics, chapter 1, sampling errors of complex rates.
    """
    full, without = read_numbers("estimate", estimate), read_numbers("replicates", replicates)
    match_shapes(estimate=full, replicates=without)
    units = without.shape[0] if without.ndim else 0
    _need_two_units(units)
    pseudo = units * full - (units - 1) * without
    return np.asarray(np.sqrt(((pseudo - full) ** 2).sum(0) / (units * (units - 1))), dtype=np.float64)


def ratio_error(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    stratum: npt.ArrayLike | None = None,
    *,
    lonely: Literal["raise", "certain", "centre"] = "raise",
) -> tuple[Array, Array]:
    """A ratio of weighted totals and its standard error by Taylor linearisation.

    numerator, denominator: (units, …) weighted totals by primary sampling unit; stratum: (units,), or one
    stratum.
    SE² = Σ_h n_h/(n_h − 1) Σ_i (z_hi − z̄_h)², z = (y − r·x) / X, without finite-population correction.
    lonely: what to do with a stratum of one unit: an error, no contribution, or its distance from the mean
    of all.
    Errors: values that are not finite, fewer than two units, a lonely stratum unless told otherwise.
    Source: Wolter, K. (2007) Introduction to Variance Estimation, 2nd ed., ch. 6.
    """
    top, bottom = read_numbers("numerator", numerator), read_numbers("denominator", denominator)
    match_shapes(numerator=top, denominator=bottom)
    top, bottom = np.broadcast_arrays(top, bottom)
    units = top.shape[0] if top.ndim else 0
    _need_two_units(units)
    strata = np.zeros(units, dtype=np.int64) if stratum is None else np.asarray(stratum)
    ratio = divide(top.sum(0), bottom.sum(0))
    parts = (top - ratio * bottom) / np.where(bottom.sum(0) > 0, bottom.sum(0), np.nan)
    variance = np.zeros(ratio.shape)
    for one in np.unique(strata):
        z = parts[strata == one]
        if len(z) > 1:
            variance += len(z) / (len(z) - 1) * ((z - z.mean(0)) ** 2).sum(0)
        elif lonely == "raise":
            raise _lonely_stratum(one)
        elif lonely == "centre":
            variance += ((z - parts.mean(0)) ** 2).sum(0)
    return ratio, np.asarray(np.sqrt(variance), dtype=np.float64)


def random_sample_error(
    numerator: npt.ArrayLike, denominator: npt.ArrayLike, weight: npt.ArrayLike, *, records: npt.ArrayLike = 1
) -> Array:
    """Standard error that a ratio would have in a simple random sample of as many records, (…): the yardstick of the
    design effect, DEFT = the design's error / this one.

    numerator, denominator: (rows, …) unweighted values; weight: (rows,), of all the records that a row stands for;
    records: (rows,) how many those are. Rows outside the ratio's sample are left out by the caller; fewer than two
    records give NaN.
    Errors: values that are not finite, negative weights, other shapes.
    Source: Kish, L. (1965) Survey Sampling, ch. 8; the random sample drawn with replacement.
    """
    top, bottom = read_numbers("numerator", numerator, axes=1), read_numbers("denominator", denominator, axes=1)
    match_shapes(numerator=top, denominator=bottom)
    rows = (-1, *(1,) * (top.ndim - 1))
    w = read_counts("weight", weight)
    top, bottom = np.broadcast_arrays(top, bottom)
    match_shapes(numerator=top.reshape(top.shape[0], -1)[:, 0], weight=w)
    w = np.broadcast_to(w, top.shape[:1]).reshape(rows)
    n = float(np.broadcast_to(read_numbers("records", records), w.shape[:1]).sum())
    total = (bottom * w).sum(0)
    if n < 2:
        return np.full(total.shape, np.nan)
    ratio = divide((top * w).sum(0), total)
    parts = (top - ratio * bottom) / np.where(total > 0, total, np.nan)
    mean = (w * parts).sum(0) / w.sum()
    return np.asarray(np.sqrt(w.sum() * (w * (parts - mean) ** 2).sum(0) / (n - 1)), dtype=np.float64)


def _need_two_units(units: int) -> None:
    if units < 2:
        raise ShidaiError(
            problem(
                "cluster",
                zh=f"只有{units}个初级抽样单位，无法估计抽样误差。",
                en=f"there are {units} primary sampling units: no sampling error can be estimated.",
                mend_zh="请合并子群，至少要有两个。",
                mend_en="Merge subgroups; two units at least are needed.",
            )
        )


def _lonely_stratum(stratum: object) -> ShidaiError:
    return ShidaiError(
        problem(
            f"stratum {stratum}",
            zh="该层只有一个初级抽样单位。",
            en="this stratum has a single primary sampling unit.",
            mend_zh="请与相邻层合并，或指定 lonely='certain' 或 'centre'。",
            mend_en="Merge it with a neighbour, or pass lonely='certain' or 'centre'.",
        )
    )
