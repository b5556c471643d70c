"""Sites, what is on their shelves, and their book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet

from shidai.core.access import Scope, require, within
from shidai.packs.schema.area import CODE_LENGTH
from shidai.packs.schema.commodity import Commodity
from shidai.registry.citypack import city_pack
from shidai.supply import refusals
from shidai.supply.finding import is_open
from shidai.supply.ledger import is_usable, shelf_of
from shidai.supply.models import Balance, Site, StockEntry
from shidai.supply.standing import OnShelf, Standing, on_shelf, standings

BOOK_LINES = 30


def _in_scope(scope: Scope, area: str = "") -> QuerySet[Site]:
    require(scope, "supply.read", area) if area else require(scope, "supply.read")
    found = Site.objects.filter(within(scope.prefixes("supply.read"), "area"))
    return found.filter(within((area,), "area")) if area else found


def sites_of(scope: Scope, area: str, on: date) -> list[Site]:
    """The sites of an area that are open on a day, stores first, in the order of their areas."""
    open_ = Q(opened_on__lte=on) & (Q(closed_on=None) | Q(closed_on__gt=on))
    order = {kind: at for at, kind in enumerate(Site.Kind.values)}
    return sorted(_in_scope(scope, area).filter(open_), key=lambda one: (order[one.kind], one.area, one.code))


def dispensing_sites(scope: Scope, on: date) -> list[Site]:
    """Where the reader may hand out on a day, stations first; machines serve by themselves."""
    open_ = Q(opened_on__lte=on) & (Q(closed_on=None) | Q(closed_on__gt=on))
    own = Site.objects.filter(open_, within(scope.prefixes("supply.dispense"), "area"))
    return sorted(
        own.exclude(kind=Site.Kind.MACHINE), key=lambda one: (one.kind != Site.Kind.STATION, one.area, one.code)
    )


def find_open_site(code: str, on: date) -> Site:
    """A site that is open on a day; where it is and when is no secret. Raises ShidaiError."""
    site = Site.objects.filter(code=code).first()
    if site is None or not is_open(site, on):
        raise refusals.no_site(code)
    return site


def sites_that_see(near: str, on: date) -> list[Site]:
    """Stations and rooms of a person's county that are open on a day, those of her own township first."""
    county, township = (near[: CODE_LENGTH[level]] for level in ("county", "township"))
    here = Site.objects.filter(within((county,), "area"), kind__in=(Site.Kind.STATION, Site.Kind.ROOM))
    return sorted(
        (one for one in here if is_open(one, on)),
        key=lambda one: (not one.area.startswith(township), one.area, one.code),
    )


def receiving_sites(on: date, kind: str = "") -> list[Site]:
    """Sites of the whole city that see people and are open on a day, by area; where a site is and when is no secret.

    kind: 'station' or 'room' for those alone; any other is none of the city's kinds, and narrows nothing.
    """
    see = (Site.Kind.STATION, Site.Kind.ROOM)
    kinds = (kind,) if kind in see else see
    return [one for one in Site.objects.filter(kind__in=kinds).order_by("area", "code") if is_open(one, on)]


def office_near(area: str, on: date) -> Site | None:
    """The station that serves a village: its township's; None where none is open."""
    return next((one for one in sites_that_see(area, on) if one.kind == Site.Kind.STATION), None)


def site_of(scope: Scope, code: str) -> Site | None:
    """One site of the reader's areas with its supplier; None elsewhere."""
    return _in_scope(scope).select_related("supplier").filter(code=code).first()


def lots_at(scope: Scope, site: Site, on: date) -> list[OnShelf]:
    """The lots on a site's shelf, by commodity, first expired first."""
    require(scope, "supply.read", site.area)
    return on_shelf(site, _commodities_at(site, on), on)


@dataclass(frozen=True, slots=True)
class SitePage:
    """A site with how it stands, a page of its book, newest first, and what its reader may do there.

    later, earlier: the numbers of the book's pages beside it, None at its ends."""

    site: Site
    standings: tuple[Standing, ...]
    book: tuple[StockEntry, ...]
    later: int | None
    earlier: int | None
    may_keep: bool
    may_dispense: bool
    may_approve: bool


def site_page(scope: Scope, code: str, on: date, number: int = 1) -> SitePage | None:
    """One site of the reader's areas with a page of its book; None elsewhere."""
    site = site_of(scope, code)
    if site is None:
        return None
    commodities = _commodities_at(site, on)
    book = (
        StockEntry.objects.filter(site=site, day__lte=on)
        .select_related("site", "other", "reversal", "arrival", "arrives__site")
        .prefetch_related("movements__lot")
        .order_by("-day", "-pk")[(number - 1) * BOOK_LINES : number * BOOK_LINES + 1]
    )
    now = city_pack().in_force(on).commodities
    told = [one if one.commodity.id in now else replace(one, to_ask=0) for one in standings(site, commodities, on)]
    return SitePage(
        site, tuple(told), tuple(book)[:BOOK_LINES], number - 1 or None,
        number + 1 if len(book) > BOOK_LINES else None, scope.allows("supply.keep", site.area),
        scope.allows("supply.dispense", site.area), scope.allows("supply.approve", site.area),
    )  # fmt: skip


def _commodities_at(site: Site, on: date) -> list[Commodity]:
    """Those of the pack in force, and what still lies there of those that it had before."""
    now = dict(city_pack().in_force(on).commodities)
    held = set(Balance.objects.filter(site=site, quantity__gt=0).values_list("lot__commodity", flat=True))
    former = sorted((one for one in city_pack().all_commodities if one.id in held), key=lambda one: one.effective_from)
    return [*now.values(), *{one.id: one for one in former if one.id not in now}.values()]


def holds_stock(site: Site) -> bool:
    """Whether something is on a site's shelf or under way to it."""
    return Balance.objects.filter(site=site, quantity__gt=0).exists()


@dataclass(frozen=True, slots=True)
class StockLine:
    """What of a lot is at a site: on its shelf, and under way to it."""

    site: Site
    commodity: str
    lot: str
    expires_on: date
    recalled: bool
    on_shelf: int
    coming: int


def stock_table(scope: Scope, area: str) -> list[StockLine]:
    """Every lot at every site of an area, sites in the order of their codes."""
    sites = {one.pk: one for one in _in_scope(scope, area)}
    held = Balance.objects.filter(site__in=sites, quantity__gt=0).select_related("lot")
    shelves: dict[tuple[int, int], tuple[Balance, list[int]]] = {}
    for one in held:
        site = sites[one.site_id]
        counts = shelves.setdefault((one.site_id, one.lot_id), (one, [0, 0]))[1]
        counts[0 if one.account == shelf_of(site) else 1] += one.quantity
    lines = [
        StockLine(
            sites[one.site_id],
            one.lot.commodity,
            one.lot.number,
            one.lot.expires_on,
            one.lot.recalled,
            *counts,
        )
        for one, counts in shelves.values()
    ]
    return sorted(lines, key=lambda one: (one.site.code, one.commodity, one.expires_on, one.lot))


@dataclass(frozen=True, slots=True)
class Care:
    """What needs care at a site, in numbers of lots, commodities and transfers."""

    to_write_off: int
    expiring: int
    out: int
    coming: int

    @property
    def needed(self) -> bool:
        return bool(self.to_write_off or self.expiring or self.out)


def attention(sites: Sequence[Site], on: date) -> dict[int, Care]:
    """What needs care at each of these sites, from their balances alone: as many queries as for one.

    out: commodities that the site had once and has no usable unit of today.
    """
    shelves = {one.pk: shelf_of(one) for one in sites}
    warn = {one.id: one.expiring_days for one in city_pack().in_force(on).commodities.values()}
    usable: dict[int, dict[str, int]] = {}
    counts = {pk: [0, 0, 0] for pk in shelves}
    for one in Balance.objects.filter(site__in=shelves).select_related("lot"):
        if one.account != shelves[one.site_id]:
            counts[one.site_id][2] += one.quantity > 0
            continue
        good = one.quantity if is_usable(one.lot, on) else 0
        known = usable.setdefault(one.site_id, {})
        known[one.lot.commodity] = known.get(one.lot.commodity, 0) + good
        if one.quantity:
            counts[one.site_id][0] += not good
            counts[one.site_id][1] += good > 0 and (one.lot.expires_on - on).days < warn.get(one.lot.commodity, 0)
    return {
        pk: Care(off, soon, sum(not units for units in usable.get(pk, {}).values()), coming)
        for pk, (off, soon, coming) in counts.items()
    }
