"""Searches for people: what was typed comes by POST; a number goes on as its keyed mark, never in an address."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect

from shidai.core.access import require
from shidai.core.request import StaffRequest
from shidai.registry import queries

View = Callable[..., HttpResponse]


def hide_numbers(view: View) -> View:
    """A page with a search field `q`: what is sent to it goes on as a query that shows no number."""

    @wraps(view)
    def asked(request: StaffRequest, **parts: Any) -> HttpResponse:
        sent = request.POST if request.method == "POST" and "q" in request.POST else request.GET
        typed = sent.get("q", "").strip()
        shown = queries.hide_number(typed)
        if sent is request.GET and shown == typed:
            return view(request, **parts)
        require(request.scope, "record.read")
        query = request.GET.copy()
        query.pop("page", None)
        for name in ("area", "period"):
            if name in sent:
                query[name] = sent[name]
        query["q"] = shown
        return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")

    return asked
