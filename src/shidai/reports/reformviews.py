"""Reforms on the site: two sets of rules are chosen, a job holds them against the records, the report stays."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.core.access import require
from shidai.core.language import current_language
from shidai.core.records import published_manifest
from shidai.core.request import StaffRequest
from shidai.indicators.reform import Side, make_sides, read_choice
from shidai.indicators.reformwords import SIDE_WORDS
from shidai.packs.schemewords import say_choice, say_version
from shidai.registry.citypack import city_pack
from shidai.reports import actions, reforms
from shidai.reports.forms import NAMES, NumbersForm, SidesForm
from shidai.reports.reforms import ReformRun
from shidai.words import ShidaiError, Text

STATE = {
    "waiting": (Text(zh="等待", en="waiting"), "plain"),
    "running": (Text(zh="测算中", en="running"), ""),
    "done": (Text(zh="完成", en="done"), "good"),
    "failed": (Text(zh="失败", en="failed"), "wrong"),
    "cancelled": (Text(zh="已取消", en="cancelled"), "plain"),
}
AHEAD = 3  # years that are proposed


def listed(request: StaffRequest) -> HttpResponse:
    """What was simulated before, and the choice of two sides for the next one."""
    runs = reforms.reforms(request.scope)
    year = request.place.year
    form = SidesForm(pack=city_pack(), initial={"first": year, "last": year + AHEAD - 1})
    shown = {"form": form, "rows": [_row(one) for one in runs], "published": published_manifest() is not None}
    return render(request, "reports/reforms.html", shown)


def _row(run: ReformRun) -> dict[str, Any]:
    words, style = STATE[run.state]
    told = {"run": run, "url": f"/reforms/{run.id}/", "state": words, "style": style}
    return told | {name: _title(text) for name, text in zip(NAMES, (run.a, run.b), strict=True)}


def _title(text: str) -> Text:
    """A side in words: its scheme, and the version and numbers chosen; as written where the pack has it no more."""
    asked = read_choice(text)
    found = city_pack().schemes.get(asked.scheme)
    return say_choice(found, asked.version, asked.values) if found is not None else Text(zh=text, en=text)


def begin(request: StaffRequest) -> HttpResponse:
    """The numbers of both sides' rules with their clauses; with those that are changed the job begins."""
    require(request.scope, "reform.simulate")
    if not {"a", "b", "first", "last"} & set(request.GET):
        return HttpResponseRedirect(f"/reforms/{request.place.query}")
    asked = SidesForm(request.GET, pack=city_pack())
    try:
        sides = _sides(asked) if asked.is_valid() else None
    except ShidaiError as error:
        asked.add_error(None, error.said(current_language()))
        sides = None
    if sides is None:
        rows = [_row(one) for one in reforms.reforms(request.scope)]
        shown = {"form": asked, "rows": rows, "published": published_manifest() is not None}
        return render(request, "reports/reforms.html", shown, status=422)
    given = asked.cleaned_data
    form = NumbersForm(request.POST or None, sides=sides)
    if request.method == "POST" and form.is_valid():
        made = form.record(
            actions.start_reform, by=request.scope, a=form.choice("a", given["a"]), b=form.choice("b", given["b"]),
            first=given["first"], last=given["last"], take_up=form.cleaned_data["take_up"] / 100,
            id=form.cleaned_data["id"],
        )  # fmt: skip
        if made is not None:
            return HttpResponseRedirect(f"/reforms/{made}/")
    shown = {
        "form": form,
        "years": given,
        "sides": [_side(form, name, side) for name, side in zip(NAMES, sides, strict=True)],
    }
    return render(request, "reports/reform_numbers.html", shown, status=422 if form.errors else 200)


def _sides(form: SidesForm) -> tuple[Side, Side]:
    given = form.cleaned_data
    return make_sides(city_pack(), given["a"], given["b"], reforms.span_of(given["first"], given["last"]))


def _side(form: NumbersForm, name: str, side: Side) -> dict[str, Any]:
    """A side as it is shown: its rules in words, and a field for each number."""
    versions = [rules.version for rules in side.versions]
    return {
        "name": SIDE_WORDS[name],
        "title": side.scheme.title,
        "definition": side.scheme.definition,
        "versions": [say_version(side.scheme, one) for one in versions],
        "conditions": versions[-1].condition,
        "fields": [field for field, _ in form.of_side(name)],
    }


def show(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A reform: how far it is, or its report."""
    run = reforms.reform(request.scope, uuid)
    if run is None:
        raise Http404
    if "progress" in request.GET:  # asked for every few seconds while it runs
        answer = render(request, "reports/reform_run.html", _row(run))
        if run.finished:
            answer["HX-Refresh"] = "true"
        return answer
    language = current_language()
    body = reforms.report_body(request.scope, uuid, language) if run.done else None
    return render(request, "reports/reform.html", _row(run) | {"body": body})


def report_file(request: StaffRequest, uuid: UUID) -> FileResponse:
    """The report as one HTML file in the reader's language, which needs nothing from outside."""
    path = reforms.report_file(request.scope, uuid, current_language())
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"reform-{str(uuid)[-6:]}.html")
