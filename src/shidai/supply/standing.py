"""How a site stands with a commodity on a day: what it has, uses, gets, and should ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import Count, Sum

from shidai.packs.schema.commodity import Commodity
from shidai.rules.periods import months_later
from shidai.supply.forecast import Use, chance_of, monthly_use, months_of_stock, units_to_ask, usable_units
from shidai.supply.ledger import COUNTED, EXPIRED, LOST, PEOPLE, SUPPLIER, shelf_of, transit_to, usable_at
from shidai.supply.models import Balance, Lot, Movement, Requisition, RequisitionStep, Site, StockEntry

Deed = StockEntry.Deed
_NO_USE = frozenset({SUPPLIER, LOST, EXPIRED, COUNTED})


@dataclass(frozen=True, slots=True)
class OnShelf:
    """A lot on a shelf: how much, and what is to be known of it."""

    lot: Lot
    quantity: int
    expired: bool
    expiring: bool
    recalled: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A site and a commodity. monthly, months: None where nothing is known. chance: of the last month's use."""

    commodity: Commodity
    lots: tuple[OnShelf, ...]
    monthly: float | None
    usable: float
    months: float | None
    coming: int
    to_ask: int
    chance: float

    @property
    def on_shelf(self) -> int:
        return sum(one.quantity for one in self.lots)

    @property
    def good(self) -> int:
        """Units that may be handed out today."""
        return sum(one.quantity for one in self.lots if not one.expired and not one.recalled)

    @property
    def expiring(self) -> int:
        return sum(one.quantity for one in self.lots if one.expiring and not one.recalled)

    @property
    def to_write_off(self) -> int:
        return self.on_shelf - self.good

    @property
    def is_out(self) -> bool:
        return not self.good and bool(self.monthly)

    @property
    def is_low(self) -> bool:
        return self.months is not None and self.months < self.commodity.reorder.least_months

    @property
    def is_odd(self) -> bool:
        return self.chance < self.commodity.odd_level


def standings(site: Site, commodities: Iterable[Commodity], on: date) -> list[Standing]:
    """How a site stands with each of these commodities on a day."""
    chosen, held = list(commodities), _held(site)
    months = max((one.reorder.look_back_months for one in chosen), default=0)
    moved = _moves(site, months_later(on, -months))
    coming = _coming(site)
    return [_stand(one, held.get(one.id, []), moved.get(one.id, []), coming.get(one.id, 0), on) for one in chosen]


def available_of(site: Site, commodity: str, on: date) -> int:
    """Usable units on a site's shelf that no approved requisition is to be sent from."""
    promised = RequisitionStep.objects.filter(
        deed="approved", requisition__supplier=site, requisition__commodity=commodity
    ).exclude(requisition__steps__deed__in=("refused", "withdrawn", "sent"))
    return max(0, usable_at(site, on).get(commodity, 0) - sum(promised.values_list("quantity", flat=True)))


def consumption(sites: Sequence[Site], commodities: Sequence[Commodity], on: date) -> dict[str, float]:
    """What these sites together hand out in a month of having stock, by commodity; what is unknown is left out."""
    longest = max((one.reorder.look_back_months for one in commodities), default=0)
    moves = _handed_out(sites, months_later(on, -longest))
    held: defaultdict[tuple[int, str], int] = defaultdict(int)
    for one in Balance.objects.filter(account__in=[shelf_of(site) for site in sites]).select_related("lot"):
        held[one.site_id, one.lot.commodity] += one.quantity
    found: dict[str, float] = {}
    for site, commodity in ((site, commodity) for commodity in commodities for site in sites):
        key = (site.pk, commodity.id)
        if key not in moves and not held[key]:
            continue
        edges = [months_later(on, -back) for back in range(commodity.reorder.look_back_months, -1, -1)]
        used = monthly_use(_uses(moves.get(key, []), edges, held[key]))
        if used is not None:
            found[commodity.id] = found.get(commodity.id, 0.0) + used
    return found


def _handed_out(sites: Sequence[Site], since: date) -> dict[tuple[int, str], list[_Move]]:
    """As `_moves`, at once for many sites; only what went to people is use, since what a store sends is used later."""
    shelves = {one.pk: shelf_of(one) for one in sites}
    real = Movement.objects.filter(entry__site__in=shelves, entry__day__gt=since, entry__reversal=None).exclude(
        entry__deed=Deed.REVERSAL
    )
    rows = real.values_list("entry__site", "lot__commodity", "entry__day", "source", "target")
    found: defaultdict[tuple[int, str], list[_Move]] = defaultdict(list)
    for site, commodity, day, source, target, units, moves in rows.annotate(Sum("quantity"), Count("pk")).order_by():
        sign = (target == shelves[site]) - (source == shelves[site])
        used = target == PEOPLE
        found[site, commodity].append(_Move(day, sign * units, units * used, moves * used))
    return found


def on_shelf(site: Site, commodities: Iterable[Commodity], on: date) -> list[OnShelf]:
    """The lots of these commodities on a site's shelf, first expired first within each."""
    held = _held(site)
    return [lot for one in commodities for lot in _lots(one, held.get(one.id, []), on)]


def propose(site: Site, commodity: Commodity, on: date) -> int:
    """What a site should ask for of a commodity on a day, by its records."""
    return standings(site, [commodity], on)[0].to_ask


def _held(site: Site) -> dict[str, list[Balance]]:
    found: defaultdict[str, list[Balance]] = defaultdict(list)
    for one in Balance.objects.filter(account=shelf_of(site), quantity__gt=0).select_related("lot"):
        found[one.lot.commodity].append(one)
    return found


@dataclass(frozen=True, slots=True)
class _Move:
    """Units that came to a shelf on a day (below nought: went); whether they were used, by how many hand-outs."""

    day: date
    units: int
    used: int
    handouts: int


def _moves(site: Site, since: date) -> dict[str, list[_Move]]:
    """What came and went at a site's shelf after a day, by commodity and day. What was reversed never was."""
    shelf, found = shelf_of(site), defaultdict(list)
    real = Movement.objects.filter(entry__site=site, entry__day__gt=since, entry__reversal=None).exclude(
        entry__deed=Deed.REVERSAL
    )
    rows = real.values_list("lot__commodity", "entry__day", "entry__deed", "source", "target")
    for commodity, day, deed, source, target, units, moves in rows.annotate(Sum("quantity"), Count("pk")).order_by():
        sign = (target == shelf) - (source == shelf)
        if not sign:
            continue
        is_use = sign < 0 and target not in _NO_USE
        found[commodity].append(_Move(day, sign * units, units if is_use else 0, moves if deed == Deed.HANDOUT else 0))
    return found


def _coming(site: Site) -> dict[str, int]:
    """Units under way to a site, and asked for (or approved, then so many) but neither sent nor refused."""
    found: defaultdict[str, int] = defaultdict(int)
    for one in Balance.objects.filter(account=transit_to(site), quantity__gt=0).select_related("lot"):
        found[one.lot.commodity] += one.quantity
    asked = Requisition.objects.filter(site=site).exclude(steps__deed__in=("refused", "withdrawn", "sent"))
    approved = dict(
        RequisitionStep.objects.filter(requisition__in=asked, deed="approved").values_list("requisition", "quantity")
    )
    for pk, commodity, quantity in asked.values_list("pk", "commodity", "quantity"):
        found[commodity] += approved.get(pk, quantity)
    return found


def _stand(commodity: Commodity, held: list[Balance], moves: list[_Move], coming: int, on: date) -> Standing:
    months = commodity.reorder.look_back_months
    lots = _lots(commodity, held, on)
    edges = [months_later(on, -back) for back in range(months, -1, -1)]
    past = _uses(moves, edges, sum(one.quantity for one in held))
    monthly = monthly_use(past)
    good = [
        ((one.quantity), (one.lot.expires_on - on).days + 1) for one in lots if not one.expired and not one.recalled
    ]
    usable = usable_units(good, monthly) if monthly else float(sum(units for units, _ in good))
    return Standing(
        commodity, tuple(lots), monthly, usable, months_of_stock(usable, monthly), coming,
        units_to_ask(monthly, usable, coming, commodity.reorder, commodity.pack_size), chance_of(past[-1], past[:-1]),
    )  # fmt: skip


def _lots(commodity: Commodity, held: list[Balance], on: date) -> list[OnShelf]:
    return [_on_shelf(one, commodity, on) for one in sorted(held, key=lambda one: (one.lot.expires_on, one.lot_id))]


def _on_shelf(one: Balance, commodity: Commodity, on: date) -> OnShelf:
    left = (one.lot.expires_on - on).days
    return OnShelf(one.lot, one.quantity, left < 0, 0 <= left < commodity.expiring_days, one.lot.recalled)


def _uses(moves: list[_Move], edges: list[date], now: int) -> list[Use]:
    """Use between the edges, (start, end]; a day is in stock when the shelf held something as it began or ended.

    now: what the shelf holds after all moves; what it held before them is reckoned back from it.
    """
    by_day: defaultdict[date, list[_Move]] = defaultdict(list)
    for one in moves:
        by_day[one.day].append(one)
    level = now - sum(one.units for one in moves if one.day > edges[0])
    uses = []
    for start, end in pairwise(edges):
        units = handouts = stocked = 0
        for ahead in range(1, (end - start).days + 1):
            today = by_day.get(start + timedelta(days=ahead), [])
            before, level = level, level + sum(one.units for one in today)
            stocked += before > 0 or level > 0
            units += sum(one.used for one in today)
            handouts += sum(one.handouts for one in today)
        uses.append(Use(max(0, units), max(0, handouts), (end - start).days, stocked))
    return uses
