"""Ages and months for everybody at once: reckoned for each day of birth that occurs, then looked up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from shidai.indicators.columnreading import NEVER, Days, Mask

Ints = npt.NDArray[np.int32]
_LONGEST = 400 * 366  # days between two births that a table is made for


def completed_years(birth: Any, on: date) -> Any:
    """Age on a day of those born on days since 1970-01-01; who was born on 29 February has it on 1 March."""
    here, born = np.datetime64(on), np.asarray(birth).astype("datetime64[D]")
    return (_month(here) - _month(born) - (_day_of_month(here) < _day_of_month(born))) // 12


def calendar_months(birth: Any, on: date) -> Any:
    """Months between the month of birth and the day's month."""
    return _month(np.datetime64(on)) - _month(np.asarray(birth).astype("datetime64[D]"))


def first_and_last(days: Days, precision: Days) -> tuple[Days, Days]:
    """The first and the last day that a half-known day may be; `precision`: 0 a day, 1 a month, 2 a year."""
    first, last = days.copy(), days.copy()
    for known_to, unit in ((1, "datetime64[M]"), (2, "datetime64[Y]")):
        here = (precision == known_to) & (days != NEVER)
        start = days[here].astype("datetime64[D]").astype(unit)
        first[here] = start.astype("datetime64[D]").astype(np.int64)
        last[here] = (start + 1).astype("datetime64[D]").astype(np.int64) - 1
    return first, last


class DaysOfBirth:
    """Days of birth, NEVER where unknown, of whom facts are asked for several days."""

    def __init__(self, days: Days) -> None:
        self.days = days
        self.known: Mask | None = None if not (days == NEVER).any() else days != NEVER
        told = days if self.known is None else days[self.known]
        self._first = int(told.min()) if len(told) else 0
        self._count = int(told.max()) - self._first + 1 if len(told) else 1

    def ages(self, on: date) -> Ints:
        """Completed years on a day; where the birth is unknown the number means nothing."""
        return self._each(lambda days: completed_years(days, on))

    def months(self, on: date) -> Ints:
        """Calendar months since birth; where it is unknown the number means nothing."""
        return self._each(lambda days: calendar_months(days, on))

    def _each(self, reckon: Callable[[Any], Any]) -> Ints:
        if self._count > _LONGEST:
            days = self.days if self.known is None else np.where(self.known, self.days, 0)
            return np.asarray(reckon(days), np.int32)
        table = np.asarray(reckon(np.arange(self._first, self._first + self._count)), np.int32)
        return table.take(self.days - np.int32(self._first), mode="clip")


def _month(days: Any) -> Any:
    return days.astype("datetime64[M]").astype(np.int64)


def _day_of_month(days: Any) -> Any:
    return (days - days.astype("datetime64[M]")).astype(np.int64)
