"""What the pages of supply share: rows of stock, entries in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect

from shidai.core.access import require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.core.roles import Capability
from shidai.packs.schema.commodity import Commodity
from shidai.registry.citypack import city_pack
from shidai.registry.recordsday import records_day
from shidai.registry.wording import say_date
from shidai.supply.hours import say_hours
from shidai.supply.ledger import shelf_of
from shidai.supply.models import Lot, Movement, Site, StockEntry
from shidai.supply.queries import site_of
from shidai.supply.standing import OnShelf, Standing
from shidai.supply.wording import (
    DEEDS,
    EXPIRED,
    EXPIRING,
    KINDS,
    LOW,
    NOBODY,
    ODD,
    OUT,
    RECALLED,
    SAVED,
    say_units,
)
from shidai.words import Text


def commodities() -> Mapping[str, Commodity]:
    """Every commodity that the pack ever had, the latest version of each."""
    return {one.id: one for one in sorted(city_pack().all_commodities, key=lambda one: one.effective_from)}


def in_force() -> Mapping[str, Commodity]:
    """The commodities of the pack on the day of the records."""
    return city_pack().in_force(records_day()).commodities


def title_of(commodity: str) -> Text:
    found = commodities().get(commodity)
    return found.title.text if found is not None else Text(zh=commodity, en=commodity)


def hours_of(site: Site) -> Text:
    """When it is open; no line ends behind a dash inside a span."""
    told = say_hours(site.opens)
    return Text(zh=told.zh.replace("–", "–\u2060"), en=told.en.replace("–", "–\u2060"))


def site_url(site: Site) -> str:
    return f"/supply/sites/{site.code}/"


def lot_url(commodity: str, number: str) -> str:
    """Makers' lot numbers hold strokes, points and spaces."""
    return f"/supply/lots/{commodity}/{quote(number, safe='')}/"


def find_or_404(request: StaffRequest, code: str, capability: Capability) -> Site:
    """A site of the reader's areas where she may do this. Raises Http404 elsewhere, NoAccess without the right."""
    found = site_of(request.scope, code)
    if found is None:
        raise Http404
    require(request.scope, capability, found.area)
    return found


def today() -> dict[str, str]:
    """What a form's day is before somebody changes it: that of the records."""
    return {"day": records_day().isoformat()}


def lift_url(lot: Lot) -> str:
    return f"/supply/recall/{lot.commodity}/{quote(lot.number, safe='')}/lift/"


def site_line(site: Site) -> dict[str, Any]:
    return {"name": site.text, "url": site_url(site), "kind": KINDS[site.kind]}


def done(request: StaffRequest, what: Text, url: str) -> HttpResponse:
    messages.success(request, say(SAVED.filled(what=what)))
    return HttpResponseRedirect(url)


def standing_row(one: Standing, site: Site) -> dict[str, Any]:
    """A commodity at a site: figures, and what needs care of it in words and colours."""
    tags = [
        (OUT, "wrong") if one.is_out else (LOW, "late") if one.is_low else None,
        (Text(zh=f"待报废 {one.to_write_off}", en=f"{one.to_write_off} to write off"), "wrong")
        if one.to_write_off
        else None,
        (EXPIRING, "late") if one.expiring else None,
        (ODD, "late") if one.is_odd else None,
    ]
    return {
        "title": one.commodity.title,
        "good": say_units(one.commodity, one.good),
        "monthly": one.monthly,
        "months": one.months,
        "coming": one.coming,
        "to_ask": one.to_ask,
        "storage": one.commodity.storage,
        "ask_url": f"{site_url(site)}ask/?commodity={one.commodity.id}",
        "tags": [{"text": text, "style": style} for text, style in filter(None, tags)],
        "lots": [lot_row(each) for each in one.lots],
    }


def lot_row(one: OnShelf) -> dict[str, Any]:
    tag = (
        (RECALLED, "wrong") if one.recalled else (EXPIRED, "wrong") if one.expired
        else (EXPIRING, "late") if one.expiring else None
    )  # fmt: skip
    return {
        "number": one.lot.number, "quantity": one.quantity, "expires": say_date(one.lot.expires_on),
        "tag": {"text": tag[0], "style": tag[1]} if tag else None,
        "url": lot_url(one.lot.commodity, one.lot.number),
    }  # fmt: skip


def _say_change(moved: Movement, site: Site) -> Text:
    """What a movement changed on a site's shelf; what never got there is said to be missing."""
    shelf, units = shelf_of(site), f"{moved.quantity:,}"
    if shelf not in (moved.source, moved.target):
        return Text(zh="缺{n}", en="{n} missing").filled(n=units)
    sign = "+" if moved.target == shelf else "−"
    return Text(zh=sign + units, en=sign + units)


def entry_row(one: StockEntry, names: Mapping[str, str], *, may_reverse: bool) -> dict[str, Any]:
    """A line of a site's book. Whom something was handed to isn't shown."""
    other = one.other or (one.arrives.site if one.arrives is not None else None)
    taken_back = hasattr(one, "reversal")
    return {
        "day": say_date(one.day),
        "deed": DEEDS[one.deed],
        "what": [
            {"title": title_of(each.lot.commodity), "units": _say_change(each, one.site), "lot": each.lot.number,
             "said": say_units(commodities().get(each.lot.commodity), each.quantity)}
            for each in one.movements.all()
        ],
        "other": other.text if other is not None else None,
        "who": NOBODY if one.deed == "handout" and one.person_id is None else None,
        "note": one.reason or one.reference,
        "by": names[one.by],
        "taken_back": taken_back,
        "reverse": f"/supply/entries/{one.uuid}/reverse/"
        if may_reverse and not taken_back and one.deed not in ("arrival", "reversal")
        and not hasattr(one, "arrival")
        else "",
    }  # fmt: skip
