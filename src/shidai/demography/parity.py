"""Parity progression: of the women with k children, the share that has another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, read_share, refuse_cells


def progression_from_parities(women: npt.ArrayLike) -> Array:
    """Parity progression ratios from women by the number of children they have had.

    women: (…, parities) with 0, 1, 2, … children, the last group open ('5 or more'). Result (…, parities − 1): from
    none to a first, from the first to a second, …; NaN where nobody got so far.
    Right for women past childbearing; younger women's ratios are censored, for many will still have a child.
    Errors: negative, missing or infinite cells.
    Source: Preston, Heuveline & Guillot (2001), section 5.5.
    """
    count = read_counts("women", women, axes=1)
    reached = np.cumsum(count[..., ::-1], axis=-1)[..., ::-1]
    return divide(reached[..., 1:], reached[..., :-1])


def progression_from_births(births: npt.ArrayLike, women: npt.ArrayLike) -> Array:
    """Parity progression ratios of a birth cohort from its births by order.

    births: (…, orders) first, second, … births of the cohort in its life; women: (…) its women at childbearing ages.
    Result (…, orders): from none to a first, …. More births of an order than of the one before are refused by cell:
    the cohort was not closed, or orders were misreported.
    Source: Preston, Heuveline & Guillot (2001), section 5.5.
    """
    count, cohort = read_counts("births", births, axes=1), read_counts("women", women)
    match_shapes(births=count[..., 0], women=cohort)
    before = np.concatenate([np.broadcast_to(cohort, count.shape[:-1])[..., None], count[..., :-1]], axis=-1)
    refuse_cells(
        "births",
        count,
        np.asarray(count > before),
        zh="该孩次有{value}例出生，多于上一孩次的出生（或妇女）数。",
        en="{value} births of this order are more than those of the order before (or than the women).",
        mend_zh="请检查孩次登记，以及各孩次是否属于同一批妇女。",
        mend_en="Check the reported orders, and that all orders belong to the same women.",
    )
    return divide(count, before)


def mean_parity(progression: npt.ArrayLike) -> Array:
    """Mean number of children, (…), that progression ratios (…, parities) lead to: a0 + a0·a1 + a0·a1·a2 + ….

    Children beyond the last ratio are not counted; ratios above 1 are refused. NaN ratios (nobody got so far) count
    nothing.
    Source: the same; Σ of the shares who reach each order.
    """
    ratio = np.nan_to_num(read_share("progression", progression, missing_allowed=True, axes=1), nan=0.0)
    return np.asarray(np.cumprod(ratio, axis=-1).sum(-1), dtype=np.float64)
