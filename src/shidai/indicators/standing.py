"""Whether a figure can be given, and in what words it says why not: decided here for pages and reports alike.

'Not yet recorded' is for figures whose records don't exist. A figure whose records exist may still have no value: it
divides by nothing, or a life table has nobody at some age. That is said as what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from shidai.packs.schema.indicator import SUMMARIES, Indicator
from shidai.words import Text

_TABLES = {
    "births": "birth",
    "deaths": "death",
    "women_in_union": "union_",
    "union_years": "union_",
    "users_any": "contraception",
    "users_modern": "contraception",
    "user_years_any": "contraception",
    "user_years_modern": "contraception",
    "benefit_recipients": "payment",
    "benefit_paid": "payment",
    "benefit_claims": "entitlement",
    "programme_offered": "service",
    "programme_reached": "service",
    "programme_visits": "service",
    "programme_ripe": "service",
    "programme_in_time": "service",
    "programme_lost": "service",
    "programme_sessions": "session",
    "programme_attendances": "session",
    "handouts": "dispensing",
    "takers": "dispensing",
    "units_dispensed": "dispensing",
    "couple_years": "dispensing",
    "acceptors": "contraception",
    "begun_a_year_ago": "contraception",
    "continuers": "contraception",
    "sites": "site",
    "activities": "activity",
    "attendances": "activity",
    "pilots": "pilot",
    "pilots_signed": "pilot",
}
_ON_A_LIFE_TABLE = ("life_expectancy", "net_reproduction_rate")


class Standing(Enum):
    """What is known of a figure."""

    COMPUTED = "computed"
    HIDDEN = "hidden"  # computed, but too few people to show
    NOBODY = "nobody"  # nothing to divide by
    NO_EVENTS = "no-events"  # nothing to take a mean of
    TOO_FEW = "too-few"  # an age has nobody in it: rates by age can't be had
    TOO_FEW_LIVES = "too-few-lives"  # the same for a life table, which needs a death at the highest ages too
    NOT_RECORDED = "not-recorded"

    @property
    def is_recorded(self) -> bool:
        return self is not Standing.NOT_RECORDED


@dataclass(frozen=True, slots=True)
class Saying:
    """How a figure without a value is said: in a cell, after its name in a sentence, why in a word or two, and why."""

    cell: Text
    sentence: Text
    brief: Text
    why: Text


_CELL = Text(zh="无法计算", en="can't be computed")
SAYINGS: dict[Standing, Saying] = {
    Standing.HIDDEN: Saying(
        Text(zh="不公布", en="withheld"),
        Text(zh="因人数少不公布", en="withheld because the count is small"),
        Text(zh="人数少", en="small count"),
        Text(zh="人数少，公布会泄露个人情况。", en="The count is small: to show it would tell about persons."),
    ),
    Standing.NOBODY: Saying(
        _CELL,
        Text(zh="因分母为零无法计算", en="not computable because its denominator is zero"),
        Text(zh="分母为零", en="denominator is zero"),
        Text(zh="分母为零：这里在这一时期没有可比的人或事件。",
             en="The denominator is zero: nobody, or no event, is here in this period to relate it to."),
    ),
    Standing.NO_EVENTS: Saying(
        _CELL,
        Text(zh="因没有出生无法计算", en="not computable because there was no birth"),
        Text(zh="没有出生", en="no births"),
        Text(zh="没有出生，求不出平均数。", en="Without a birth there is no mean."),
    ),
    Standing.TOO_FEW: Saying(
        _CELL,
        Text(zh="因人数太少无法计算", en="not computable for so few people"),
        Text(zh="人数太少", en="too few people"),
        Text(zh="人数太少：有的年龄组里没有人，算不出分年龄的率。",
             en="Too few people: some age group has nobody in it, so that its rate can't be had."),
    ),
    Standing.TOO_FEW_LIVES: Saying(
        _CELL,
        Text(zh="因人数太少无法计算", en="not computable for so few people"),
        Text(zh="人数太少", en="too few people"),
        Text(zh="人数太少，编不成寿命表：有的年龄组里没有人，或最高年龄组里没有死亡。",
             en="Too few people for a life table: some age group has nobody in it, or the oldest has no death."),
    ),
    Standing.NOT_RECORDED: Saying(
        Text(zh="尚未记录", en="not yet recorded"),
        Text(zh="尚未记录", en="not yet recorded"),
        Text(zh="登记未启用", en="no records yet"),
        Text(zh="相应的登记尚未启用。", en="The records that it counts aren't kept yet."),
    ),
}  # fmt: skip


class ResultLike(Protocol):
    """What the decision needs of a row of results."""

    @property
    def numerator(self) -> float | None: ...
    @property
    def denominator(self) -> float | None: ...
    @property
    def value(self) -> float | None: ...
    @property
    def suppressed(self) -> bool: ...


def tables_counted(indicator: Indicator) -> frozenset[str]:
    """The record tables whose rows the indicator counts."""
    terms = (*indicator.numerator, *indicator.denominator)
    return frozenset(_TABLES.get(term.measure, "residence") for term in terms)


def standing_of(indicator: Indicator | None, result: ResultLike | None) -> Standing:
    """How it stands with a figure. `result` is None where the records that it needs don't exist."""
    if result is None or indicator is None:
        return Standing.NOT_RECORDED
    if result.suppressed:
        return Standing.HIDDEN
    if result.value is not None:
        return Standing.COMPUTED
    if not result.denominator:
        return Standing.NOBODY
    if indicator.formula == "mean_age_at_childbearing" and not result.numerator:
        return Standing.NO_EVENTS
    if indicator.formula in _ON_A_LIFE_TABLE:
        return Standing.TOO_FEW_LIVES
    return Standing.TOO_FEW if indicator.formula in SUMMARIES else Standing.NOBODY
