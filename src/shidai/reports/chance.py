"""Whether chance alone may explain a difference: between two years, or from a range that a source gives.

Only counts of events vary by chance from year to year, and what is made of them. A stock, such as the registered
population, or a share of one register is simply known: two year-ends hold mostly the same people, and no test applies.
"""

from __future__ import annotations

from math import hypot
from typing import Protocol

from shidai.demography.intervals import binomial_interval
from shidai.packs.schema.indicator import Indicator

EVENTS = frozenset({"births", "deaths", "moves_in", "moves_out"})


class Estimate(Protocol):
    """What the tests need of a result."""

    @property
    def numerator(self) -> float | None: ...
    @property
    def denominator(self) -> float | None: ...
    @property
    def value(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...


def counts_events(indicator: Indicator) -> bool:
    """Whether the figure is made of events, so that it varies by chance."""
    return indicator.interval != "none" and all(term.measure in EVENTS for term in indicator.numerator)


def may_be_chance(indicator: Indicator, now: Estimate, before: Estimate) -> bool | None:
    """Whether the two years agree at the 95 % level; None where chance has no part or too little is known."""
    if not counts_events(indicator):
        return None
    if indicator.interval == "poisson":
        return _same_poisson_rate(now, before, has_exposure=bool(indicator.denominator))
    return _same_by_limits(now, before)


def _same_poisson_rate(now: Estimate, before: Estimate, *, has_exposure: bool) -> bool | None:
    """The exact conditional test: of all events of two equal rates, this year's are a binomial share.

    Source: Przyborowski, J.; Wilenski, H. (1940) Biometrika 31, 313–323.
    """
    exposures = (now.denominator, before.denominator) if has_exposure else (1.0, 1.0)
    if now.numerator is None or before.numerator is None or exposures[0] is None or exposures[1] is None:
        return _same_by_limits(now, before)
    both = now.numerator + before.numerator
    if both <= 0 or exposures[0] <= 0 or exposures[1] <= 0:
        return None
    low, high = binomial_interval(now.numerator, both)
    return bool(low <= exposures[0] / (exposures[0] + exposures[1]) <= high)


def _same_by_limits(now: Estimate, before: Estimate) -> bool | None:
    """The interval of the difference of two independent estimates, recovered from their own limits, holds 0.

    Source: Donner, A.; Zou, G. Y. (2012) Statistical Methods in Medical Research 21, 347–359.
    """
    if now.value is None or now.low is None or now.high is None:
        return None
    if before.value is None or before.low is None or before.high is None:
        return None
    difference = now.value - before.value
    low = difference - hypot(now.value - now.low, before.high - before.value)
    high = difference + hypot(now.high - now.value, before.value - before.low)
    return low <= 0 <= high


def outside_range(result: Estimate, low: float, high: float) -> tuple[int, bool]:
    """Where a figure lies: -1 below, 0 within, 1 above the range; and whether its 95 % interval still touches it."""
    if result.value is None:
        raise ValueError("a figure without a value lies nowhere")
    side = -1 if result.value < low else 1 if result.value > high else 0
    if side > 0:
        return side, result.low is None or result.low <= high
    if side < 0:
        return side, result.high is None or result.high >= low
    return side, True
