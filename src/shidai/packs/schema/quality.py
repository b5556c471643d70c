"""When a register's data are good, when they deserve a look, and when they are poor: thresholds with their source."""

from __future__ import annotations

from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from shidai.packs.schema.base import Cited, PackModel, Words, wrong

Measure = Literal[
    "whipple",
    "myers",
    "age_sex_accuracy",
    "birthdays",
    "unknown_dates",
    "sex_ratio_at_birth",
    "births_against_children",
    "births_in_time",
    "deaths_in_time",
    "close_births",
    "repeated_births",
]
Verdict = Literal["good", "look", "poor", "unknown"]
MEASURES: tuple[Measure, ...] = get_args(Measure)


class Threshold(PackModel):
    """Where a measure leaves 'good', upwards or downwards. Absent limits: nothing on that side is wrong."""

    measure: Measure
    look_above: float | None = Field(default=None, description="above it the data deserve a look")
    poor_above: float | None = Field(default=None, description="above it the data are poor")
    look_below: float | None = Field(default=None, description="below it the data deserve a look")
    poor_below: float | None = Field(default=None, description="below it the data are poor")
    least: int = Field(default=0, ge=0, description="fewer people or events than this get no verdict: chance alone")
    source: str | None = Field(default=None, description="id of a source in sources.toml; absent: the section's")
    note: Words = Field(description="why these numbers")

    def judge(self, value: float | None, low: float | None, high: float | None, n: float) -> Verdict:
        """The verdict on a value. Of an interval (low, high) that end is judged which speaks for the data."""
        if value is None or n < self.least:
            return "unknown"
        kind, wild = (value if low is None else low), (value if high is None else high)
        if _beyond(kind, self.poor_above) or _beyond(-wild, _negative(self.poor_below)):
            return "poor"
        if _beyond(kind, self.look_above) or _beyond(-wild, _negative(self.look_below)):
            return "look"
        return "good"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        limits = (self.poor_below, self.look_below, self.look_above, self.poor_above)
        given = [limit for limit in limits if limit is not None]
        if not given or given != sorted(given):
            raise wrong(
                zh=f"{self.measure} 的界限缺失或次序不对。",
                en=f"the limits of {self.measure} are missing or out of order.",
                mend_zh="应为 poor_below ≤ look_below ≤ look_above ≤ poor_above，至少写一个。",
                mend_en="Write at least one, with poor_below ≤ look_below ≤ look_above ≤ poor_above.",
            )
        return self


class QualityCase(PackModel):
    """A value of one measure, and the verdict it must get."""

    measure: Measure
    value: float
    low: float | None = None
    high: float | None = None
    n: float = Field(default=1e9, description="people or events behind it")
    verdict: Verdict


class Quality(Cited):
    """What `shidai quality` judges by. It judges data, never a person or a birth."""

    registration_days: int = Field(ge=1, description="a birth or death entered within so many days is in time")
    close_birth_days: int = Field(ge=1, description="a birth fewer days after the mother's previous delivery is close")
    threshold: tuple[Threshold, ...] = Field(min_length=1)
    note: Words | None = None
    case: tuple[QualityCase, ...] = Field(min_length=1)

    def of(self, measure: str) -> Threshold | None:
        """The threshold of a measure; None: it is shown and not judged."""
        return next((one for one in self.threshold if one.measure == measure), None)

    def judge(self, measure: str, value: float | None, low: float | None, high: float | None, n: float) -> Verdict:
        """The verdict on a value of a measure; 'unknown' where the pack has no threshold for it."""
        found = self.of(measure)
        return "unknown" if found is None else found.judge(value, low, high, n)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [one.measure for one in self.threshold]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise wrong(
                zh=f"{'、'.join(twice)} 有两个界限。",
                en=f"{', '.join(twice)} stands twice.",
                mend_zh="请删去一个。",
                mend_en="Remove one of them.",
            )
        return self


def _beyond(value: float, limit: float | None) -> bool:
    return limit is not None and value > limit


def _negative(limit: float | None) -> float | None:
    return None if limit is None else -limit
