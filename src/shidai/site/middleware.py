"""What every request passes: the reader's language, her area and period, and errors that say how to mend them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from shidai.core.language import COOKIE, DJANGO_CODES, current_language
from shidai.core.queries import scope_of
from shidai.core.request import PERMISSIONS, StaffRequest
from shidai.site.place import read_place
from shidai.words import Exit, ShidaiError

Handler = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """The cookie that the language switch sets, else what the browser asks for, else Chinese."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wish = request.COOKIES.get(COOKIE, "")
        code = DJANGO_CODES.get(wish) or translation.get_language_from_request(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response


class PermissionsMiddleware:
    """No page uses camera, microphone or position, except those that allow it themselves."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


class PlaceMiddleware:
    """Puts `request.place` (area and period of the page) where views find it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        asked = cast(StaffRequest, request)
        asked.scope = scope_of(request.user)
        try:
            asked.place = read_place(request, asked.scope)
        except ShidaiError as error:
            return mend(request, error)
        return None


class ErrorMiddleware:
    """An error that the reader can mend becomes a page that says what, where and how."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return mend(request, exception) if isinstance(exception, ShidaiError) else None


def mend(request: HttpRequest, error: ShidaiError) -> HttpResponse:
    """The page that says what to mend; 403 when the posting doesn't allow it."""
    forbidden, language = error.exit_code == Exit.NO_ACCESS, current_language()
    told = [replace(one, where="") for one in error.problems] if forbidden else error.problems  # an area's bare code
    said = [problem.said(language) for problem in told]
    template = "site/mend.html" if hasattr(request, "place") else "site/mend_alone.html"
    return render(request, template, {"problems": said, "forbidden": forbidden}, status=403 if forbidden else 400)
