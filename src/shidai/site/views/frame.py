"""Signing in and out, the language, and the chooser of areas."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login, views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from shidai.core import actions, queries
from shidai.core.language import COOKIE, DJANGO_CODES
from shidai.core.request import StaffRequest
from shidai.site.cast import CAST
from shidai.site.place import shown

LOOPBACK = ("127.0.0.1", "::1", "")


@method_decorator(login_not_required, name="dispatch")
class SignIn(views.LoginView):
    """The sign-in page. A demonstration city, seen from its own machine, lets one choose a role of its cast."""

    template_name = "site/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        name = self.request.POST.get("username", "")
        locked = bool(name) and queries.locked_until(name) is not None
        return super().get_context_data(cast=CAST if self._may_choose() else (), locked=locked, **given)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = request.POST.get("demo", "")
        if chosen and self._may_choose() and chosen in {one.username for one in CAST}:
            member = queries.staff_named(chosen)
            login(request, member, backend="django.contrib.auth.backends.ModelBackend")
            actions.record_login(by=queries.scope_of(member))
            return HttpResponseRedirect(self.get_success_url())
        if queries.locked_until(request.POST.get("username", "")) is not None:
            return self.form_invalid(self.get_form())
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        actions.record_login(by=queries.scope_of(form.get_user()))
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        actions.record_login_failure(username=form.data.get("username", ""))
        return super().form_invalid(form)

    def _may_choose(self) -> bool:
        """Only on the machine itself: never through a proxy, which would make every visitor look local."""
        asked = self.request.META
        proxied = settings.HTTPS or any(
            name.startswith(("HTTP_X_FORWARDED", "HTTP_FORWARDED", "HTTP_VIA")) for name in asked
        )
        return settings.DEMONSTRATION and not proxied and asked.get("REMOTE_ADDR", "") in LOOPBACK


@login_not_required
@require_POST
def choose_language(request: StaffRequest) -> HttpResponse:
    """Remember the language for a year and go back."""
    there = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(there, allowed_hosts={request.get_host()}):
        there = "/"
    response = HttpResponseRedirect(there)
    wanted = request.POST.get("language", "")
    if wanted in DJANGO_CODES:
        response.set_cookie(COOKIE, wanted, max_age=365 * 86400, samesite="Lax", httponly=True)
    return response


def find_areas(request: StaffRequest) -> HttpResponse:
    """Type-ahead of the area chooser: only inside the person's scope."""
    scope = request.scope
    own = scope.prefixes("aggregate.read") or scope.prefixes("record.read")
    there = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(there, allowed_hosts={request.get_host()}):
        there = "/"
    text = request.GET.get("q", "")
    if not text.strip():
        return render(request, "site/areas_found.html", {"found": request.place.near})
    found = queries.find_areas(text, own)
    parents = queries.names(area.parent for area in found)
    listed = [
        shown(area, above=shown(parents[area.parent]).name if area.parent in parents else "",
              url=f"{there}?area={area.code}&period={request.place.period}")
        for area in found
    ]  # fmt: skip
    return render(request, "site/areas_found.html", {"found": listed})
