"""Random paths of fertility, life expectancy and migration, from published bounds or from a series of the past.

A path of an indicator is a Gaussian AR(1) process that starts without deviation. Its persistence is fitted to the way
in which the published bounds widen, and each year's deviations are mapped on that year's bounds, so that every year
has the published 80 and 95 % intervals and asymmetry, and neighbouring years go together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

from shidai.demography.cells import Array, read_numbers, refuse_cells
from shidai.words import ShidaiError, problem

# The standard normal at the bounds' levels 2.5, 10, 50, 90 and 97.5 %.
DEVIATIONS = np.array([-1.959963984540054, -1.2815515655446004, 0.0, 1.2815515655446004, 1.959963984540054])
_MIDDLE = 2


@dataclass(frozen=True, slots=True)
class Bounds:
    """An indicator's yearly bounds (years, 5): 2.5, 10, 50, 90 and 97.5 %, and its persistence from year to year.

    least: what the indicator cannot fall below (0 for fertility); −inf for none.
    """

    values: Array
    persistence: float
    least: float = -np.inf

    @property
    def medium(self) -> Array:
        """The 50 % bounds, (years,)."""
        return np.asarray(self.values[:, _MIDDLE], dtype=np.float64)

    def place(self, deviations: Array) -> Array:
        """Values (years, n) at standard normal deviations (years, n): linear between the bounds and beyond them."""
        placed = np.empty_like(deviations)
        for year, (bounds, z) in enumerate(zip(self.values, deviations, strict=True)):
            slopes = np.diff(bounds) / np.diff(DEVIATIONS)
            section = np.clip(np.searchsorted(DEVIATIONS, z) - 1, 0, slopes.size - 1)
            placed[year] = bounds[section] + slopes[section] * (z - DEVIATIONS[section])
        return np.maximum(placed, self.least)


def read_bounds_of(
    name: str, values: npt.ArrayLike, *, least: float = -np.inf, least_persistence: float = 0.0
) -> Bounds:
    """Check bounds (years, 5) and fit their persistence; raises ShidaiError for bounds out of order.

    least_persistence: where the bounds' makers drew the level of each path too (as hierarchical models do), the
    bounds stop widening although every path stays apart; the fitted persistence then says too little.
    Source: see the module; the persistence as `fit_persistence`.
    """
    given = read_numbers(name, values)
    if given.size == 0 or given.ndim != 2 or given.shape[1] != DEVIATIONS.size:
        raise ShidaiError(
            problem(
                name,
                zh=f"形状是{given.shape}，应为（年数，5）。",
                en=f"the shape is {given.shape}; it must be (years, 5).",
                mend_zh="五列依次为2.5%、10%、50%、90%、97.5%。",
                mend_en="The five columns are the 2.5, 10, 50, 90 and 97.5 % bounds.",
            )
        )
    refuse_cells(
        name,
        given[:, 1:],
        np.diff(given, axis=1) < 0,
        zh="界限没有从小到大：{value}小于前一列。",
        en="the bounds do not rise: {value} is below the column before.",
        mend_zh="请按2.5%、10%、50%、90%、97.5%的次序排列。",
        mend_en="Order them as 2.5, 10, 50, 90 and 97.5 %.",
    )
    return Bounds(given, max(fit_persistence(given), least_persistence), least)


def fit_persistence(values: npt.ArrayLike) -> float:
    """The yearly autocorrelation whose AR(1) process widens as the 95 % bounds (years, 5) do, by least squares.

    A process of persistence ρ that starts without deviation has after t years a variance proportional to
    1 + ρ² + … + ρ^(2(t − 1)) (Brockwell & Davis 2016, Introduction to Time Series, ch. 3).
    Errors: bounds that are not finite. Source: as cited.
    """
    given = read_numbers("values", values, axes=2)
    width = given[:, -1] - given[:, 0]
    if width.size < 2 or not width.any():
        return 0.0

    def misfit(rho: float) -> float:
        shape = _spread(rho, width.size)
        scale = (shape * width).sum() / (shape**2).sum()
        return float(((width - scale * shape) ** 2).sum())

    return float(optimize.minimize_scalar(misfit, bounds=(0.5, 0.9999), method="bounded").x)


def bounds_from_history(history: npt.ArrayLike, medium: npt.ArrayLike, *, least: float = -np.inf) -> Bounds:
    """Bounds around a medium path (years,) where nobody published any, from a yearly series of the past.

    The past's yearly changes, less their mean, are the shocks; they persist as an AR(1) whose autocorrelation is
    that of the series about a five-year running mean's trend, held between 0.8 and 0.99: a short series cannot tell
    more. Use it for a city's own series of 15 years or more; it knows nothing of what the past did not contain.
    history: (years,), medium: (years to come,), any unit. Errors: fewer than 15 years, figures that are not finite.
    Source: Brockwell & Davis (2016), ch. 3.
    """
    past, path = read_numbers("history", history, axes=1), read_numbers("medium", medium, axes=1)
    if past.ndim != 1 or past.size < 15:
        raise ShidaiError(
            problem(
                "history",
                zh=f"只有{past.size}年的数据。",
                en=f"a series of {past.size} years only.",
                mend_zh="至少需要15年的逐年数据。",
                mend_en="At least 15 yearly values are needed.",
            )
        )
    shocks = np.diff(past) - np.diff(past).mean()
    apart = past - np.polyval(np.polyfit(np.arange(past.size), past, 1), np.arange(past.size))
    persistence = float(np.clip((apart[1:] * apart[:-1]).sum() / (apart[:-1] ** 2).sum(), 0.8, 0.99))
    spread = shocks.std(ddof=1) * _spread(persistence, path.size)
    return Bounds(np.maximum(path[:, None] + spread[:, None] * DEVIATIONS, least), persistence, least)


def draw_deviations(persistence: float, years: int, paths: int, draw: np.random.Generator) -> Array:
    """Standard normal deviations (years, paths), each year's variance 1, correlated as an AR(1) started at 0.

    Errors: none of its own. Source: as `fit_persistence`.
    """
    shocks = draw.standard_normal((years, paths))
    path = np.empty_like(shocks)
    path[0] = shocks[0]
    for year in range(1, years):
        path[year] = persistence * path[year - 1] + shocks[year]
    return np.asarray(path / _spread(persistence, years)[:, None], dtype=np.float64)


def correlate(own: Array, common: Array, correlation: float) -> Array:
    """Deviations of an area that share `correlation` (0 to 1) with every other area's, from its own and common ones.

    own, common: (years, paths) standard normal. Errors: a correlation outside 0 to 1. Source: the one-factor model.
    """
    if not 0 <= correlation <= 1:
        raise ShidaiError(
            problem(
                "correlation",
                zh=f"地区间的相关系数必须在0与1之间，这里是{correlation}。",
                en=f"the correlation between areas lies between 0 and 1; here it is {correlation}.",
                mend_zh="各自独立请写0，完全同步请写1。",
                mend_en="Write 0 for independent areas, 1 for areas that move as one.",
            )
        )
    return np.asarray(np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own, dtype=np.float64)


def _spread(persistence: float, years: int) -> Array:
    """Standard deviation of an AR(1) after 1, 2, … years, of that after the first."""
    return np.asarray(np.sqrt(np.cumsum(persistence ** (2 * np.arange(years)))), dtype=np.float64)
