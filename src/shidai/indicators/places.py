"""Where each pseudonym stands among others: the join of the record tables, for arrays in memory.

A hash table with open slots in numpy. Engines join two tables of millions in seconds for each join; here one table of
everybody is made once and asked as often as a fact needs it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32]
NOWHERE = -1
_BLOCK = 1 << 18  # rows at a time: what a block needs besides the table stays in the cache
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio: neighbouring numbers land far apart


class Places:
    """The places of numbers in an array; `ids`: shape (n,), each once."""

    def __init__(self, ids: Ids) -> None:
        bits = max(int(2 * len(ids)).bit_length(), 4)  # at most half of the slots are taken
        self._ids = ids
        self._shift, self._last = np.uint64(64 - bits), (1 << bits) - 1
        self._slots = np.full(1 << bits, NOWHERE, np.int32)
        for start in range(0, len(ids), _BLOCK):
            self._put(np.arange(start, min(start + _BLOCK, len(ids)), dtype=np.int32))

    def __len__(self) -> int:
        return len(self._ids)

    def find(self, wanted: Ids) -> Rows:
        """For each number its place in `ids`, or NOWHERE; shape of `wanted`."""
        found = np.full(len(wanted), NOWHERE, np.int32)
        if len(self._ids):
            for at in range(0, len(wanted), _BLOCK):
                self._look(wanted[at : at + _BLOCK], found[at : at + _BLOCK])
        return found

    def _slot(self, ids: Ids) -> npt.NDArray[np.int64]:
        return ((ids.view(np.uint64) * _MIX) >> self._shift).view(np.int64)

    def _put(self, rows: Rows) -> None:
        """Every row takes the first free slot from its own on; of several that want one, one gets it."""
        at = self._slot(self._ids[rows[0] : rows[-1] + 1])
        while len(rows):
            free = self._slots[at] == NOWHERE
            self._slots[at[free]] = rows[free]
            late = self._slots[at] != rows
            rows, at = rows[late], (at[late] + 1) & self._last

    def _look(self, wanted: Ids, found: Rows) -> None:
        """Go on from a number's own slot until the number itself or a free slot is met."""
        at = self._slot(wanted)
        np.take(self._slots, at, out=found, mode="clip")
        left = np.flatnonzero((found != NOWHERE) & (self._ids.take(found, mode="clip") != wanted))
        while len(left):
            at[left] = (at[left] + 1) & self._last
            found[left] = self._slots[at[left]]
            here = found[left]
            left = left[(here != NOWHERE) & (self._ids[here] != wanted[left])]
