"""Quantiles of many trajectories that never stand in memory together."""

from __future__ import annotations

import numpy as np

from shidai.demography.cells import Array, read_level


class RunningQuantiles:
    """The mean over batches of each batch's quantiles: exact for one batch, and memory that does not grow.

    Within a batch quantiles interpolate between neighbouring values (Hyndman & Fan 1996, type 7). Averaging over
    batches of b trajectories is off by less than 1 / b of the spread, far below the sampling error; the differences
    between the batches tell that error.
    """

    def __init__(self, levels: tuple[float, ...], shape: tuple[int, ...]) -> None:
        self.levels = tuple(read_level(level) for level in levels)
        self._sum = np.zeros((len(levels), *shape))
        self._squares = np.zeros_like(self._sum)
        self._weight = 0.0
        self._batches = 0

    def add(self, values: Array, place: tuple[int, ...] = ()) -> None:
        """Count one batch: values (…, trajectories) of the cells at `place`."""
        ordered = np.sort(values.astype(np.float32), axis=-1)
        count = ordered.shape[-1]
        for at, level in enumerate(self.levels):
            position = level * (count - 1)
            low = int(position)
            high = min(low + 1, count - 1)
            cut = ordered[..., low] + (position - low) * (ordered[..., high].astype(np.float64) - ordered[..., low])
            self._sum[(at, *place)] += count * cut
            self._squares[(at, *place)] += count * cut**2

    def finish_batch(self, count: int) -> None:
        """All cells of a batch of `count` trajectories have been added."""
        self._weight += count
        self._batches += 1

    @property
    def values(self) -> Array:
        """(levels, …)."""
        return np.asarray(self._sum / self._weight, dtype=np.float64)

    @property
    def sampling_error(self) -> Array:
        """Standard error of the quantiles for the number of trajectories drawn, (levels, …); NaN for one batch."""
        if self._batches < 2:
            return np.full_like(self._sum, np.nan)
        variance = np.maximum(self._squares / self._weight - self.values**2, 0)
        return np.asarray(np.sqrt(variance / (self._batches - 1)), dtype=np.float64)
