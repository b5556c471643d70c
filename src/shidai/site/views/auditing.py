"""The audit log for auditors: sentences, filters, the proof of its chain, and the same as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from shidai.core import audit, queries
from shidai.core.access import Scope, require
from shidai.core.deeds import DEEDS, KINDS, deeds_of
from shidai.core.request import SeenPlace, StaffRequest, page_link
from shidai.core.templatetags.words import day as say_day
from shidai.site.auditlog import Line, read_lines
from shidai.words import ShidaiError, Text, inert_cell, problem

PAGE = 50
MOST_COUNTED = 10_000  # a page of a longer list is reached by a filter
PROVEN_AT_ONCE = 2_000  # newest links that a page walks through: about 40 ms
CSV_CHUNK = 500
OF_KIND = "kind:"
COLUMNS = (
    "number", "time", "user_name", "name", "role", "deed", "what", "more", "person", "area", "area_name", "count",
    "hash", "exported",
)  # fmt: skip
WHOLE = Text(zh="{n}条记录，自{since}起链条完整。", en="{n} entries, unbroken since {since}.")
LATEST = Text(
    zh="共{n}条记录；已核对最近{checked}条，自{since}起链条完整。",
    en="{n} entries; the latest {checked} were checked and are unbroken since {since}.",
)
EMPTY = Text(zh="日志里还没有记录。", en="The log has no entries yet.")
BROKEN = Text(
    zh="链条在第 {at} 条断开：{what}请保留现场，并与备份比对。",
    en="The chain is broken at entry {at}: {what} Keep everything as it is and compare with a backup.",
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the auditor asked for, as typed."""

    who: str
    deed: str
    area: str
    first: date | None
    last: date | None

    @property
    def deeds(self) -> tuple[str, ...] | None:
        if not self.deed:
            return None
        return deeds_of(self.deed.removeprefix(OF_KIND)) if self.deed.startswith(OF_KIND) else (self.deed,)


def audit_log(request: StaffRequest) -> HttpResponse:
    """The log, newest first, with the proof that its chain is whole."""
    require(request.scope, "audit.read")
    filters = _read_filters(request)
    found = _find(request.scope, filters)
    pages = Paginator(found, PAGE)
    counted = found.order_by()[: MOST_COUNTED + 1].count()
    pages.count = min(counted, MOST_COUNTED)
    page = pages.get_page(request.GET.get("page"))
    verdict = audit.verify(latest=None if request.GET.get("prove") else PROVEN_AT_ONCE)
    shown = {
        "proof": {"good": verdict.sound, "words": _say_verdict(verdict), "whole": verdict.is_whole},
        "filters": filters,
        "deeds": _offer_deeds(filters),
        "areas": request.place.near,
        "total": pages.count,
        "more": counted > MOST_COUNTED,
        "rows": read_lines(request.scope, list(page.object_list)),
        "first": page.start_index(),
        "last": page.end_index(),
        "newer": page_link(request, page.previous_page_number()) if page.has_previous() else "",
        "older": page_link(request, page.next_page_number()) if page.has_next() else "",
        "csv_url": f"/audit/csv/?{request.GET.urlencode()}",
    }
    return render(request, "site/audit.html", shown)


def _read_filters(request: StaffRequest) -> Filters:
    asked = request.GET
    place: SeenPlace = request.place
    own = request.scope.prefixes("audit.read")
    return Filters(
        who=asked.get("who", "").strip(),
        deed=asked.get("deed", ""),
        area="" if place.area.code in own or "area" not in asked else place.area.code,
        first=_read_day(asked.get("from", "")),
        last=_read_day(asked.get("to", "")),
    )


def _read_day(text: str) -> date | None:
    """Raises ShidaiError for what isn't a day."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise ShidaiError(
            problem(
                text,
                zh="这不是一个日期。",
                en="This isn't a day.",
                mend_zh=f"请写成 {timezone.localdate()}。",
                mend_en=f"Write it like {timezone.localdate()}.",
            )
        ) from error


def _find(scope: Scope, filters: Filters) -> Any:
    called = set(queries.staff_called(scope, filters.who).values_list("username", flat=True)) if filters.who else set()
    return queries.entries(
        scope,
        actors=(called or {filters.who}) if filters.who else None,
        deeds=filters.deeds,
        area=filters.area,
        first=filters.first,
        last=filters.last,
    )


def _offer_deeds(filters: Filters) -> list[dict[str, Any]]:
    """The kinds with their deeds, for choosing one or the other."""
    return [
        {
            "value": OF_KIND + kind,
            "title": title,
            "here": filters.deed == OF_KIND + kind,
            "deeds": [{"value": one, "title": DEEDS[one].done, "here": filters.deed == one} for one in deeds_of(kind)],
        }
        for kind, title in KINDS.items()
    ]


def _say_verdict(verdict: audit.Verdict) -> Text:
    if not verdict.sound:
        return BROKEN.filled(at=f"{verdict.broken_at:,}", what=verdict.what)
    if not verdict.entries:
        return EMPTY
    since = say_day(timezone.localtime(datetime.fromisoformat(verdict.since)).date())
    words = WHOLE if verdict.is_whole else LATEST
    return words.filled(n=f"{verdict.entries:,}", checked=f"{verdict.checked:,}", since=since)


def audit_csv(request: StaffRequest) -> StreamingHttpResponse:
    """All entries that the filters leave, oldest last. Each line says who took it along; so does the log."""
    require(request.scope, "audit.read")
    filters = _read_filters(request)
    found = _find(request.scope, filters)
    newest = found.values_list("seq", flat=True).first() or 0
    asked = {"who": filters.who, "deed": filters.deed, "from": filters.first, "to": filters.last}
    stated = {name: str(value) for name, value in asked.items() if value}
    audit.record(request.scope, "audit.export", "audit", area=filters.area, count=found.count(), filters=stated)
    mark = f"{request.scope.username} {timezone.localtime():%Y-%m-%d %H:%M}"
    chunks = _write_chunks(request.scope, found.filter(seq__lte=newest), mark, request.LANGUAGE_CODE)
    response = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-log-{timezone.localdate()}.csv"'
    return response


def _write_chunks(scope: Scope, found: Any, mark: str, language: str) -> Iterator[str]:
    """The file piece by piece; the request's language is gone by then, so each piece sets it."""
    yield "\ufeff" + _write([COLUMNS])  # spreadsheets of the offices need the mark to read UTF-8
    entries = list(found[:CSV_CHUNK])
    while entries:
        with translation.override(language):
            piece = _write([_cells(line, mark) for line in read_lines(scope, entries)])
        yield piece
        entries = list(found.filter(seq__lt=entries[-1].seq)[:CSV_CHUNK])


def _cells(line: Line, mark: str) -> tuple[Any, ...]:
    said = (line.username, line.who, line.role, line.deed, line.what, line.more, line.person, line.area, line.place)
    count = "" if line.count is None else line.count
    return (line.seq, line.at.isoformat(), *(inert_cell(text) for text in said), count, line.hash, mark)


def _write(rows: list[tuple[Any, ...]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()
