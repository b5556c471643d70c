"""Single-year death rates from abridged ones, and the survival ratios of a projection step."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

from shidai.demography.cells import (
    Array,
    match_shapes,
    read_ages,
    read_counts,
    read_death_rates,
    read_fertility,
    refuse_cells,
)
from shidai.demography.graduation import spread_monotone
from shidai.demography.lifetable import Sex, life_table
from shidai.words import ShidaiError, problem

_ROUNDS = 12
_CLOSE = 1e-9  # of a rate, or years of life expectancy
_LEAST = 1e-12
_LEAST_E0, _LARGEST_E0 = 5.0, 120.0  # years


def single_year_mortality(mx: npt.ArrayLike, age_start: npt.ArrayLike, *, sex: Sex | npt.ArrayLike) -> Array:
    """Death rates by single year of age from an abridged life table, both (…, ages) a person-year.

    age_start: first ages 0, 1, 5, 10, …, the last group open; the result has the ages 0, 1, …, the same open age.
    mx: deaths a person-year, by the groups; sex: as in `life_table`.
    Within a group the logarithm of the rate follows a monotone cubic through the groups' centres, against the
    logarithm of age; it is then scaled until every group's rate in the single-year life table is the given one.
    No rule for ax enters from age 1 on: at 95 the usual half of the group's width would kill too many.
    Errors: rates above 1 below age 90, negative or missing cells, other ages. Source: our own; the
    monotone cubic is SciPy's.
    """
    ages = read_ages(age_start)
    rates = read_death_rates("mx", mx, ages)
    centres = np.append((ages[:-1] + ages[1:]) / 2, ages[-1] + 1.5)
    closed = np.arange(int(ages[-1]))
    curve = PchipInterpolator(np.log(centres), np.log(np.maximum(rates, _LEAST)), axis=-1)
    single = np.concatenate([np.exp(curve(np.log(closed + 0.5))), rates[..., -1:]], axis=-1)
    starts = ages.astype(np.int64)
    group = np.searchsorted(starts, np.arange(single.shape[-1]), side="right") - 1
    for _ in range(_ROUNDS):
        table = life_table(single, np.arange(single.shape[-1]), sex=sex, missing="nan", largest=np.inf)
        grouped = np.add.reduceat(table.dx, starts, axis=-1) / np.add.reduceat(table.Lx, starts, axis=-1)
        ratio = rates[..., :-1] / np.maximum(grouped[..., :-1], _LEAST)
        if np.abs(ratio - 1).max() < _CLOSE:
            break
        single[..., :-1] *= ratio[..., group[:-1]]
    return single


def match_life_expectancy(mx: npt.ArrayLike, e0: npt.ArrayLike, *, sex: Sex | npt.ArrayLike) -> Array:
    """The single-year rates (…, ages) times one factor for each table, so that life expectancy at birth is `e0`.

    mx: deaths a person-year at the ages 0, 1, …, the last open; e0: (…) years. Newton steps on the factor's logarithm;
    of high mortality a factor may bring rates of old ages above 1. All ages change alike: for small differences.
    Errors: rates above 1 below age 90, life expectancies outside 5 to 120, other areas. Source: a one-parameter shift
    of the logarithms, the simplest relational model.
    """
    rates, wanted = _read_single("mx", mx), read_counts("e0", e0)
    match_shapes(mx=rates[..., 0], e0=wanted)
    _require_years_of_life(wanted)
    return scale_to_life_expectancy(rates, wanted, sex=sex)


def scale_to_life_expectancy(rates: Array, wanted: Array, *, sex: Sex | npt.ArrayLike) -> Array:
    """The same without a check, where rates of the oldest have been brought above 1.

    rates: (…, ages) deaths a person-year; wanted: (…) years. Source: as `match_life_expectancy`. Errors: none of its
    own.
    """
    ages = np.arange(rates.shape[-1])
    factor = np.zeros(np.broadcast_shapes(rates.shape[:-1], wanted.shape))
    for _ in range(_ROUNDS):
        here = _life_expectancy(rates, factor, ages, sex)
        slope = (_life_expectancy(rates, factor + 1e-4, ages, sex) - here) / 1e-4
        step = np.clip((wanted - here) / slope, -0.5, 0.5)
        factor = factor + step
        if np.abs(wanted - here).max() < _CLOSE:
            break
    return np.asarray(rates * np.exp(factor)[..., None], dtype=np.float64)


def survival_ratios(mx: npt.ArrayLike, *, sex: Sex | npt.ArrayLike) -> Array:
    """Survival over one year from single-year death rates (…, ages); the result is (…, ages + 1).

    The first cell is the share of a year's births alive at its end (L0), cell i the share of those aged i − 1
    who live to be i (Li / Li−1), the last but one that into the open group, the last one that of the open group
    itself, whose members are held to a constant hazard.
    mx: (…, ages) deaths a person-year. Errors: rates above 1 below age 90, negative or missing cells.
    Source: Preston, Heuveline & Guillot (2001) Demography, section 6.3.
    """
    return ratios_of(_read_single("mx", mx), sex=sex)


def ratios_of(rates: Array, *, sex: Sex | npt.ArrayLike) -> Array:
    """The same without a check of the rates, for those scaled to a life expectancy.

    rates: (…, ages) deaths a person-year; the result (…, ages + 1). Source: as `survival_ratios`. Errors: none of its
    own.
    """
    table = life_table(rates, np.arange(rates.shape[-1]), sex=sex, missing="nan", largest=np.inf)
    lived = table.Lx.copy()
    staying = np.exp(-rates[..., -1])
    hazard = np.where(rates[..., -1] > 1e-9, rates[..., -1], 1.0)
    first_open = np.where(rates[..., -1] > 1e-9, -np.expm1(-rates[..., -1]) / hazard, 1.0)
    lived[..., -1] = table.lx[..., -1] * first_open
    ratios = np.divide(lived[..., 1:], lived[..., :-1], out=np.zeros_like(lived[..., 1:]), where=lived[..., :-1] > 0)
    return np.concatenate([lived[..., :1], ratios, staying[..., None]], axis=-1)


def single_year_fertility(rates: npt.ArrayLike, age_start: npt.ArrayLike, ages: int) -> Array:
    """Fertility by single year of age 0 … ages − 1 from five-year (or any) groups, both births a woman-year.

    rates: (…, groups); age_start: (groups + 1,) first ages and the end of the last group. Cumulated fertility is
    interpolated by a cubic spline that Hyman's filter keeps rising, so that every group keeps its sum.
    The result is (…, ages). Errors: rates above 1, negative or missing cells, other groups.
    Source: Hyman (1983) SIAM J. Sci. Stat. Comput. 4, 645–654.
    """
    bounds, fx = read_ages(age_start), read_fertility("rates", rates, axes=1)
    if fx.shape[-1] != bounds.size - 1:
        raise ShidaiError(
            problem(
                "rates / age_start",
                zh=f"生育率有{fx.shape[-1]}组，年龄界限有{bounds.size}个。",
                en=f"{fx.shape[-1]} fertility groups for {bounds.size} age limits.",
                mend_zh="年龄界限须比组数多一个（含末组上限）。",
                mend_en="Give one more limit than groups: the end of the last one too.",
            )
        )
    return spread_monotone(fx * np.diff(bounds), bounds, np.arange(ages + 1, dtype=np.float64), closed=True)


def _life_expectancy(rates: Array, factor: Array, ages: npt.NDArray[np.int64], sex: Sex | npt.ArrayLike) -> Array:
    return life_table(rates * np.exp(factor)[..., None], ages, sex=sex, largest=np.inf).e0


def _read_single(name: str, mx: npt.ArrayLike) -> Array:
    rates = np.asarray(mx)
    return read_death_rates(name, mx, np.arange(rates.shape[-1] if rates.ndim else 1, dtype=np.float64))


def _require_years_of_life(e0: Array) -> None:
    refuse_cells(
        "e0",
        e0,
        np.asarray((e0 < _LEAST_E0) | (e0 > _LARGEST_E0)),
        zh="预期寿命不可能是{value}岁。",
        en="a life expectancy cannot be {value} years.",
        mend_zh="请给出出生时的预期寿命，单位为岁。",
        mend_en="Give years of life expected at birth.",
    )
