"""The pages for what went wrong: what happened, what to do, and a way back; in the reader's language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from shidai.core.language import current_language

HTML_LANGUAGES = {"zh": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _told(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _told(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _told(request, "404.html", 404)


def broken(request: HttpRequest) -> HttpResponse:
    return _told(request, "500.html", 500)


def stale_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form's page is from before the last sign-in."""
    return _told(request, "403_csrf.html", 403)


def _told(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """Without the context processors, which ask the database: it may be what is broken."""
    shown: dict[str, Any] = {
        "request": request,
        "html_language": HTML_LANGUAGES[current_language()],
        "back": page_before(request),
        "at": timezone.localtime(),
    }
    return HttpResponse(render_to_string(template, shown), status=status)


def page_before(request: HttpRequest) -> str:
    """The page of this site that led here; empty when there was none, or it was this one by GET."""
    came_from = urlsplit(request.META.get("HTTP_REFERER", ""))
    if came_from.netloc != request.META.get("HTTP_HOST", request.META.get("SERVER_NAME")):
        return ""
    address = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return "" if request.method == "GET" and address == request.get_full_path() else address
