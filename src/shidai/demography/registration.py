"""Registration of births: against the children enumerated later, by its lag, and births entered twice."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, read_share, refuse_cells, to_numbers
from shidai.demography.intervals import Interval, binomial_interval, poisson_interval
from shidai.words import ShidaiError, problem


class Share(NamedTuple):
    """Shares with their exact interval; all of one shape."""

    share: Array
    low: Array
    high: Array


def births_against_children(
    births: npt.ArrayLike, children: npt.ArrayLike, survival: npt.ArrayLike, level: float = 0.95
) -> Share:
    """Registered births / the births that the enumerated children imply, with the births' Poisson interval.

    births: (…, cohorts) registered in each year; children: (…, cohorts) of that year enumerated later; survival: share
    of a year's births alive at the enumeration (the single-year table's Lx, if it is at a year's end). Below 1: births
    are missing, or children moved in; above 1: children are missing (the youngest often are), or moved out. No children
    give NaN. The interval tells the chance of the births alone, not that of the children or of a wrong survival.
    Errors: negative, missing or infinite cells, survival of 0 or above 1.
    Source: United Nations (2014) Principles and Recommendations for a Vital Statistics System, rev. 3, on the indirect
    assessment of completeness.
    """
    born, alive = read_counts("births", births), read_counts("children", children)
    lived = read_share("survival", survival, above_zero=True)
    match_shapes(births=born, children=alive, survival=lived)
    implied = alive / lived
    low, high = poisson_interval(born, implied, level)
    return Share(divide(born, implied), low, high)


def share_within(
    lag: npt.ArrayLike, days: int, group: npt.ArrayLike | None = None, groups: int = 1, level: float = 0.95
) -> Share:
    """Share of events entered within `days` days, (groups,), with the exact interval of Clopper and Pearson.

    lag: (n,) days from the event to its entry; group: (n,) codes 0 … groups − 1. Events that are not entered yet aren't
    among the n: take a period that has been closed for at least `days` days. An entry before its event is refused.
    Source: Clopper & Pearson (1934), as `intervals.binomial_interval`.
    """
    late = to_numbers("lag", lag).ravel()
    refuse_cells(
        "lag",
        late,
        ~((late >= 0) & np.isfinite(late)),
        zh="登记日早于事件日，或缺其中之一：相差{value}天。",
        en="entered before the event, or a day is missing: {value} days.",
        mend_zh="请先去掉没有日期的记录，并核对登记日。",
        mend_en="Leave out records without dates, and check the day of entry.",
    )
    code = np.zeros(late.size, dtype=np.int64) if group is None else np.asarray(group, dtype=np.int64).ravel()
    if code.size != late.size or (code.size and not 0 <= code.min() <= code.max() < groups):
        raise ShidaiError(
            problem(
                "group",
                zh=f"每条记录须有一个0至{groups - 1}的组号。",
                en=f"every record needs a group from 0 to {groups - 1}.",
                mend_zh="请逐条给出组号。",
                mend_en="Give one for each record.",
            )
        )
    all_, prompt = (np.bincount(code[take], minlength=groups) for take in (late >= 0, late <= days))
    interval: Interval = binomial_interval(prompt, all_, level)
    return Share(divide(prompt, all_), *interval)


def close_births(
    mother: npt.ArrayLike, day: npt.ArrayLike, *, twin_days: int, interval_days: int
) -> npt.NDArray[np.bool_]:
    """Births (n,) that follow another of the same mother too soon: probably one child entered twice.

    mother: (n,) keys; day: (n,) days of birth. Births of one mother at most `twin_days` apart are one delivery; all
    births of a delivery less than `interval_days` days after the previous one are marked, the earlier ones are not.
    Errors: other lengths. A rule of plausibility that the caller sets: no source.
    """
    key, born = np.asarray(mother).ravel(), np.asarray(day, dtype="datetime64[D]").ravel()
    if key.size != born.size:
        raise ShidaiError(
            problem(
                "mother / day",
                zh=f"母亲{key.size}个，日期{born.size}个。",
                en=f"{key.size} mothers for {born.size} days.",
                mend_zh="每例出生各一个。",
                mend_en="Give one of each for every birth.",
            )
        )
    order = np.lexsort((born, key))
    gap = np.diff(born[order]).astype("timedelta64[D]").astype(np.int64)
    same = (key[order][1:] == key[order][:-1]) & ~(np.isnat(born[order][1:]) | np.isnat(born[order][:-1]))
    begins = np.concatenate([[True], ~same | (gap > twin_days)])[: key.size]
    soon = np.concatenate([[False], same & (gap > twin_days) & (gap < interval_days)])[: key.size]
    marked = np.zeros(key.size, dtype=np.bool_)
    marked[order] = soon[begins][np.cumsum(begins) - 1]  # all children of a delivery as its first one
    return marked


def repeated_rows(*columns: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Records (n,) that are equal to an earlier one in all of the columns (n,) given.

    Errors: none. No formula, no source.
    """
    codes = np.stack([np.unique(np.asarray(c).ravel(), return_inverse=True)[1] for c in columns])
    _, first = np.unique(codes, axis=1, return_index=True)
    repeated = np.ones(codes.shape[1], dtype=np.bool_)
    repeated[first] = False
    return repeated
