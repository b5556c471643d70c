"""Survival ratios at any life expectancy, quickly enough for thousands of trajectories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev

from shidai.demography.cells import Array, read_numbers, read_rates
from shidai.demography.lifetable import life_table
from shidai.demography.projection_survival import match_life_expectancy, survival_ratios

_NODES = 24
_DEGREE = 8


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """For each sex the survival ratios as Chebyshev polynomials of life expectancy between `low` and `high`.

    coefficients: (2, ages + 1, degree + 1); low, high: (2,) years.
    """

    coefficients: Array
    low: Array
    high: Array

    def ratios(self, sex: int, e0: Array, out: Array | None = None) -> Array:
        """Ratios (ages + 1, n) at life expectancies (n,); those outside the curve's range count as its ends."""
        place = (2 * np.clip(e0, self.low[sex], self.high[sex]) - self.low[sex] - self.high[sex]) / (
            self.high[sex] - self.low[sex]
        )
        terms = chebyshev.chebvander(place, self.coefficients.shape[-1] - 1).T
        return np.asarray(np.matmul(self.coefficients[sex], terms, out=out), dtype=np.float64)


def fit_survival_curve(mx: Array, low: Array, high: Array, *, sex: Array) -> SurvivalCurve:
    """The curve through a path of mortality (years, 2, ages), single ages, whose life expectancy changes.

    At a life expectancy that the path passes, the rates are the path's; beyond its ends the logarithms of the rates
    go on at the speed between the ends, and are then scaled to the life expectancy wanted.
    """
    rates = read_rates("mx", mx)
    bottom, top = read_numbers("low", low), read_numbers("high", high)
    nodes = np.cos(np.pi * (np.arange(_NODES) + 0.5) / _NODES)
    coefficients = []
    for at in range(2):
        wanted = (bottom[at] + top[at] + nodes * (top[at] - bottom[at])) / 2
        shaped = _shape(rates[:, at], wanted, sex[at])
        ratios = survival_ratios(
            match_life_expectancy(shaped, wanted, sex=np.asarray(sex[at])), sex=np.asarray(sex[at])
        )
        coefficients.append(chebyshev.chebfit(nodes, ratios, _DEGREE).T)
    return SurvivalCurve(np.array(coefficients), bottom, top)


def _shape(mx: Array, wanted: Array, sex: float) -> Array:
    """Rates (wanted, ages) of about the life expectancies wanted, along the path's (years, ages)."""
    e0 = life_table(mx, np.arange(mx.shape[-1]), sex=np.asarray(sex)).e0
    order = np.argsort(e0)
    e0, logs = e0[order], np.log(np.maximum(mx[order], 1e-12))
    if e0[-1] - e0[0] < 1e-6:
        return np.asarray(np.exp(np.broadcast_to(logs[0], (wanted.size, mx.shape[-1]))), dtype=np.float64)
    speed = (logs[-1] - logs[0]) / (e0[-1] - e0[0])
    inside = np.clip(wanted, e0[0], e0[-1])
    at = np.clip(np.searchsorted(e0, inside) - 1, 0, e0.size - 2)
    gap = np.maximum(e0[at + 1] - e0[at], 1e-12)
    weight = ((inside - e0[at]) / gap)[:, None]
    return np.asarray(np.exp(logs[at] * (1 - weight) + logs[at + 1] * weight + (wanted - inside)[:, None] * speed))
