"""The stock ledger: entries with movements between accounts, and balances that are locked before they are changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, F, IntegerField, Q, Sum, When
from django.utils import timezone

from shidai.core.ids import new_id
from shidai.core.refusing import refuse_other
from shidai.core.tree import OUTSIDE as OTHER
from shidai.core.tree import county_of, level_of
from shidai.packs.schema.commodity import Commodity
from shidai.supply import refusals
from shidai.supply.models import Balance, Lot, Movement, Site, StockEntry

SUPPLIER, PEOPLE, LOST, EXPIRED, COUNTED = "supplier", "people", "lost", "expired", "counted"
OUTSIDE = frozenset({SUPPLIER, PEOPLE, LOST, EXPIRED, COUNTED})


def shelf_of(site: Site) -> str:
    return f"site:{site.code}"


def partition_of(area: str) -> str:
    """The partition of the record tables in which a site's movements lie; the city's own are with the outside."""
    county = county_of(area)
    return county if level_of(county) == "county" else OTHER


def transit_to(site: Site) -> str:
    return f"transit:{site.code}"


@dataclass(frozen=True, slots=True)
class Line:
    """A quantity of a lot from an account to another one. `site`: to whose balances the kept accounts belong."""

    lot: Lot
    quantity: int
    source: str
    target: str


def lock_balances(account: str, *, commodities: Collection[str] = (), lots: Collection[int] = ()) -> list[Balance]:
    """The balances of an account above nought, locked until the act ends, first expired first out."""
    wanted = Q(account=account)
    if commodities:
        wanted &= Q(lot__commodity__in=commodities)
    if lots:
        wanted &= Q(lot__in=lots)
    locked = Balance.objects.select_for_update(of=("self",)).filter(wanted).order_by("lot_id")
    held = [one for one in locked.select_related("lot") if one.quantity]
    return sorted(held, key=lambda one: (one.lot.expires_on, one.lot_id))


def lock_lot(lot: Lot) -> Lot:
    """The lot, locked until the act ends. Acts that merely move it needn't wait: they don't change it."""
    return Lot.objects.select_for_update(no_key=True).get(pk=lot.pk)


def choose_lots(site: Site, wanted: Mapping[str, tuple[Commodity, int]], on: date, *, target: str) -> list[Line]:
    """Usable lots on a site's shelf for some quantities, first expired first out, locked.

    wanted: by commodity's id. Raises ShidaiError when what is usable doesn't suffice.
    """
    if not wanted or any(quantity <= 0 for _, quantity in wanted.values()):
        raise refusals.nothing()
    shelf = shelf_of(site)
    held = [one for one in lock_balances(shelf, commodities=wanted) if is_usable(one.lot, on)]
    lines = []
    for id_, (commodity, quantity) in wanted.items():
        own = [(one, _free(one, on)) for one in held if one.lot.commodity == id_]
        left = quantity
        for one, free in own:
            taken = min(left, free)
            if taken:
                lines.append(Line(one.lot, taken, shelf, target))
                left -= taken
        if left:
            raise refusals.too_little(commodity, sum(free for _, free in own))
    return lines


def _free(one: Balance, on: date) -> int:
    """What may leave on a day: nothing leaves before it came, nor what has left since."""
    return max(0, min(one.quantity, lowest_since(one.account, one.lot, on))) if _is_past(on) else one.quantity


def is_usable(lot: Lot, on: date) -> bool:
    """Neither expired on the day nor recalled."""
    return lot.expires_on >= on and not lot.recalled


def usable_at(site: Site, on: date) -> dict[str, int]:
    """Units on a site's shelf that may be handed out on a day, by commodity."""
    usable: defaultdict[str, int] = defaultdict(int)
    for one in Balance.objects.filter(account=shelf_of(site), quantity__gt=0).select_related("lot"):
        usable[one.lot.commodity] += one.quantity if is_usable(one.lot, on) else 0
    return dict(usable)


def find_entry(id: UUID | None, **facts: Any) -> StockEntry | None:
    """What was recorded under this id before; refuses when it was something else."""
    known = StockEntry.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other(all(getattr(known, name) == value for name, value in facts.items()))
    return known


def refuse_other_units(known: StockEntry, units: Mapping[str, int]) -> None:
    """An id that was sent again stands for the same quantities by commodity; refuses otherwise."""
    moved = known.movements.values_list("lot__commodity").annotate(units=Sum("quantity")).order_by()
    refuse_other(dict(moved) == dict(units))


def post(entry: StockEntry, lines: Sequence[Line], sites: dict[str, Site]) -> StockEntry:
    """Write an entry and its movements and carry them to the balances; one transaction with the act around it.

    sites: by account, for shelves and transit. Balances are locked in one order, so that no two acts wait for each
    other in a circle. Raises ShidaiError when an account would fall below nought, now or, for an entry of a past day,
    on any day from then on.
    """
    entry.save(force_insert=True)
    Movement.objects.bulk_create(
        Movement(entry=entry, lot=line.lot, source=line.source, target=line.target, quantity=line.quantity)
        for line in lines
    )
    changes: defaultdict[tuple[str, int], int] = defaultdict(int)
    lots = {line.lot.pk: line.lot for line in lines}
    for line in lines:
        for account, sign in ((line.source, -1), (line.target, 1)):
            if account not in OUTSIDE:
                changes[account, line.lot.pk] += sign * line.quantity
    for (account, lot), change in sorted(changes.items()):
        _carry(account, lots[lot], change, sites[account])
        if change < 0 and _is_past(entry.day):
            lowest = lowest_since(account, lots[lot], entry.day)
            if lowest < 0:
                raise refusals.not_there_yet(lots[lot], entry.day, max(lowest - change, 0))
    return entry


def _is_past(day: date) -> bool:
    return day < timezone.localdate()


def lowest_since(account: str, lot: Lot, since: date) -> int:
    """The least that an account's book has of a lot at the end of a day or of any day after it."""
    moved = Movement.objects.filter(Q(source=account) | Q(target=account), lot=lot)
    signed = Case(When(target=account, then=F("quantity")), default=-F("quantity"), output_field=IntegerField())
    by_day = moved.order_by("entry__day").values_list("entry__day").annotate(units=Sum(signed))
    days = list(by_day)
    held: int = sum(units for day, units in days if day <= since)
    lowest = held
    for units in (units for day, units in days if day > since):
        held += units
        lowest = min(lowest, held)
    return lowest


def _carry(account: str, lot: Lot, change: int, site: Site) -> None:
    if change > 0:
        Balance.objects.get_or_create(account=account, lot=lot, defaults={"site": site})
    held = Balance.objects.filter(account=account, lot=lot)
    if change and not held.filter(quantity__gte=-change).update(quantity=F("quantity") + change):
        raise refusals.too_little_of(lot, next(iter(held.values_list("quantity", flat=True)), 0))


def draft(by: str, deed: StockEntry.Deed, site: Site, day: date, id: UUID | None, **more: Any) -> StockEntry:
    """An entry that isn't written yet."""
    recorded_at = more.pop("recorded_at", None)
    entry = StockEntry(uuid=id or new_id(), by=by, deed=deed, site=site, day=day, **more)
    if recorded_at is not None:
        entry.recorded_at = recorded_at
    return entry


@dataclass(frozen=True, slots=True)
class Imbalance:
    """An account and lot whose balance differs from the sum of its movements."""

    account: str
    lot: int
    kept: int
    moved: int


def find_imbalances() -> list[Imbalance]:
    """Every balance that isn't what its movements add up to, or is below nought; none in a sound ledger."""
    moved: defaultdict[tuple[str, int], int] = defaultdict(int)
    for side, sign in (("source", -1), ("target", 1)):
        for account, lot, total in Movement.objects.values_list(side, "lot").annotate(total=Sum("quantity")).order_by():
            moved[account, lot] += sign * total
    kept = {(one.account, one.lot_id): one.quantity for one in Balance.objects.all()}
    own = {*kept, *(each for each in moved if each[0] not in OUTSIDE)}
    return [
        Imbalance(*key, kept.get(key, 0), moved.get(key, 0))
        for key in sorted(own)
        if kept.get(key, 0) != moved.get(key, 0) or moved.get(key, 0) < 0
    ]
