"""Lines: sums that a reader can form among counts, and the hiding that leaves none of them with one unknown."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from shidai.indicators.periods import Period
from shidai.indicators.tree import AreaTree

Hidden = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.float64]
Line = tuple[int, tuple[int, ...]]
"""Position of the total and of its parts."""


def suppress_secondary(
    counts: Counts, hidden: Hidden, tree: AreaTree, time: Iterable[Line], classes: Iterable[Line]
) -> None:
    """Hide more cells, in place, until no line has exactly one hidden. counts, hidden: (areas, periods, cells)."""
    areas = [(parent, tuple(int(child) for child in children)) for parent, children in tree.families]
    axes = ((0, areas), (1, list(time)), (2, list(classes)))
    changed = True
    while changed:
        changed = False
        for axis, lines in axes:
            for total, parts in lines:
                changed |= _mend_line(np.moveaxis(counts, axis, 0), np.moveaxis(hidden, axis, 0), total, parts)


def _mend_line(counts: Counts, hidden: Hidden, total: int, parts: tuple[int, ...]) -> bool:
    """Where exactly one cell of the line is hidden, hide the smallest other one that is not zero."""
    line = [*parts, total]
    lonely = hidden[line].sum(0) == 1
    if not lonely.any():
        return False
    where = np.nonzero(lonely)
    values, known = counts[line][:, lonely], hidden[line][:, lonely]
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
