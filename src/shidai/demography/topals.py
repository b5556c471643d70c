"""Death rates of small areas, smoothed towards the schedule of the area above them, with errors.

TOPALS: the logarithm of an area's rates is that of a standard plus a line broken at a few ages, fitted by penalised
Poisson likelihood. It was chosen because it takes single years and groups alike, keeps a plausible age pattern with no
deaths at all at most ages, lets an area differ at some ages only (which Brass's two parameters can't), and gives its
errors by the same step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shidai.demography.ax import AxRule, InfantRule
from shidai.demography.cells import (
    Array,
    match_shapes,
    read_ages,
    read_counts,
    read_death_rates,
    refuse_cells,
    refuse_deaths_without_exposure,
)
from shidai.demography.lifetable import Sex, life_table
from shidai.words import ShidaiError, problem

KNOTS = (0, 1, 10, 20, 40, 70, 100)
"""Ages at which the line may bend: those of Gonzaga & Schmertmann (2016)."""
_ROUNDS = 50
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class SmoothRates:
    """Smoothed rates of areas; leading axes are those of the deaths."""

    mx: Array  # (…, ages) death rates
    error: Array  # (…, ages) standard error of ln mx
    offsets: Array  # (…, knots) ln of the ratio to the standard at each knot
    covariance: Array  # (…, knots, knots) of the offsets
    basis: Array  # (ages, knots)


def smooth_rates(
    deaths: npt.ArrayLike,
    exposure: npt.ArrayLike,
    standard: npt.ArrayLike,
    age_start: npt.ArrayLike,
    *,
    knots: Sequence[float] = KNOTS,
    level_sd: float = 0.5,
) -> SmoothRates:
    """Smoothed death rates, (…, ages) deaths a person-year.

    deaths, exposure: (…, ages), person-years; standard: (…, ages) rates above 0 of the area above, by the same ages.
    Neighbouring offsets differ by sd 1/√2 (the penalty of the source); the mean offset by `level_sd`, which the source
    leaves free and which lets an area without deaths have the standard's rates. An offset of ±1 is a factor of 2.7.
    The standard's own error isn't in `error`. Not for comparing areas with one another at single ages: where deaths
    are few, what is seen there is the standard's pattern.
    Errors: negative, missing or infinite cells, deaths of nobody, standard rates of 0 or above 1 below age 90, knots
    that don't rise.
    Source: de Beer, J. (2012) Demographic Research 27, 543–592; Gonzaga, M. R.; Schmertmann, C. P. (2016) Revista
    Brasileira de Estudos de População 33, 629–652.
    """
    count, years, base, ages = _read(deaths, exposure, standard, age_start)
    basis = _basis(ages, knots)
    penalty = _penalty(basis.shape[1], level_sd)
    flat, lived, usual = (a.reshape(-1, ages.size) for a in (count, years, base))
    fitted = _fit(flat, lived, usual, basis, penalty)
    offsets, curvature = (a.reshape(*count.shape[:-1], *a.shape[1:]) for a in fitted)
    covariance = np.linalg.inv(curvature)
    variance = np.einsum("ak,...kl,al->...a", basis, covariance, basis, optimize=True)
    rates = base * np.exp(offsets @ basis.T)
    return SmoothRates(rates, np.asarray(np.sqrt(variance)), offsets, np.asarray(covariance, dtype=np.float64), basis)


def smooth_life_expectancy(
    rates: SmoothRates,
    age_start: npt.ArrayLike,
    *,
    sex: Sex | npt.ArrayLike,
    ax: AxRule | npt.ArrayLike = "half",
    infant: InfantRule = "andreev_kingkade",
) -> tuple[Array, Array]:
    """e0 of smoothed rates and its standard error, (…) years, by the covariance of the offsets.

    Arguments and errors as `lifetable.life_table`. Source: the delta method on the offsets.
    """

    def e0(mx: Array) -> Array:
        return life_table(mx, age_start, sex=sex, ax=ax, infant=infant, largest=np.inf).e0

    small = 1e-4
    middle = e0(rates.mx)
    slopes = [(e0(rates.mx * np.exp(small * column)) - middle) / small for column in rates.basis.T]
    gradient = np.stack(slopes, axis=-1)
    variance = np.einsum("...k,...kl,...l->...", gradient, rates.covariance, gradient)
    return middle, np.asarray(np.sqrt(variance), dtype=np.float64)


def _fit(count: Array, years: Array, base: Array, basis: Array, penalty: Array) -> tuple[Array, Array]:
    """Offsets (rows, knots) by Newton steps and the curvature there; a row that has arrived is left alone."""
    offsets = np.zeros((len(count), basis.shape[1]))
    curvature = np.zeros((*offsets.shape, basis.shape[1]))
    todo = np.arange(len(count))
    for _ in range(_ROUNDS):
        expected = years[todo] * base[todo] * np.exp(offsets[todo] @ basis.T)
        curvature[todo] = (expected[:, None, :] * basis.T) @ basis + penalty
        slope = (count[todo] - expected) @ basis - offsets[todo] @ penalty
        step = np.clip(np.linalg.solve(curvature[todo], slope[..., None])[..., 0], -1, 1)
        offsets[todo] += step
        todo = todo[np.abs(step).max(-1) > _CLOSE]
        if not todo.size:
            break
    return offsets, curvature


def _read(
    deaths: npt.ArrayLike, exposure: npt.ArrayLike, standard: npt.ArrayLike, age_start: npt.ArrayLike
) -> tuple[Array, Array, Array, Array]:
    count, years = read_counts("deaths", deaths), read_counts("exposure", exposure)
    ages = read_ages(age_start)
    base = read_death_rates("standard", standard, ages)
    match_shapes(deaths=count, exposure=years, standard=base, age_start=ages)
    refuse_cells(
        "standard",
        base,
        base == 0,
        zh="标准死亡率必须大于0。",
        en="a standard rate must be above 0.",
        mend_zh="请用更大地区或多年合并的死亡率。",
        mend_en="Use the rates of a larger area, or of several years together.",
    )
    count, years, base, _ = (np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(count, years, base, ages))
    refuse_deaths_without_exposure(count, years)
    return count, years, base, ages


def _basis(ages: Array, knots: Sequence[float]) -> Array:
    """(ages, knots): the weight of each knot at the middle of each age group, in completed years."""
    places = np.asarray(knots, dtype=np.float64)
    if places.ndim != 1 or places.size < 2 or bool(np.any(np.diff(places) <= 0)):
        raise ShidaiError(
            problem(
                "knots",
                zh="节点年龄必须从小到大、至少两个。",
                en="the knots must be two rising ages or more.",
                mend_zh="例如 0, 1, 10, 20, 40, 70, 100。",
                mend_en="For example 0, 1, 10, 20, 40, 70, 100.",
            )
        )
    middles = ages + (np.append(np.diff(ages), 1.0) - 1) / 2
    return np.stack([np.interp(middles, places, one) for one in np.eye(places.size)], axis=-1)


def _penalty(knots: int, level_sd: float) -> Array:
    if not level_sd > 0:
        raise ShidaiError(
            problem(
                "level_sd",
                zh="level_sd必须大于0。",
                en="level_sd must be above 0.",
                mend_zh="例如0.5。",
                mend_en="For example 0.5.",
            )
        )
    steps = np.diff(np.eye(knots), axis=0)
    mean = np.full((1, knots), 1 / knots)
    return np.asarray(2 * steps.T @ steps + mean.T @ mean / level_sd**2, dtype=np.float64)
