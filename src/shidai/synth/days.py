"""Days as whole numbers since 1970-01-01, and dates drawn within a year."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.int32]
NEVER = np.int32(2_000_000)  # a day after every simulation
LONG_AGO = np.int32(-2_000_000)
_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    return day.toordinal() - _EPOCH


def date_of(number: int) -> date:
    """The date of a day number."""
    return date.fromordinal(number + _EPOCH)


@lru_cache(maxsize=512)
def new_year(year: int) -> int:
    """1 January of a year."""
    return day_number(date(year, 1, 1))


def days_of_year(year: int) -> int:
    return new_year(year + 1) - new_year(year)


@lru_cache(maxsize=64)
def _season(length: int, amplitude: float, peak: int) -> npt.NDArray[np.float64]:
    """Cumulative share of a year's events by the end of each day, a cosine wave around an even spread."""
    wave = 1 + amplitude * np.cos(2 * np.pi * (np.arange(length) - peak) / length)
    total: npt.NDArray[np.float64] = np.cumsum(wave) / wave.sum()
    return total


def draw_days(rng: np.random.Generator, year: int, count: int, amplitude: float = 0.0, peak: int = 0) -> Days:
    """Days of a year; every calendar day can come out, 29 February too. `peak` is the day of the year."""
    length = days_of_year(year)
    if amplitude == 0.0:
        drawn = rng.integers(0, length, count, dtype=np.int32)
    else:
        drawn = np.searchsorted(_season(length, amplitude, peak), rng.random(count)).astype(np.int32)
    return np.minimum(drawn, length - 1).astype(np.int32) + np.int32(new_year(year))


def year_of(days: npt.NDArray[np.int32]) -> npt.NDArray[np.int16]:
    return (days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970).astype(np.int16)


def draw_between(rng: np.random.Generator, first: Days, last: Days) -> Days:
    """A day from `first` to `last`, both included, for each pair; `first` where there is no room."""
    room = np.maximum(last - first + 1, 1)
    return np.asarray(first + (rng.random(len(first)) * room).astype(np.int32), dtype=np.int32)
