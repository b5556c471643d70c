"""The sites of an area, one site with its stock and its book, and what is recorded there."""

from __future__ import annotations

import csv
import re

from django.http import Http404, HttpResponse
from django.shortcuts import render

from shidai.core import audit
from shidai.core import queries as core
from shidai.core.access import require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.registry.citypack import city_pack
from shidai.registry.formpage import show_form
from shidai.registry.recordsday import records_day
from shidai.registry.villages import name_places
from shidai.supply import actions
from shidai.supply.forms import (
    CloseForm,
    SiteForm,
)
from shidai.supply.queries import requisitions, site_page, sites_of, stock_table, transfers_to
from shidai.supply.queries.sites import attention, holds_stock
from shidai.supply.views.rooms import show_rooms
from shidai.supply.views.showing import (
    done,
    entry_row,
    find_or_404,
    hours_of,
    site_line,
    site_url,
    standing_row,
    today,
)
from shidai.words import Text

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
            return done(request, made.text, site_url(made))
    return show_form(
        request, form, Text(zh="开设站点", en="Open a site"), "/supply/", lead=Text(zh=area.name, en=area.name)
    )


def site(request: StaffRequest, code: str) -> HttpResponse:
    """One site: stock by commodity, what comes, its book."""
    asked = request.GET.get("book", "")
    page = site_page(request.scope, code, records_day(), int(asked) if re.fullmatch(r"[1-9][0-9]{0,4}", asked) else 1)
    if page is None:
        raise Http404
    place, url = page.site, site_url(page.site)
    coming = transfers_to(request.scope, place)
    names = core.staff_names(one.by for one in (*page.book, *coming))
    return render(request, "supply/site.html", {
        "site": site_line(place),
        "place": _city_name() if place.area == city_pack().city else name_places([place.area])[place.area],
        "hours": hours_of(place),
        "supplier": site_line(place.supplier) if place.supplier is not None else None,
        "rows": [standing_row(one, place) for one in page.standings if one.lots or one.monthly or one.coming],
        "book": [
            entry_row(one, names, may_reverse=page.may_keep or (page.may_dispense and one.deed == "handout"))
            for one in page.book
        ],
        "coming": [
            {"from": one.site.text, "url": f"/supply/transfers/{one.uuid}/",
             "what": entry_row(one, names, may_reverse=False)}
            for one in coming
        ],
        "page": page, "url": url, "code": code,
        "may_serve": request.scope.allows("service.record", place.area),
        "to_write_off": any(one.to_write_off for one in page.standings),
        "has_shelf": any(one.lots for one in page.standings),
        "may_ask": page.may_keep and place.supplier is not None, "day": records_day(),
    })  # fmt: skip


_NOT_EMPTY = Text(
    zh="现在还不能停用：货架上或在途中还有药具。请先调拨、报废或确认到货。",
    en="It can't be closed yet: there is stock on its shelf or under way. Send it on, write it off or confirm it came.",
)


def close(request: StaffRequest, code: str) -> HttpResponse:
    """A site that is empty sees nobody any more from a day on; its book stays."""
    found = find_or_404(request, code, "supply.approve")
    form = CloseForm(request.POST or None, initial=today())
    if request.method == "POST" and form.is_valid():
        made = form.record(actions.close_site, by=request.scope, site=code, day=form.cleaned_data["day"])
        if made is not None:
            return done(request, made.text, "/supply/")
    will = Text(
        zh="自这一天起不再入库、发放和接待；账册仍可查阅。货架和在途须已清空。",
        en="From that day on nothing is received or handed out, and nobody is seen here; the book stays. Its shelf "
        "must be empty, and nothing under way to it.",
    )
    title = Text(zh="停用站点", en="Close the site")
    unfit = _NOT_EMPTY if holds_stock(found) else None
    return show_form(request, form, title, site_url(found), lead=found.text, will=will, unfit=unfit)
