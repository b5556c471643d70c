"""A roster of another system: its files are checked whole, what would be taken over is told, and a word takes it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.benefits import actions
from shidai.benefits.deciding import scheme_of
from shidai.benefits.forms import RosterForm, TakeForm
from shidai.benefits.queries.rosters import CheckedRoster, RosterFile, checked_roster, is_taken
from shidai.benefits.views.showing import STYLE, address, say_done
from shidai.benefits.workflow import STATES
from shidai.core.access import require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.registry import queries as registry
from shidai.words import Problem, ShidaiError, Text

TAKEN = Text(zh="这份名册已经接收，或正在接收。", en="This roster was taken over already, or is being taken over.")


def check(request: StaffRequest) -> HttpResponse:
    """The files of a roster: every row that is wrong at once, or on to what would be taken over."""
    require(request.scope, "benefit.import", request.place.area.code)
    form = RosterForm(request.POST or None, request.FILES or None, sources=registry.sources(request.scope))
    faults: tuple[Problem, ...] = ()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.check_roster(
                by=request.scope, source=given["source"], claims=_read(given["claims"]),
                attested=_read(given["attested"]) if given["attested"] else None,
            )  # fmt: skip
        except ShidaiError as error:
            faults = error.problems
        else:
            return HttpResponseRedirect(address(request, f"/benefits/roster/{made.id}/"))
    shown = {
        "form": form,
        "faults": [_fault(one) for one in faults],
        "back": address(request, "/benefits/"),
    }
    return render(request, "benefits/roster.html", shown, status=422 if faults or form.errors else 200)


def _read(file: Any) -> RosterFile:
    return RosterFile(file.name, file.read())


def _fault(one: Problem) -> dict[str, Any]:
    """A row that is wrong: the file and the row apart, as an office looks them up."""
    file, _, row = one.where.rpartition(":")
    return {"file": file, "row": row, "what": one.what, "mend": one.mend} if row.isdigit() else {
        "file": one.where, "row": "", "what": one.what, "mend": one.mend,
    }  # fmt: skip


def take(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """What would be taken over, in numbers; it is asked once, and done."""
    made = checked_roster(request.scope, uuid)
    if made is None:
        if not is_taken(request.scope, uuid):
            raise Http404
        messages.info(request, say(TAKEN))
        return HttpResponseRedirect(address(request, "/benefits/"))
    form = TakeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.record(actions.take_checked, by=request.scope, id=uuid)
        if told is not None:
            said = Text(zh="接收名册，新增{claims}件申请、{acts}步办理", en="the roster: {claims} claims, {acts} acts")
            say_done(request, said.filled(claims=told.claims, acts=told.acts))
            return HttpResponseRedirect(address(request, "/benefits/"))
    shown = _told(made) | {"form": form, "back": address(request, "/benefits/roster/")}
    return render(request, "benefits/roster_checked.html", shown, status=422 if form.errors else 200)


def _told(made: CheckedRoster) -> dict[str, Any]:
    files = [made.claims.name, *([made.attested.name] if made.attested is not None else [])]
    return {
        "made": made,
        "files": files,
        "nothing": not (made.begun or made.acts or made.papers or made.accounts),
        "rows": [
            {"scheme": scheme_of(scheme).title, "state": STATES[state], "style": STYLE[state], "n": count}
            for scheme, state, count in made.standing
        ],
    }
