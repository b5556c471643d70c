"""One area: its key figures, its pyramid and the areas below. Reads stored results only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from shidai.core import queries
from shidai.core.access import Scope
from shidai.core.language import say
from shidai.core.request import SeenPlace, StaffRequest
from shidai.indicators.periods import read_period
from shidai.packs.schema.indicator import Indicator
from shidai.site.charts import draw_pyramid
from shidai.site.figures import current_pack, read_pyramid, read_results, show, store
from shidai.site.names import name_ages
from shidai.site.place import link
from shidai.words import Text

LEVELS = {
    "city": Text(zh="市", en="city"),
    "county": Text(zh="县（市、区）", en="county or district"),
    "township": Text(zh="镇（街道）", en="township or street"),
    "village": Text(zh="村（社区）", en="village or community"),
}
KEY_TILES = 8
KEY_COLUMNS = 4


def area(request: StaffRequest) -> HttpResponse:
    place: SeenPlace = request.place
    pack = current_pack()
    key = [pack.indicators[id] for id in pack.header.key_indicators if id in pack.indicators]
    rows = {
        r.indicator: r for r in read_results(request.scope, area=place.area.code, period=place.period, breakdown="")
    }
    children = _children(request.scope, place, key[:KEY_COLUMNS])
    shown = {
        "level": LEVELS[place.area.level],
        "tiles": [tile(one, rows.get(one.id), place) for one in key[:KEY_TILES]],
        "pyramid": _pyramid(request.scope, place),
        "child_titles": [one.title for one in key[:KEY_COLUMNS]],
        "children": children,
        "reasons": _reasons(children),
        "no_results": store() is None,
    }
    return render(request, "site/area.html", shown)


def tile(one: Indicator, result: Any, place: SeenPlace) -> dict[str, Any]:
    """A key figure that opens."""
    cells = show(result, one)
    return {
        "title": one.title,
        "value": cells.value,
        "unit": "" if cells.why else one.unit,
        "interval": cells.interval,
        "why": cells.why,
        "url": link(f"/numbers/{one.id}/", place.area.code, place.period),
    }


def _children(scope: Scope, place: SeenPlace, columns: list[Indicator]) -> list[dict[str, Any]]:
    """The areas directly below with their figures."""
    below = queries.children(place.area.code)
    codes = [each.code for each in below]
    found = {
        (r.area, r.indicator): r
        for one in columns
        for r in read_results(scope, indicator=one.id, area=codes, period=place.period, breakdown="")
    }
    return [
        {
            "name": say(each.text),
            "url": link("/areas/", each.code, place.period),
            "cells": [show(found.get((each.code, one.id)), one) for one in columns],
        }
        for each in below
    ]


def _reasons(children: list[dict[str, Any]]) -> list[str]:
    """Why some of the figures below can't be given, each reason once."""
    return list(dict.fromkeys(cell.why for child in children for cell in child["cells"] if cell.why))


def _pyramid(scope: Scope, place: SeenPlace) -> Any:
    last_day = read_period(place.period).end - timedelta(days=1)
    by_age: dict[str, dict[str, float]] = {}
    for row in read_pyramid(scope, place.area.code, last_day):
        parts = dict(part.split("=") for part in row.breakdown.split(";"))
        by_age.setdefault(parts["age5"], {})[parts["sex"]] = row.value or 0.0
    ages = [age for age in by_age if age.isdigit()]
    if not ages:
        return None
    title = Text(
        zh="{area}人口金字塔，{period}末（户籍人口）", en="Population pyramid of {area}, end of {period} (registered)"
    )
    named = [name_ages(int(age)) for age in ages]
    sexes = ([by_age[age].get(sex, 0.0) for age in ages] for sex in ("1", "2"))
    return draw_pyramid("pyramid", say(title.filled(area=place.area.name, period=place.period_name)), named, *sexes)
