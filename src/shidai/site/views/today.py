"""The home page follows the person: what she is here for today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from shidai.benefits.queries.lists import waiting_for
from shidai.benefits.views.showing import row_of
from shidai.core import queries as core
from shidai.core.access import Scope
from shidai.core.language import say
from shidai.core.request import SeenPlace, StaffRequest
from shidai.core.roles import Capability
from shidai.core.templatetags.words import day
from shidai.indicators.standing import SAYINGS, Standing
from shidai.indicators.store import Result
from shidai.packs import Pack
from shidai.packs.schema.indicator import Indicator
from shidai.packs.schema.target import Target
from shidai.programmes import queries as programmes
from shidai.programmes.views import due_row
from shidai.registry import queries as registry
from shidai.registry.recordsday import records_day
from shidai.registry.villages import name_places
from shidai.site.figures import NOTHING, current_pack, read_results, show, store
from shidai.site.place import link
from shidai.site.views.areas import KEY_TILES, tile
from shidai.words import Text

RECENT = 8
Counts = Mapping[str, programmes.DueCount]
MET = Text(zh="达到", en="met")
NOT_MET = Text(zh="未达到", en="not met")
BIRTH_COLUMNS = (
    Text(zh="姓名", en="Name"),
    Text(zh="出生日期", en="Born"),
    Text(zh="母亲", en="Mother"),
    Text(zh="现居住", en="Lives in"),
)


DUE_COLUMNS = (
    Text(zh="姓名", en="Name"),
    Text(zh="项目", en="Programme"),
    Text(zh="步骤", en="Step"),
    Text(zh="至何日", en="By"),
)
VILLAGE_COLUMNS = (
    Text(zh="村（社区）", en="Village"),
    Text(zh="到期", en="Due"),
    Text(zh="已晚", en="Late"),
)
CLAIM_COLUMNS = (
    Text(zh="为谁", en="For"),
    Text(zh="待遇", en="Scheme"),
    Text(zh="村（社区）", en="Village"),
    Text(zh="下一步", en="What next"),
)
OFFICES: tuple[Capability, ...] = ("benefit.village", "benefit.township", "benefit.county")


def today(request: StaffRequest) -> HttpResponse:
    place: SeenPlace = request.place
    scope = request.scope
    shown: dict[str, Any] = {
        "greeting": _greet(timezone.localtime().hour, request.user.name),
        "today": timezone.localdate(),
        "may_register": scope.allows("record.write"),
        "lists": [],
        "no_results": store() is None,
    }
    shown["first"] = [*_due(request, place), *_waiting_claims(request, place)]
    if scope.allows("record.read") and place.area.level in ("township", "village"):
        shown["lists"] = [_recent_births(request, place)]
    else:
        shown["targets"] = _targets(scope, place)
    shown["tiles"] = _key_figures(scope, place)
    return render(request, "site/today.html", shown)


def _greet(hour: int, name: str) -> Text:
    if hour < 11:
        return Text(zh="{name}，早上好", en="Good morning, {name}").filled(name=name)
    if hour < 18:
        return Text(zh="{name}，下午好", en="Good afternoon, {name}").filled(name=name)
    return Text(zh="{name}，晚上好", en="Good evening, {name}").filled(name=name)


def _key_figures(scope: Scope, place: SeenPlace) -> list[dict[str, Any]]:
    pack = current_pack()
    rows = {r.indicator: r for r in read_results(scope, area=place.area.code, period=place.period, breakdown="")}
    key = [pack.indicators[id] for id in pack.header.key_indicators if id in pack.indicators]
    return [tile(one, rows.get(one.id), place) for one in key[:KEY_TILES]]


def _targets(scope: Scope, place: SeenPlace) -> list[dict[str, Any]]:
    """The year against its targets; a figure without records yet says so."""
    pack = current_pack()
    rows = {r.indicator: r for r in read_results(scope, area=place.area.code, period=str(place.year), breakdown="")}
    tiles = []
    for target in pack.targets.values():
        if target.year != place.year or target.area != place.area.code:
            continue
        one = indicator_of(target, pack)
        result = rows.get(one.id) if one else None
        tiles.append(
            {
                "title": target.title,
                **_against(target, one, result),
                "target": _aim(target),
                "url": link(f"/numbers/{one.id}/" if one else "/packs/", place.area.code, place.period),
            }
        )
    return tiles


def indicator_of(target: Target, pack: Pack) -> Indicator | None:
    """What computes a target's figure: an indicator, also where the target names the series that once stated it."""
    stated = (
        figure.indicator
        for report in pack.all_reports
        for figure in report.figure
        if figure.published == target.figure and figure.indicator
    )
    return pack.indicators.get(target.figure) or pack.indicators.get(next(stated, ""))


def _aim(target: Target) -> str:
    """'≥ 60%'."""
    unit = say(target.unit.text)
    return f"{'≥' if target.comparison == '>=' else '≤'} {target.value:,g}{'' if unit == '%' else ' '}{unit}"


def _against(target: Target, one: Indicator | None, result: Result | None) -> dict[str, Any]:
    """The figure beside its target: met or not, or what stands in its place."""
    if one is None:
        return {"value": NOTHING, "unit": "", "note": SAYINGS[Standing.NOT_RECORDED].cell}
    cells = show(result, one, target.decimals)
    if cells.why or result is None or result.value is None:
        return {"value": NOTHING, "unit": "", "note": cells.value if cells.why else ""}
    return {"value": cells.value, "unit": target.unit, "note": MET if target.met_by(result.value) else NOT_MET}


def _due(request: StaffRequest, place: SeenPlace) -> list[dict[str, Any]]:
    """Who is due in the village, what ends first at the top; for a nurse's township its villages, the latest first."""
    if not request.scope.allows("service.invite", place.area.code) or place.area.level not in ("township", "village"):
        return []
    counts = programmes.due_counts(request.scope, area=place.area.code, on=records_day())
    total = sum(one.total for one in counts.values())
    village = place.area.level == "village"
    return [
        {
            "title": Text(zh="到期的服务", en="Services that are due"),
            "count": total,
            "head": DUE_COLUMNS if village else VILLAGE_COLUMNS,
            "rows": (_due_people if village else _due_villages)(request, place, counts),
            "empty": Text(zh="没有人到期。", en="Nobody is due."),
            "more": link("/services/", place.area.code, place.period) if total else "",
        }
    ]


def _due_people(request: StaffRequest, place: SeenPlace, counts: Counts) -> list[dict[str, Any]]:
    if not counts:
        return []
    page = programmes.due_page(request.scope, area=place.area.code, on=records_day(), count=RECENT)
    rows = []
    for one in (due_row(line, may_record=False) for line in page.lines):
        late = f" · {say(one['late'])}" if one["late"] else ""
        cells = (one["name"], say(one["programme"].text), say(one["step"].text), f"{one['by']}{late}")
        rows.append({"url": one["url"], "cells": cells})
    return rows


def _due_villages(request: StaffRequest, place: SeenPlace, counts: Counts) -> list[dict[str, Any]]:
    first = sorted(counts, key=lambda code: (-counts[code].late, -counts[code].total, code))[:RECENT]
    names = core.names(first)
    return [
        {
            "url": link("/services/", code, place.period),
            "cells": (
                say(names[code].text) if code in names else code,
                counts[code].total,
                counts[code].late or NOTHING,
            ),
        }
        for code in first
    ]


def _waiting_claims(request: StaffRequest, place: SeenPlace) -> list[dict[str, Any]]:
    """The claims that wait for this person, the most urgent first; nothing for who does no step of any."""
    if not any(request.scope.allows(office, place.area.code) for office in OFFICES):
        return []
    count, seen = waiting_for(request.scope, area=place.area.code, on=records_day(), limit=RECENT)
    places = name_places(one.claim.area for one in seen)
    rows = []
    for one in (row_of(each, places) for each in seen):
        late = f" · {say(one['late'])}" if one["late"] else ""
        cells = (one["name"], say(one["scheme"].text), one["village"], f"{say(one['standing'])}{late}")
        rows.append({"url": one["url"], "cells": cells})
    return [
        {
            "title": Text(zh="等您办理的待遇申请", en="Claims that wait for you"),
            "count": count,
            "head": CLAIM_COLUMNS,
            "rows": rows,
            "empty": Text(zh="没有等您办理的申请。", en="No claim waits for you."),
            "more": link("/benefits/claims/", place.area.code, place.period, show="mine") if count > RECENT else "",
        }
    ]


def _recent_births(request: StaffRequest, place: SeenPlace) -> dict[str, Any]:
    """The youngest of the area: who is new in the village."""
    births = registry.recent_births(request.scope, area=place.area.code, limit=RECENT)
    villages = core.names(birth.child.living_area for birth in births)
    rows = []
    for birth in births:
        child = birth.child
        mother = getattr(child, "parentage", None) and child.parentage.mother
        village = villages.get(child.living_area)
        cells = (
            child.name,
            day(child.birth_date),
            mother.name if mother else "–",
            say(village.text) if village else "–",
        )
        rows.append({"url": f"/people/{child.uuid}/", "cells": cells})
    return {
        "title": Text(zh="最近出生", en="Latest births"),
        "count": len(rows),
        "head": BIRTH_COLUMNS,
        "rows": rows,
        "empty": Text(zh="本地区还没有出生登记。", en="No birth is registered in this area yet."),
        "more": "",
    }
