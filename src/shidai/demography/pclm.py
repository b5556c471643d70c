"""Single years of age from groups by the penalised composite link model: the likeliest smooth curve behind counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.interpolate import BSpline

from shidai.demography.cells import Array, match_shapes, read_ages, read_counts
from shidai.words import ShidaiError, problem

SMOOTHING = tuple(10.0**power for power in np.arange(6, -3.5, -0.5))
"""Smoothing parameters that are tried, from stiff to loose."""
_KNOT_YEARS = 2
_DEGREE = 3
_ROUNDS = 100
_CLOSE = 1e-8
_STEP = 2.0
_HOLD = 1e-4  # on the slope of the logarithm: too weak to be seen, it keeps counts of a few groups from running off
_Parts = tuple[Array, Array, Array, Array, Array]  # as in `Ungrouped`, a row each


@dataclass(frozen=True, slots=True)
class Ungrouped:
    """What stands behind grouped counts; leading axes are those of the counts."""

    single: Array  # (…, ages) counts by single year, or rates where exposure was given
    error: Array  # (…, ages) standard error of its logarithm
    smoothing: Array  # the parameter chosen
    freedom: Array  # effective number of parameters
    criterion: Array  # AIC or BIC at the choice


def ungroup(
    counts: npt.ArrayLike,
    age_start: npt.ArrayLike,
    end: int,
    *,
    exposure: npt.ArrayLike | None = None,
    smoothing: Sequence[float] = SMOOTHING,
    criterion: Literal["aic", "bic"] = "bic",
) -> Ungrouped:
    """Counts by single year of age from the first group's start to before `end`, from groups of any width.

    counts: (…, groups) Poisson counts; age_start: (groups,) whole first ages; the last group ends at `end`, so that an
    open group is spread over ages as well: choose an age that nobody lives beyond. exposure: (…, ages) person-years by
    single year; then rates come out. Of the smoothing parameters the one with the least AIC or BIC is taken, for each
    population by itself; one without any counts stays 0, with an infinite error. Groups are kept nearly, not exactly:
    smoothing is what is asked for. Don't use it where single years have features of their own (births of one year,
    heaping that is to be studied), and give ages 0 and 1–4 apart if these are deaths.
    Errors: negative, missing or infinite cells, fewer than four groups, ages that are not whole, person-years of other
    ages.
    Source: Rizzi, S.; Gampe, J.; Eilers, P. H. C. (2015) American Journal of Epidemiology 182, 138–147.
    """
    seen, starts = _read(counts, age_start, end)
    lived = np.ones(end - starts[0]) if exposure is None else read_counts("exposure", exposure)
    _check_exposure(lived, end - int(starts[0]))
    shape = np.broadcast_shapes(seen.shape[:-1], lived.shape[:-1])
    rows = np.broadcast_to(seen, (*shape, seen.shape[-1])).reshape(-1, seen.shape[-1])
    offset = np.broadcast_to(lived, (*shape, lived.shape[-1])).reshape(-1, lived.shape[-1])
    some = rows.sum(-1) > 0
    parts = (np.zeros(offset.shape), np.full(offset.shape, np.inf), *np.full((3, len(rows)), np.nan))
    if some.any():
        found = _search(rows[some], offset[some], starts - starts[0], smoothing, criterion)
        for whole, part in zip(parts, found, strict=True):
            whole[some] = part
    return Ungrouped(*(part.reshape((*shape, *part.shape[1:])) for part in parts))


def _search(
    counts: Array, offset: Array, starts: npt.NDArray[np.int64], smoothing: Sequence[float], criterion: str
) -> _Parts:
    basis, penalty = _basis(offset.shape[-1])
    steps = np.diff(np.eye(basis.shape[1]), axis=0)
    hold = _HOLD * steps.T @ steps
    price = 2.0 if criterion == "aic" else float(np.log(starts.size))
    level = np.log((counts.sum(-1) + 0.5) / np.maximum(offset.sum(-1), 1e-300))
    weights = np.repeat(level[:, None], basis.shape[1], axis=1)
    nothing, worst = np.full(offset.shape, np.nan), np.full(len(counts), np.inf)
    best: _Parts = (nothing, nothing, worst, worst, worst)
    for stiff in smoothing:
        weights, mean, curvature, fisher = _fit(counts, offset, starts, basis, stiff * penalty + hold, weights)
        covariance = np.linalg.inv(curvature)
        freedom = np.einsum("rij,rji->r", covariance, fisher)
        score = _deviance(counts, mean) + price * freedom
        better = score < best[4]
        curve = np.asarray(np.exp(weights @ basis.T), dtype=np.float64)
        error: Array = np.sqrt(np.maximum(((basis @ covariance) * basis).sum(-1), 0))
        fresh: _Parts = (curve, error, np.full(len(counts), float(stiff)), freedom, score)
        best = _pick(better, fresh, best)
    return best


def _pick(better: npt.NDArray[np.bool_], fresh: _Parts, best: _Parts) -> _Parts:
    """Row by row the fresh parts where they are better."""
    rows, one = better[:, None], better
    return (
        np.where(rows, fresh[0], best[0]),
        np.where(rows, fresh[1], best[1]),
        np.where(one, fresh[2], best[2]),
        np.where(one, fresh[3], best[3]),
        np.where(one, fresh[4], best[4]),
    )


def _fit(
    counts: Array, offset: Array, starts: npt.NDArray[np.int64], basis: Array, penalty: Array, weights: Array
) -> tuple[Array, Array, Array, Array]:
    """Newton steps of the penalised likelihood from `weights` on: weights, group means, curvature, information."""
    mean = curvature = fisher = np.empty(0)
    for _ in range(_ROUNDS):
        single = offset * np.exp(weights @ basis.T)
        mean = np.maximum(np.add.reduceat(single, starts, axis=-1), 1e-12)
        link = np.add.reduceat(single[..., None] * basis, starts, axis=-2)
        fisher = np.swapaxes(link / mean[..., None], -1, -2) @ link
        curvature = fisher + penalty
        slope = np.einsum("rgk,rg->rk", link, counts / mean - 1) - weights @ penalty
        step = np.clip(np.linalg.solve(curvature, slope[..., None])[..., 0], -_STEP, _STEP)
        weights = weights + step
        if np.abs(step).max() < _CLOSE:
            break
    return weights, mean, curvature, fisher


def _basis(ages: int) -> tuple[Array, Array]:
    """Cubic B-splines at the middle of each year, (ages, splines), and the penalty on their second differences."""
    pieces = max(ages // _KNOT_YEARS, 1)
    width = ages / pieces
    knots = width * np.arange(-_DEGREE, pieces + _DEGREE + 1)
    basis = BSpline.design_matrix(np.arange(ages) + 0.5, knots, _DEGREE).toarray()
    bends = np.diff(np.eye(basis.shape[1]), 2, axis=0)
    return np.asarray(basis, dtype=np.float64), np.asarray(bends.T @ bends, dtype=np.float64)


def _deviance(counts: Array, mean: Array) -> Array:
    ratio = np.where(counts > 0, counts / mean, 1.0)
    return np.asarray(2 * (counts * np.log(ratio) - (counts - mean)).sum(-1), dtype=np.float64)


def _read(counts: npt.ArrayLike, age_start: npt.ArrayLike, end: int) -> tuple[Array, npt.NDArray[np.int64]]:
    seen, ages = read_counts("counts", counts), read_ages(age_start)
    match_shapes(counts=seen, age_start=ages)
    whole = bool(np.all(ages == np.round(ages)))
    if not whole or end <= ages[-1] or ages.size < 4 or seen.shape[-1:] != ages.shape:
        raise ShidaiError(
            problem(
                "counts / age_start / end",
                zh=f"需要至少四个以整岁起始的年龄组，末组在{end}岁前开始；这里起始年龄为{ages.tolist()}。",
                en=f"four groups or more that begin at whole ages before {end} are needed; here are {ages.tolist()}.",
                mend_zh="例如 0, 1, 5, 10, …, 85，到110岁为止。",
                mend_en="For example 0, 1, 5, 10, …, 85, to the end 110.",
            )
        )
    return seen, ages.astype(np.int64)


def _check_exposure(lived: Array, ages: int) -> None:
    if lived.ndim == 0 or lived.shape[-1] != ages:
        raise ShidaiError(
            problem(
                "exposure",
                zh=f"需要{ages}个单岁的人年数，这里形状为{lived.shape}。",
                en=f"person-years of {ages} single years are needed; the shape is {lived.shape}.",
                mend_zh="请从首组年龄起逐岁给出。",
                mend_en="Give them year by year from the first group's age.",
            )
        )
