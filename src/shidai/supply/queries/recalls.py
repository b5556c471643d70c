"""A recalled lot: every place where it is or was, and, for who may see results there, everybody who got it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Max, Q, Sum

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.registry.queries import people_by_number, survivors
from shidai.supply.finding import find_lot, lifts_recalls
from shidai.supply.ledger import PEOPLE, shelf_of
from shidai.supply.models import Balance, Lot, Movement, Recall, Site


@dataclass(frozen=True, slots=True)
class Place:
    """A site of the lot: what is on the shelf and under way, what was handed out, and to how many people by name."""

    site: Site
    on_shelf: int
    coming: int
    handed_out: int
    people: int
    without_name: int


@dataclass(frozen=True, slots=True)
class TakerLine:
    """Somebody who got something of the lot."""

    person: UUID
    name: str
    area: str
    units: int
    last: date


@dataclass(frozen=True, slots=True)
class RecallPage:
    """recalls: the newest first. takers: those whom the reader may see; hidden: how many more there are."""

    lot: Lot
    recalls: tuple[Recall, ...]
    may_lift: bool
    places: tuple[Place, ...]
    takers: tuple[TakerLine, ...]
    hidden: int


def recall_page(scope: Scope, commodity: str, number: str) -> RecallPage:
    """Where a lot is and whom it reached. The look at people is logged with their ids. Raises ShidaiError."""
    require(scope, "supply.read")
    lot = find_lot(commodity, number)
    handed = _handed_out(lot)
    held = list(Balance.objects.filter(lot=lot).select_related("site"))
    sites = {one.site_id: one.site for one in held}
    places = [_place(site, held, handed) for site in sorted(sites.values(), key=lambda one: one.code)]
    units, last = _by_person(handed)
    takers: list[TakerLine] = []
    if scope.allows("service.record"):
        for pk, one in people_by_number(scope, units).items():
            area = one.living_area or one.registered_area or ""
            if scope.allows("service.record", area):
                takers.append(TakerLine(one.uuid, one.name, area, units[pk], last[pk]))
    if takers:
        audit.record(
            scope, "supply.takers", f"lot:{commodity}/{number}", people=sorted(str(one.person) for one in takers)
        )
    seen = [one for one in places if scope.allows("supply.read", one.site.area)]
    recalls = lot.recalls.select_related("end").order_by("-pk")
    by_place = sorted(takers, key=lambda one: (one.area, one.name))
    return RecallPage(
        lot, tuple(recalls), lot.recalled and lifts_recalls(scope), tuple(seen), tuple(by_place),
        len(units) - len(takers),
    )  # fmt: skip


_Handed = list[tuple[int, int | None, int, date]]


def _handed_out(lot: Lot) -> _Handed:
    """Site, person, units and last day of what went to people and wasn't taken back."""
    rows = (
        Movement.objects.filter(Q(lot=lot, target=PEOPLE, entry__deed="handout", entry__reversal=None))
        .values_list("entry__site", "entry__person")
        .annotate(units=Sum("quantity"), last=Max("entry__day"))
        .order_by("entry__site", "entry__person")
    )
    found = [(site, person, int(units), last) for site, person, units, last in rows]
    kept = survivors({person for _, person, _, _ in found if person})
    return [(site, kept.get(person, person) if person else None, units, last) for site, person, units, last in found]


def _place(site: Site, held: list[Balance], handed: _Handed) -> Place:
    own = [one for one in held if one.site_id == site.pk]
    on_shelf = sum(one.quantity for one in own if one.account == shelf_of(site))
    given = [one for one in handed if one[0] == site.pk]
    return Place(
        site, on_shelf, sum(one.quantity for one in own) - on_shelf, sum(one[2] for one in given),
        len({one[1] for one in given if one[1]}), sum(one[2] for one in given if not one[1]),
    )  # fmt: skip


def _by_person(handed: _Handed) -> tuple[dict[int, int], dict[int, date]]:
    units: dict[int, int] = {}
    last: dict[int, date] = {}
    for _, person, count, day in handed:
        if person:
            units[person] = units.get(person, 0) + count
            last[person] = max(day, last.get(person, day))
    return units, last
