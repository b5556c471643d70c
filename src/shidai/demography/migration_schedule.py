"""Rogers and Castro's model of migration by age: children with their parents, young workers, retirement, old age.

Source: Rogers, A.; Castro, L. J. (1981) Model Migration Schedules. IIASA RR-81-30; Rogers, A.; Little, J. S. (1994)
Mathematical Population Studies 4, 175–195.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import optimize

from shidai.demography.cells import Array, match_shapes, read_counts, read_share
from shidai.words import ShidaiError, problem

Size = Literal[7, 9, 11, 13]


@dataclass(frozen=True, slots=True)
class MigrationSchedule:
    """Parameters in the order of the formula

    a1·exp(−α1·x) + a2·exp(−α2(x−μ2) − exp(−λ2(x−μ2))) + a3·exp(−α3(x−μ3) − exp(−λ3(x−μ3))) + a4·exp(α4·x) + c.
    Without a retirement peak a3 is 0, without an upward slope in old age a4 is 0.
    """

    a1: float
    alpha1: float
    a2: float
    alpha2: float
    mu2: float
    lambda2: float
    c: float = 0.0
    a3: float = 0.0
    alpha3: float = 0.0
    mu3: float = 0.0
    lambda3: float = 0.0
    a4: float = 0.0
    alpha4: float = 0.0

    def rate(self, age: npt.ArrayLike) -> Array:
        """Rates at exact ages; for single years of age give the middle, x + 0.5."""
        x = read_counts("age", age)
        curve = self.a1 * np.exp(-self.alpha1 * x) + _peak(x, self.a2, self.alpha2, self.mu2, self.lambda2) + self.c
        if self.a3:
            curve = curve + _peak(x, self.a3, self.alpha3, self.mu3, self.lambda3)
        return np.asarray(curve + self.a4 * np.exp(self.alpha4 * x) if self.a4 else curve, dtype=np.float64)


# Lower bound, start and upper bound of each parameter, for rates scaled to a highest value of 1.
_BOUNDS = {
    "a1": (0.0, 0.5, 5.0),
    "alpha1": (0.001, 0.1, 2.0),
    "a2": (0.0, 1.5, 20.0),
    "alpha2": (0.005, 0.1, 1.0),
    "mu2": (10.0, 20.0, 40.0),
    "lambda2": (0.02, 0.4, 3.0),
    "c": (0.0, 0.05, 1.0),
    "a3": (0.0, 0.2, 20.0),
    "alpha3": (0.01, 0.3, 3.0),
    "mu3": (45.0, 63.0, 85.0),
    "lambda3": (0.01, 0.3, 3.0),
    "a4": (0.0, 0.005, 1.0),
    "alpha4": (0.0, 0.03, 0.2),
}
_WORKERS = ("a1", "alpha1", "a2", "alpha2", "mu2", "lambda2", "c")
_RETIREMENT = ("a3", "alpha3", "mu3", "lambda3")
_OLD_AGE = ("a4", "alpha4")
_NAMES = {7: _WORKERS, 9: _WORKERS + _OLD_AGE, 11: _WORKERS + _RETIREMENT, 13: _WORKERS + _RETIREMENT + _OLD_AGE}


def fit_migration_schedule(
    rates: npt.ArrayLike, age: npt.ArrayLike, *, size: Size = 7, weight: npt.ArrayLike = 1.0
) -> MigrationSchedule:
    """The schedule of 7, 9 (slope in old age), 11 (retirement peak) or 13 parameters nearest to rates by least squares.

    rates: (ages,) and age: (ages,) exact ages they stand for; weight: (ages,), for example the population. Take 7
    unless a peak at retirement or a slope in old age is seen and means something: with 9 and 13 parameters quite
    different sets give nearly the same curve, so read the curve, not the parameters. Not for net rates, nor for areas
    with a university, barracks or a prison, whose peaks the model doesn't know.
    Errors: negative, missing or infinite cells, rates above 1, no more ages than parameters, several areas at once.
    """
    fx, x, w = read_share("rates", rates, axes=1), read_counts("age", age, axes=1), read_counts("weight", weight)
    match_shapes(rates=fx, age=x, weight=w)
    names = _read_size(size, fx)
    top = float(fx.max())
    low, start, high = (np.array([_BOUNDS[name][i] for name in names]) for i in range(3))

    def schedule(values: Array) -> MigrationSchedule:
        return MigrationSchedule(**{name: float(value) for name, value in zip(names, values, strict=True)})

    def gap(values: Array) -> Array:
        return np.asarray(np.sqrt(w) * (schedule(values).rate(x) - fx / top), dtype=np.float64)

    fits = [
        optimize.least_squares(gap, guess, bounds=(low, high), x_scale=high, xtol=1e-14, ftol=1e-14, max_nfev=3000)
        for guess in _guesses(names, start)
    ]
    best = schedule(min(fits, key=lambda fit: float(fit.cost)).x)
    levels = {name: getattr(best, name) * top for name in ("a1", "a2", "a3", "a4", "c")}
    return replace(best, **levels)


def _guesses(names: tuple[str, ...], start: Array) -> list[Array]:
    """Several first guesses: the young's peak earlier or later, steeper or flatter, the retirement peak as well."""
    guesses = []
    for peak in (17.0, 20.0, 26.0):
        for rise in (0.15, 0.4, 1.0):
            guess = start.copy()
            guess[names.index("mu2")], guess[names.index("lambda2")] = peak, rise
            guesses.append(guess)
    return guesses


def _peak(x: Array, level: float, fall: float, centre: float, rise: float) -> Array:
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(level * np.exp(-fall * (x - centre) - np.exp(-rise * (x - centre))), dtype=np.float64)


def _read_size(size: int, rates: Array) -> tuple[str, ...]:
    if size not in get_args(Size):
        raise ShidaiError(
            problem(
                "size",
                zh=f"没有{size}个参数的模型。",
                en=f"there is no model of {size} parameters.",
                mend_zh="可用：7、9、11、13。",
                mend_en="Use 7, 9, 11 or 13.",
            )
        )
    if rates.ndim != 1 or rates.size <= size or not rates.max() > 0:
        raise ShidaiError(
            problem(
                "rates",
                zh=f"需要多于{size}个年龄的一列迁移率，且不全为0；这里的形状是{rates.shape}。",
                en=f"one list of rates at more than {size} ages, not all 0, is needed; the shape is {rates.shape}.",
                mend_zh="请逐地区拟合，给出单岁的率，或选参数少的模型。",
                mend_en="Fit one area at a time, give rates by single age, or take a model of fewer parameters.",
            )
        )
    return _NAMES[size]
