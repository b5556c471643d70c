"""The request of somebody who is signed in: with her scope, and the place that the page looks at."""

from __future__ import annotations

from typing import Protocol

from django.http import HttpRequest

from shidai.core.access import Scope
from shidai.core.models import Staff

PERMISSIONS = "camera=(), geolocation=(), microphone=()"
"""What the pages of the site may use of a device; a page that reads codes allows itself the camera."""


class SeenArea(Protocol):
    """An area as the frame shows it."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def level(self) -> str: ...


class SeenPlace(Protocol):
    """Area and period of a page."""

    @property
    def area(self) -> SeenArea: ...
    @property
    def period(self) -> str: ...
    @property
    def period_name(self) -> str: ...
    @property
    def year(self) -> int: ...
    @property
    def query(self) -> str: ...
    @property
    def near(self) -> tuple[object, ...]: ...


class StaffRequest(HttpRequest):
    """What views get: the middleware of the site has put both there."""

    scope: Scope
    place: SeenPlace
    user: Staff


def page_link(request: HttpRequest, number: int) -> str:
    """The page's own address with another page of its list."""
    values = request.GET.copy()
    values["page"] = str(number)
    return f"?{values.urlencode()}"
