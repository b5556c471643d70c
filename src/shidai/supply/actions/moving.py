"""Goods that come, go, arrive, are lost, expire, and are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from shidai.core import audit
from shidai.core.access import Scope
from shidai.core.actions import mark_changed
from shidai.core.refusing import refuse_future
from shidai.core.written import once
from shidai.supply import refusals
from shidai.supply.finding import find_commodity, find_lot, find_site, is_open, lot_number
from shidai.supply.ledger import (
    COUNTED,
    EXPIRED,
    LOST,
    SUPPLIER,
    Line,
    choose_lots,
    draft,
    find_entry,
    is_usable,
    lock_balances,
    lock_lot,
    partition_of,
    post,
    refuse_other_units,
    shelf_of,
    transit_to,
)
from shidai.supply.models import Balance, Lot, Movement, Site, StockEntry

Deed = StockEntry.Deed


@dataclass(frozen=True, slots=True)
class Received:
    """A line of a delivery note."""

    commodity: str
    lot: str
    expires_on: date
    quantity: int
    gtin: str = ""


@once
def receive(
    *, by: Scope, site: str, lines: Sequence[Received], day: date, reference: str = "", id: UUID | None = None
) -> StockEntry:
    """Goods come in from a supplier outside. reference: of the delivery note.

    Raises ShidaiError for a lot that has expired, was recalled, or is known with another day of expiry.
    """
    found = _open_site(by, site, day)
    known = find_entry(id, deed=Deed.RECEIPT, site_id=found.pk)
    if known is not None:
        units = Counter[str]()
        for one in lines:
            units[one.commodity] += one.quantity
        refuse_other_units(known, units)
        return known
    shelf = shelf_of(found)
    moved = [Line(_lot_of(one, day), one.quantity, SUPPLIER, shelf) for one in lines]
    if not moved or any(one.quantity <= 0 for one in lines):
        raise refusals.nothing()
    entry = post(draft(by.username, Deed.RECEIPT, found, day, id, reference=reference), moved, {shelf: found})
    return tell_act(by, "stock.receipt", entry, moved)


def _lot_of(line: Received, day: date) -> Lot:
    if line.expires_on < day:
        raise refusals.expired(line.lot, line.expires_on)
    lot = _known_lot(line, day)
    if lot.recalled:
        raise refusals.recalled(lot)
    return lot


def _known_lot(line: Received, day: date) -> Lot:
    """The lot of a line, whether it was known or not; a lot has one day of expiry."""
    find_commodity(line.commodity, day)
    lot, _ = Lot.objects.get_or_create(
        commodity=line.commodity,
        number=lot_number(line.lot),
        defaults={"expires_on": line.expires_on, "gtin": line.gtin},
    )
    if lot.expires_on != line.expires_on:
        raise refusals.other_expiry(lot)
    return lot


@once
def send(
    *, by: Scope, site: str, to: str, quantities: Mapping[str, int], day: date, reference: str = "",
    id: UUID | None = None,
) -> StockEntry:  # fmt: skip
    """Send goods to another site, first expired first out: they are under way until it says that they came.

    quantities: by commodity's id. Raises ShidaiError when what is usable doesn't suffice.
    """
    found, other = _open_site(by, site, day), Site.objects.select_for_update(no_key=True).filter(code=to).first()
    if other is None or other == found:
        raise refusals.no_site(to, "to")
    known = find_entry(id, deed=Deed.TRANSFER, site_id=found.pk, other_id=other.pk)
    if known is not None:
        refuse_other_units(known, quantities)
        return known
    if not is_open(other, day):
        raise refusals.no_site(to, "to")
    wanted = {one: (find_commodity(one, day), quantity) for one, quantity in quantities.items()}
    transit = transit_to(other)
    lines = choose_lots(found, wanted, day, target=transit)
    entry = draft(by.username, Deed.TRANSFER, found, day, id, other=other, reference=reference)
    return tell_act(by, "stock.transfer", post(entry, lines, {shelf_of(found): found, transit: other}), lines)


@once
def record_arrival(
    *, by: Scope, transfer: UUID, received: Mapping[int, int] | None = None, reason: str = "", day: date,
    id: UUID | None = None,
) -> StockEntry:  # fmt: skip
    """What was sent has come. received: by lot's row number, where less came than was sent: the rest is lost.

    Raises ShidaiError without a reason for what is missing, for more than was sent, and for what came already.
    """
    refuse_future(day)
    sent = StockEntry.objects.select_for_update(of=("self",)).filter(uuid=transfer, deed=Deed.TRANSFER).first()
    if sent is None or sent.other is None:
        raise refusals.no_entry()
    site = find_site(by, sent.other.code, "supply.keep", day)
    known = find_entry(id, deed=Deed.ARRIVAL, arrives_id=sent.pk)
    if known is not None:
        return known
    if day < sent.day:
        raise refusals.too_early(sent.day)
    if StockEntry.objects.filter(arrives=sent).exists() or hasattr(sent, "reversal"):
        raise refusals.no_entry()
    lines = []
    transit, shelf = transit_to(site), shelf_of(site)
    for one in Movement.objects.filter(entry=sent).select_related("lot"):
        came = one.quantity if received is None else received.get(one.lot_id, 0)
        if not 0 <= came <= one.quantity:
            raise refusals.too_little_of(one.lot, one.quantity, f"lot_{one.lot_id}")
        if came < one.quantity and not reason.strip():
            raise refusals.without_reason()
        lines += [Line(one.lot, came, transit, shelf)] if came else []
        lines += [Line(one.lot, one.quantity - came, transit, LOST)] if came < one.quantity else []
    entry = draft(by.username, Deed.ARRIVAL, site, day, id, arrives=sent, reason=reason.strip())
    return tell_act(by, "stock.arrival", post(entry, lines, {transit: site, shelf: site}), lines)


@once
def record_loss(
    *, by: Scope, site: str, commodity: str, lot: str, quantity: int, reason: str, day: date, id: UUID | None = None
) -> StockEntry:
    """Something broke, was stolen or is missing. Raises ShidaiError without a reason, and for more than there is."""
    found = _open_site(by, site, day)
    if not reason.strip():
        raise refusals.without_reason()
    known = find_entry(id, deed=Deed.LOSS, site_id=found.pk)
    if known is not None:
        refuse_other_units(known, {commodity: quantity})
        return known
    lines = [_line_of(found, find_lot(commodity, lot), quantity, LOST)]
    entry = draft(by.username, Deed.LOSS, found, day, id, reason=reason.strip())
    return tell_act(by, "stock.loss", post(entry, lines, {shelf_of(found): found}), lines)


@once
def record_surplus(
    *, by: Scope, site: str, line: Received, reason: str, day: date, id: UUID | None = None
) -> StockEntry:
    """Units that stand on the shelf of a lot of which the book has none here: found in a stock-take.

    Also of an expired or recalled lot, so that it can be written off. Raises ShidaiError without a reason, for a lot
    that is on the book here (it is counted), and for one that is known with another day of expiry.
    """
    found = _open_site(by, site, day)
    if not reason.strip():
        raise refusals.without_reason()
    if line.quantity <= 0:
        raise refusals.nothing()
    lot, shelf = lock_lot(_known_lot(line, day)), shelf_of(found)  # what isn't on the book has no balance to lock
    known = find_entry(id, deed=Deed.COUNT, site_id=found.pk)
    if known is not None:
        refuse_other_units(known, {line.commodity: line.quantity})
        return known
    held = lock_balances(shelf, lots=[lot.pk])
    if held:
        raise refusals.on_the_book(lot, held[0].quantity)
    lines = [Line(lot, line.quantity, COUNTED, shelf)]
    entry = draft(by.username, Deed.COUNT, found, day, id, reason=reason.strip())
    return tell_act(by, "stock.surplus", post(entry, lines, {shelf: found}), lines)


@once
def write_off(
    *, by: Scope, site: str, commodity: str, lot: str, day: date, reason: str = "", id: UUID | None = None
) -> StockEntry:
    """Take all of an expired or recalled lot from the shelf. Raises ShidaiError for a lot that is neither."""
    found = _open_site(by, site, day)
    known = find_entry(id, deed=Deed.EXPIRY, site_id=found.pk)
    if known is not None:
        return known
    chosen = find_lot(commodity, lot)
    if is_usable(chosen, day):
        raise refusals.not_expired(chosen)
    held = lock_balances(shelf_of(found), lots=[chosen.pk])
    if not held:
        raise refusals.no_lot(lot)
    lines = [_line_of(found, chosen, held[0].quantity, EXPIRED)]
    entry = draft(by.username, Deed.EXPIRY, found, day, id, reason=reason.strip())
    return tell_act(by, "stock.expiry", post(entry, lines, {shelf_of(found): found}), lines)


@once
def count_stock(
    *, by: Scope, site: str, counted: Mapping[int, int], mark: str, reason: str = "", day: date, id: UUID | None = None
) -> StockEntry:
    """A stock-take: what stands on the shelf, by lot's row number; the book follows, and the difference is told.

    mark: `book_mark` of the book when the counting began. Raises ShidaiError when the book has moved since, and
    without a reason for a difference.
    """
    found = _open_site(by, site, day)
    known = find_entry(id, deed=Deed.COUNT, site_id=found.pk)
    if known is not None:
        return known
    shelf = shelf_of(found)
    held = {one.lot_id: one for one in lock_balances(shelf)}
    if mark != book_mark(list(held.values())):
        raise refusals.book_moved(found)
    lines = []
    for lot, quantity in sorted(counted.items()):
        one = held.get(lot)
        if one is None or quantity < 0:
            raise refusals.no_lot(str(lot)) if one is None else refusals.nothing()
        missing = one.quantity - quantity
        if missing:
            lines.append(Line(one.lot, abs(missing), *((shelf, COUNTED) if missing > 0 else (COUNTED, shelf))))
    if lines and not reason.strip():
        raise refusals.without_reason()
    entry = draft(by.username, Deed.COUNT, found, day, id, reason=reason.strip())
    return tell_act(by, "stock.count", post(entry, lines, {shelf: found}), lines)


def book_mark(held: Sequence[Balance]) -> str:
    """A mark of a shelf's book: another one as soon as any quantity moves."""
    told = ";".join(f"{one.lot_id}:{one.quantity}" for one in sorted(held, key=lambda one: one.lot_id) if one.quantity)
    return sha256(told.encode()).hexdigest()[:16]


def _open_site(by: Scope, code: str, day: date) -> Site:
    refuse_future(day)
    return find_site(by, code, "supply.keep", day)


def _line_of(site: Site, lot: Lot, quantity: int, target: str) -> Line:
    if quantity <= 0:
        raise refusals.nothing()
    return Line(lot, quantity, shelf_of(site), target)


def tell_act(by: Scope, deed: str, entry: StockEntry, lines: Sequence[Line]) -> StockEntry:
    """The last steps of every act: the county is extracted anew, the log knows."""
    site = entry.site
    mark_changed({partition_of(one.area) for one in (site, entry.other) if one is not None})
    audit.record(by, deed, f"site:{site.code}", area=site.area, units=sum(one.quantity for one in lines))
    return entry
