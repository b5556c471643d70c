"""The balance: population at the end - at the start = births - deaths + moves in - moves out.

It joins measures that are judged apart, and would give away the only hidden one of its six counts. Moves are its open
end: they are hidden wherever a stock, the births or the deaths of the same area, period and sex are, and into and out
of an area together. So net moves are known only where all other parts are, and tell nothing new: sums of net moves over
areas, periods and sexes follow from sums of the other parts. What is left are sums of moves themselves: a visible sum
must leave its hidden parts room, for a sum of zero says that each part is zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from shidai.indicators.cells import MOVES, Cell
from shidai.indicators.lines import Counts, Doubt, Hidden, Line, suppress_secondary
from shidai.indicators.tree import AreaTree


def close_moves(
    counts: Counts,
    hidden: Hidden,
    family: Sequence[Cell],
    closed: Sequence[Hidden | None],
    tree: AreaTree,
    time: Iterable[Line],
    classes: Iterable[Line],
    *,
    room: int,
    doubt: Doubt,
) -> None:
    """Hide moves, in place, until the balance gives nothing away. counts, hidden: (areas, periods, cells).

    closed: for each cell of the family where another part of its balance is hidden, or None where there is no balance.
    room: what the hidden parts of a visible sum must come to at least, because any of them may be zero.
    """
    time, classes = list(time), list(classes)
    pairs = [
        (place, family.index(partner), closed[place])
        for place, cell in enumerate(family)
        if cell.measure == MOVES[0] and (partner := replace(cell, measure=MOVES[1])) in family
    ]
    before = -1
    while before != (before := int(hidden.sum())):
        for into, out, others in pairs:
            if others is not None:
                both = hidden[..., into] | hidden[..., out] | others
                hidden[..., into], hidden[..., out] = both, both
        suppress_secondary(counts, hidden, tree, time, classes, doubt)
        for axis, lines in ((1, time), (2, classes)):
            for total, parts in lines:
                _hide_cramped(np.moveaxis(counts, axis, 0), np.moveaxis(hidden, axis, 0), total, parts, room)


def _hide_cramped(counts: Counts, hidden: Hidden, total: int, parts: tuple[int, ...], room: int) -> None:
    """Hide a total whose hidden parts come to less than `room`."""
    inside = hidden[list(parts)]
    hidden[total] |= inside.any(0) & (np.where(inside, counts[list(parts)], 0.0).sum(0) < room)
