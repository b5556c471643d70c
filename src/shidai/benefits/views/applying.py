"""What a person, a household or a village is entitled to, and applying for it in one step from its page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.benefits import actions
from shidai.benefits.deciding import judge, scheme_of
from shidai.benefits.forms import ApplyForm
from shidai.benefits.models import Claim
from shidai.benefits.queries.lists import claims_for, look
from shidai.benefits.views.acting import done
from shidai.benefits.views.conditions import show_decision
from shidai.benefits.views.showing import STYLE, address, claim_url, say_problem, say_standing
from shidai.benefits.wording import say_late
from shidai.benefits.workflow import STATES
from shidai.core import queries as core
from shidai.core.access import Scope, require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.packs.schema.scheme import Scheme
from shidai.registry import queries as registry
from shidai.registry.citypack import city_pack
from shidai.registry.recordparts import record_part
from shidai.registry.recordsday import records_day
from shidai.words import ShidaiError, Text

PAPERS_SEEN = Text(zh="已看材料：{papers}", en="Papers seen: {papers}")


class Applicant:
    """A person, a household or a village for whom a claim may be made, as the reader may see it. Raises Http404."""

    def __init__(self, scope: Scope, kind: str, key: str | UUID) -> None:
        self.kind, self.key = kind, key
        if kind == "village":
            found = core.area(str(key))
            if found is None or found.level != "village" or not scope.allows("record.read", found.code):
                raise Http404
            self.fields: dict[str, Any] = {"village": found.code}
            self.area, self.name, self.url = found.code, say(found.text), "/benefits/"
            self.subject = actions.Subject(village=found.code)
            return
        require(scope, "record.read")
        assert isinstance(key, UUID)
        if kind == "household":
            home = registry.get_household(scope, key)
            if home is None:
                raise Http404
            self.fields, self.area = {"household": home}, home.area
            head = home.head
            self.name = say(Text(zh=f"{head.name}户", en=f"Household of {head.name}") if head else _HOME)
            self.url, self.subject = f"/households/{key}/", actions.Subject(household=key)
            return
        person = registry.get_person(scope, key)
        if person is None:
            raise Http404
        self.fields, self.area = {"person": person}, person.registered_area or person.living_area
        self.name, self.url, self.subject = person.name, f"/people/{key}/", actions.Subject(person=key)

    def apply_url(self, scheme: Scheme) -> str:
        return f"/benefits/{_FOLDERS[self.kind]}/{self.key}/apply/{scheme.id}/"


_HOME = Text(zh="家庭户", en="Household")
_FOLDERS = {"person": "people", "household": "households", "village": "villages"}


@record_part
def entitlements(request: StaffRequest, uuid: UUID, kind: str = "person") -> HttpResponse:
    """A part of a record's page: its claims and where they stand, and what else it may apply for, with the reasons."""
    return _entitlements(request, Applicant(request.scope, kind, uuid))


def village(request: StaffRequest, code: str) -> HttpResponse:
    """What a village may apply for."""
    return _entitlements(request, Applicant(request.scope, "village", code), page=True)


def _entitlements(request: StaffRequest, who: Applicant, *, page: bool = False) -> HttpResponse:
    day = records_day()
    claims = claims_for(request.scope, **who.fields)
    running = {one.scheme for one in claims if look(one, day).standing.state != "declined"}
    may_apply = request.scope.allows("benefit.apply", who.area or "-")
    offers, unjudged = [], []
    for one in city_pack().schemes.values():
        if one.subject == who.kind and one.version_on(day) is not None and one.id not in running:
            try:
                offers.append(_offer(request.scope, one, who))
            except ShidaiError as error:  # its rules were changed after they had decided: the others are told
                unjudged.append({"title": one.title, "what": say_problem(error)})
    shown = {
        "claims": [_claim_line(one) for one in claims],
        "offers": sorted(offers, key=lambda one: not one["eligible"]),
        "unjudged": unjudged,
        "may_apply": may_apply,
        "day": day,
        "who": who,
        "none_open": bool(offers) and not any(one["eligible"] or one["by_paper"] for one in offers),
        "back": address(request, "/benefits/"),
    }
    return render(request, "benefits/village.html" if page else "benefits/entitlements.html", shown)


def _claim_line(claim: Claim) -> dict[str, Any]:
    seen = look(claim, records_day())
    return {
        "url": claim_url(claim),
        "title": scheme_of(claim).title,
        "state": STATES[seen.standing.state],
        "style": STYLE[seen.standing.state],
        "standing": say_standing(seen),
        "late": say_late(seen.late) if seen.late else None,
    }


def _offer(scope: Scope, scheme: Scheme, who: Applicant) -> dict[str, Any]:
    """One scheme judged by today's register, with the conditions that aren't met."""
    told = _judge(scope, scheme, who)
    missing = [one for one in told["outcomes"] if not one["met"]]
    return {
        "title": scheme.title,
        "definition": scheme.definition,
        "eligible": told["eligible"],
        "amount": told["amount"],
        "granted": told["granted"],
        "missing": missing,
        "by_paper": bool(missing) and all(one["met"] is None for one in missing),
        "url": who.apply_url(scheme),
    }


def _judge(scope: Scope, scheme: Scheme, who: Applicant) -> dict[str, Any]:
    """A determination for the page; nothing is stored."""
    version = scheme.version_on(records_day())
    assert version is not None
    claim = Claim(pk=0, scheme=scheme.id, version=version.id, area=who.area, **who.fields)
    return show_decision(judge(claim, records_day(), scope), scheme)


def apply_person(request: StaffRequest, uuid: UUID, scheme: str) -> HttpResponse:
    return _apply(request, scheme, "person", uuid)


def apply_household(request: StaffRequest, uuid: UUID, scheme: str) -> HttpResponse:
    return _apply(request, scheme, "household", uuid)


def apply_village(request: StaffRequest, code: str, scheme: str) -> HttpResponse:
    return _apply(request, scheme, "village", code)


def _apply(request: StaffRequest, scheme: str, kind: str, key: str | UUID) -> HttpResponse:
    """Apply in one step: the conditions by today's register, the papers that were seen, the day."""
    who, chosen = Applicant(request.scope, kind, key), city_pack().schemes.get(scheme)
    require(request.scope, "benefit.apply", who.area or "-")
    version = chosen.version_on(records_day()) if chosen else None
    if chosen is None or version is None or chosen.subject != kind:
        raise Http404
    form = ApplyForm(request.POST or None, evidence=version.evidence, initial={"day": records_day().isoformat()})
    if request.method == "POST" and form.is_valid():
        papers = "、".join(str(one.label) for one in form.papers if form.cleaned_data[one.name])
        made = form.record(
            actions.apply_for, by=request.scope, scheme=scheme, subject=who.subject, day=form.cleaned_data["day"],
            reason=say(PAPERS_SEEN.filled(papers=papers))[:500] if papers else "", id=form.cleaned_data["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, made, Text(zh="申请{title}", en="applied for {title}").filled(title=chosen.title.text))
    known = [one for one in claims_for(request.scope, **who.fields) if one.scheme == scheme]
    if request.method != "POST" and known and look(known[0], records_day()).standing.state != "declined":
        return HttpResponseRedirect(claim_url(known[0]))
    shown = {
        "form": form,
        "who": who,
        "scheme": chosen,
        "version": version,
        "decision": _judge(request.scope, chosen, who),
        "back": who.url,
        "submit": form.submit,
    }
    return render(request, "benefits/apply.html", shown, status=422 if form.errors else 200)
