"""Where people can go: service rooms by county on the map, and when each room and station is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from shidai.core import queries
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.core.tilemap import County, Seen, Step, draw_map
from shidai.registry.citypack import city_pack
from shidai.registry.villages import name_places
from shidai.supply.models import Site
from shidai.supply.views.showing import hours_of, site_line
from shidai.words import Text

ROOMS = Text(zh="开放的服务室（个）", en="Service rooms that are open")
STATIONS = Text(zh="服务站 {n}", en="stations: {n}")


def show_rooms(request: StaffRequest, sites: Sequence[Site], day: date) -> HttpResponse:
    """The rooms and stations among an area's sites with their hours; the map where its counties have squares."""
    area, period = request.place.area.code, request.place.period
    points = [one for one in sites if one.kind in (Site.Kind.ROOM, Site.Kind.STATION)]
    places = name_places(one.area for one in points)
    rows = [site_line(one) | {"place": places[one.area], "hours": hours_of(one)} for one in points]
    return render(request, "supply/rooms.html", {"map": _draw(points, area, period), "points": rows, "day": day})


def _hours_url(area: str, period: str) -> str:
    return f"/supply/?area={area}&period={period}&rooms=1"


def _draw(points: Sequence[Site], area: str, period: str) -> Any:
    below = queries.children(area)
    counties = [County(one.code, say(one.text), _hours_url(one.code, period)) for one in below]
    seen = {}
    for one in counties:
        here = [site.kind for site in points if site.area.startswith(one.code)]
        rooms, stations = here.count(Site.Kind.ROOM), here.count(Site.Kind.STATION)
        seen[one.code] = Seen(rooms, f"{rooms}", say(STATIONS.filled(n=stations)))
    return draw_map(
        "rooms-map", say(ROOMS), city_pack().map, counties, [Step("", seen)], show=lambda n: f"{n:.0f}", whole=True,
        heads=(Text(zh="服务室", en="service rooms"), Text(zh="服务站", en="stations")),
    )  # fmt: skip
