"""Many tests at once: p-values adjusted so that chance alone raises few alarms."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, read_share
from shidai.words import ShidaiError, problem

Control = Literal["benjamini-hochberg", "holm"]


def adjust_p_values(p_values: npt.ArrayLike, control: Control) -> Array:
    """Adjusted p-values of one family of tests, the same shape; NaN (no test) stays and counts nothing.

    'benjamini-hochberg' controls the expected share of false alarms among the alarms (independent or positively
    dependent tests), 'holm' the chance of any false alarm (any dependence). An adjusted value is the level at which the
    test would first be an alarm.
    p_values: (…), of any shape. Errors: a value outside 0 to 1, an unknown control.
    Sources: Benjamini, Y.; Hochberg, Y. (1995) Journal of the Royal Statistical Society B 57, 289–300. Holm, S. (1979)
    Scandinavian Journal of Statistics 6, 65–70.
    """
    p = read_share("p_values", p_values, missing_allowed=True)
    adjusted = np.full(p.shape, np.nan)
    known = ~np.isnan(p)
    order = np.argsort(p[known], kind="stable")
    tests, ranked = order.size, p[known][order]
    rank = np.arange(1, tests + 1)
    if control == "benjamini-hochberg":
        stepped = np.minimum.accumulate((ranked * tests / rank)[::-1])[::-1]
    elif control == "holm":
        stepped = np.maximum.accumulate(ranked * (tests - rank + 1))
    else:
        raise ShidaiError(
            problem(
                "control",
                zh=f"没有名为“{control}”的多重检验校正。",
                en=f"there is no control '{control}' of multiple tests.",
                mend_zh="可用：benjamini-hochberg、holm。",
                mend_en="Use benjamini-hochberg or holm.",
            )
        )
    back = np.empty(tests)
    back[order] = np.minimum(stepped, 1.0)
    adjusted[known] = back
    return adjusted
