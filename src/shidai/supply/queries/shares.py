"""When a store has less than is asked of it: what waits, what is there, and shares with which all last equally long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shidai.core.access import Scope, require
from shidai.packs.schema.commodity import Commodity
from shidai.registry.citypack import city_pack
from shidai.supply.forecast import allot
from shidai.supply.models import Requisition, RequisitionStep, Site
from shidai.supply.standing import available_of, standings


@dataclass(frozen=True, slots=True)
class Share:
    """A requisition that waits, how long its site's stock lasts, and the share proposed. own: asked by the reader."""

    requisition: Requisition
    months: float | None
    units: int
    own: bool


@dataclass(frozen=True, slots=True)
class Shortage:
    """A commodity of which a site has less than is asked of it. available: usable and not promised yet."""

    site: Site
    commodity: Commodity
    available: int
    shares: tuple[Share, ...]

    @property
    def asked(self) -> int:
        return sum(one.requisition.quantity for one in self.shares)


def shortages(scope: Scope, sites: Sequence[Site], on: date) -> list[Shortage]:
    """What these sites are asked for and don't have enough of, by commodity. Raises NoAccess."""
    waiting: defaultdict[tuple[int, str], list[Requisition]] = defaultdict(list)
    for site in sites:
        require(scope, "supply.read", site.area)
    steps = RequisitionStep.objects.values("requisition")
    asked = Requisition.objects.filter(supplier__in=sites).exclude(pk__in=steps).select_related("site", "supplier")
    for one in asked.order_by("pk"):
        waiting[one.supplier_id, one.commodity].append(one)
    now, by_pk, found = city_pack().in_force(on).commodities, {one.pk: one for one in sites}, []
    for (supplier, commodity), open_ in sorted(waiting.items()):
        if commodity not in now:
            continue
        available = available_of(by_pk[supplier], commodity, on)
        if sum(one.quantity for one in open_) > available:
            shares = _shares(scope, open_, now[commodity], available, on)
            found.append(Shortage(by_pk[supplier], now[commodity], available, shares))
    return found


def _shares(
    scope: Scope, asked: Sequence[Requisition], commodity: Commodity, available: int, on: date
) -> tuple[Share, ...]:
    """Where nothing is known of a site's use, what it asks for is taken as the most months of it."""
    stands = [standings(one.site, [commodity], on)[0] for one in asked]
    most = commodity.reorder.most_months
    monthly = [one.monthly or each.quantity / most for one, each in zip(stands, asked, strict=True)]
    units = allot(
        [one.quantity for one in asked], monthly, [one.usable for one in stands], available, commodity.pack_size
    )
    return tuple(
        Share(one, stand.months, share, one.by == scope.username)
        for one, stand, share in zip(asked, stands, units, strict=True)
    )
