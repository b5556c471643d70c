"""What has to be bought month by month, so that nobody waits and as little as possible expires."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shidai.packs.schema.commodity import Commodity
from shidai.rules.periods import months_later
from shidai.supply.forecast import usable_units


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a plan, in units. from_stock: of the forecast, met by what is there already, before it expires;
    expires: of that stock, unused; to_buy: in whole packs, there as the month begins; at_end: usable then; fen: cost.
    """

    first: date
    forecast: float
    from_stock: float
    expires: float
    to_buy: int
    packs: int
    fen: int
    at_end: float


def plan_months(
    commodity: Commodity, monthly: float, lots: Sequence[tuple[int, date]], day: date, until: date
) -> list[Month]:
    """The months after `day`'s to `until`, each with what must be bought for it.

    monthly: units used in one; lots: quantity and last day of use of what is there as the day ends. Until the first
    month begins nothing is bought, and people go on using. What is there is used first, first expired first out; each
    month ends with the least months of stock that the commodity's reorder rule asks for. What is bought doesn't expire
    within the plan.
    """
    held = [_Lot(float(units), day) for units, day in sorted(lots, key=lambda one: one[1])]
    keep, bought, months = commodity.reorder.least_months * monthly, 0.0, []
    first = months_later(day.replace(day=1), 1)
    if rest := (first - day).days - 1:
        whole = monthrange(day.year, day.month)[1]
        _draw(held, monthly * rest / whole, day + timedelta(days=1), first - timedelta(days=1))
        held = [one for one in held if one.last >= first]
    for start, end in _months(first, until):
        drawn = _draw(held, monthly, start, end)
        expired = sum(one.units for one in held if one.last <= end)
        held = [one for one in held if one.last > end and one.units > 0]
        left = usable_units([(math.ceil(one.units), (one.last - end).days) for one in held], monthly)
        bought -= monthly - drawn
        packs = math.ceil(max(0.0, -bought, keep - left - bought) / commodity.pack_size - 1e-9)
        units = packs * commodity.pack_size
        bought += units
        at_end = sum(one.units for one in held) + bought
        months.append(Month(start, monthly, drawn, expired, units, packs, units * commodity.price.fen, at_end))
    return months


@dataclass(slots=True)
class _Lot:
    """What is left of a lot while a plan is made, and its last day of use."""

    units: float
    last: date


def _months(first: date, until: date) -> Iterator[tuple[date, date]]:
    start = first
    while start <= until:
        end = start.replace(day=monthrange(start.year, start.month)[1])
        yield start, end
        start = date(start.year + start.month // 12, start.month % 12 + 1, 1)


def _draw(held: Sequence[_Lot], wanted: float, start: date, end: date) -> float:
    """Take a month's use evenly over its days from lots, first expired first out; what could be met of it."""
    days, used = (end - start).days + 1, 0.0
    for lot in held:
        open_days = min(days, max(0, (lot.last - start).days + 1))
        taken = max(0.0, min(lot.units, wanted * open_days / days - used))
        lot.units, used = lot.units - taken, used + taken
    return used
