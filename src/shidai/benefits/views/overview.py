"""The schemes of the city and how their claims stand; the list of claims, and the same as CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from shidai.benefits.deciding import scheme_of
from shidai.benefits.queries import lists
from shidai.benefits.queries.lists import SHOWS, SchemeCounts
from shidai.benefits.views.showing import address, row_of, say_standing, subject_of
from shidai.benefits.wording import say_money
from shidai.benefits.workflow import STATES
from shidai.core.access import Scope, require
from shidai.core.language import say
from shidai.core.request import StaffRequest, page_link
from shidai.packs.schema.scheme import Scheme
from shidai.registry.citypack import city_pack
from shidai.registry.recordsday import records_day
from shidai.registry.villages import name_places
from shidai.words import Text, in_yuan, inert_cell

PAGE = 50
CSV_CHUNK = 500
CHIPS = ("mine", "late", "waiting", "notice", "objected", "in_force", "reverify", "unpaid", "all")
CELLS = ("mine", "waiting", "notice", "in_force", "refused", "stopped")
EMPTY = SchemeCounts(Counter(), 0, 0, 0, 0)
COLUMNS = (
    "scheme", "for", "village", "state", "standing", "deadline", "late_days", "claim", "exported",
)  # fmt: skip


def overview(request: StaffRequest) -> HttpResponse:
    """All schemes in force or with claims; every number opens its list."""
    area, day = request.place.area.code, records_day()
    known = lists.counts(request.scope, area=area, on=day)
    rows = [_scheme_row(request, one, known.get(one.id, EMPTY), day) for one in _schemes(known, day)]
    totals = {
        "mine": sum(one.mine for one in known.values()),
        "late": sum(one.late for one in known.values()),
        "unpaid": say_money(sum(one.unpaid for one in known.values())),
    }
    scope = request.scope
    shown = {
        "rows": rows,
        "day": day,
        "totals": totals,
        "mine_url": address(request, "/benefits/claims/", show="mine"),
        "late_url": address(request, "/benefits/claims/", show="late"),
        "unpaid_url": address(request, "/benefits/claims/", show="unpaid"),
        "notices_url": address(request, "/benefits/notices/"),
        "notices": len(lists.notices(scope, area=area, on=day)),
        "batches_url": address(request, "/benefits/batches/") if scope.allows("record.read", area[:6]) else "",
        "village_url": f"/benefits/villages/{area}/" if request.place.area.level == "village" else "",
        "roster_url": address(request, "/benefits/roster/") if scope.allows("benefit.import", area) else "",
        "proofs_url": address(request, "/benefits/proofs/"),
    }
    return render(request, "benefits/overview.html", shown)


def _schemes(known: dict[str, SchemeCounts], day: date) -> list[Scheme]:
    return [one for one in city_pack().schemes.values() if one.id in known or one.version_on(day) is not None]


def _scheme_row(request: StaffRequest, scheme: Scheme, told: SchemeCounts, day: date) -> dict[str, Any]:
    values = {
        **told.by_state,
        "mine": told.mine,
        "refused": told.by_state["refused"] + told.by_state["declined"],
        "notice": told.by_state["notice"] + told.by_state["objected"],
    }
    cells = [
        {"n": values.get(show, 0), "url": address(request, "/benefits/claims/", scheme=scheme.id, show=show)}
        for show in CELLS
    ]
    return {
        "title": scheme.title,
        "note": scheme.definition,
        "in_force": scheme.version_on(day) is not None,
        "url": address(request, "/benefits/claims/", scheme=scheme.id, show="all"),
        "cells": cells,
        "unpaid": in_yuan(told.unpaid) if told.unpaid else "",
        "unpaid_url": address(request, "/benefits/claims/", scheme=scheme.id, show="unpaid"),
        "overpaid": in_yuan(told.overpaid) if told.overpaid else "",
        "overpaid_url": address(request, "/benefits/claims/", scheme=scheme.id, show="overpaid"),
        "late": told.late,
        "late_url": address(request, "/benefits/claims/", scheme=scheme.id, show="late"),
    }


def claims(request: StaffRequest) -> HttpResponse:
    """The claims of an area as a filter leaves them; the filter reads as a sentence."""
    scheme, show = _read_filter(request)
    area, day = request.place.area.code, records_day()
    ids = lists.claim_ids(request.scope, area=area, scheme=scheme, show=show, on=day)
    page = Paginator(ids, PAGE).get_page(request.GET.get("page"))
    seen = lists.claims_seen(request.scope, list(page.object_list), day)
    places = name_places(one.claim.area for one in seen)
    shown = {
        "sentence": _say_filter(scheme, show),
        "show": show,
        "one_scheme": bool(scheme),
        "one_village": request.place.area.level == "village",
        "chips": _chips(request, "show", show, {one: SHOWS[one] for one in _offered(show)}),
        "schemes": _chips(request, "scheme", scheme, _titles()),
        "rows": [row_of(one, places) for one in seen],
        "total": page.paginator.count,
        "first": page.start_index(),
        "last": page.end_index(),
        "newer": page_link(request, page.previous_page_number()) if page.has_previous() else "",
        "older": page_link(request, page.next_page_number()) if page.has_next() else "",
        "csv_url": f"/benefits/claims/csv/?{request.GET.urlencode()}",
        "pass_url": address(request, f"/benefits/claims/pass/{scheme}/") if scheme and show == "mine" and seen else "",
        "may_export": request.scope.allows("record.export", area),
        "back": address(request, "/benefits/"),
        "day": day,
    }
    return render(request, "benefits/claims.html", shown)


def _read_filter(request: StaffRequest) -> tuple[str, str]:
    asked = request.GET
    scheme = asked.get("scheme", "")
    show = asked.get("show", "mine")
    return scheme if scheme in city_pack().schemes else "", show if show in SHOWS else "all"


def _offered(show: str) -> tuple[str, ...]:
    return CHIPS if show in CHIPS else (*CHIPS, show)


def _titles() -> dict[str, Text]:
    every = {"": Text(zh="所有待遇", en="Every scheme")}
    return every | {one.id: one.title.text for one in city_pack().schemes.values()}


def _say_filter(scheme: str, show: str) -> str:
    parts = [_titles()[scheme], SHOWS[show]]
    return " · ".join(say(part) for part in parts)


def _chips(request: StaffRequest, name: str, here: str, offered: dict[str, Text]) -> list[dict[str, Any]]:
    asked = {key: request.GET[key] for key in ("scheme", "show") if key in request.GET}
    return [
        {"title": title, "here": value == here, "value": value,
         "url": address(request, "/benefits/claims/", **(asked | {name: value}))}
        for value, title in offered.items()
    ]  # fmt: skip


def claims_csv(request: StaffRequest) -> StreamingHttpResponse:
    """All claims that the filter leaves. Each line says who took it along; so does the log."""
    scheme, show = _read_filter(request)
    area, day = request.place.area.code, records_day()
    require(request.scope, "record.export", area)
    ids = list(lists.claim_ids(request.scope, area=area, scheme=scheme, show=show, on=day))
    lists.log_export(request.scope, area=area, count=len(ids), scheme=scheme, show=show)
    mark = f"{request.scope.username} {timezone.localtime():%Y-%m-%d %H:%M}"
    chunks = _write_chunks(request.scope, ids, day, mark, request.LANGUAGE_CODE)
    response = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="claims-{area}-{timezone.localdate()}.csv"'
    return response


def _write_chunks(scope: Scope, ids: list[int], day: date, mark: str, language: str) -> Iterator[str]:
    """The file piece by piece; the request's language is gone by then, so each piece sets it."""
    yield "\ufeff" + _write([COLUMNS])  # spreadsheets of the offices need the mark to read UTF-8
    for at in range(0, len(ids), CSV_CHUNK):
        with translation.override(language):
            seen = lists.claims_seen(scope, ids[at : at + CSV_CHUNK], day)
            places = name_places(one.claim.area for one in seen)
            yield _write([_cells(one, places, mark) for one in seen])


def _cells(seen: lists.Seen, places: dict[str, str], mark: str) -> tuple[Any, ...]:
    said = (
        say(scheme_of(seen.claim).title.text), subject_of(seen.claim)["name"], places.get(seen.claim.area, ""),
        say(STATES[seen.standing.state]), say(say_standing(seen)),
    )  # fmt: skip
    return (*(inert_cell(text) for text in said), seen.deadline or "", seen.late or "", seen.claim.uuid, mark)


def _write(rows: list[tuple[Any, ...]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()
