"""Clocks: how time is counted. A register counts days, a survey's microdata count whole (century) months.

Every measure is written once in clock units; only the functions here know the length of a unit. All are plain integer
arithmetic, so that DuckDB and Spark give identical results.
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

FAR = 9_999_999
"""A unit after every date: the end of a spell that is still open."""

Months = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Clock:
    """`day`: units are days since 1970-01-01. `month`: units are months since January of the year 0."""

    unit: Literal["day", "month"]

    def of(self, column: Any) -> Any:
        """The unit of a date column (an Ibis expression); null stays null."""
        if self.unit == "day":
            return column.epoch_days().cast("int32")
        return (column.year() * 12 + column.month() - 1).cast("int32")

    def of_date(self, day: date) -> int:
        """The unit of one date."""
        return (day - date(1970, 1, 1)).days if self.unit == "day" else day.year * 12 + day.month - 1

    def month_edges(self, year: int) -> Months:
        """The 13 units at which the year's months begin; the last is the next year's January."""
        firsts = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
        return np.array([self.of_date(day) for day in firsts], dtype=np.int64)

    def birthday(self, birth: Any, year: int) -> Any:
        """The unit of a birth date's anniversary in `year` (an Ibis expression).

        Who was born on 29 February completes a year of age on 1 March of a common year: the day on which the same
        number of days have passed since 28 February, as in `shidai.demography.exposure.birthday`. It is a convention:
        GB/T and the civil code name no day.
        """
        if self.unit == "month":
            return (year * 12 + birth.month() - 1).cast("int32")
        month = birth.month().cast("int32")
        passed = ((month * 367 - 362) // 12).cast("int32")  # days before the month, were February to have 30
        shift = (month > 2).cast("int32") * (1 if isleap(year) else 2)
        return (passed - shift + birth.day().cast("int32") - 1 + self.of_date(date(year, 1, 1))).cast("int32")

    def turning_month(self, birth: Any, year: int) -> Any:
        """The month (0 to 11) of `year` in which the anniversary lies (an Ibis expression)."""
        month = birth.month().cast("int32") - 1
        if self.unit == "month" or isleap(year):
            return month
        return month + ((birth.month() == 2) & (birth.day() == 29)).cast("int32")

    def month_of(self, unit: Any, year: int) -> Any:
        """The month (0 to 11) of a unit of `year` (an Ibis expression)."""
        import ibis  # slow to import; the constants above do without

        passed = unit - self.of_date(date(year, 1, 1))
        if self.unit == "month":
            return passed
        march = 60 if isleap(year) else 59
        later = ((passed - march) * 5 + 2) // 153 + 2  # from March on, 153 days make five months
        return ibis.ifelse(passed < march, passed // 31, later).cast("int32")

    def years(self, units: npt.NDArray[Any], year: int) -> npt.NDArray[np.float64]:
        """Units as years of that calendar year: a person present throughout counts exactly 1, leap year or not."""
        edges = self.month_edges(year)
        return np.asarray(units / float(edges[-1] - edges[0]), dtype=np.float64)


DAY = Clock("day")
MONTH = Clock("month")
