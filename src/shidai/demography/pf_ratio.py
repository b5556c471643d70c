"""Brass's P/F ratio: period rates of doubtful level corrected by the number of children that women have had."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, read_fertility
from shidai.words import ShidaiError, problem

Timing = Literal["at_survey", "at_birth"]

# Manual X, table 7: coefficients of f(i), of the neighbouring rate and of all fertility; the last row's neighbour is
# the group before.
_COEFFICIENTS = {
    "at_survey": (
        (2.531, 3.321, 3.265, 3.442, 3.518, 3.862, 3.828),
        (-0.188, -0.754, -0.627, -0.563, -0.763, -2.481, 0.016),
        (0.0024, 0.0161, 0.0145, 0.0029, 0.0006, -0.0001, -0.0002),
    ),
    "at_birth": (
        (2.147, 2.838, 2.760, 2.949, 3.029, 3.419, 3.535),
        (-0.244, -0.758, -0.594, -0.566, -0.823, -2.966, -0.007),
        (0.0034, 0.0162, 0.0133, 0.0025, 0.0006, -0.0001, -0.0002),
    ),
}


def parity_equivalents(rates: npt.ArrayLike, *, mother_age: Timing) -> Array:
    """Average parities F that lasting period rates would give women of 15–19, …, 45–49, (…, 7).

    rates: (…, 7) births a woman-year. mother_age: 'at_survey' when births of the last twelve months stand by the
    mother's age at the survey (half a year older than at the birth), 'at_birth' when by her age at the birth.
    Errors: rates above 1, negative cells, other than seven groups.
    Source: United Nations (1983) Manual X: Indirect Techniques for Demographic Estimation, ch. II, table 7 (Trussell).
    """
    fx = _read_seven("rates", read_fertility("rates", rates))
    a, b, c = (np.asarray(column) for column in _COEFFICIENTS[mother_age])
    up_to = np.cumsum(5 * fx, axis=-1)
    before = up_to - 5 * fx
    neighbour = np.concatenate([fx[..., 1:], fx[..., 5:6]], axis=-1)
    return np.asarray(before + a * fx + b * neighbour + c * up_to[..., -1:], dtype=np.float64)


def pf_ratios(parities: npt.ArrayLike, rates: npt.ArrayLike, *, mother_age: Timing) -> Array:
    """P/F by age group 15–19, …, 45–49, (…, 7): children ever born a woman over the equivalents of the rates.

    Level ratios at 20–34 speak for births underreported alike at all ages; ratios that rise with age for falling
    fertility, and then no factor corrects anything.
    Errors and source: as `parity_equivalents`; and parities of other areas.
    """
    parity = _read_seven("parities", read_counts("parities", parities))
    equivalents = parity_equivalents(rates, mother_age=mother_age)
    match_shapes(parities=parity, rates=equivalents)
    return divide(parity, equivalents)


def adjusted_rates(
    parities: npt.ArrayLike,
    rates: npt.ArrayLike,
    *,
    mother_age: Timing,
    groups: tuple[int, ...] = (20, 25, 30),
) -> Array:
    """Rates (…, 7) times the mean P/F of the age groups that begin at `groups`, the level that women's parities tell.

    The rates stay those of the age groups in which they were given. Not where fertility has been falling, where the
    young's parities are misreported, or where migrants differ.
    Errors: as `pf_ratios`, and groups that do not begin at 15, 20, …, 45. Source: Manual X, ch. II.
    """
    chosen = [(age - 15) // 5 for age in groups]
    if not groups or any(age % 5 or not 15 <= age <= 45 for age in groups):
        raise ShidaiError(
            problem(
                "groups",
                zh=f"年龄组{groups}不是15、20、…、45岁开始的组。",
                en=f"the groups {groups} do not begin at 15, 20, …, 45.",
                mend_zh="通常用 (20, 25, 30)。",
                mend_en="Usually (20, 25, 30).",
            )
        )
    ratio = pf_ratios(parities, rates, mother_age=mother_age)[..., chosen].mean(-1)
    return np.asarray(np.asarray(rates, dtype=np.float64) * ratio[..., None], dtype=np.float64)


def _read_seven(name: str, values: Array) -> Array:
    if values.ndim == 0 or values.shape[-1] != 7:
        raise ShidaiError(
            problem(
                name,
                zh=f"形状是{values.shape}；需要15–19至45–49岁七个年龄组。",
                en=f"the shape is {values.shape}; the seven age groups 15–19 to 45–49 are needed.",
                mend_zh="没有出生的年龄组请写0。",
                mend_en="Write 0 for a group without births.",
            )
        )
    return values
