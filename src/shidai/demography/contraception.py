"""Contraceptive use: prevalence, the mix of methods, demand satisfied, couple-years of protection.

Counts may be of persons, weighted or not; the last axis of users is the method. Which methods are modern, and how long
a unit protects, the caller says: both are pack data. These figures count wishes and use; they set nobody a quota.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, refuse_cells
from shidai.words import ShidaiError, problem


def prevalence(users: npt.ArrayLike, women: npt.ArrayLike, methods: npt.ArrayLike | None = None) -> Array:
    """Contraceptive prevalence, % of women (…): users (…, methods) by main method, over `women` (…).

    methods: (methods,) true for those to count, for example the modern ones; by default all. A woman who uses two
    methods counts once, with the more effective. Say which women: married or in union, or all, of which ages.
    Errors: negative, missing or infinite cells, more users than women, a mask of other methods.
    Source: United Nations, World Contraceptive Use, definitions.
    """
    count, below = _read_users(users), read_counts("women", women)
    match_shapes(users=count[..., 0], women=below)
    refuse_cells(
        "users",
        count.sum(-1),
        np.asarray(count.sum(-1) > below * (1 + 1e-12)),
        zh="使用者合计{value}人，多于妇女人数。",
        en="{value} users in all are more than the women.",
        mend_zh="每名妇女只计一种主要方法。",
        mend_en="Count every woman with her main method only.",
    )
    return divide(100 * (count * _read_mask("methods", methods, count.shape[-1])).sum(-1), below)


def method_mix(users: npt.ArrayLike) -> Array:
    """Share of each method among all users, %, (…, methods); no users give NaN.

    Errors: negative, missing or infinite cells. Source: United Nations, World Contraceptive Use, definitions.
    """
    count = _read_users(users)
    return divide(100 * count, count.sum(-1, keepdims=True))


def demand_satisfied(users: npt.ArrayLike, unmet: npt.ArrayLike, methods: npt.ArrayLike | None = None) -> Array:
    """Of those who use a method or have an unmet need, the share that `methods` serve, % (…).

    users: (…, methods); unmet: (…) women with unmet need (spacing and limiting), in the same unit as users, persons or
    shares. With the modern methods this is SDG indicator 3.7.1. No demand gives NaN.
    Errors: negative, missing or infinite cells, a mask of other methods.
    Source: United Nations, SDG metadata 3.7.1: modern users / (users of any method + unmet need).
    """
    count, missed = _read_users(users), read_counts("unmet", unmet)
    match_shapes(users=count[..., 0], unmet=missed)
    served = (count * _read_mask("methods", methods, count.shape[-1])).sum(-1)
    return divide(100 * served, count.sum(-1) + missed)


def couple_years(quantities: npt.ArrayLike, years_per_unit: npt.ArrayLike) -> Array:
    """Couple-years of protection by method, (…, methods); their sum is the programme's.

    quantities: (…, methods) units given out in the period; years_per_unit: (methods,) years that one unit protects a
    couple: for a long-acting device its mean time of use, for others 1 / units a year. The factors are pack data, with
    their source and year. It measures what was handed out, neither use nor births averted.
    Errors: negative, missing or infinite cells, factors of other methods.
    Source: Stover, J.; Bertrand, J.; Shelton, J. (2000) Empirically based conversion factors for calculating
    couple-years of protection. Evaluation Review 24, 3–46.
    """
    given, years = read_counts("quantities", quantities), read_counts("years_per_unit", years_per_unit)
    match_shapes(quantities=given, years_per_unit=years)
    return np.asarray(given * years, dtype=np.float64)


def _read_users(users: npt.ArrayLike) -> Array:
    count = read_counts("users", users)
    if count.ndim == 0 or count.shape[-1] == 0:
        raise ShidaiError(
            problem(
                "users",
                zh="需要按方法分的使用者数。",
                en="users by method are needed.",
                mend_zh="最后一维为避孕方法；只有合计时写成一格的列表。",
                mend_en="The last axis is the method; write a single total as a list of one.",
            )
        )
    return count


def _read_mask(name: str, mask: npt.ArrayLike | None, size: int) -> npt.NDArray[np.bool_]:
    if mask is None:
        return np.full(size, True)
    chosen = np.asarray(mask)
    if chosen.dtype != np.bool_ or chosen.shape != (size,):
        raise ShidaiError(
            problem(
                name,
                zh=f"需要{size}个真/假值，每种方法一个。",
                en=f"{size} true or false values are needed, one for each method.",
                mend_zh="例如 [True, False]。",
                mend_en="For example [True, False].",
            )
        )
    return chosen
