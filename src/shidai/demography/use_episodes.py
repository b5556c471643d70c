"""How long contraceptive methods are used: life tables of episodes of use by month.

Source: Croft, T. et al. (2018) Guide to DHS Statistics, Contraceptive discontinuation rates; Greenwood's error as in
Preston, Heuveline & Guillot (2001) and any text on survival.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, refuse_cells, to_numbers


@dataclass(frozen=True, slots=True)
class UseTable:
    """Life tables of use by group (methods, areas): months 1, 2, … of use on the last axis."""

    at_risk: Array  # (groups, months) weighted episodes in use at the month's start
    ended: Array  # (groups, reasons, months) weighted episodes that ended in the month, by reason

    @property
    def continuing(self) -> Array:
        """Share still in use at the end of each month, (groups, months); NaN from where nobody is observed."""
        return np.asarray(np.cumprod(1 - divide(self.ended.sum(-2), self.at_risk), axis=-1), dtype=np.float64)

    @property
    def discontinued(self) -> Array:
        """Share that has ended by the end of each month, by reason, where the other reasons act too: (groups, reasons,
        months). Reasons add up to 1 − continuing."""
        still = np.concatenate([np.ones_like(self.at_risk[:, :1]), self.continuing[:, :-1]], axis=-1)
        return np.asarray(np.cumsum(still[:, None] * divide(self.ended, self.at_risk[:, None]), axis=-1))

    @property
    def continuing_error(self) -> Array:
        """Greenwood's standard error of `continuing`; right for unweighted episodes of a simple sample only."""
        events = self.ended.sum(-2)
        left = np.where(self.at_risk > events, self.at_risk - events, np.nan)
        spread = np.cumsum(events / (np.where(self.at_risk > 0, self.at_risk, np.nan) * left), axis=-1)
        return np.asarray(self.continuing * np.sqrt(spread), dtype=np.float64)


def table_of_use(
    months: npt.ArrayLike,
    reason: npt.ArrayLike,
    *,
    reasons: int = 1,
    until: int = 24,
    entered: npt.ArrayLike = 0,
    weight: npt.ArrayLike = 1,
    group: npt.ArrayLike = 0,
    groups: int = 1,
) -> UseTable:
    """Life tables of use from episodes, one row each.

    months: (episodes,) whole months of use, 1 or more: an episode is in use in months 1 to `months`. reason: −1 for one
    still in use when last seen, else 0 … reasons − 1; it ends in its last month. entered: months of use before the
    window of observation began (those months are not at risk). weight: (episodes,). group: 0 … groups − 1.
    With one reason this is the single-decrement table (all ends alike); with all other reasons as −1 the net table of a
    single reason. Episodes begun in the last months before the interview should be left out: pregnancies are not
    yet known then.
    Errors: months, reasons or groups that can't be, by episode.
    """
    length, before, w = read_counts("months", months), read_counts("entered", entered), read_counts("weight", weight)
    why, which = to_numbers("reason", reason), to_numbers("group", group)
    match_shapes(months=length, reason=why, entered=before, weight=w, group=which)
    length, why, before, w, which = (
        np.asarray(a, dtype=np.float64).ravel() for a in np.broadcast_arrays(length, why, before, w, which)
    )
    _refuse_episodes(length, why, before, which, reasons, groups)
    at = which.astype(np.int64)
    change = np.zeros((groups, until + 1))
    np.add.at(change, (at, np.minimum(before, until).astype(np.int64)), w)
    np.add.at(change, (at, np.minimum(length, until).astype(np.int64)), -w)
    at_risk = np.cumsum(change, axis=-1)[:, :until]
    ended = np.zeros((groups, reasons, until))
    seen = (why >= 0) & (length <= until)
    np.add.at(ended, (at[seen], why[seen].astype(np.int64), length[seen].astype(np.int64) - 1), w[seen])
    return UseTable(np.where(at_risk < 1e-9 * np.abs(change).sum(), 0.0, at_risk), ended)


def _refuse_episodes(length: Array, why: Array, before: Array, which: Array, reasons: int, groups: int) -> None:
    rules = (
        ("months", length, (length < 1) | (length % 1 != 0), "整月且不小于1", "a whole number of at least 1"),
        (
            "entered",
            before,
            (before >= length) | (before % 1 != 0),
            "整月且小于使用月数",
            "whole and below the months of use",
        ),
        ("reason", why, ~np.isin(why, np.arange(-1, reasons)), f"-1至{reasons - 1}", f"from -1 to {reasons - 1}"),
        ("group", which, ~np.isin(which, np.arange(groups)), f"0至{groups - 1}", f"from 0 to {groups - 1}"),
    )
    for name, values, wrong, zh, en in rules:
        refuse_cells(
            name,
            values,
            np.asarray(wrong),
            zh=f"这里须为{zh}，而不是{{value}}。",
            en=f"this must be {en}, not {{value}}.",
            mend_zh="请检查这一段使用记录。",
            mend_en="Check this episode.",
        )
