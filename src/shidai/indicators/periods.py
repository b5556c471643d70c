"""Periods of one year: the year, its quarters, its months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from shidai.words import ShidaiError, problem

PeriodKind = Literal["year", "quarter", "month", "day"]
KINDS: tuple[PeriodKind, ...] = ("year", "quarter", "month")


@dataclass(frozen=True, slots=True)
class Period:
    """Months `first` to `last` - 1 (0 to 12) of a year; its name is '2006', '2006-Q3' or '2006-07'.

    A day, '2006-08-15', is a period of no length (see `oneday`).
    """

    name: str
    kind: PeriodKind
    year: int
    first: int
    last: int

    @property
    def start(self) -> date:
        return date(self.year, self.first + 1, 1)

    @property
    def end(self) -> date:
        """The day after the period."""
        return date(self.year + self.last // 12, self.last % 12 + 1, 1)


def periods_of(year: int, kinds: tuple[PeriodKind, ...] = KINDS) -> tuple[Period, ...]:
    """The year's periods of these kinds: year, quarters, months."""
    every = [Period(str(year), "year", year, 0, 12)]
    every += [Period(f"{year}-Q{q + 1}", "quarter", year, 3 * q, 3 * q + 3) for q in range(4)]
    every += [Period(f"{year}-{m + 1:02d}", "month", year, m, m + 1) for m in range(12)]
    return tuple(period for period in every if period.kind in kinds)


@cache
def places_of_periods(year: int) -> dict[str, int]:
    """The place of each period, by name, among all of a year."""
    return {period.name: place for place, period in enumerate(periods_of(year))}


def read_period(text: str) -> Period:
    """'2006', '2006-Q3' or '2006-07' as a period. Raises ShidaiError for anything else."""
    found = re.fullmatch(r"((?:19|20|21)\d{2})(?:-(Q[1-4]|0[1-9]|1[0-2]))?", text)
    if found is None:
        raise ShidaiError(
            problem(
                "period",
                zh=f"看不懂时期“{text}”。",
                en=f"'{text}' is not a period.",
                mend_zh="请写 2006、2006-Q3 或 2006-07。",
                mend_en="Write 2006, 2006-Q3 or 2006-07.",
            )
        )
    return next(period for period in periods_of(int(found[1])) if period.name == text)
