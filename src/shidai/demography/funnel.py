"""Funnel limits: how far from a target an area's rate may lie by chance, given its size.

Source: Spiegelhalter, D. J. (2005) Funnel plots for comparing institutional performance. Statistics in Medicine 24,
1185–1202; exact limits interpolated between counts as in its appendix A.1. The upper limit is the lower one of the
mirrored distribution, a count above the article's, so that neither side raises more alarms than its tail allows and a
perfect score is none.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from shidai.demography.cells import (
    Array,
    divide,
    match_shapes,
    read_counts,
    read_level,
    read_numbers,
    read_rates,
    read_share,
)
from shidai.demography.intervals import Interval
from shidai.words import ShidaiError, problem


def poisson_funnel(exposure: npt.ArrayLike, target: npt.ArrayLike, level: float = 0.95) -> Interval:
    """Limits of an area's rate when its true rate is `target`: (low, high), exposure's and target's shape.

    Usual levels are 0.95 and 0.998. A rate outside says 'look', not 'blame': age structure, migration and reporting
    come first. No exposure gives NaN.
    Errors: negative, missing or infinite cells, a level in percent.
    """
    years, rate = read_counts("exposure", exposure), read_rates("target", target)
    match_shapes(exposure=years, target=rate)
    expected = np.asarray(years * rate, dtype=np.float64)
    low, high = _limits(level, lambda p: stats.poisson.ppf(p, expected), lambda k: stats.poisson.cdf(k, expected))
    return divide(low, years), divide(high, years)


def binomial_funnel(n: npt.ArrayLike, target: npt.ArrayLike, level: float = 0.95) -> Interval:
    """Limits of an area's share of `n` when its true share is `target` (0 to 1).

    n, target: (…), the limits too. Errors: negative, missing or infinite cells, a target above 1.
    """
    size, share = read_counts("n", n), read_share("target", target)
    match_shapes(n=size, target=share)
    size, share = (np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(size, share))
    low, high = _limits(level, lambda p: stats.binom.ppf(p, size, share), lambda k: stats.binom.cdf(k, size, share))
    return divide(low, size), np.minimum(divide(high, size), 1.0)


def overdispersion(z: npt.ArrayLike, trim: float = 0.1) -> Array:
    """How many times the areas' variance exceeds chance, (…): mean squared z-score over the last axis, at least 1.

    z: (…, areas) (rate − target) / its standard error. The outermost `trim` on either side are drawn in to the next
    (winsorised), so that the areas one looks for do not hide themselves. Use it with 20 areas or more.
    Errors: z-scores that are not finite, none at all, a trim of a half or more.
    """
    score = read_numbers("z", z)
    if score.ndim == 0 or score.size == 0 or not 0 <= trim < 0.5:
        raise ShidaiError(
            problem(
                "z / trim",
                zh="需要各地区的z值，裁剪比例在0与0.5之间。",
                en="z-scores of areas are needed, and a trim from 0 to below 0.5.",
                mend_zh="例如20个以上地区、裁剪0.1。",
                mend_en="For example 20 areas or more and a trim of 0.1.",
            )
        )
    score = np.sort(score, axis=-1)
    cut = int(trim * score.shape[-1])
    last = score.shape[-1] - 1 - cut
    drawn_in = np.clip(score, score[..., cut, None], score[..., last, None])
    return np.asarray(np.maximum((drawn_in**2).mean(-1), 1.0), dtype=np.float64)


def overdispersed_limits(
    target: npt.ArrayLike, variance: npt.ArrayLike, factor: npt.ArrayLike = 1.0, level: float = 0.95
) -> Interval:
    """Limits target ± z·√(factor · variance), not below 0: for funnels whose areas differ by more than chance.

    variance: of a rate by chance alone, target / exposure for Poisson, target·(1 − target) / n for shares; factor: from
    `overdispersion`. Approximate: expects about ten events an area.
    target, variance, factor: (…), the limits too. Errors: negative, missing or infinite cells, a level in percent.
    """
    middle, chance = read_rates("target", target), read_counts("variance", variance)
    many = read_counts("factor", factor)
    match_shapes(target=middle, variance=chance, factor=many)
    half = special.ndtri(0.5 + read_level(level) / 2) * np.sqrt(many * chance)
    return np.asarray(np.maximum(middle - half, 0.0)), np.asarray(middle + half, dtype=np.float64)


def _limits(
    level: float, quantile: Callable[[float], npt.ArrayLike], cdf: Callable[[Array], npt.ArrayLike]
) -> Interval:
    """Counts below and above which no more than a tail's share lies, between whole numbers."""
    tail = (1 - read_level(level)) / 2
    low, high = (np.asarray(quantile(p), dtype=np.float64) for p in (tail, 1 - tail))
    below = low - _share_above(tail, low, cdf)
    return np.maximum(below, 0.0), high + 1 - _share_above(1 - tail, high, cdf)


def _share_above(p: float, count: Array, cdf: Callable[[Array], npt.ArrayLike]) -> Array:
    """Of the count's own probability, the share that lies above p."""
    at, before = (np.asarray(cdf(k), dtype=np.float64) for k in (count, count - 1))
    return np.asarray(np.clip(np.nan_to_num(divide(at - p, at - before)), 0, 1), dtype=np.float64)
