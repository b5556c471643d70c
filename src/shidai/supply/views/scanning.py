"""Pages on which a code is read with the camera: only they may use it, and run the reader's WebAssembly."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from csp.decorators import csp_update
from django.http import HttpResponse

from shidai.core.request import PERMISSIONS, StaffRequest

View = Callable[..., HttpResponse]
_READER = {"script-src": ["'wasm-unsafe-eval'"]}


def with_camera(view: View) -> View:
    """The page may open the camera; the picture stays on the device."""

    allowed = cast(View, csp_update(_READER)(cast(Any, view)))

    @wraps(view)
    def shown(request: StaffRequest, *given: Any, **named: Any) -> HttpResponse:
        answer = allowed(request, *given, **named)
        answer.headers["Permissions-Policy"] = PERMISSIONS.replace("camera=()", "camera=(self)")
        return answer

    return shown
