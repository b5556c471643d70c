"""The annual summary on the site: the document itself, and its files."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from shidai.core.language import current_language
from shidai.packs import load_pack
from shidai.reports import queries


def latest(request: HttpRequest) -> HttpResponse:
    return redirect("summary", year=load_pack(settings.PACK).last_day.year)


def summary(request: Any, year: int) -> HttpResponse:
    pack = load_pack(settings.PACK)
    page = queries.summary_page(by=request.scope, data=settings.DATA, pack=pack, year=year, language=current_language())
    return render(request, "reports/summary.html", {"page": page, "year": year})


def summary_file(request: Any, year: int, name: str) -> FileResponse:
    path = queries.summary_file(by=request.scope, data=settings.DATA, year=year, name=name)
    return FileResponse(path.open("rb"), filename=f"{year}-{name}", as_attachment=not name.endswith(".html"))
