"""Public notices: which ones hang now, and each as a page to print, with names masked."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from shidai.benefits.deciding import judge, scheme_of
from shidai.benefits.queries import version_of
from shidai.benefits.queries.lists import Notice, Seen, notice, notices
from shidai.benefits.views.conditions import source_of
from shidai.benefits.views.showing import address, masked_subject
from shidai.benefits.wording import LEVEL, say_amount, say_money, say_step
from shidai.core import queries as core
from shidai.core.access import Scope
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.registry.recordsday import records_day
from shidai.registry.villages import name_places
from shidai.words import ShidaiError, Text


def listed(request: StaffRequest) -> HttpResponse:
    """The notices that hang in the area in view."""
    found = notices(request.scope, area=request.place.area.code, on=records_day())
    places = name_places(one.village for one in found)
    rows = [
        {
            "url": f"/benefits/notices/{one.scheme}/{one.village}/{one.until}/",
            "title": scheme_of(one.scheme).title,
            "village": places.get(one.village, one.village),
            "first": one.first,
            "until": one.until,
            "count": len(one.claims),
            "objected": sum(each.standing.state == "objected" for each in one.claims),
            "step": say_step(one.claims[0].step) if one.claims[0].step else "",
        }
        for one in found
    ]
    shown = {"rows": rows, "back": address(request, "/benefits/"), "day": records_day()}
    return render(request, "benefits/notices.html", shown)


def show(request: StaffRequest, scheme: str, village: str, until: str) -> HttpResponse:
    """One notice as it hangs in the village: masked names, amounts, days, where to object."""
    try:
        last = date.fromisoformat(until)
    except ValueError as error:
        raise Http404 from error
    found = notice(request.scope, scheme=scheme, village=village, until=last, on=records_day())
    if found is None:
        raise Http404
    step, version = found.claims[0].step, version_of(found.claims[0].claim)
    area = core.full_names([village]).get(village, ())
    shown = {
        "scheme": scheme_of(scheme),
        "version": version,
        "notice": found,
        "source": source_of(version.source),
        "rows": [_line(request.scope, one) for one in found.claims],
        "step": say_step(step) if step else "",
        "level": LEVEL[step.level] if step else "",
        "village": " ".join(say(one.text) for one in area) or village,
        "office": _office(found, step.level if step else "village"),
        "back": address(request, "/benefits/notices/"),
    }
    return render(request, "benefits/notice.html", shown)


def _office(found: Notice, level: str) -> str:
    """The area of the office that shows the notice: the village itself, or what lies above it."""
    path = core.full_names([found.village]).get(found.village, ())
    return next((say(one.text) for one in path if one.level == level), found.village)


def _line(scope: Scope, seen: Seen) -> dict[str, Any]:
    """What a notice says of one claim: a masked name and the amount. Nothing else leaves the office."""
    return {
        "name": masked_subject(seen.claim),
        "amount": _amount(scope, seen),
        "objected": seen.standing.state == "objected",
    }


def _amount(scope: Scope, seen: Seen) -> Text:
    """What the scheme gives by today's register; a sum that isn't granted yet is said so."""
    version = version_of(seen.claim)
    try:
        told = judge(seen.claim, records_day(), scope)
    except ShidaiError:
        return Text(zh="–", en="–")
    if version.amount.granted and told.granted is None:
        return Text(zh="待核定", en="to be granted")
    return say_money(told.fen) if version.amount.granted else say_amount(version.amount, told.fen)
