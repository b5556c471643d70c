"""Lines: sums that a reader can form among counts, and the hiding after which none gives a hidden count away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shidai.indicators.periods import Period
from shidai.indicators.tree import AreaTree

Hidden = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.float64]
Line = tuple[int, tuple[int, ...]]
"""Position of the total and of its parts."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a reader must be left with about a hidden count.

    least: the smallest that it can be, 1 where zeros are shown. spread: how many larger values must be possible for it,
    so that five hidden counts with the sum of five don't say that each is one.
    """

    least: int
    spread: int


def suppress_secondary(
    counts: Counts, hidden: Hidden, tree: AreaTree, time: Iterable[Line], classes: Iterable[Line], doubt: Doubt
) -> None:
    """Hide more cells, in place, until no line has exactly one hidden and the hidden parts of every shown total have
    the room that `doubt` asks for. counts, hidden: (areas, periods, cells)."""
    areas = [(parent, tuple(int(child) for child in children)) for parent, children in tree.families]
    axes = ((0, areas), (1, list(time)), (2, list(classes)))
    changed = True
    while changed:
        changed = False
        for axis, lines in axes:
            for total, parts in lines:
                changed |= _mend_line(np.moveaxis(counts, axis, 0), np.moveaxis(hidden, axis, 0), total, parts, doubt)


def _mend_line(counts: Counts, hidden: Hidden, total: int, parts: tuple[int, ...], doubt: Doubt) -> bool:
    """Where one cell of the line is hidden, or several in too little room, hide the smallest other that is not zero."""
    line = [*parts, total]
    inside = hidden[list(parts)]
    if not inside.any() and not hidden[total].any():
        return False
    number = inside.sum(0)
    room = np.where(inside, counts[list(parts)], 0.0).sum(0) - number * doubt.least
    weak = (number + hidden[total] == 1) | ((number > 0) & ~hidden[total] & (room < doubt.spread))
    if not weak.any():
        return False
    where = np.nonzero(weak)
    values, known = counts[line][:, weak], hidden[line][:, weak]
    cost = np.where(known | (values == 0), np.inf, values)
    cost[-1] = np.where(np.isfinite(cost[-1]), 1e15 + cost[-1], np.inf)  # the total only when no class is left
    nothing = ~np.isfinite(cost).any(0)
    chosen = np.array(line)[cost.argmin(0)]
    hidden[(chosen[~nothing], *(index[~nothing] for index in where))] = True
    return bool((~nothing).any())


def period_lines(periods: tuple[Period, ...]) -> list[Line]:
    """The year and its quarters, each quarter and its months, as far as they are there."""
    lines = []
    for total, whole in enumerate(periods):
        for kind in ("quarter", "month"):
            parts = tuple(
                place
                for place, part in enumerate(periods)
                if part.kind == kind and part != whole and whole.first <= part.first and part.last <= whole.last
            )
            covered = sum(periods[place].last - periods[place].first for place in parts)
            if parts and covered == whole.last - whole.first:
                lines.append((total, parts))
    return lines
