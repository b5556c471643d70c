"""Public holidays as a government announces them year by year: days off, and weekend days that are worked instead."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from pydantic import Field, model_validator

from shidai.packs.schema.base import PackModel, Words, wrong

SATURDAY = 5


class DaysOff(PackModel):
    """One holiday, from its first to its last day; weekend days among them may stand in it."""

    title: Words
    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.first <= self.last <= self.first + timedelta(days=31):
            raise wrong(
                zh=f"假期 {self.first} 至 {self.last} 的先后或长短不对。",
                en=f"A holiday from {self.first} to {self.last}: its order or length is wrong.",
                mend_zh="first 是第一天，last 是最后一天，都算在内。",
                mend_en="`first` is its first day, `last` its last one, both counted.",
            )
        return self

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


class HolidayYear(PackModel):
    """What is announced for one year. A few of its days may lie in the year before or after."""

    year: int = Field(ge=1949, le=2100)
    source: str = Field(description="id of a source in sources.toml")
    checked_on: date = Field(description="the day someone last compared this with its source")
    confirmed: bool = Field(default=True, description="false: its source could not be read; `note` says so")
    off: tuple[DaysOff, ...] = Field(min_length=1)
    work: tuple[date, ...] = Field(default=(), description="Saturdays and Sundays that are worked instead")
    note: Words | None = None

    @model_validator(mode="after")
    def _worked_days_are_weekend_days(self) -> Self:
        for day in self.work:
            if day.weekday() < SATURDAY or any(day in one for one in self.off):
                raise wrong(
                    zh=f"{day} 不是周末，或同时写成放假。",
                    en=f"{day} is no Saturday or Sunday, or is a day off as well.",
                    mend_zh="work 只写调休上班的周六和周日。",
                    mend_en="`work` holds Saturdays and Sundays that are worked; leave out the others.",
                )
        return self
