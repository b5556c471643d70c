"""Many claims of one scheme that wait for the same office, passed at once: each by its own conditions."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.benefits import actions
from shidai.benefits.deciding import judge_all
from shidai.benefits.forms import PassForm
from shidai.benefits.models import Decision
from shidai.benefits.queries import lists
from shidai.benefits.queries.lists import Seen
from shidai.benefits.views.claim import may_do
from shidai.benefits.views.showing import address, row_of, say_done
from shidai.benefits.wording import say_money
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.packs.schema.scheme import Scheme
from shidai.registry.citypack import city_pack
from shidai.registry.recordsday import records_day
from shidai.registry.villages import name_places
from shidai.words import Problem, ShidaiError, Text

AT_ONCE = 50
PASSED = Text(zh="通过{n}件", en="{n} passed")


def pass_many(request: StaffRequest, scheme: str) -> HttpResponse:
    """The claims of a scheme whose next step is the reader's: those that meet every condition can be passed at once."""
    chosen = city_pack().schemes.get(scheme)
    if chosen is None:
        raise Http404
    form = PassForm(request.POST or None, initial={"day": records_day().isoformat()})
    waiting = _waiting(request, chosen)
    problems: dict[UUID, Problem] = {}
    if request.method == "POST" and form.is_valid():
        problems = _pass_each(request, form, waiting)
        if not problems:
            return HttpResponseRedirect(address(request, "/benefits/claims/", scheme=scheme, show="mine"))
        waiting = _waiting(request, chosen)
    shown = _shown(request, chosen, waiting, problems)
    return render(request, "benefits/pass_many.html", shown | {"form": form}, status=422 if problems else 200)


def _waiting(request: StaffRequest, scheme: Scheme) -> list[Seen]:
    """The first claims by deadline that the reader may pass, if the amount isn't hers to set."""
    day = records_day()
    if scheme.version_on(day) is None or _is_granted(scheme):
        return []
    ids = lists.claim_ids(request.scope, area=request.place.area.code, scheme=scheme.id, show="mine", on=day)
    seen = lists.claims_seen(request.scope, ids[:AT_ONCE], day)
    return [one for one in seen if one.standing.state == "waiting" and may_do(request.scope, one, "pass", day)]


def _is_granted(scheme: Scheme) -> bool:
    version = scheme.version_on(records_day())
    return version is not None and version.amount.granted


def _pass_each(request: StaffRequest, form: PassForm, waiting: list[Seen]) -> dict[UUID, Problem]:
    """Pass what was ticked, each on its own; returns by claim why one was not passed. Two clicks do it once."""
    ticked, problems, passed = set(request.POST.getlist("claim")), {}, 0
    for one in waiting:
        claim = one.claim
        if str(claim.uuid) not in ticked:
            continue
        try:
            actions.act_on_claim(
                by=request.scope, claim=claim.uuid, act="pass", day=form.cleaned_data["day"],
                id=uuid5(form.cleaned_data["id"], str(claim.uuid)),
            )  # fmt: skip
            passed += 1
        except ShidaiError as error:
            problems[claim.uuid] = error.problems[0]
    if passed:
        say_done(request, PASSED.filled(n=passed))
    return problems


def _shown(request: StaffRequest, scheme: Scheme, waiting: list[Seen], problems: dict[UUID, Problem]) -> dict[str, Any]:
    judged = judge_all([one.claim for one in waiting], records_day(), request.scope) if waiting else {}
    places = name_places(one.claim.area for one in waiting)
    titles = {one.id: one.title for version in scheme.version for one in version.condition}
    rows = [
        row_of(one, places)
        | {"uuid": one.claim.uuid, "step": one.standing.step, "fen": say_money(judged[one.claim.pk].fen)}
        | _judged(judged[one.claim.pk], titles, problems.get(one.claim.uuid))
        for one in waiting
    ]
    return {
        "scheme": scheme,
        "met": [row for row in rows if row["met"]],
        "unmet": [row for row in rows if not row["met"]],
        "granted": _is_granted(scheme),
        "all_ticked": not problems,
        "one_village": request.place.area.level == "village",
        "day": records_day(),
        "back": address(request, "/benefits/claims/", scheme=scheme.id, show="mine"),
    }


def _judged(decision: Decision, titles: dict[str, Any], problem: Problem | None) -> dict[str, Any]:
    lacking = [say(titles[one["id"]].text) for one in decision.outcomes if not one["met"]]
    wrong = say(Text(problem.what.zh + problem.mend.zh, f"{problem.what.en} {problem.mend.en}")) if problem else ""
    return {"met": decision.eligible, "lacking": lacking, "wrong": wrong}
