"""Survival ratios at any life expectancy, quickly enough for thousands of trajectories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev

from shidai.demography.cells import Array, read_counts, read_death_rates, read_rates, refuse_cells
from shidai.demography.lifetable import life_table
from shidai.demography.projection_survival import ratios_of, scale_to_life_expectancy
from shidai.words import ShidaiError, problem

_NODES = 24
_DEGREE = 8
_LARGEST = 2.0  # a path bent to an area's own deaths may pass 1 at the oldest ages


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

    mx: deaths a person-year; low, high: (2,) years, the ends of the curve; sex: (2,) codes as in `life_table`.
    At a life expectancy that the path passes, the rates are the path's; beyond its ends the logarithms of the rates
    go on at the speed between the ends, and are then scaled to the life expectancy wanted.
    Errors: negative or missing cells, other shapes, ends that don't rise, an unknown sex. Source: Chebyshev
    interpolation,
    as in any text on approximation; how mortality goes with e0 is the path's own.
    """
    rates = read_rates("mx", mx, axes=3)
    read_death_rates("mx", rates, np.arange(rates.shape[-1], dtype=np.float64), largest=_LARGEST)
    bottom, top, codes = (read_counts(name, of, axes=1) for name, of in (("low", low), ("high", high), ("sex", sex)))
    _require_pair(rates, bottom, top, codes)
    nodes = np.cos(np.pi * (np.arange(_NODES) + 0.5) / _NODES)
    coefficients = []
    for at in range(2):
        wanted = (bottom[at] + top[at] + nodes * (top[at] - bottom[at])) / 2
        shaped = _shape(rates[:, at], wanted, codes[at])
        ratios = ratios_of(scale_to_life_expectancy(shaped, wanted, sex=codes[at]), sex=codes[at])
        coefficients.append(chebyshev.chebfit(nodes, ratios, _DEGREE).T)
    return SurvivalCurve(np.array(coefficients), bottom, top)


def _require_pair(rates: Array, low: Array, high: Array, sex: Array) -> None:
    """Both sexes, the low end below the high one."""
    if rates.ndim != 3 or rates.shape[1] != 2 or not low.shape == high.shape == sex.shape == (2,):
        raise ShidaiError(
            problem(
                "mx / low / high / sex",
                zh=f"形状是{rates.shape}、{low.shape}、{high.shape}和{sex.shape}。",
                en=f"the shapes are {rates.shape}, {low.shape}, {high.shape} and {sex.shape}.",
                mend_zh="死亡率的各维依次为年、性别（2）、年龄；其余每性别一个数。",
                mend_en="The axes of the rates are year, sex (2), age; of the others there is one number a sex.",
            )
        )
    refuse_cells(
        "high",
        high,
        np.asarray(high <= low),
        zh="上端{value}岁不高于下端。",
        en="the high end, {value} years, is not above the low one.",
        mend_zh="例如60和95。",
        mend_en="For example 60 and 95.",
    )
    refuse_cells(
        "sex",
        sex,
        ~np.isin(sex, (1, 2, 3)),
        zh="不认识的性别代码{value}。",
        en="unknown sex code {value}.",
        mend_zh="请用1（男）、2（女）或3（合计）。",
        mend_en="Use 1 (male), 2 (female) or 3 (both).",
    )


def _shape(mx: Array, wanted: Array, sex: float) -> Array:
    """Rates (wanted, ages) of about the life expectancies wanted, along the path's (years, ages)."""
    e0 = life_table(mx, np.arange(mx.shape[-1]), sex=np.asarray(sex), largest=np.inf).e0
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
