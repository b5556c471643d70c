"""The list of an area's people, and the search."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from shidai.core import queries as core
from shidai.core.access import require
from shidai.core.language import say
from shidai.core.request import StaffRequest, page_link
from shidai.registry import queries
from shidai.registry.recordsday import age_told, precision_told, records_day
from shidai.registry.villages import name_places
from shidai.registry.wording import SEX, WHO, say_date
from shidai.words import Text

PAGE = 50
MOST_FOUND = 200
WIDE = ("city", "county")  # levels too large for a list of everybody


def people(request: StaffRequest) -> HttpResponse:
    """People of a township or village by where they stand today, or those who match what was typed in one's areas.

    A county has hundreds of thousands: there the page offers the areas below and the search instead of a list.
    """
    text = request.GET.get("q", "").strip()
    area = request.place.area
    shown: dict[str, Any] = {"search_text": text, "may_write": request.scope.allows("record.write")}
    if text:
        shown |= _search(request, text)
    elif area.level in WIDE:
        require(request.scope, "record.read", area.code)
        shown["below"] = [
            {"name": say(one.text), "url": _area_link(request, one.code)} for one in core.children(area.code)
        ]
    else:
        shown |= _list(request, area.code)
    return render(request, "registry/people.html", shown)


def _search(request: StaffRequest, text: str) -> dict[str, Any]:
    found = queries.find_people(request.scope, text, limit=MOST_FOUND + 1)
    more = len(found) > MOST_FOUND
    page = Paginator(found[:MOST_FOUND], PAGE).get_page(request.GET.get("page"))
    reasons = {each.person.pk: each.why for each in page.object_list}
    return {
        "rows": _rows([each.person for each in page.object_list], reasons),
        "total": page.paginator.count,
        "more": more,
        "first": page.start_index(),
        "last": page.end_index(),
        "newer": _turn(request, page.previous_page_number() if page.has_previous() else None),
        "older": _turn(request, page.next_page_number() if page.has_next() else None),
    }


def _list(request: StaffRequest, area: str) -> dict[str, Any]:
    asked = request.GET.get("who", "living")
    who: Any = asked if asked in WHO else "living"
    page = queries.list_page(request.scope, area=area, who=who, page=request.GET.get("page"))
    return {
        "rows": _rows(page.people, {}),
        "total": page.total,
        "first": page.first,
        "last": page.last,
        "newer": _turn(request, page.newer),
        "older": _turn(request, page.older),
        "chips": [{"title": WHO[one], "url": _link(request, who=one), "here": one == who} for one in WHO],
    }


def _link(request: StaffRequest, **changes: str) -> str:
    values = request.GET.copy()
    values.pop("page", None)
    for name, value in changes.items():
        values[name] = value
    return f"?{values.urlencode()}"


def _area_link(request: StaffRequest, code: str) -> str:
    return _link(request, area=code)


def _turn(request: StaffRequest, number: int | None) -> str:
    return "" if number is None else page_link(request, number)


def _rows(people: Iterable[Any], reasons: dict[int, Text]) -> list[dict[str, Any]]:
    listed = list(people)
    stands = queries.residences([one.pk for one in listed])
    places = name_places(code for each in stands.values() for code in _codes(each))
    day = records_day()
    return [_row(one, stands.get(one.pk, queries.Residence()), places, reasons.get(one.pk), day) for one in listed]


def _codes(stand: queries.Residence) -> list[str]:
    spells = [spell for spell in (stand.living, stand.registered) if spell is not None]
    return [*(spell.area for spell in spells), stand.registered_code]


def _row(one: Any, stand: queries.Residence, places: dict[str, str], why: Text | None, day: date) -> dict[str, Any]:
    dead = getattr(one, "death", None) is not None
    age = age_told(one.birth_date, day)
    return {
        "url": f"/people/{one.uuid}/",
        "name": one.name,
        "sex": SEX[one.sex],
        "born": say_date(one.birth_date, precision_told(one.birth_date, one.birth_precision, day)),
        "age": say(WHO["dead"]) if dead else "–" if age is None else str(age),
        "registered": places.get(stand.registered_code) or _left(stand.left_registered, dead),
        "living": places.get(stand.living.area) if stand.living else _left(stand.left_living, dead),
        "why": why,
    }


def _left(spell: Any, dead: bool) -> str:
    return "–" if spell is None or dead else say(WHO["left"])
