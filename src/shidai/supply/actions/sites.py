"""Opening and closing sites."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.actions import mark_changed
from shidai.core.ids import new_id
from shidai.core.refusing import refuse_future, refuse_other
from shidai.supply import refusals
from shidai.supply.finding import find_site
from shidai.supply.hours import read_hours
from shidai.supply.ledger import partition_of
from shidai.supply.models import Balance, Site, StockEntry
from shidai.words import Text


@transaction.atomic
def open_site(
    *, by: Scope, code: str, area: str, kind: str, name_zh: str, name_en: str, opened_on: date, supplier: str = "",
    hours: str = "", place: tuple[Decimal, Decimal] | None = None, id: UUID | None = None,
) -> Site:  # fmt: skip
    """Open a site. hours: as `read_hours` takes them. place: latitude and longitude, degrees.

    Raises ShidaiError for a code that is taken, a supplier that isn't there, and hours that can't be read.
    """
    require(by, "supply.approve", area)
    refuse_future(opened_on, "opened_on")
    known = Site.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other(known.code == code)
        return known
    above = Site.objects.filter(code=supplier).first() if supplier else None
    if supplier and above is None:
        raise refusals.no_site(supplier, "supplier")
    facts: dict[str, Any] = {
        "code": code, "area": area, "kind": Site.Kind(kind), "name_zh": name_zh, "name_en": name_en,
        "supplier": above, "opens": read_hours(hours), "opened_on": opened_on,
        "latitude": place[0] if place else None, "longitude": place[1] if place else None,
    }  # fmt: skip
    try:
        with transaction.atomic():
            site = Site.objects.create(uuid=id or new_id(), **facts)
    except IntegrityError:
        raise refusals.refuse(
            "code",
            Text(zh=f"代码 {code} 已有站点使用。", en=f"The code {code} is a site's already."),
            Text(zh="请换一个代码。", en="Choose another one."),
        ) from None
    mark_changed([partition_of(area)])
    audit.record(by, "supply.site", f"site:{code}", area=area, name=name_zh)
    return site


@transaction.atomic
def close_site(*, by: Scope, site: str, day: date) -> Site:
    """Close a site from a day on.

    Raises ShidaiError while anything is on its shelf or under way to it, and for a day on or before its last entry.
    """
    refuse_future(day)
    found = Site.objects.select_for_update().get(pk=find_site(by, site, "supply.approve").pk)
    if day <= found.opened_on or StockEntry.objects.filter(Q(site=found) | Q(other=found), day__gte=day).exists():
        raise refusals.refuse(
            "day",
            Text(
                zh=f"“{found.name_zh}”在{day}或之后才开设，或还有账目。",
                en=f"'{found.name_en}' opened, or has entries, on {day} or after it.",
            ),
            Text(zh="请填写最后一笔账目之后的日期。", en="Enter a day after its last entry."),
        )
    if Balance.objects.filter(site=found, quantity__gt=0).exists():
        raise refusals.refuse(
            "stock",
            Text(
                zh=f"“{found.name_zh}”还有库存或在途药具。",
                en=f"'{found.name_en}' still has stock, or goods under way to it.",
            ),
            Text(zh="请先调出或报废。", en="Send them elsewhere or write them off first."),
        )
    found.closed_on = day
    found.save(update_fields=("closed_on",))
    mark_changed([partition_of(found.area)])
    audit.record(by, "supply.close", f"site:{found.code}", area=found.area, day=str(day))
    return found
