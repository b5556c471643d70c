"""The supply plan of a year: what an area will use by three forecasts, what it has, what to buy and what it costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from django.conf import settings

from shidai.core.access import Scope, require
from shidai.core.tree import level_of
from shidai.indicators.lines import Doubt, suppress_secondary
from shidai.indicators.protect import small_counts
from shidai.indicators.records import Records
from shidai.indicators.supplied import users_on
from shidai.indicators.tree import AreaTree
from shidai.packs.schema.area import CODE_LENGTH
from shidai.packs.schema.commodity import Commodity
from shidai.registry.citypack import city_pack
from shidai.rules.periods import months_later
from shidai.supply.forecast import units_for_users
from shidai.supply.ledger import is_usable
from shidai.supply.models import Balance, Site
from shidai.supply.planning import Month, plan_months
from shidai.supply.queries.sites import sites_of
from shidai.supply.standing import consumption
from shidai.words import ShidaiError, problem

if TYPE_CHECKING:
    from shidai.indicators.outlook.running import RunHead

Basis = Literal["consumption", "users", "outlook"]
BASES: tuple[Basis, ...] = ("consumption", "users", "outlook")
Monthly = Mapping[str, float]
PLAN_COLUMNS = (
    "area", "commodity", "name", "month", "basis", "forecast", "from_stock", "expires_unused", "to_buy", "packs",
    "price_fen", "fen", "stock_at_end",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planned:
    """A commodity of a plan. monthly: units in a month by each forecast that knows it; months: of the year, empty where
    the chosen forecast doesn't know it; usable: units there today; assumed: its price is the pack's assumption."""

    commodity: Commodity
    monthly: Mapping[Basis, float]
    usable: int
    months: tuple[Month, ...]
    assumed: bool

    @property
    def forecast(self) -> float:
        return sum(one.forecast for one in self.months)

    @property
    def from_stock(self) -> float:
        return sum(one.from_stock for one in self.months)

    @property
    def to_buy(self) -> int:
        return sum(one.to_buy for one in self.months)

    @property
    def packs(self) -> int:
        return sum(one.packs for one in self.months)

    @property
    def fen(self) -> int:
        return sum(one.fen for one in self.months)


@dataclass(frozen=True, slots=True)
class Plan:
    """A year's plan of an area as of a day. users_on: of which day the users are; run: the outlook that was read."""

    area: str
    day: date
    year: int
    basis: Basis
    lines: tuple[Planned, ...]
    users_on: date | None
    run: RunHead | None

    @property
    def fen(self) -> int:
        return sum(one.fen for one in self.lines)


def years_planned(day: date) -> tuple[int, int]:
    """The years for which a plan can be made on a day: this one while it has months left, and the next."""
    return (months_later(day.replace(day=1), 1).year, day.year + 1)


def supply_plan(scope: Scope, area: str, day: date, year: int, basis: Basis) -> Plan:
    """What an area needs in a year from the month after `day` on. Raises NoAccess, and ShidaiError for another year.

    By what was handed out (days without stock left out); by the users of each method on record, if all of them were
    supplied; by the users whom the newest kept outlook expects. The latter two for counties and the city alone, and
    only where enough women use a method to name their number.
    """
    require(scope, "supply.read", area)
    if year not in years_planned(day):
        raise _not_planned(year, day)
    first = months_later(day.replace(day=1), 1)
    commodities = list(city_pack().in_force(first).commodities.values())
    sites = sites_of(scope, area, day)
    use = consumption(sites, commodities, day)
    users, counted_on = _users(area, day)
    expected, run = _expected(area, day, year)
    if counted_on is not None:  # in the first years the expected users are nearly those on record
        expected = {method: n for method, n in expected.items() if method in users}
    by: dict[Basis, Monthly] = {
        "consumption": use,
        "users": _for_users(commodities, users, use),
        "outlook": _for_users(commodities, expected, use),
    }
    lots = _usable_lots(sites, day)
    lines = tuple(
        _plan(one, {name: known[one.id] for name, known in by.items() if one.id in known}, lots.get(one.id, []), day,
              year, basis)
        for one in commodities
    )  # fmt: skip
    return Plan(area, day, year, basis, lines, counted_on, run)


def _plan(
    one: Commodity, monthly: Mapping[Basis, float], lots: list[tuple[int, date]], day: date, year: int, basis: Basis
) -> Planned:
    months: tuple[Month, ...] = ()
    if basis in monthly:
        made = plan_months(one, monthly[basis], lots, day, date(year, 12, 31))
        months = tuple(each for each in made if each.first.year == year)
    price = city_pack().sources[one.price.source]
    return Planned(one, monthly, sum(units for units, _ in lots), months, price.kind == "own")


def _usable_lots(sites: Collection[Site], day: date) -> dict[str, list[tuple[int, date]]]:
    """Units and last day of use of what these sites have or is under way to them, by commodity."""
    found: dict[str, list[tuple[int, date]]] = {}
    for one in Balance.objects.filter(site__in=sites, quantity__gt=0).select_related("lot"):
        if is_usable(one.lot, day):
            found.setdefault(one.lot.commodity, []).append((one.quantity, one.lot.expires_on))
    return found


def _users(area: str, day: date) -> tuple[dict[str, float], date | None]:
    """Users of each method, and of which day; none where nothing was published, nor where a number is hidden."""
    if level_of(area) not in ("city", "county"):
        return {}, None
    try:
        found, on = _count_users(day)
    except ShidaiError:
        return {}, None
    return shown_users(found, area), on


def _count_users(day: date) -> tuple[dict[str, dict[str, int]], date]:
    """Users by county and method."""
    with Records.open(Path(settings.DATA) / "records") as records:
        on = min(day, records.manifest.cutoff)
        return users_on(records, on, CODE_LENGTH["county"]), on


def shown_users(counted: Mapping[str, Mapping[str, int]], area: str) -> dict[str, float]:
    """What a plan may tell of the users of each method in an area, the city or a county.

    counted: by county and method. Besides the small ones so many others are hidden, the same on every plan, that no
    reader has one by subtracting counties from the city, or methods from all users, who are published.
    """
    rule, city = city_pack().disclosure, area[: CODE_LENGTH["city"]]
    places = sorted(one for one in counted if one.startswith(city))
    if area not in (city, *places):
        return {}
    methods = sorted({one.id for one in city_pack().methods} | {one for by in counted.values() for one in by})
    counts = np.zeros((1, len(methods) + 1, len(places) + 1))  # the last of each is the sum of those before it
    counts[0, :-1, :-1] = [[counted.get(place, {}).get(method, 0) for place in places] for method in methods]
    counts[0, :, -1] = counts[0].sum(1)
    counts[0, -1] = counts[0].sum(0)
    hidden = small_counts(counts, rule.shows)
    if rule.secondary:
        by_method, by_place = ([(size, tuple(range(size)))] for size in (len(methods), len(places)))
        suppress_secondary(counts, hidden, AreaTree(()), by_method, by_place, Doubt(1 if rule.zero_shown else 0, 1))
    at = len(places) if area == city else places.index(area)
    return {one: float(counts[0, row, at]) for row, one in enumerate(methods) if not hidden[0, row, at]}


def _expected(area: str, day: date, year: int) -> tuple[dict[str, float], RunHead | None]:
    """Users of each method whom the newest kept outlook expects in a year."""
    from shidai.indicators.outlook.stored import KeptRun, latest_run  # projections and Ibis: slow to import

    pack, folder = city_pack(), Path(settings.DATA) / "outlook"
    last = day.year if (day.month, day.day) == (12, 31) else day.year - 1
    head = latest_run(folder, pack, last)
    asked = [one.id for one in pack.consequences.values() if one.of == "method"]
    if head is None or not asked:
        return {}, None
    run, found = KeptRun.read(folder / head.id), {}
    for method in (one.id for one in pack.methods):
        for each in run.need(area, f"{asked[0]}.{method}"):
            if each.year == year and each.median is not None:
                found[method] = each.median
    return found, head


def _for_users(commodities: Sequence[Commodity], users: Mapping[str, float], use: Monthly) -> dict[str, float]:
    """Units a month for the users of each commodity's method; commodities of one method share them as they are used."""
    found = {}
    for one in commodities:
        if one.method is None or one.method not in users:
            continue
        same = [other for other in commodities if other.method == one.method]
        total = sum(use.get(other.id, 0.0) for other in same)
        share = use.get(one.id, 0.0) / total if total else 1 / len(same)
        found[one.id] = units_for_users(one, users[one.method] * share, 1)
    return found


def _not_planned(year: int, day: date) -> ShidaiError:
    first, last = years_planned(day)
    return ShidaiError(
        problem(
            "year",
            zh=f"不能为{year}年编制计划。",
            en=f"No plan can be made for {year}.",
            mend_zh=f"可编制{first}年或{last}年的计划。" if first != last else f"可编制{first}年的计划。",
            mend_en=f"Choose {first} or {last}." if first != last else f"Choose {first}.",
        )
    )


def plan_rows(made: Plan) -> list[dict[str, Any]]:
    """A row for each commodity and month; units are rounded to two decimals, money is fen."""
    return [
        {
            "area": made.area, "commodity": one.commodity.id, "name": one.commodity.title.zh,
            "month": f"{month.first:%Y-%m}", "basis": made.basis, "forecast": round(month.forecast, 2),
            "from_stock": round(month.from_stock, 2), "expires_unused": round(month.expires, 2),
            "to_buy": month.to_buy, "packs": month.packs, "price_fen": one.commodity.price.fen, "fen": month.fen,
            "stock_at_end": round(month.at_end, 2),
        }
        for one in made.lines for month in one.months
    ]  # fmt: skip
