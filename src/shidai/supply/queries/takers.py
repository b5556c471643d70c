"""Whoever takes something: at a dispensing point without a name, and on her own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.packs.schema.commodity import Commodity
from shidai.registry.citypack import city_pack
from shidai.registry.queries import all_merged_into, get_person, has_died
from shidai.supply import refusals
from shidai.supply.finding import Identified, find_site, identified
from shidai.supply.ledger import usable_at
from shidai.supply.limits import read_number
from shidai.supply.models import Card, Movement, Site, StockEntry
from shidai.supply.taking import taken_by


@dataclass(frozen=True, slots=True)
class Offered:
    """A commodity at a site: what of it may be handed out today, and how much this person may still have."""

    commodity: Commodity
    good: int
    left: int | None

    @property
    def most(self) -> int:
        return self.good if self.left is None else min(self.good, self.left)


@dataclass(frozen=True, slots=True)
class Serving:
    """What a dispensing point shows: no name. known: whether a card or number was read."""

    site: Site
    known: bool
    sex: int | None
    birth: date | None
    card: str
    offered: tuple[Offered, ...]


def serving(scope: Scope, code: str, who: str, on: date, person: UUID | None = None) -> Serving:
    """What may be handed out at a site, to whom a card or number leads. A look at a card is logged, and a try.

    person: somebody of the reader's areas whose page is open, with or without a card. Raises ShidaiError for a card or
    number that leads to nobody or to somebody else, a card that has ended, and after too many numbers.
    """
    site = find_site(scope, code, "supply.dispense", on)
    opened = _opened(scope, person) if person is not None else None
    taker = read_number(scope, site, who) if who.strip() else opened
    if opened is not None and taker is not None and taker.person != opened.person:
        raise refusals.card_of_another()
    nurse = scope.allows("service.record", site.area) and site.kind != Site.Kind.MACHINE
    offered = []
    good = usable_at(site, on)
    for commodity in city_pack().in_force(on).commodities.values():
        if (commodity.by_nurse and not nurse) or (taker is None and not commodity.anonymous):
            continue
        left = commodity.anonymous_most if taker is None else commodity.left_of(taken_by(taker.person, commodity, on))
        offered.append(Offered(commodity, good.get(commodity.id, 0), left))
    return Serving(
        site, taker is not None, taker.sex if taker else None, taker.birth if taker else None,
        taker.card.number if taker and taker.card else "", tuple(offered),
    )  # fmt: skip


def _opened(scope: Scope, person: UUID) -> Identified:
    """Whose page is open; the look is logged. Raises ShidaiError for nobody of the reader's areas, and who died."""
    found = get_person(scope, person)
    taker = identified(found) if found is not None and not has_died(found.pk) else None
    if taker is None or not any(scope.allows("supply.dispense", area) for area in taker.areas):
        raise refusals.not_open()
    audit.record(scope, "service.read", f"person:{person}", area=taker.areas[0], count=1)
    return taker


@dataclass(frozen=True, slots=True)
class CardLine:
    number: str
    uuid: UUID
    since: date
    ended: str


@dataclass(frozen=True, slots=True)
class PersonSupply:
    """A person's cards and what she was handed out, newest first; hand-outs only for who may see results."""

    name: str
    cards: tuple[CardLine, ...]
    handouts: tuple[tuple[StockEntry, str, int], ...]  # entry, commodity, units
    may_issue: bool


def person_supply(scope: Scope, person: UUID) -> PersonSupply | None:
    """What supply knows of somebody of the reader's areas; None elsewhere. A look at hand-outs is logged."""
    require(scope, "supply.dispense")
    found = get_person(scope, person)
    areas = [area for area in (found.living_area, found.registered_area) if area] if found is not None else []
    if found is None or not any(scope.allows("supply.dispense", area) for area in areas):
        return None
    records = {found.pk, *all_merged_into([found.pk])}
    cards = Card.objects.filter(person__in=records).select_related("end").order_by("-pk")
    handouts: list[tuple[StockEntry, str, int]] = []
    if any(scope.allows("service.record", area) for area in areas):
        moved = Movement.objects.filter(entry__person__in=records, entry__reversal=None)
        newest = moved.select_related("entry__site", "lot").order_by("-entry__day", "-pk")
        handouts = [(one.entry, one.lot.commodity, one.quantity) for one in newest]
    if handouts:
        audit.record(scope, "service.read", f"person:{person}", area=areas[0], count=len(handouts))
    lines = [CardLine(one.number, one.uuid, one.day, one.end.reason if hasattr(one, "end") else "") for one in cards]
    return PersonSupply(found.name, tuple(lines), tuple(handouts), True)
