"""The indicators of an area and period: the list, one indicator with its trend and comparison, and its records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from shidai.core import audit, queries
from shidai.core.access import Scope, require
from shidai.core.language import say
from shidai.core.records import published_manifest
from shidai.core.request import SeenPlace, StaffRequest, page_link
from shidai.core.roles import Capability
from shidai.core.tilemap import County, Seen, Step, draw_map
from shidai.indicators.opening import Side
from shidai.indicators.periods import periods_of, read_period
from shidai.indicators.standing import Standing
from shidai.indicators.store import Result
from shidai.packs.schema.indicator import OUTREACH, PILOTS, PROGRAMMES, SUPPLY, Indicator, Term
from shidai.site.charts import draw_funnel, draw_results
from shidai.site.exports import Form, send_table
from shidai.site.figures import (
    current_pack,
    how_it_stands,
    read_one,
    read_past_year,
    read_results,
    read_series,
    show,
    show_number,
    store,
)
from shidai.site.names import name_breakdown, name_term
from shidai.site.place import link, name_period
from shidai.words import Text

TREND_YEARS = 10
PAGE_DIGITS = 6
EXPORTED = (
    "indicator", "area", "period", "breakdown", "numerator", "denominator", "value", "low", "high", "suppressed",
    "manifest",
)  # fmt: skip
YEARS = Text(zh="{name}（{unit}），历年", en="{name} ({unit}) over the years")
WITHIN_YEAR = Text(zh="{name}（{unit}），年内各期", en="{name} ({unit}) within the year")
COMPARED = Text(zh="各地比较：{name}（{unit}），{period}", en="Areas compared: {name} ({unit}), {period}")
CHANCE = Text(zh="是否只是偶然：{name}（{unit}），{period}", en="Chance or not: {name} ({unit}), {period}")
ON_MAP = Text(zh="地图：{name}（{unit}），{period}", en="On the map: {name} ({unit}), {period}")
GROUPS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (
        Text(zh="人口", en="Population"),
        ("population", "mean_population", "households", "migrants", "person_years"),
    ),
    (Text(zh="出生与生育", en="Births and fertility"), ("births",)),
    (Text(zh="死亡与寿命", en="Deaths and length of life"), ("deaths",)),
    (Text(zh="迁移", en="Moves"), ("moves_in", "moves_out")),
    (
        Text(zh="婚姻与避孕", en="Unions and contraception"),
        ("women_in_union", "union_years", "users_any", "users_modern", "user_years_any", "user_years_modern"),
    ),
    (Text(zh="待遇", en="Benefits"), ("benefit_recipients", "benefit_paid", "benefit_claims")),
    (Text(zh="服务", en="Services"), tuple(sorted(PROGRAMMES))),
    (Text(zh="药具", en="Supply"), tuple(sorted(SUPPLY))),
    (Text(zh="培训与试点", en="Training and pilots"), tuple(sorted(OUTREACH | PILOTS))),
)


def indicators(request: StaffRequest) -> HttpResponse:
    """All indicators of the place, this period beside the year before."""
    place: SeenPlace = request.place
    before = _year_before(place.period)
    rows = {
        r.indicator: r for r in read_results(request.scope, area=place.area.code, period=place.period, breakdown="")
    }
    earlier = read_results(request.scope, area=place.area.code, period=before, breakdown="")
    if not earlier and before.isdigit():
        earlier = read_past_year(request.scope, place.area.code, int(before))
    past = {r.indicator: r for r in earlier}
    groups: dict[int, list[dict[str, Any]]] = {}
    for one in current_pack().indicators.values():
        now = show(rows.get(one.id), one)
        groups.setdefault(_group_of(one), []).append(
            {
                "title": one.title,
                "unit": one.unit,
                "value": now.value,
                "interval": now.interval,
                "why": now.brief,
                "before": show(past.get(one.id), one).value,
                "url": link(f"/numbers/{one.id}/", place.area.code, place.period),
            }
        )
    shown = {
        "groups": [{"title": GROUPS[i][0], "rows": groups[i]} for i in sorted(groups)],
        "period_name": place.period_name,
        "before_name": name_period(before),
        "no_results": store() is None,
    }
    return render(request, "site/numbers.html", shown)


def _group_of(indicator: Indicator) -> int:
    measure = indicator.numerator[0].measure
    return next(i for i, (_, measures) in enumerate(GROUPS) if measure in measures)


def _year_before(period: str) -> str:
    return f"{int(period[:4]) - 1}{period[4:]}"


def _indicator(id: str) -> Indicator:
    found = current_pack().indicators.get(id)
    if found is None:
        raise Http404
    return found


def indicator(request: StaffRequest, id: str) -> HttpResponse:
    """One indicator: value with interval, trend, comparison of the areas below, breakdowns, definition."""
    one = _indicator(id)
    place: SeenPlace = request.place
    code, period = place.area.code, place.period
    here = read_one(request.scope, id, code, period)
    manifest = published_manifest()
    source = current_pack().sources.get(one.source)
    shown = {
        "indicator": one,
        "headline": show(here, one),
        "numerator_words": _join(one.numerator),
        "denominator_words": _join(one.denominator) if one.denominator else Text(zh="（计数）", en="(a count)"),
        "trend": _trend(request.scope, one, code, period),
        **_comparisons(request, one, here),
        "breakdowns": _breakdowns(request.scope, one, code, period),
        "source_title": source.title if source else one.source,
        "manifest": (here.manifest if here else manifest.id if manifest else "")[:16],
        "csv_url": link(f"/numbers/{id}/csv/", code, period),
        "xlsx_url": link(f"/numbers/{id}/xlsx/", code, period),
        "records_url": link(f"/numbers/{id}/records/", code, period)
        if all(request.scope.allows(each, code) for each in _needed_to_open(one))
        else "",
        "no_results": store() is None,
    }
    return render(request, "site/indicator.html", shown)


def _needed_to_open(one: Indicator) -> tuple[Capability, ...]:
    """What it takes to see whom a figure counts: visits and hand-outs are health data, for who may see results."""
    counted = {term.measure for term in (*one.numerator, *one.denominator)}
    return ("record.read", "service.record") if counted & (PROGRAMMES | SUPPLY - {"sites"}) else ("record.read",)


def _join(terms: tuple[Term, ...]) -> Text:
    said = [name_term(term) for term in terms]
    return Text(zh="".join(t.zh for t in said), en=" ".join(t.en for t in said))


def _trend(scope: Scope, one: Indicator, code: str, period: str) -> Any:
    """Up to ten years; for a month or quarter, those of the year up to it."""
    if period == period[:4]:
        past: list[tuple[str, Result | None]] = [
            (row.period, row) for row in read_series(scope, one.id, code) if row.period <= period
        ]
    else:
        past = [(name_period(each), read_one(scope, one.id, code, each)) for each in periods_alike(period)]
    labelled = past[-TREND_YEARS:]
    span = YEARS if period == period[:4] else WITHIN_YEAR
    title = span.filled(name=one.title.text, unit=one.unit.text)
    kind = "bars" if one.formula == "count" else "trend"
    of = {"of": "years"} if period == period[:4] else {}
    files = {form: link(f"/numbers/{one.id}/{form}/", code, period, **of) for form in ("csv", "xlsx")}
    if len(labelled) < 2:
        return None
    return draw_results("trend", say(title), labelled, kind=kind, indicator=one, **(files if of else {}))


def periods_alike(period: str) -> list[str]:
    """The months (or quarters) of the year up to this one."""
    kind = read_period(period).kind
    return [each.name for each in periods_of(int(period[:4]), (kind,)) if each.name <= period]


@dataclass(frozen=True, slots=True)
class _Compared:
    """The areas directly below, in the pack's order, each with its figure of the period where there is one."""

    areas: tuple[tuple[str, str], ...]
    found: dict[str, Result]

    @property
    def labelled(self) -> list[tuple[str, Result | None]]:
        return [(name, self.found.get(code)) for code, name in self.areas]


def _read_below(scope: Scope, one: Indicator, code: str, period: str) -> _Compared:
    below = queries.children(code)
    codes = [area.code for area in below]
    rows = read_results(scope, indicator=one.id, area=codes, period=period, breakdown="")
    return _Compared(tuple((area.code, say(area.text)) for area in below), {row.area: row for row in rows})


def _comparisons(request: StaffRequest, one: Indicator, here: Result | None) -> dict[str, Any]:
    """The areas below as bars, as a funnel where chance is known, and on the map where they have squares."""
    code, period = request.place.area.code, request.place.period
    below = _read_below(request.scope, one, code, period)
    csv, xlsx = (link(f"/numbers/{one.id}/{form}/", code, period) for form in ("csv", "xlsx"))

    def titled(text: Text) -> str:
        return say(text.filled(name=one.title.text, unit=one.unit.text, period=name_period(period)))

    squares = [County(area, name, link(f"/numbers/{one.id}/", area, period)) for area, name in below.areas]
    bars = draw_results("areas", titled(COMPARED), below.labelled, kind="bars", indicator=one, csv=csv, xlsx=xlsx)
    return {
        "areas": bars,
        "unsaid": bars is None and bool(below.found),
        "funnel": draw_funnel("funnel", titled(CHANCE), below.labelled, here, one, csv=csv, xlsx=xlsx),
        "map": draw_map(
            "map", titled(ON_MAP), current_pack().map, squares, [Step("", _seen(below, one))],
            show=lambda value: show_number(value, one.decimals), whole=one.formula == "count" and one.decimals == 0,
            csv=csv, xlsx=xlsx,
        ),
    }  # fmt: skip


def _seen(below: _Compared, one: Indicator) -> dict[str, Seen]:
    seen = {}
    for code, result in below.found.items():
        shown = show(result, one)
        value = result.value if how_it_stands(one, result) is Standing.COMPUTED else None
        seen[code] = Seen(value, shown.value, shown.interval)
    return seen


def _breakdowns(scope: Scope, one: Indicator, code: str, period: str) -> list[dict[str, Any]]:
    rows = [r for r in read_results(scope, indicator=one.id, area=code, period=period) if r.breakdown]
    return [{"name": say(name_breakdown(r.breakdown)), **_cells(r, one)} for r in rows]


def _cells(result: Result, one: Indicator) -> dict[str, str]:
    cells = show(result, one)
    return {
        "value": cells.value,
        "interval": cells.interval,
        "numerator": cells.numerator,
        "denominator": cells.denominator,
    }


def indicator_export(request: StaffRequest, id: str, form: Form) -> HttpResponse:
    """The indicator in this area and the areas below, all breakdowns; or in this area over the years (logged)."""
    one = _indicator(id)
    place: SeenPlace = request.place
    over_years = request.GET.get("of") == "years"
    if over_years:
        rows = read_series(request.scope, id, place.area.code)
    else:
        codes = [place.area.code, *(area.code for area in queries.children(place.area.code))]
        rows = read_results(request.scope, indicator=id, area=codes, period=place.period)
    audit.record(request.scope, "indicator.export", f"indicator:{one.id}", area=place.area.code, period=place.period)
    name = f"{id}-{place.area.code}-{'years' if over_years else place.period}"
    return send_table(name, EXPORTED, ([getattr(row, column) for column in EXPORTED] for row in rows), form)


def records(request: StaffRequest, id: str) -> HttpResponse:
    """The records behind a figure, for those who may read the records of the whole area; the look is logged."""
    from shidai.site.records import open_records

    one = _indicator(id)
    place: SeenPlace = request.place
    for each in _needed_to_open(one):
        require(request.scope, each, place.area.code)
    side: Side = "denominator" if request.GET.get("side") == "denominator" and one.denominator else "numerator"
    asked = request.GET.get("page", "1")
    page = max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) <= PAGE_DIGITS else 1
    listed = open_records(
        one,
        scope=request.scope,
        area=place.area.code,
        period=place.period,
        breakdown=request.GET.get("breakdown", ""),
        side=side,
        page=page,
    )
    shown = {
        "indicator": one,
        "side": side,
        "listed": listed,
        "newer": page_link(request, page - 1) if page > 1 else "",
        "older": page_link(request, page + 1) if listed.has_more else "",
    }
    return render(request, "site/records.html", shown)
