"""Handing out, with a card, a resident number, a person's page or without a name; and taking an entry back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from shidai.core.access import Scope
from shidai.core.refusing import refuse_future
from shidai.core.written import once
from shidai.packs.schema.commodity import Commodity
from shidai.registry.queries import get_person
from shidai.supply import refusals
from shidai.supply.actions.moving import tell_act
from shidai.supply.finding import Identified, find_commodity, find_site, identified, identify, of_person
from shidai.supply.ledger import (
    PEOPLE,
    Line,
    choose_lots,
    draft,
    find_entry,
    lock_balances,
    post,
    refuse_other_units,
    shelf_of,
    transit_to,
)
from shidai.supply.models import Movement, Site, StockEntry
from shidai.supply.taking import lock_taker, taken_by

Deed = StockEntry.Deed
_REVERSIBLE = (Deed.RECEIPT, Deed.TRANSFER, Deed.HANDOUT, Deed.LOSS, Deed.EXPIRY, Deed.COUNT)


@once
def hand_out(
    *, by: Scope, site: str, commodity: str, quantity: int, day: date, who: str = "", person: UUID | None = None,
    channel: str = "desk", recorded_at: datetime | None = None, id: UUID | None = None,
) -> StockEntry:  # fmt: skip
    """Hand out so many units, first expired first out.

    who: a card's number or QR code, or a resident number; person: somebody whose page the writer has open; neither:
    without a name, as far as the pack allows it. Raises ShidaiError for an unknown or ended card, one of somebody else
    than the person, more than the allowance, what only a nurse gives, and when there isn't enough that is usable.
    """
    refuse_future(day)
    found = find_site(by, site, "supply.dispense", day)
    known = find_entry(id, deed=Deed.HANDOUT, site_id=found.pk)
    if known is not None:
        refuse_other_units(known, {commodity: quantity})
        return known
    chosen = find_commodity(commodity, day)
    taker = _taker(by, who, person)
    _refuse_kind(by, found, chosen, taker, quantity)
    if taker is not None:
        left = chosen.left_of(taken_by(taker.person, chosen, day, lock=True))
        if left is not None and quantity > left:
            raise refusals.over_allowance(chosen, left)
    lines = choose_lots(found, {chosen.id: (chosen, quantity)}, day, target=PEOPLE)
    entry = draft(
        by.username, Deed.HANDOUT, found, day, id, channel=Site.Kind.MACHINE if found.kind == "machine" else channel,
        person_id=taker.person if taker else None, card=taker.card if taker else None, recorded_at=recorded_at,
    )  # fmt: skip
    return tell_act(by, "stock.handout", post(entry, lines, {shelf_of(found): found}), lines)


def hold_for(*, site: str, commodities: Collection[str], person: int) -> None:
    """Lock at once what several hand-outs of one act will change: after the first of them the log is locked."""
    lock_taker(person)
    lock_balances(f"site:{site}", commodities=commodities)


def _taker(by: Scope, who: str, person: UUID | None) -> Identified | None:
    if person is not None:
        found = get_person(by, person)
        if found is None:
            raise refusals.card_not_known()
        return of_person(identified(found), who)
    return identify(who) if who.strip() else None


def _refuse_kind(by: Scope, site: Site, commodity: Commodity, taker: Identified | None, quantity: int) -> None:
    if commodity.by_nurse and (site.kind == Site.Kind.MACHINE or not by.allows("service.record", site.area)):
        raise refusals.only_by_nurse(commodity)
    if taker is None and (commodity.anonymous_most is None or quantity > commodity.anonymous_most):
        raise refusals.not_without_name(commodity)


@once
def reverse_entry(*, by: Scope, entry: UUID, reason: str, day: date, id: UUID | None = None) -> StockEntry:
    """Take back an entry that was typed wrongly: its movements are carried the other way.

    Raises ShidaiError without a reason, before the day of the entry, at a site that has closed, for an entry that was
    reversed or whose goods arrived, and when what came in by it has gone out since.
    """
    refuse_future(day)
    old = StockEntry.objects.select_for_update(of=("self",)).select_related("site", "other").filter(uuid=entry).first()
    if old is None or old.deed not in _REVERSIBLE:
        raise refusals.no_entry()
    site = find_site(by, old.site.code, "supply.dispense" if old.deed == Deed.HANDOUT else "supply.keep", day)
    if not reason.strip():
        raise refusals.without_reason()
    known = find_entry(id, deed=Deed.REVERSAL, reverses_id=old.pk)
    if known is not None:
        return known
    if StockEntry.objects.filter(Q(reverses=old) | Q(arrives=old)).exists():
        raise refusals.no_entry()
    if day < old.day:
        raise refusals.too_early(old.day)
    moved = Movement.objects.filter(entry=old).select_related("lot")
    lines = [Line(one.lot, one.quantity, one.target, one.source) for one in moved]
    sites = {shelf_of(site): site} | ({transit_to(old.other): old.other} if old.other is not None else {})
    made = draft(by.username, Deed.REVERSAL, site, day, id, reverses=old, reason=reason.strip())
    return tell_act(by, "stock.reversal", post(made, lines, sites), lines)
