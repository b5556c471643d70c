"""The city's outlook: the runs kept, one of them in full, several side by side, and the form that starts one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.core import audit, queries
from shidai.core.access import require
from shidai.core.language import say
from shidai.core.records import published_manifest
from shidai.core.request import StaffRequest
from shidai.core.tilemap import County
from shidai.indicators.outlook.running import LEVELS, NEED, RunHead
from shidai.indicators.outlook.stored import Interval, KeptRun
from shidai.indicators.outlook.wording import MEASURE_WORDS, MeasureWords
from shidai.indicators.records import Manifest
from shidai.reports import outlooks
from shidai.reports.actions import start_outlook
from shidai.site.exports import Form, send_table
from shidai.site.figures import current_pack
from shidai.site.outlookcharts import (
    Files,
    draw_ageing,
    draw_ages,
    draw_compared,
    draw_counties,
    draw_fan,
    number,
    span,
)
from shidai.site.place import link
from shidai.words import ShidaiError, Text, in_yuan

FANS = ("population", "births", "deaths", "migration", "share_65", "old_age_ratio", "tfr", "e0_f", "e0_m")
SIDE_BY_SIDE = ("population", "births", "share_65", "tfr")
MOST_COMPARED = 4
AHEAD, TRAJECTORIES, SEED = 44, 1000, 1
BY_COUNTY = ("share_65", "births")
YEAR_DIGITS = 4
COLUMNS = (0, 5, 10, 20, 30)  # years after the first, and the last one


def outlooks_page(request: StaffRequest) -> HttpResponse:
    """The runs there are, those under way, and the form that starts one; a share link fills it in."""
    area = request.place.area.code
    pack = current_pack()
    may_run = request.scope.allows("outlook.run", outlooks.city_code())
    wrong = ""
    if request.method == "POST":
        require(request.scope, "outlook.run", outlooks.city_code())
        try:
            asked = _read_wish(request.POST)
            start_outlook(by=request.scope, **asked)
        except ShidaiError as error:
            wrong = say(Text(zh=error.said("zh"), en=error.said("en")))
        else:
            return HttpResponseRedirect(link("/outlook/", area, request.place.period))
    kept = outlooks.runs(request.scope, area)
    running = outlooks.open_outlook_jobs(request.scope)
    if "progress" in request.GET:
        answer = render(request, "site/outlook_jobs.html", {"running": running, "asked": _progress_url(request)})
        if not running:
            answer["HX-Refresh"] = "true"
        return answer
    manifest = published_manifest()
    shown = {
        "runs": [_card(head, request, manifest) for head in kept],
        "running": running,
        "asked": _progress_url(request),
        "may_run": may_run and bool(pack.scenarios) and outlooks.last_recorded_year() is not None,
        "scenarios": list(pack.scenarios.values()),
        "wish": _wish_shown(request),
        "link": _open_link(request, manifest),
        "wrong": wrong,
        "compare_url": "/outlook/compare/",
    }
    return render(request, "site/outlooks.html", shown, status=400 if wrong else 200)


def _progress_url(request: StaffRequest) -> str:
    return link("/outlook/", request.place.area.code, request.place.period, progress=1)


def _card(head: RunHead, request: StaffRequest, manifest: Manifest | None) -> dict[str, Any]:
    return {
        "id": head.id,
        "title": head.title,
        "definition": head.definition,
        "first": head.last_year + 1,
        "until": head.until,
        "trajectories": f"{head.trajectories:,}",
        "seed": head.seed,
        "made": head.made_at,
        "old": manifest is not None and head.manifest != manifest.id,
        "url": link(f"/outlook/{head.id}/", request.place.area.code, request.place.period),
    }


def _read_wish(given: Any) -> dict[str, Any]:
    """A form's or a link's wish; numbers that aren't numbers count as none and are refused where they are used."""

    def whole(name: str, usual: int) -> int:
        text = str(given.get(name, usual)).strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1

    last = outlooks.last_recorded_year()
    return {
        "scenario": str(given.get("scenario", next(iter(current_pack().scenarios), ""))),
        "until": whole("until", (last or 0) + AHEAD),
        "trajectories": whole("trajectories", TRAJECTORIES),
        "seed": whole("seed", SEED),
    }


def _wish_shown(request: StaffRequest) -> dict[str, Any]:
    """What the form shows: what was typed, what a link asks for, or the usual."""
    return _read_wish(request.POST if request.method == "POST" else request.GET)


def _open_link(request: StaffRequest, manifest: Manifest | None) -> dict[str, Any] | None:
    """What a share link leads to: the kept run, or why it can't be the same any more."""
    if "scenario" not in request.GET:
        return None
    wish, pack = _read_wish(request.GET), current_pack()
    scenario = pack.scenarios.get(wish["scenario"])
    if scenario is None:
        return {"known": False}
    found = outlooks.run_of(pack, scenario, wish["until"], wish["trajectories"], wish["seed"])
    told = request.GET.get("manifest", "")
    return {
        "known": True,
        "url": link(f"/outlook/{found}/", request.place.area.code, request.place.period) if found else "",
        "other_records": bool(told) and manifest is not None and not manifest.id.startswith(told),
    }


def outlook(request: StaffRequest, run: str) -> HttpResponse:
    """One run in the place in view: the pyramid, the fans, what follows, the counties, how to make it again."""
    area = request.place.area.code
    found = outlooks.open_run(request.scope, area, run)
    places = {one.code for one in (found.head.city, *found.head.areas)}
    shown: dict[str, Any] = {"head": found.head, "run": _card(found.head, request, published_manifest())}
    if area in places:
        shown |= _figures_shown(request, found, area)
    return render(request, "site/outlook.html", shown)


def _figures_shown(request: StaffRequest, run: KeptRun, area: str) -> dict[str, Any]:
    last = run.years[-1]

    def export(**more: Any) -> Files:
        csv, xlsx = (
            link(f"/outlook/{run.head.id}/{form}/", area, request.place.period, **more) for form in ("csv", "xlsx")
        )
        return Files(csv=csv, xlsx=xlsx)

    below = [(one.code, say(one.text)) for one in queries.children(area)]
    found = {name: run.figure(area, name) for name in FANS}
    fans = [
        draw_fan(run, name, found[name], export(measure=name))
        for name in FANS
        if any(one.year > run.head.last_year for one in found[name])
    ]
    counties = [draw_counties(run, below, name, last, export(measure=name, below=1)) for name in BY_COUNTY]
    squares = [County(code, name, link(f"/outlook/{run.head.id}/", code, request.place.period)) for code, name in below]
    asked = request.GET.get("map", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= YEAR_DIGITS else None
    return {
        "map": draw_ageing(run, current_pack().map, squares, year, export(measure="share_65", below=1)),
        "tiles": [_tile(run, area, name) for name in ("population", "births", "share_65")],
        "ages": draw_ages(run, area, export(measure="ages")),
        "fans": fans,
        "lacks": [
            MEASURE_WORDS[name].title for name in FANS if not any(one.year > run.head.last_year for one in found[name])
        ],
        "years": _columns(run),
        "needs": _need_rows(run, area),
        "counties": [one for one in counties if one is not None],
        "county_needs": _county_needs(request, run, below) if below else None,
        "files_here": export(),
        "files": [
            {"url": link(f"/outlook/{run.head.id}/files/{name}", area, request.place.period), "title": title}
            for name, title in outlooks.FILES.items()
        ],
        "others": _others(request, run.head),
        "share": _share_link(request, run.head),
    }


def _tile(run: KeptRun, area: str, measure: str) -> dict[str, Any]:
    words = MEASURE_WORDS[measure]
    found = [one for one in run.figure(area, measure) if one.year > run.head.last_year]
    last, first = found[-1], found[0]
    return {
        "title": words.title,
        "unit": words.unit,
        "year": last.year,
        "value": number(last.median, words),
        "interval": span(last.lo80, last.hi80, words),
        "first_year": first.year,
        "first": number(first.median, words),
    }


def _columns(run: KeptRun) -> list[int]:
    first, last = run.years[0], run.years[-1]
    return sorted({first + after for after in COLUMNS if first + after < last} | {last})


def _need_rows(run: KeptRun, area: str) -> list[dict[str, Any]]:
    """The consequences of an area; a row of money below each that costs something."""
    rows = []
    for need in run.head.needs:
        words = MeasureWords(need.title.text, need.unit.text, need.decimals)
        found = {one.year: one for one in run.need(area, need.id)}
        rows.append({"title": words.title, "unit": words.unit, "cells": _cells(found, words, run), "money": False})
        if need.fen is not None:
            yuan = MeasureWords(
                Text(zh="其金额", en="their cost"), Text(zh="元/年", en="yuan a year"), 0, need.fen / 100
            )
            per = in_yuan(round(need.fen))
            unit = Text(zh="元/年，每人{per}元", en="yuan a year, {per} each").filled(per=per)
            rows.append({"title": yuan.title, "unit": unit, "cells": _cells(found, yuan, run), "money": True})
    return rows


def _cells(found: dict[int, Interval], words: MeasureWords, run: KeptRun) -> list[dict[str, str]]:
    return [
        {"value": number(found[year].median, words), "interval": span(found[year].lo80, found[year].hi80, words)}
        for year in _columns(run)
        if year in found
    ]


def _county_needs(request: StaffRequest, run: KeptRun, below: list[tuple[str, str]]) -> dict[str, Any]:
    """One consequence by county: which one is chosen on the page."""
    known = {need.id: need for need in run.head.needs}
    chosen = request.GET.get("need", "")
    need = known.get(chosen) or next(iter(known.values()), None)
    if need is None:
        return {"options": [], "rows": []}
    words = MeasureWords(need.title.text, need.unit.text, need.decimals)
    rows = []
    for code, name in below:
        found = {one.year: one for one in run.need(code, need.id)}
        if found:
            rows.append({"name": name, "cells": _cells(found, words, run)})
    return {"options": list(known.values()), "chosen": need.id, "unit": need.unit, "rows": rows}


def _others(request: StaffRequest, head: RunHead) -> list[dict[str, Any]]:
    """Runs of other scenarios over the same records, to be seen beside this one."""
    found: dict[str, RunHead] = {}
    for one in outlooks.runs(request.scope, request.place.area.code):
        if one.manifest == head.manifest and one.scenario != head.scenario:
            found.setdefault(one.scenario, one)
    return [{"title": one.title, "url": _compare_link(request, [head.id, one.id])} for one in found.values()] + (
        [
            {
                "title": Text(zh="全部", en="all"),
                "url": _compare_link(request, [head.id, *(one.id for one in found.values())]),
            }
        ]
        if len(found) > 1
        else []
    )


def _compare_link(request: StaffRequest, ids: list[str]) -> str:
    more = urlencode([("run", one) for one in ids[:MOST_COMPARED]])
    return f"{link('/outlook/compare/', request.place.area.code, request.place.period)}&{more}"


def _share_link(request: StaffRequest, head: RunHead) -> str:
    """A link with the run's inputs: whoever opens it finds the run, or the form filled in to make it again."""
    path = link(
        "/outlook/", request.place.area.code, request.place.period, scenario=head.scenario, until=head.until,
        trajectories=head.trajectories, seed=head.seed, manifest=head.manifest[:16], version=head.version,
    )  # fmt: skip
    return request.build_absolute_uri(path)


def compare(request: StaffRequest) -> HttpResponse:
    """Several runs side by side in the place in view."""
    area = request.place.area.code
    found = _runs_asked(request)
    titles = [say(one.head.title.text) for one in found]
    named = [
        (title if titles.count(title) == 1 else f"{title} {one.head.id[:4]}", one)
        for title, one in zip(titles, found, strict=True)
    ]
    more = urlencode([("run", one.head.id) for one in found])

    def export(form: Form, name: str) -> str:
        return f"{link(f'/outlook/compare/{form}/', area, request.place.period, measure=name)}&{more}"

    charts = [
        draw_compared(named, area, name, Files(csv=export("csv", name), xlsx=export("xlsx", name)))
        for name in SIDE_BY_SIDE
    ]
    shown = {
        "charts": [one for one in charts if one is not None],
        "runs": [_card(one.head, request, published_manifest()) for one in found],
        "back": link("/outlook/", area, request.place.period),
    }
    return render(request, "site/outlook_compare.html", shown)


def outlook_export(request: StaffRequest, run: str, form: Form) -> HttpResponse:
    """A run's figures in the place in view: of one measure, of the ages, or all; or of the areas below it (logged)."""
    area, measure = request.place.area.code, _measure_asked(request, "", "ages")
    found = outlooks.open_run(request.scope, area, run)
    table, places = found.ages if measure == "ages" else found.figures, {area}
    if request.GET.get("below") == "1":
        places = {one.code for one in queries.children(area)}
    wanted = measure if measure not in ("", "ages") else None
    rows = [row for row in table.to_pylist() if row["area"] in places and wanted in (None, row.get("measure"))]
    heads = ("area", "year", "sex", "age", *LEVELS) if measure == "ages" else ("area", "year", "measure", *LEVELS)
    audit.record(request.scope, "outlook.export", f"outlook:{run}", area=area)
    return send_table(f"outlook-{run}-{area}-{measure or 'all'}", heads, (_plain(row, heads) for row in rows), form)


def _plain(row: dict[str, Any], heads: tuple[str, ...]) -> list[object]:
    return [str(row[name]).removeprefix(NEED) if name == "measure" else row[name] for name in heads]


def compare_export(request: StaffRequest, form: Form) -> HttpResponse:
    """One measure of several runs in the place in view (logged)."""
    area, measure = request.place.area.code, _measure_asked(request)
    found = _runs_asked(request)
    heads = ("run", "scenario", "seed", "area", "year", "measure", *LEVELS)
    rows = [
        [run.head.id, run.head.scenario, run.head.seed, area, one.year, measure]
        + [getattr(one, level) for level in LEVELS]
        for run in found
        for one in run.figure(area, measure)
    ]
    for run in found:
        audit.record(request.scope, "outlook.export", f"outlook:{run.head.id}", area=area)
    return send_table(f"outlook-compare-{area}-{measure}", heads, rows, form)


def _measure_asked(request: StaffRequest, *more: str) -> str:
    """A measure that there is, or one of `more`: it becomes part of the file's name."""
    asked = request.GET.get("measure", "")
    if asked not in MEASURE_WORDS and asked not in more:
        raise Http404
    return asked


def _runs_asked(request: StaffRequest) -> list[KeptRun]:
    wanted = list(dict.fromkeys(request.GET.getlist("run")))[:MOST_COMPARED]
    return [outlooks.open_run(request.scope, request.place.area.code, one) for one in wanted]


def outlook_file(request: StaffRequest, run: str, name: str) -> FileResponse:
    """One file of a run (logged)."""
    area = request.place.area.code
    path = outlooks.run_file(request.scope, area, run, name)
    audit.record(request.scope, "outlook.export", f"outlook:{run}", area=area)
    return FileResponse(path.open("rb"), filename=f"outlook-{run}-{name}", as_attachment=not name.endswith(".html"))
