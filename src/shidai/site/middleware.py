"""What every request passes: the reader's language, her area and period, and errors that say how to mend them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from shidai.core.language import COOKIE, DJANGO_CODES, current_language
from shidai.site.place import read_place
from shidai.words import ShidaiError

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


class PlaceMiddleware:
    """Puts `request.place` (area and period of the page) where views find it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            request.place = read_place(request)
        return self.get_response(request)


class ErrorMiddleware:
    """An error that the reader can mend becomes a page that says what, where and how."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ShidaiError):
            return None
        said = [problem.said(current_language()) for problem in exception.problems]
        return render(request, "site/mend.html", {"problems": said}, status=400)
