"""The sites of an area, one site with its stock and its book, and what is recorded there."""

from __future__ import annotations

import csv
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from shidai.core import audit
from shidai.core.access import require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.registry.citypack import city_pack
from shidai.registry.formpage import show_form
from shidai.registry.recordsday import records_day
from shidai.registry.villages import name_places
from shidai.supply import actions
from shidai.supply.actions.moving import book_mark
from shidai.supply.forms import (
    ArrivalForm,
    CloseForm,
    CountForm,
    LossForm,
    ReasonForm,
    ReceiptForm,
    SendForm,
    SiteForm,
    WriteOffForm,
)
from shidai.supply.hours import say_hours
from shidai.supply.ledger import shelf_of
from shidai.supply.models import Balance
from shidai.supply.queries import SitePage, requisitions, site_page, sites_of, stock_table, transfers_to
from shidai.supply.queries.sites import attention
from shidai.supply.queries.waiting import find_entry_in, find_transfer
from shidai.supply.views.rooms import show_rooms
from shidai.supply.views.showing import (
    done,
    entry_row,
    in_force,
    name_of,
    site_line,
    site_url,
    standing_row,
    title_of,
)
from shidai.supply.wording import DEEDS
from shidai.words import Text

TODAY = "day"
_SITE_FIELDS = ("id", "code", "kind", "name_zh", "name_en", "supplier", "hours", "opened_on")


def overview(request: StaffRequest) -> HttpResponse:
    """The sites of the area, what needs care at each, and what waits."""
    area, day = request.place.area, records_day()
    require(request.scope, "supply.read", area.code)
    sites = sites_of(request.scope, area.code, day)
    if request.GET.get("rooms") == "1":
        return show_rooms(request, sites, day)
    care = attention(sites, day)
    places = name_places(one.area for one in sites) | {city_pack().city: _city_name()}
    rows = [site_line(one) | {"place": places[one.area], "care": care[one.pk]} for one in sites]
    waiting = requisitions(request.scope, area.code)
    wanted = request.GET.get("care") == "1"
    return render(request, "supply/overview.html", {
        "rows": [row for row in rows if row["care"].needed] if wanted else rows, "all": len(rows), "wanted": wanted,
        "in_care": sum(row["care"].needed for row in rows),
        "waiting": len(waiting), "to_approve": sum(one.may_approve for one in waiting),
        "may_open": request.scope.allows("supply.approve", area.code),
        "may_recall": request.scope.allows("supply.approve"), "day": day,
    })  # fmt: skip


def _city_name() -> str:
    city = city_pack().area(city_pack().city)
    return say(Text(zh=city.name_zh, en=city.name_en)) if city is not None else city_pack().city


def stock_csv(request: StaffRequest) -> HttpResponse:
    """Every lot at every site of the area as a file; the export is logged."""
    area = request.place.area
    require(request.scope, "supply.read", area.code)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="stock-{area.code}.csv"'
    answer.write("\ufeff")
    out = csv.writer(answer)
    out.writerow(("site", "name", "commodity", "lot", "expires_on", "recalled", "on_shelf", "coming"))
    for one in stock_table(request.scope, area.code):
        out.writerow((
            one.site.code, one.site.name_zh, one.commodity, one.lot, one.expires_on, int(one.recalled), one.on_shelf,
            one.coming,
        ))  # fmt: skip
    audit.record(request.scope, "supply.export", f"area:{area.code}", area=area.code)
    return answer


def open_site(request: StaffRequest) -> HttpResponse:
    """A new site of the area."""
    area, day = request.place.area, records_day()
    require(request.scope, "supply.approve", area.code)
    form = SiteForm(
        request.POST or None, sites=sites_of(request.scope, area.code, day), initial={"opened_on": day.isoformat()}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        place = (given["latitude"], given["longitude"]) if given["latitude"] is not None else None
        made = form.record(
            actions.open_site, by=request.scope, area=area.code, place=place,
            **{name: given[name] for name in _SITE_FIELDS},
        )  # fmt: skip
        if made is not None:
            return done(request, name_of(made), site_url(made))
    return show_form(
        request, form, Text(zh="开设站点", en="Open a site"), "/supply/", lead=Text(zh=area.name, en=area.name)
    )


def site(request: StaffRequest, code: str) -> HttpResponse:
    """One site: stock by commodity, what comes, its book."""
    page = _find(request, code)
    place, url = page.site, site_url(page.site)
    return render(request, "supply/site.html", {
        "site": site_line(place),
        "place": _city_name() if place.area == city_pack().city else name_places([place.area])[place.area],
        "hours": say_hours(place.opens),
        "supplier": site_line(place.supplier) if place.supplier is not None else None,
        "rows": [standing_row(one, place) for one in page.standings if one.lots or one.monthly or one.coming],
        "book": [
            entry_row(one, may_reverse=page.may_keep or (page.may_dispense and one.deed == "handout"))
            for one in page.book
        ],
        "coming": [
            {"from": name_of(one.site), "url": f"/supply/transfers/{one.uuid}/",
             "what": entry_row(one, may_reverse=False)}
            for one in transfers_to(request.scope, place)
        ],
        "page": page, "url": url, "code": code,
        "may_serve": request.scope.allows("service.record", place.area),
        "has_shelf": any(one.lots for one in page.standings),
        "may_ask": page.may_keep and place.supplier is not None, "day": records_day(),
    })  # fmt: skip


def _find(request: StaffRequest, code: str) -> SitePage:
    found = site_page(request.scope, code, records_day())
    if found is None:
        raise Http404
    return found


def _keep(request: StaffRequest, code: str) -> SitePage:
    """The same for who keeps its stock."""
    page = _find(request, code)
    require(request.scope, "supply.keep", page.site.area)
    return page


def _today() -> dict[str, str]:
    return {TODAY: records_day().isoformat()}


def receive(request: StaffRequest, code: str) -> HttpResponse:
    """Goods come in."""
    page = _keep(request, code)
    form = ReceiptForm(
        request.POST or None,
        commodities=list(in_force().values()),
        today=records_day(),
        initial=_today(),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        line = actions.Received(given["commodity"], given["lot"], given["expires_on"], given["quantity"], given["gtin"])
        made = form.record(
            actions.receive, by=request.scope, site=code, lines=[line], day=given["day"], reference=given["reference"],
            id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, _told(line.commodity, line.quantity), site_url(page.site))
    return show_form(request, form, DEEDS["receipt"], site_url(page.site), lead=name_of(page.site))


def _told(commodity: str, units: int) -> Text:
    return Text(zh="{what} {units}", en="{what} {units}").filled(what=title_of(commodity), units=f"{units:,}")


def send(request: StaffRequest, code: str) -> HttpResponse:
    """Goods go to another site."""
    page = _keep(request, code)
    above = page.site.supplier  # to whom goods go back, in the writer's areas or not
    near = [one for one in sites_of(request.scope, "", records_day()) if one not in (page.site, above)]
    others = near if above is None else [above, *near]
    chosen = [one.commodity for one in page.standings if one.good and one.commodity.id in in_force()]
    form = SendForm(request.POST or None, sites=others, commodities=chosen, initial=_today())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.send, by=request.scope, site=code, to=given["to"],
            quantities={given["commodity"]: given["quantity"]}, day=given["day"], reference=given["reference"],
            id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, _told(given["commodity"], given["quantity"]), site_url(page.site))
    return show_form(request, form, DEEDS["transfer"], site_url(page.site), lead=name_of(page.site))


def arrival(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """What was sent has come."""
    require(request.scope, "supply.keep")
    sent = find_transfer(request.scope, uuid)
    if sent is None or sent.other is None:
        raise Http404
    lots = {
        one.lot_id: (
            Text(zh="{t}（{n}）", en="{t} ({n})").filled(t=title_of(one.lot.commodity), n=one.lot.number),
            one.quantity,
        )
        for one in sent.movements.select_related("lot")
    }
    form = ArrivalForm(request.POST or None, lots=lots, initial=_today())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.record_arrival, by=request.scope, transfer=uuid, received=form.counted, reason=given["reason"],
            day=given["day"], id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, DEEDS["arrival"], site_url(sent.other))
    return show_form(request, form, DEEDS["arrival"], site_url(sent.other), lead=name_of(sent.other))


def count(request: StaffRequest, code: str) -> HttpResponse:
    """A stock-take: the page shows the lots, not what the book has of them."""
    page = _keep(request, code)
    held = [each for one in page.standings for each in one.lots]
    lots = {
        one.lot.pk: Text(zh="{t}（{n}，有效期至 {e}）", en="{t} ({n}, expires {e})").filled(
            t=title_of(one.lot.commodity), n=one.lot.number, e=str(one.lot.expires_on)
        )
        for one in held
    }
    mark = book_mark(list(Balance.objects.filter(account=shelf_of(page.site))))
    form = CountForm(request.POST or None, lots=lots, initial={"mark": mark, **_today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.count_stock, by=request.scope, site=code, counted=form.counted, mark=given["mark"],
            reason=given["reason"], day=given["day"], id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, DEEDS["count"], site_url(page.site))
        form.data = {**request.POST.dict(), "mark": mark}  # what was typed is checked against the new book
    will = Text(
        zh="请数货架上的实物；账面数量有意不显示。",
        en="Count what is on the shelf; what the book has isn't shown, on purpose.",
    )
    return show_form(request, form, DEEDS["count"], site_url(page.site), lead=name_of(page.site), will=will)


def loss(request: StaffRequest, code: str) -> HttpResponse:
    """Something broke or is missing."""
    page = _keep(request, code)
    form = LossForm(request.POST or None, lots=[each for one in page.standings for each in one.lots], initial=_today())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        commodity, _, lot = given["lot"].partition("/")
        made = form.record(
            actions.record_loss, by=request.scope, site=code, commodity=commodity, lot=lot, quantity=given["quantity"],
            reason=given["reason"], day=given["day"], id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, _told(commodity, given["quantity"]), site_url(page.site))
    return show_form(request, form, DEEDS["loss"], site_url(page.site), lead=name_of(page.site))


def close(request: StaffRequest, code: str) -> HttpResponse:
    """A site that is empty sees nobody any more from a day on; its book stays."""
    page = _find(request, code)
    require(request.scope, "supply.approve", page.site.area)
    form = CloseForm(request.POST or None, initial=_today())
    if request.method == "POST" and form.is_valid():
        made = form.record(actions.close_site, by=request.scope, site=code, day=form.cleaned_data["day"])
        if made is not None:
            return done(request, name_of(made), "/supply/")
    will = Text(
        zh="自这一天起不再入库、发放和接待；账册仍可查阅。货架和在途须已清空。",
        en="From that day on nothing is received or handed out, and nobody is seen here; the book stays. Its shelf "
        "must be empty, and nothing under way to it.",
    )
    return show_form(request, form, Text(zh="停用站点", en="Close the site"), site_url(page.site),
                     lead=name_of(page.site), will=will)  # fmt: skip


def write_off(request: StaffRequest, code: str) -> HttpResponse:
    """Expired and recalled lots leave the shelf."""
    page = _keep(request, code)
    lots = [each for one in page.standings for each in one.lots if each.expired or each.recalled]
    form = WriteOffForm(request.POST or None, lots=lots, initial=_today())
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        commodity, _, lot = given["lot"].partition("/")
        made = form.record(
            actions.write_off, by=request.scope, site=code, commodity=commodity, lot=lot, day=given["day"],
            reason=given["reason"], id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, title_of(commodity), site_url(page.site))
    return show_form(request, form, DEEDS["expiry"], site_url(page.site), lead=name_of(page.site))


def reverse(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """An entry that was typed wrongly is taken back, with its reason."""
    entry = find_entry_in(request.scope, uuid)
    if entry is None:
        raise Http404
    form = ReasonForm(request.POST or None, initial=_today())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.reverse_entry,
            by=request.scope,
            entry=uuid,
            reason=given["reason"],
            day=given["day"],
            id=given["id"],
        )
        if made is not None:
            return done(request, DEEDS["reversal"], site_url(entry.site))
    what = "、".join(
        f"{title_of(one.lot.commodity).zh} {one.quantity}" for one in entry.movements.select_related("lot")
    )
    told = ", ".join(
        f"{one.quantity} {title_of(one.lot.commodity).en}" for one in entry.movements.select_related("lot")
    )
    will = Text(
        zh=f"将冲销这笔“{DEEDS[entry.deed].zh}”：{what}。原记录仍在账上。",
        en=f"This takes back the {DEEDS[entry.deed].en} of {told}. The entry stays in the book.",
    )
    return show_form(request, form, DEEDS["reversal"], site_url(entry.site), lead=name_of(entry.site), will=will)
