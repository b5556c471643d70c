"""Underlying causes of death, drawn by age from the pack's weights."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.packs.schema.demonstration import Cause
from shidai.synth.city import City

_YEAR = 365.25


def draw_causes(city: City, causes: tuple[Cause, ...]) -> npt.NDArray[np.int8]:
    """For every row of `deaths` the place of its cause in `causes`. The same city gives the same causes."""
    deaths = city.tables["deaths"]
    ages = (deaths["day"] - city.people["birth"][deaths["person"]]) / _YEAR
    luck = np.random.default_rng([city.seed, 2]).random(len(ages))
    turns = sorted({0.0, *(float(c.from_age) for c in causes), *(float(c.to_age) for c in causes)})
    group = np.searchsorted(turns, ages, side="right") - 1
    drawn = np.zeros(len(ages), np.int8)
    for number, age in enumerate(turns):
        weight = np.array([c.weight if c.from_age <= age < c.to_age else 0.0 for c in causes])
        rows = np.flatnonzero(group == number)
        if weight.sum() > 0 and len(rows):
            edges = np.cumsum(weight) / weight.sum()
            drawn[rows] = np.minimum(np.searchsorted(edges, luck[rows], side="right"), len(causes) - 1)
    return drawn


def recording_lag(numbers: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Days from an event to its entry, 1 to 28, fixed for each person's number."""
    return (1 + (numbers.astype(np.int64) * 2_654_435_761 >> 7) % 28).astype(np.int32)
