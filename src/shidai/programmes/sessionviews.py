"""Pages of group sessions: those of an area, one to hold, who came."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.core.access import require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.packs.schema.programme import Programme, ProgrammeStep
from shidai.programmes.forms import SessionForm
from shidai.programmes.models import Session
from shidai.programmes.offered import find_programme
from shidai.programmes.sessions import (
    Came,
    find_attendees,
    group_steps,
    hold_session,
    read_attendees,
    session_page,
    sessions_of,
)
from shidai.programmes.telling import value_line
from shidai.programmes.wording import NO_SITE, SAVED
from shidai.registry.recordsday import records_day
from shidai.registry.wording import say_date
from shidai.rules.formschema import form_mark
from shidai.supply.queries import dispensing_sites
from shidai.words import Text


def sessions(request: StaffRequest) -> HttpResponse:
    """The last sessions of the place, and what can be held."""
    area = request.place.area
    require(request.scope, "service.record", area.code)
    return render(request, "programmes/sessions.html", {
        "rows": [_line(one) for one in sessions_of(request.scope, area.code)],
        "steps": [
            {"title": step.title, "programme": one.title, "url": f"/services/groups/new/{one.id}/{step.id}/"}
            for one, step in group_steps(records_day())
        ],
    })  # fmt: skip


def hold(request: StaffRequest, programme: str, step: str) -> HttpResponse:
    """A session to record: the step's fields once, and whoever came, found and ticked. Searching saves nothing."""
    require(request.scope, "service.record")
    held = {(one.id, each.id): (one, each) for one, each in group_steps(records_day())}
    found = held.get((programme, step))
    if found is None:
        raise Http404
    sites = [(one.code, one.text) for one in dispensing_sites(request.scope, records_day())]
    if not sites:
        messages.error(request, say(NO_SITE))
        return HttpResponseRedirect("/services/groups/" + request.place.query)
    chosen, people = _attendees(request, programme)
    form = _form(request, found[0], found[1], sites, people)
    if request.headers.get("HX-Request"):
        return render(request, "programmes/attendees.html", {"form": form, "people": people, "chosen": chosen})
    searching, made = "find" in request.POST, None
    if request.method == "POST" and not searching and form.is_valid():
        made = _save(request, form, programme, step)
    if made is not None:
        return HttpResponseRedirect(f"/services/groups/{made.uuid}/")
    return render(request, "programmes/session.html", {
        "form": form, "title": found[1].title, "programme": found[0], "people": people, "chosen": chosen,
        "consent": version_text(found[0]), "back": "/services/groups/" + request.place.query,
        "wrong": form.errors if not searching else {},
    }, status=422 if form.errors and not searching else 200)  # fmt: skip


def version_text(programme: Programme) -> Any:
    """What people agree to."""
    version = programme.version_on(records_day())
    return version.consent.text if version is not None else None


def _attendees(request: StaffRequest, programme: str) -> tuple[set[str], dict[str, Came]]:
    """Who is ticked, and all who are shown: those first, then whom the search finds."""
    ticked = [one for one in request.POST.getlist("people") if _is_uuid(one)]
    shown = {
        str(one.uuid): one
        for one in (
            *read_attendees(request.scope, [UUID(one) for one in ticked], programme, records_day()),
            *find_attendees(request.scope, request.POST.get("q", ""), programme, records_day()),
        )
    }
    return {one for one in ticked if one in shown}, shown


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _form(
    request: StaffRequest, programme: Programme, step: ProgrammeStep, sites: list[tuple[str, Text]],
    people: dict[str, Came],
) -> SessionForm:  # fmt: skip
    version = programme.version_on(records_day())
    assert version is not None
    names = {uuid: one.name for uuid, one in people.items()}
    initial = {"day": records_day().isoformat(), "mark": form_mark(version, step)}
    return SessionForm(request.POST or None, step=step, people=names, sites=sites, initial=initial)


def _save(request: StaffRequest, form: SessionForm, programme: str, step: str) -> Session | None:
    given = form.cleaned_data
    made: Session | None = form.record(
        hold_session, by=request.scope, programme=programme, step=step, site=given["site"], values=form.values,
        people=[UUID(one) for one in given["people"]], agreed=given["agreed"], heads=given["heads"] or 0,
        day=given["day"], form=given["mark"], id=given["id"],
    )  # fmt: skip
    if made is not None:
        messages.success(request, say(SAVED.filled(what=Text(zh="集体活动", en="the session"))))
    return made


def session(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One session: where, when, on what, who came and how many."""
    require(request.scope, "service.record")
    found = session_page(request.scope, uuid)
    if found is None:
        raise Http404
    one = found.session
    step = next(
        (each for version in find_programme(one.programme).version if version.id == one.version
         for each in version.step if each.id == one.step), None,
    )  # fmt: skip
    return render(request, "programmes/one_session.html", _line(one) | {
        "people": found.people, "others": found.others, "heads": one.heads,
        "values": [value_line(field, one.values) for field in (step.field if step else ()) if field.id in one.values],
        "back": "/services/groups/" + request.place.query,
    })  # fmt: skip


def _line(one: Session) -> dict[str, Any]:
    programme = find_programme(one.programme)
    steps = {step.id: step.title.text for version in programme.version for step in version.step}
    return {
        "title": steps.get(one.step, Text(zh=one.step, en=one.step)), "programme": programme.title,
        "when": say_date(one.day), "site": one.site.text,
        "named": one.attended.count(), "heads": one.heads, "url": f"/services/groups/{one.uuid}/",
    }  # fmt: skip
