"""Exact and near-exact confidence intervals of counts, rates and proportions, vectorised over any shape."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from shidai.demography.cells import Array, match_shapes, read_counts, read_level, refuse_cells

Interval = tuple[Array, Array]


def poisson_interval(count: npt.ArrayLike, exposure: npt.ArrayLike = 1.0, level: float = 0.95) -> Interval:
    """Exact (central) interval of a rate whose count is Poisson: (low, high) = count's limits / exposure.

    `count` and `exposure` broadcast; exposure in person-years, or 1 for the count itself. No exposure gives
    NaN.
    Fractional counts (weighted data) are accepted; the interval is then an approximation.
    Errors: negative, missing or infinite cells, a level in percent.
    Source: Garwood, F. (1936) Fiducial limits for the Poisson distribution. Biometrika 28, 437–442.
    """
    k, person_years = read_counts("count", count), read_counts("exposure", exposure)
    match_shapes(count=k, exposure=person_years)
    tail = (1 - read_level(level)) / 2
    low = np.where(k > 0, special.gammaincinv(np.where(k > 0, k, 1.0), tail), 0.0)
    high = special.gammaincinv(k + 1, 1 - tail)
    per = np.where(person_years > 0, person_years, np.nan)
    return low / per, high / per


def binomial_interval(k: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> Interval:
    """Exact (central) interval of a proportion k/n; n = 0 gives NaN.

    k, n: (…), the limits too. Errors: negative, missing or infinite cells, a part above its whole.
    Source: Clopper, C.; Pearson, E. S. (1934) Biometrika 26, 404–413.
    """
    hits, trials = _read_share(k, n)
    tail = (1 - read_level(level)) / 2
    misses = trials - hits
    low = np.where(hits > 0, special.betaincinv(np.where(hits > 0, hits, 1.0), misses + 1, tail), 0.0)
    high = np.where(misses > 0, special.betaincinv(hits + 1, np.where(misses > 0, misses, 1.0), 1 - tail), 1.0)
    return np.where(trials > 0, low, np.nan), np.where(trials > 0, high, np.nan)


def wilson_interval(k: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> Interval:
    """Score interval of a proportion k/n; n = 0 gives NaN.

    k, n: (…), the limits too. Errors: negative, missing or infinite cells, a part above its whole.
    Source: Wilson, E. B. (1927) Journal of the American Statistical Association 22, 209–212.
    """
    hits, trials = _read_share(k, n)
    z2 = float(special.ndtri(0.5 + read_level(level) / 2)) ** 2
    size = np.where(trials > 0, trials, np.nan)
    share = hits / size
    centre = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = np.sqrt(z2 * (share * (1 - share) / size + z2 / (4 * size**2))) / (1 + z2 / size)
    low = np.where(hits == 0, 0.0, np.maximum(centre - half, 0.0))
    high = np.where(hits == trials, 1.0, np.minimum(centre + half, 1.0))
    return np.where(trials > 0, low, np.nan), np.where(trials > 0, high, np.nan)


def weighted_poisson_interval(weight: npt.ArrayLike, count: npt.ArrayLike, level: float = 0.95) -> Interval:
    """Gamma interval of a weighted sum of Poisson counts, Σ weight · count over the last axis.

    Serves directly standardised rates (weight = standard share / exposure) and total fertility rates
    (weight = width of the age group / exposure). It never covers less than the level and equals Garwood's
    interval when all weights are equal. A sum of no counts has the limits (0, largest weight × Garwood's
    upper limit of 0).
    weight, count: (…, groups); the limits are (…). Errors: negative, missing or infinite cells, other shapes.
    Source: Fay, M. P.; Feuer, E. J. (1997) Statistics in Medicine 16, 791–801.
    """
    w, k = read_counts("weight", weight, axes=1), read_counts("count", count, axes=1)
    match_shapes(weight=w, count=k)
    tail = (1 - read_level(level)) / 2
    w, k = np.broadcast_arrays(w, k)
    total, variance, largest = (w * k).sum(-1), (w**2 * k).sum(-1), w.max(-1)
    seen = variance > 0
    scale = np.divide(variance, total, out=np.ones_like(total), where=seen)
    shape = np.divide(total, scale, out=np.ones_like(total), where=seen)
    low = np.where(seen, scale * special.gammaincinv(np.where(seen, shape, 1.0), tail), 0.0)
    upper_total, upper_variance = total + largest, variance + largest**2
    upper_scale = np.divide(upper_variance, upper_total, out=np.zeros_like(total), where=upper_total > 0)
    upper_shape = np.divide(upper_total, upper_scale, out=np.ones_like(total), where=upper_scale > 0)
    return low, upper_scale * special.gammaincinv(upper_shape, 1 - tail)


def _read_share(k: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Array, Array]:
    hits, trials = read_counts("k", k), read_counts("n", n)
    match_shapes(k=hits, n=trials)
    hits, trials = (np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(hits, trials))
    refuse_cells(
        "k",
        hits,
        hits > trials,
        zh="部分不能大于总体，这里部分是{value}。",
        en="a part cannot exceed its whole; here the part is {value}.",
        mend_zh="请检查分子是否包含在分母之内。",
        mend_en="Check that the numerator is contained in the denominator.",
    )
    return hits, trials
