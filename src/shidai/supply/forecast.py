"""How much is used, how long the stock lasts, what to ask for, and who gets how much when there isn't enough."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shidai.packs.schema.commodity import Commodity, Reorder

DAYS_OF_MONTH = 365.25 / 12
_SHORTEST_MONTH = 28


@dataclass(frozen=True, slots=True)
class Use:
    """What a site used of a commodity in one stretch of time: units, hand-outs, days, and days on which it had any."""

    units: int
    handouts: int
    days: int
    days_in_stock: int


def monthly_use(past: Sequence[Use]) -> float | None:
    """Units used in a month of having stock: days without any count neither as use nor as time.

    None where it hadn't any for as long as the shortest month: a first day's use says nothing of a month's.
    Source: WHO/MSH, Managing drug supply (adjusted average monthly consumption).
    """
    days = sum(one.days_in_stock for one in past)
    return sum(one.units for one in past) / days * DAYS_OF_MONTH if days >= _SHORTEST_MONTH else None


def usable_units(lots: Sequence[tuple[int, int]], monthly: float) -> float:
    """Of what is on the shelf, what will be used before it expires, first expired first out.

    lots: quantity and days that it may still be used. What would expire unused doesn't count as stock, so that it
    doesn't put off a reorder.
    """
    daily, used = monthly / DAYS_OF_MONTH, 0.0
    for quantity, days_left in sorted(lots, key=lambda one: one[1]):
        used += max(0.0, min(quantity, daily * max(0, days_left) - used))
    return used


def months_of_stock(usable: float, monthly: float | None) -> float | None:
    """How many months the usable stock lasts; None where nothing is used."""
    return usable / monthly if monthly else None


def units_to_ask(monthly: float | None, usable: float, coming: int, reorder: Reorder, pack_size: int) -> int:
    """What to ask for now, in whole packs: up to the most months, once the stock falls below the least; else 0.

    usable: on the shelf; coming: under way or asked for.
    """
    if not monthly or (usable + coming) / monthly >= reorder.least_months:
        return 0
    return math.ceil((reorder.most_months * monthly - usable - coming) / pack_size - 1e-9) * pack_size


def allot(
    asked: Sequence[int], monthly: Sequence[float], stock: Sequence[float], available: int, pack_size: int
) -> list[int]:
    """Shares of what is available among sites that ask for more than that, so that all last equally long.

    Nobody gets more than it asked for; in whole packs; what remains goes to who would run out first.
    """
    if sum(asked) <= available:
        return list(asked)
    given = [0] * len(asked)
    for _ in range(available // pack_size):
        open_ = [at for at, units in enumerate(asked) if given[at] < units]
        at = min(open_, key=lambda one: ((stock[one] + given[one]) / max(monthly[one], 1e-9), one))
        given[at] += min(pack_size, asked[at] - given[at])
    return given


def chance_of(latest: Use, before: Sequence[Use]) -> float:
    """How likely so many hand-outs, or something as rare, were if nothing had changed since before; 1 if unknown.

    Given all hand-outs, those of the latest stretch are binomial with its share of the days in stock (conditional
    exact test of two Poisson rates: Przyborowski & Wilenski 1940).
    """
    from scipy.stats import binomtest  # slow to import

    total, days = latest.handouts + sum(one.handouts for one in before), sum(one.days_in_stock for one in before)
    if not total or not days or not latest.days_in_stock:
        return 1.0
    share = latest.days_in_stock / (latest.days_in_stock + days)
    return float(binomtest(latest.handouts, total, share).pvalue)


def units_for_users(commodity: Commodity, users: float, months: float) -> float:
    """Units that so many users of the commodity's method need in so many months: the method mix as a forecast."""
    return users * (commodity.units_per_couple_year or 0.0) * months / 12
