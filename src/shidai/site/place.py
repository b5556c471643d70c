"""Area and period of a page. Both live in the URL (`?area=…&period=…`), so that any page can be sent to a colleague."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest

from shidai.core import queries
from shidai.core.access import Scope
from shidai.core.language import current_language, say
from shidai.indicators.periods import read_period
from shidai.site.figures import known_years

NEAR = 60  # areas listed in the chooser before anything is typed


@dataclass(frozen=True, slots=True)
class PlaceArea:
    """An area as the frame shows it."""

    code: str
    name: str
    level: str
    above: str = ""
    url: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class PlacePeriod:
    code: str
    name: str
    here: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when the page looks. `base` is what the person's own posting covers."""

    path: tuple[PlaceArea, ...]
    near: tuple[PlaceArea, ...]
    period: str
    periods: tuple[PlacePeriod, ...]

    @property
    def area(self) -> PlaceArea:
        return self.path[-1]

    @property
    def year(self) -> int:
        return int(self.period[:4])

    @property
    def period_name(self) -> str:
        return name_period(self.period)

    @property
    def query(self) -> str:
        return link("", self.area.code, self.period)


def link(path: str, area: str, period: str, **more: Any) -> str:
    """A page's address with its area and period."""
    return f"{path}?{urlencode({'area': area, 'period': period, **more})}"


def read_place(request: HttpRequest, scope: Scope) -> Place:
    """The place that the URL names, else the person's own area and the latest year.

    Raises Http404 for an area outside the person's scope (it doesn't say whether it exists) and ShidaiError for a
    period that isn't one.
    """
    own = scope.prefixes("aggregate.read") or scope.prefixes("record.read")
    years = known_years()
    period = request.GET.get("period") or str(years[-1])
    read_period(period)
    root = own[0] if own and own[0] else (queries.children("")[0].code if queries.children("") else "")
    code = _code_of_today(request.GET.get("area") or root)
    if own and not any(code.startswith(prefix) for prefix in own):
        raise Http404
    path = tuple(shown(area) for area in queries.breadcrumb(code))
    if not path or path[-1].code != code:
        raise Http404
    return Place(path, _near(request, path, own), period, _periods(period, years))


def _code_of_today(code: str) -> str:
    """The code itself, or that of the area which took its place: an old link still leads somewhere."""
    heir = queries.resolve(code)
    return heir.code if heir else code


def shown(area: Any, *, above: str = "", url: str = "", here: bool = False) -> PlaceArea:
    """An area of the tree as the frame shows it."""
    return PlaceArea(area.code, say(area.text), area.level, above, url, here)


def _near(request: HttpRequest, path: tuple[PlaceArea, ...], own: tuple[str, ...]) -> tuple[PlaceArea, ...]:
    """The way up (inside the scope) and the areas directly below."""
    up = [area for area in path if any(area.code.startswith(prefix) for prefix in own)]
    below = queries.children(path[-1].code)[:NEAR]
    listed = [*up, *(shown(area) for area in below)]
    return tuple(
        PlaceArea(a.code, a.name, a.level, "", _url_of(request, a.code), a.code == path[-1].code) for a in listed
    )


def _url_of(request: HttpRequest, code: str) -> str:
    values = request.GET.copy()
    values["area"] = code
    values.pop("page", None)
    return f"{request.path}?{values.urlencode()}"


def _periods(period: str, years: tuple[int, ...]) -> tuple[PlacePeriod, ...]:
    """All years, newest first, and the quarters and months of the year in view."""
    codes: list[str] = []
    for year in sorted(set(years) | {int(period[:4])}, reverse=True):
        codes.append(str(year))
        if str(year) == period[:4]:
            codes += [f"{year}-Q{q}" for q in range(1, 5)] + [f"{year}-{m:02d}" for m in range(1, 13)]
    return tuple(PlacePeriod(code, name_period(code), code == period) for code in codes)


def name_period(period: str) -> str:
    """'2006-Q3' as people of the language write it."""
    year, _, part = period.partition("-")
    if current_language() == "en":
        return f"{year} {part}" if part.startswith("Q") else period
    if part.startswith("Q"):
        return f"{year}年第{'一二三四'[int(part[1]) - 1]}季度"
    return f"{year}年{int(part)}月" if part else f"{year}年"
