"""Brass's relational model: a sparse area's mortality as a standard moved in level and in slope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import (
    Array,
    match_shapes,
    read_counts,
    read_numbers,
    read_share,
    refuse_deaths_without_exposure,
)
from shidai.demography.lifetable import LifeTable
from shidai.words import ShidaiError, problem

_ROUNDS = 40
_CLOSE = 1e-9
_STEP = 0.5


@dataclass(frozen=True, slots=True)
class Relation:
    """logit l(x) = level + slope × logit of the standard's; logit l = ½ ln((1 − l)/l). Arrays have the deaths' leading
    axes."""

    level: Array  # above 0: mortality is higher than the standard's
    slope: Array  # above 1: old ages are worse off than the standard's, compared with children
    covariance: Array  # (…, 2, 2), of level and slope; 0 where a parameter is the standard's
    fitted: Array  # 2: both by the data, 1: level only, 0: the standard itself
    mx: Array  # (…, ages) death rates


def logit(lx: npt.ArrayLike) -> Array:
    """½ ln((1 − l)/l) of survivors to each age, lx (…), radix 1; −inf where everybody survives, inf where nobody.

    Errors: shares above 1 or below 0.
    Source: Brass (1971), as in `relate`.
    """
    alive = read_share("lx", lx)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log((1 - alive) / alive) / 2, dtype=np.float64)


def relate(standard: LifeTable, level: npt.ArrayLike = 0.0, slope: npt.ArrayLike = 1.0) -> Array:
    """Death rates (…, ages) of the standard moved by `level` and `slope` (…), with the standard's ax.

    The open group has the standard's rate times what the move makes of the last closed group's.
    Errors: a level or slope that is not finite, a slope below 0, shapes that do not match.
    Source: Brass, W. (1971) On the scale of mortality, in Biological Aspects of Demography, 69–110.
    """
    up, steep = read_numbers("level", level), read_counts("slope", slope)
    match_shapes(level=up, slope=steep)
    rates, _ = _rates(standard, up, steep)
    return rates


def fit_relation(
    deaths: npt.ArrayLike,
    exposure: npt.ArrayLike,
    standard: LifeTable,
    *,
    deaths_for_slope: float = 100,
    deaths_for_level: float = 1,
) -> Relation:
    """Level and slope of many areas at once, by maximum likelihood of Poisson deaths in the closed age groups.

    deaths, exposure: (…, ages), person-years; standard: one table, e.g. that of the county or province. Few deaths
    don't tell the slope: below `deaths_for_slope` it is 1, below `deaths_for_level` the area has the standard itself;
    `fitted` says which. Don't use it where mortality differs from the standard at single ages (accidents of young men):
    two parameters can't show that; `topals` can.
    Errors: negative, missing or infinite cells, deaths of nobody, a standard with a group without deaths.
    Source: Brass 1971; fitted as by Brillinger, D. R. (1986) Biometrics 42, 693–734.
    """
    count, years = read_counts("deaths", deaths, axes=1), read_counts("exposure", exposure, axes=1)
    match_shapes(deaths=count, exposure=years, age_start=standard.age_start)
    _one_standard(standard)
    count, years = (np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(count, years))
    refuse_deaths_without_exposure(count, years)
    total = count[..., :-1].sum(-1)
    known = (total >= deaths_for_level).astype(np.int64) + (total >= max(deaths_for_slope, deaths_for_level))
    free = np.stack([known >= 1, known >= 2], axis=-1)
    rows = (count.reshape(-1, count.shape[-1]), years.reshape(-1, count.shape[-1]), free.reshape(-1, 2))
    moved, covariance = (a.reshape(*known.shape, *a.shape[1:]) for a in _fit(*rows, standard))
    level, slope = moved[..., 0], 1 + moved[..., 1]
    return Relation(level, slope, covariance, known.astype(np.float64), relate(standard, level, slope))


def _fit(count: Array, years: Array, free: npt.NDArray[np.bool_], standard: LifeTable) -> tuple[Array, Array]:
    """(level, slope − 1) of each row by Fisher's scoring, with the covariance; a row that has arrived is left alone."""
    moved, information = np.zeros(free.shape), np.zeros((*free.shape, 2))
    todo = np.flatnonzero(free.any(-1))
    information[~free.any(-1)] = np.eye(2)
    for _ in range(_ROUNDS):
        if not todo.size:
            break
        score, information[todo] = _score(count[todo], years[todo], standard, moved[todo], free[todo])
        step = np.clip(np.linalg.solve(information[todo], score[..., None])[..., 0], -_STEP, _STEP)
        moved[todo] += step
        todo = todo[np.abs(step).max(-1) > _CLOSE]
    both = free[:, :, None] & free[:, None, :]
    return moved, np.where(both, np.linalg.inv(information), 0.0)


def _score(
    count: Array, years: Array, standard: LifeTable, moved: Array, free: npt.NDArray[np.bool_]
) -> tuple[Array, Array]:
    """Score and Fisher information of (level, slope − 1); a parameter that is held has score 0 and information 1."""
    rates, gradient = _rates(standard, moved[..., 0], 1 + moved[..., 1])
    closed = np.maximum(rates[..., :-1], 1e-300)
    gradient = gradient * free[..., :, None]
    score = (gradient * (count[..., :-1] / closed - years[..., :-1])[..., None, :]).sum(-1)
    weighted = gradient * (years[..., :-1] / closed)[..., None, :]
    information = weighted @ np.swapaxes(gradient, -1, -2)
    return score, information + (~free)[..., None, :] * np.eye(2)


def _rates(standard: LifeTable, level: Array, slope: Array) -> tuple[Array, Array]:
    """Rates (…, ages) and their derivatives in the closed groups, (…, 2, ages − 1)."""
    base = logit(standard.lx)[..., 1:]
    alive = 1 / (1 + np.exp(2 * (level[..., None] + slope[..., None] * base)))
    alive = np.concatenate([np.ones_like(alive[..., :1]), alive], axis=-1)
    dying = 1 - alive
    logits = np.concatenate([np.zeros_like(base[..., :1]), base], axis=-1)  # at birth nobody has died: no effect there
    survive = alive[..., 1:] / alive[..., :-1]
    width = np.diff(standard.age_start)
    after = width - standard.ax[..., :-1]
    years = width - after * (1 - survive)
    rates = (1 - survive) / years
    weighted = logits * dying
    turn = 2 * survive * width / years**2
    gradient = np.stack([turn * np.diff(dying, axis=-1), turn * np.diff(weighted, axis=-1)], axis=-2)
    open_rate = standard.mx[..., -1:] * rates[..., -1:] / standard.mx[..., -2:-1]
    return np.concatenate([rates, open_rate], axis=-1), gradient


def _one_standard(standard: LifeTable) -> None:
    if standard.mx.ndim != 1 or not (standard.mx > 0).all():
        raise ShidaiError(
            problem(
                "standard",
                zh="标准须是一张生命表，且每个年龄组都有死亡。",
                en="the standard must be one life table with deaths in every age group.",
                mend_zh="请用所属县、省或全国的生命表。",
                mend_en="Use the table of the county, the province or the nation.",
            )
        )
