"""Rates of many small areas, each drawn towards the mean of all as far as its own numbers are noise.

Events are Poisson around an area's own rate, and the areas' rates are spread like a gamma distribution, which is fitted
to all areas at once by marginal likelihood: moments give it too much weight to large areas and fail for rare events.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from shidai.demography.cells import Array, match_shapes, read_counts, read_level, refuse_cells
from shidai.demography.intervals import Interval

_LARGEST_SHAPE = 1e7  # a spread of 0.03 % of the mean: no difference between areas


@dataclass(frozen=True, slots=True)
class SmallAreaRates:
    """Areas on the last axis. `mean` and `spread` (…) are the mean and standard deviation of the areas' true rates."""

    rate: Array  # (…, areas) events a unit of exposure
    weight: Array  # (…, areas) 1: the area's own rate, 0: the mean of all
    mean: Array
    spread: Array
    _shape: Array
    _inverse_scale: Array

    def interval(self, level: float = 0.95) -> Interval:
        """Credible interval of each area's rate. The gamma's own uncertainty is left out, so that with few areas (say
        under 20) it is too short."""
        tail = (1 - read_level(level)) / 2
        low, high = (special.gammaincinv(self._shape, p) / self._inverse_scale for p in (tail, 1 - tail))
        return np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)


def small_area_rates(events: npt.ArrayLike, exposure: npt.ArrayLike) -> SmallAreaRates:
    """Empirical-Bayes rates from events and exposure (person-years, or events expected at standard rates), (…, areas).

    Use it to rank and map; keep the areas' own counts for accounts, since shrunken rates do not add up. Not where areas
    are known to differ in kind (town and country): shrink each kind to its own mean.
    Errors: negative, missing or infinite cells, events of nobody, fewer than two areas with exposure, no event at all.
    Source: Clayton, D.; Kaldor, J. (1987) Empirical Bayes estimates of age-standardized relative risks for use in
    disease mapping. Biometrics 43, 671–681.
    """
    count, years = read_counts("events", events), read_counts("exposure", exposure)
    match_shapes(events=count, exposure=years)
    count, years = (np.atleast_1d(np.asarray(a, dtype=np.float64)) for a in np.broadcast_arrays(count, years))
    _refuse_empty(count, years)
    rows = [
        _fit(y, e) for y, e in zip(count.reshape(-1, count.shape[-1]), years.reshape(-1, years.shape[-1]), strict=True)
    ]
    mean, shape = (np.array(column).reshape(count.shape[:-1]) for column in zip(*rows, strict=True))
    inverse_scale = (shape / mean)[..., None]
    own_shape, own_scale = shape[..., None] + count, inverse_scale + years
    return SmallAreaRates(
        rate=own_shape / own_scale,
        weight=years / own_scale,
        mean=mean,
        spread=mean / np.sqrt(shape),
        _shape=own_shape,
        _inverse_scale=own_scale,
    )


def _fit(count: Array, years: Array) -> tuple[float, float]:
    """Mean and shape of the gamma: the negative binomial's likelihood at its highest."""
    seen = years > 0
    y, e = count[seen], years[seen]
    crude = y.sum() / e.sum()

    def minus_log_likelihood(logs: Array) -> tuple[float, Array]:
        """With its slopes by the logarithms of mean and shape."""
        mean, shape = np.exp(logs)
        expected = mean * e
        below = expected + shape
        terms = (
            special.gammaln(y + shape)
            - special.gammaln(shape)
            - shape * np.log1p(expected / shape)
            + y * np.log(expected / below)
        )
        by_mean = (y - expected) * shape / below
        by_shape = special.digamma(y + shape) - special.digamma(shape) - np.log1p(expected / shape)
        by_shape = shape * (by_shape + (expected - y) / below)
        return -float(terms.sum()), -np.array([by_mean.sum(), by_shape.sum()])

    bounds = [(np.log(crude) - 5, np.log(crude) + 5), (np.log(1e-3), np.log(_LARGEST_SHAPE))]
    starts = [np.array([np.log(crude), np.log(shape)]) for shape in (0.5, 10.0, 1e3)]
    fits = [
        optimize.minimize(minus_log_likelihood, start, jac=True, bounds=bounds, method="L-BFGS-B") for start in starts
    ]
    best = min(fits, key=lambda fit: float(fit.fun))
    mean, shape = np.exp(best.x)
    return float(mean), float(shape)


def _refuse_empty(count: Array, years: Array) -> None:
    refuse_cells(
        "events",
        count,
        np.asarray((count > 0) & (years == 0)),
        zh="有{value}例事件却没有人年数。",
        en="{value} events without any exposure.",
        mend_zh="请检查分子和分母是否属于同一地区。",
        mend_en="Check that both belong to the same area.",
    )
    total = count.sum(-1)
    refuse_cells(
        "events (sum of the areas)",
        total,
        np.asarray((total == 0) | ((years > 0).sum(-1) < 2)),
        zh="各地区合计{value}例：至少需要两个有人年数的地区和一例事件。",
        en="{value} events in all: two areas with exposure and one event at least are needed.",
        mend_zh="请合并年份。",
        mend_en="Take several years together.",
    )
