"""Schmertmann's quadratic spline: a fertility schedule from four ages and levels that one can see in its graph.

Source: Schmertmann, C. P. (2003) A system of model fertility schedules with graphically intuitive parameters.
Demographic Research 9, 81–110.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

from shidai.demography.cells import Array, match_shapes, read_counts, read_fertility, refuse_cells
from shidai.words import ShidaiError, problem


@dataclass(frozen=True, slots=True)
class FertilitySpline:
    """The schedules' parameters, each (…): the highest rate (births a woman-year), the age at which fertility begins,
    the age of the highest rate, and the age beyond it at which the rate has fallen to half."""

    level: Array
    start: Array
    peak: Array
    half: Array

    @property
    def end(self) -> Array:
        """The age at which fertility ends; it follows from the others."""
        return np.maximum(np.minimum(50.0, 4 * self.half - 3 * self.peak), (4 * self.half - self.peak) / 3)

    def rate(self, age: npt.ArrayLike) -> Array:
        """Rates at exact ages: (…, ages)."""
        x, knots, theta, end = self._at(age)
        curve = (np.maximum(x - knots, 0) ** 2 * theta).sum(-1)
        return self.level[..., None] * np.where(x[..., 0] < end[..., None], np.maximum(curve, 0.0), 0.0)

    def mean_rate(self, age_start: npt.ArrayLike, width: npt.ArrayLike = 1.0) -> Array:
        """Mean rates over age groups, (…, groups): what observed rates by group are compared with."""
        first, n = read_counts("age_start", age_start), read_counts("width", width)
        match_shapes(age_start=first, width=n)
        return np.asarray((self._up_to(first + n) - self._up_to(first)) / n, dtype=np.float64)

    def _up_to(self, age: npt.ArrayLike) -> Array:
        """Births by an exact age."""
        x, knots, theta, end = self._at(age)
        x = np.minimum(x, end[..., None, None])
        return np.asarray(self.level[..., None] * (np.maximum(x - knots, 0) ** 3 / 3 * theta).sum(-1))

    def _at(self, age: npt.ArrayLike) -> tuple[Array, Array, Array, Array]:
        knots = self._knots()
        theta = _coefficients(knots, self.peak, self.half, self.end)
        x = np.asarray(age, dtype=np.float64)[..., :, None]
        return x, knots[..., None, :], theta[..., None, :], self.end

    def _knots(self) -> Array:
        rise = np.minimum(0.75, 0.25 + 0.025 * (self.peak - self.start))
        second = self.start + rise * (self.peak - self.start)
        return np.stack(
            [self.start, second, self.peak, (self.peak + self.half) / 2, (self.half + self.end) / 2], axis=-1
        )


def fertility_spline(
    level: npt.ArrayLike, start: npt.ArrayLike, peak: npt.ArrayLike, half: npt.ArrayLike
) -> FertilitySpline:
    """A spline from parameters that broadcast; ages must rise: start < peak < half < 50.

    level: (…) births a woman-year; start, peak, half: (…) exact ages. Errors: a level above 1, ages that don't rise.
    """
    values = [read_counts(n, v) for n, v in (("level", level), ("start", start), ("peak", peak), ("half", half))]
    match_shapes(level=values[0], start=values[1], peak=values[2], half=values[3])
    read_fertility("level", level)
    r, alpha, p, h = (np.asarray(v, dtype=np.float64) for v in np.broadcast_arrays(*values))
    for name, value, wrong in (("peak", p, p <= alpha), ("half", h, (h <= p) | (h >= 50))):
        refuse_cells(
            name,
            value,
            np.asarray(wrong),
            zh="各年龄须依次增大且小于50：开始、最高、减半；这里是{value}。",
            en="the ages must rise and stay below 50: start, peak, half; here it is {value}.",
            mend_zh="例如15、25、32。",
            mend_en="For example 15, 25, 32.",
        )
    return FertilitySpline(r, alpha, p, h)


def fit_fertility_spline(rates: npt.ArrayLike, age_start: npt.ArrayLike, width: npt.ArrayLike) -> FertilitySpline:
    """The spline nearest to observed rates (…, groups) by least squares of the groups' mean rates, parameters (…).

    At least five groups with at least one birth. A schedule with two humps, or one cut off by rules on age, is not of
    this family: look at the fit before using it for single ages.
    age_start, width: (groups,) years. Errors: rates above 1, negative or missing cells, no births, too few groups.
    """
    fx, first, n = (
        read_fertility("rates", rates),
        read_counts("age_start", age_start, axes=1),
        read_counts("width", width),
    )
    match_shapes(rates=fx, age_start=first, width=n)
    if fx.ndim == 0 or fx.shape[-1] < 5:
        raise ShidaiError(
            problem(
                "rates",
                zh="至少需要五个年龄组的生育率。",
                en="rates of five age groups at least are needed.",
                mend_zh="例如15–19至45–49岁。",
                mend_en="For example 15–19 to 45–49.",
            )
        )
    refuse_cells(
        "rates (sum)",
        fx.sum(-1),
        np.asarray(fx.sum(-1) == 0),
        zh="全部生育率为0，没有可拟合的曲线。",
        en="all rates are zero: there is no curve to fit.",
        mend_zh="请合并年份或地区，或去掉没有出生的地区。",
        mend_en="Take years or areas together, or leave out those without births.",
    )
    rows = [_fit_one(row, first, np.broadcast_to(n, first.shape)) for row in fx.reshape(-1, fx.shape[-1])]
    fitted = np.array(rows).reshape(*fx.shape[:-1], 4)
    return FertilitySpline(*(np.asarray(fitted[..., i]) for i in range(4)))


def _fit_one(row: Array, first: Array, width: Array) -> Array:
    """Steps between the ages are what is fitted, so that they rise at every trial; several starts, the best kept."""
    middle = first + width / 2
    top = float(row.max())
    peak = float(middle[int(np.argmax(row))])

    def schedule(p: Array) -> FertilitySpline:
        level, start, rise, fall = p
        half = start + rise + fall * (50 - start - rise)
        return FertilitySpline(*(np.asarray(v) for v in (level * top, start, start + rise, half)))

    def gap(p: Array) -> Array:
        return np.asarray((schedule(p).mean_rate(first, width) - row) / top, dtype=np.float64)

    low, high = [0.2, 8.0, 1.0, 0.02], [5.0, 30.0, 30.0, 0.98]
    best = None
    for start, fall in ((12.0, 0.2), (15.0, 0.35), (18.0, 0.5)):
        guess = [1.05, start, min(max(peak - start, 2.0), 29.0), fall]
        found = optimize.least_squares(gap, guess, bounds=(low, high), xtol=1e-12, ftol=1e-12, gtol=1e-12)
        best = found if best is None or found.cost < best.cost else best
    assert best is not None
    fit = schedule(best.x)
    return np.array([fit.level, fit.start, fit.peak, fit.half])


def _coefficients(knots: Array, peak: Array, half: Array, end: Array) -> Array:
    """Weights of (x − knot)² that make the curve 1 with slope 0 at the peak, ½ at `half`, 0 with slope 0 at the end."""

    def value(x: Array) -> Array:
        return np.maximum(x[..., None] - knots, 0) ** 2

    def slope(x: Array) -> Array:
        return 2 * np.maximum(x[..., None] - knots, 0)

    system = np.stack([value(peak), value(half), value(end), slope(peak), slope(end)], axis=-2)
    wanted = np.array([1, 0.5, 0, 0, 0])
    return np.asarray(np.linalg.solve(system, np.broadcast_to(wanted, knots.shape)[..., None])[..., 0])
