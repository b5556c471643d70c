"""Parts of a record's page: other rooms fill them in, and the page asks for each once it is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from shidai.core.request import StaffRequest

View = Callable[..., HttpResponse]


def record_part(view: View) -> View:
    """A view of a part. Opened by its own address it stands on a page that leads to the record's.

    The address ends as the record's does: `…/people/UUID/` or `…/households/UUID/`.
    """

    @wraps(view)
    def show(request: StaffRequest, uuid: UUID, **more: Any) -> HttpResponse:
        answer = view(request, uuid, **more)
        if "HX-Request" in request.headers or answer.status_code != 200:
            return answer
        record = "/".join(request.path.rstrip("/").split("/")[-2:])
        part = mark_safe(answer.content.decode())  # noqa: S308 -- what our own template made
        return render(request, "registry/record_part.html", {"part": part, "record": f"/{record}/"})

    return show
