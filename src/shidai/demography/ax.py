"""Person-years lived in an age group by those who die in it (ax), by stated rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from shidai.demography.cells import Array

InfantRule = Literal["andreev_kingkade", "coale_demeny_west", "half"]
AxRule = Literal["half", "greville", "constant_hazard"]

# Lower bound of m0, intercept, slope. Andreev, E. M.; Kingkade, W. W. (2015) Demographic Research 33,
# 363–390,
# in the form of the Human Mortality Database's methods protocol, version 6, table 1 (by m0).
_ANDREEV_KINGKADE = {
    1: ((0.0, 0.14929, -1.99545), (0.02300, 0.02832, 3.26021), (0.08307, 0.29915, 0.0)),
    2: ((0.0, 0.14903, -2.05527), (0.01724, 0.04667, 3.88089), (0.06891, 0.31411, 0.0)),
}
# m0 below 0.107: a0 = i + s·m0, 4a1 = i − s·m0; above: constants. Coale & Demeny (1983), West, as in
# Preston, Heuveline & Guillot (2001) Demography, table 3.3.
_WEST = {
    1: ((0.045, 2.684, 0.330), (1.651, -2.816, 1.352)),
    2: ((0.053, 2.800, 0.350), (1.522, -1.518, 1.361)),
}
_WEST_TURN = 0.107


def choose_ax(mx: Array, width: Array, sex: Array, rule: AxRule, infant: InfantRule) -> Array:
    """ax for every cell of `mx` (…, ages) by rule; `sex` (…) is 1 male, 2 female, 3 both (mean of the two).

    - `half`: n/2. `greville`: n/2 − n²/12·(m − k), k the log slope of neighbouring rates, from age 15 on in
      abridged tables and from age 3 in single-year ones (Greville 1943). `constant_hazard`: 1/m − n/(e^{nm}
      − 1).
    - `infant` rules age 0 (and ages 1–4 of an abridged table, by Coale–Demeny West for both named rules).
    mx: deaths a person-year; width: (ages,) years, of the open group any; the result is in years. Checks nothing: that
    is
    `lifetable.life_table`'s. Sources: beside the coefficients above; Greville, T. N. E. (1943).
    """
    ax = np.broadcast_to(width / 2, mx.shape).copy()
    if rule == "constant_hazard":
        ax = constant_hazard_ax(mx, width)
    elif rule == "greville":
        ax = _greville(mx, width, ax)
    if infant != "half" and width[0] == 1:
        m0 = mx[..., 0]
        ax[..., 0] = _by_sex(sex, lambda s: _infant(m0, s, infant))
        if width.size > 1 and width[1] == 4:
            ax[..., 1] = _by_sex(sex, lambda s: _west(m0, _WEST[s][1]))
    return ax


def constant_hazard_ax(mx: Array, width: Array) -> Array:
    """ax when the hazard is constant in the group; n/2 in the limit of no deaths.

    mx: (…, ages) deaths a person-year; width: (ages,) years; the result (…, ages), years. Checks nothing.
    Source: the mean of an exponential cut off at n; Preston, Heuveline & Guillot (2001), ch. 3.
    """
    nm = np.where(mx * width > 1e-6, mx * width, 1.0)
    with np.errstate(over="ignore"):  # a few deaths among hardly anybody: all die at once
        exact = width * (1 / nm - 1 / np.expm1(nm))
    return np.where(mx * width > 1e-6, exact, np.broadcast_to(width / 2, mx.shape))


def _greville(mx: Array, width: Array, ax: Array) -> Array:
    """Greville's ax where both neighbours have the same width and deaths; the starting `ax` elsewhere.

    The last closed group has an open neighbour: its slope is that from the group before it.
    """
    before, here, after = mx[..., :-2], mx[..., 1:-1], mx[..., 2:]
    n = width[1:-1]
    even = (width[:-2] == n) & (width[2:] == n)
    even[: 2 if width[0] == 1 and width[1] == 1 else 3] = False  # childhood: rates fall too steeply for the rule
    usable = even & (before > 0) & (after > 0)
    slope = np.log(np.where(usable, after, 1) / np.where(usable, before, 1)) / (2 * n)
    ax[..., 1:-1] = np.where(usable, n / 2 - n**2 / 12 * (here - slope), ax[..., 1:-1])
    if width.size > 4 and width[-2] == width[-3]:
        last, here = mx[..., -3], mx[..., -2]
        known = (last > 0) & (here > 0)
        slope = np.log(np.where(known, here, 1) / np.where(known, last, 1)) / width[-2]
        ax[..., -2] = np.where(known, width[-2] / 2 - width[-2] ** 2 / 12 * (here - slope), ax[..., -2])
    return ax


def _infant(m0: Array, sex: int, rule: InfantRule) -> Array:
    if rule == "coale_demeny_west":
        return _west(m0, _WEST[sex][0])
    pieces = _ANDREEV_KINGKADE[sex]
    a0 = pieces[0][1] + pieces[0][2] * m0
    for bound, intercept, slope in pieces[1:]:
        a0 = np.where(m0 >= bound, intercept + slope * m0, a0)
    return np.asarray(a0, dtype=np.float64)


def _west(m0: Array, line: tuple[float, float, float]) -> Array:
    return np.where(m0 >= _WEST_TURN, line[2], line[0] + line[1] * m0)


def _by_sex(sex: Array, of_sex: Callable[[int], Array]) -> Array:
    male, female = of_sex(1), of_sex(2)
    either = np.where(sex == 2, female, (male + female) / 2)
    return np.asarray(np.where(sex == 1, male, either), dtype=np.float64)
