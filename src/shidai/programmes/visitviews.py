"""Pages of a visit: its form with what follows from the answers, what was recorded, the correction."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.core.access import require
from shidai.core.language import say
from shidai.core.refusing import refuse_future
from shidai.core.request import StaffRequest
from shidai.packs.schema.programme import ProgrammeStep
from shidai.programmes import actions
from shidai.programmes.counsel import as_shown, counsel_on, shown_at
from shidai.programmes.couples import asked_again, partner_of, shared_results
from shidai.programmes.forms import AbsenceForm, CorrectionForm, VisitForm
from shidai.programmes.models import Visit
from shidai.programmes.offered import Offer, find_programme, step_rules
from shidai.programmes.queries import StepForm, find_step_form, visit_page
from shidai.programmes.referrals import called_for, may_refer, referrals_after
from shidai.programmes.telling import as_typed, referral_line, step_then, value_line, visit_line
from shidai.programmes.wording import MARKS, SAVED
from shidai.registry.queries import get_person
from shidai.registry.recordsday import records_day
from shidai.registry.villages import name_places
from shidai.registry.wording import say_date
from shidai.rules.answers import Answered
from shidai.rules.formschema import form_mark
from shidai.supply.queries import dispensing_sites
from shidai.words import ShidaiError, Text


def visit(request: StaffRequest, uuid: UUID, programme: str, step: str) -> HttpResponse:
    """The form of a step: fields appear as the answers ask for them; what the answers amount to, and what is advised
    on them, is told at once."""
    require(request.scope, "service.record")
    found = find_step_form(request.scope, uuid, programme, step, again=request.method == "POST")
    chosen = next((one for one in found.offer.version.step if one.id == step), None) if found is not None else None
    if found is None or chosen is None:
        raise Http404
    offer, back = found.offer, f"/services/sites/{found.site}/referrals/" if found.site else f"/people/{uuid}/"
    if chosen.for_ == "partner" and not offer.partner:
        return partner(request, uuid, offer, chosen)
    if chosen.for_ != "partner" and offer.partner:
        raise Http404
    mark = form_mark(offer.version, chosen)
    sites = _sites(request) if actions.dispensing(chosen) else ()
    form = VisitForm(request.POST or None, step=chosen, consented=offer.consented, sites=sites,
                     initial={"day": records_day().isoformat(), "mark": mark})  # fmt: skip
    if request.headers.get("HX-Request"):
        part = "counsel" if request.GET.get("part") == "advice" else "fields"
        return render(request, f"programmes/{part}.html", _shown(form, found, chosen, uuid))
    if request.method == "POST" and form.is_valid() and (made := _save(request, form, uuid, offer, chosen)):
        follows = not found.site and (made.advice.exists() or next_steps(made) or called_for(made))
        return HttpResponseRedirect(f"/services/visits/{made.uuid}/" if follows else back)
    if form.errors:
        _tell_the_rest(form, offer, chosen)
    shown = _shown(form, found, chosen, uuid) | {
        "title": chosen.title, "name": found.name, "programme": offer.programme, "back": back, "site": found.site,
        "consent": offer.version.consent.text, "before": _before(offer),
    }  # fmt: skip
    return render(request, "programmes/visit.html", shown, status=422 if form.errors else 200)


def _before(offer: Offer) -> list[dict[str, Any]]:
    """The last lines of the programme on this record."""
    shared = shared_results(offer.lines)
    return [visit_line(one, shared) for one in offer.lines[-3:]]


def partner(request: StaffRequest, uuid: UUID, offer: Offer, step: ProgrammeStep) -> HttpResponse:
    """A couple's step for the partner, from her page who was invited: to his own record, or that he doesn't come."""
    person = get_person(request.scope, uuid)
    if person is None:
        raise Http404
    form = AbsenceForm(request.POST or None, initial={"day": records_day().isoformat()})
    if request.method == "POST" and form.is_valid():
        made = form.record(
            actions.record_absence, by=request.scope, person=uuid, programme=offer.programme.id, step=step.id,
            **form.cleaned_data,
        )  # fmt: skip
        if made is not None:
            messages.success(request, say(SAVED.filled(what=MARKS["not_attended"])))
            return HttpResponseRedirect(f"/people/{uuid}/")
    found = partner_of(request.scope, person.pk, records_day())
    shown = {
        "form": form, "title": step.title, "name": person.name, "programme": offer.programme,
        "back": f"/people/{uuid}/", "partner": found,
        "open": found.person and f"/services/people/{found.person}/{offer.programme.id}/{step.id}/",
    }  # fmt: skip
    return render(request, "programmes/partner.html", shown, status=422 if form.errors else 200)


def _sites(request: StaffRequest) -> tuple[tuple[str, Text], ...]:
    """Where the nurse may hand out on the day: her stations first."""
    return tuple((one.code, one.text) for one in dispensing_sites(request.scope, records_day()))


def _look(offer: Offer, step: ProgrammeStep, form: VisitForm) -> tuple[Answered, date]:
    """What the answers so far amount to, and the day of the visit."""
    values: dict[str, Any] = {}
    day = records_day()
    if form.is_bound:
        form.is_valid()
        values, day = form.values, form.cleaned_data.get("day") or day
    return step_rules(offer.version, step).answer(values, offer.facts, day), day


def _tell_the_rest(form: VisitForm, offer: Offer, step: ProgrammeStep) -> None:
    """What the rules find wrong beside what couldn't be read, so that all of it is mended at once."""
    told, day = _look(offer, step, form)
    rest = [one for one in told.faults if not form.is_wrong(one.where)]
    if rest:
        form.tell(ShidaiError(rest))
    if "day" not in form.errors:
        try:
            refuse_future(day)
        except ShidaiError as error:
            form.tell(error)


def _shown(form: VisitForm, found: StepForm, step: ProgrammeStep, person: UUID) -> dict[str, Any]:
    offer = found.offer
    told, day = _look(offer, step, form)
    form.keep(told.asked)
    reckoned = [
        {"title": field.title, "value": told.values[field.id]}
        for field in step.field
        if field.computed is not None and told.values.get(field.id) is not None
    ]
    result = told.result if form.is_bound and not form.errors else None
    counsel = [as_shown(one) for one in counsel_on(offer, step, told.values, day)]
    doubts = [*told.doubts, *asked_again(offer, step, told.values)]
    return {
        "form": form, "doubts": doubts, "reckoned": reckoned, "result": result, "counsel": counsel,
        "advises": bool(step.advice), "methods": not found.site and f"/services/people/{person}/methods/",
    }  # fmt: skip


def _save(request: StaffRequest, form: VisitForm, uuid: UUID, offer: Offer, step: ProgrammeStep) -> Visit | None:
    """Consent first, then the visit; what is refused stands at its field."""
    given = form.cleaned_data
    about = {"by": request.scope, "person": uuid, "programme": offer.programme.id, "day": given["day"]}
    consent = uuid5(given["id"], "consent")
    if given.get("agreed") and form.record(actions.set_consent, **about, given=True, id=consent) is None:
        return None
    made: Visit | None = form.record(
        actions.record_visit,
        **about,
        step=step.id,
        values=form.values,
        form=given["mark"],
        id=given["id"],
        site=given.get("site", ""),
        shared=given.get("shared", False),
    )
    if made is None:
        return None
    line = visit_line(made)
    messages.success(request, say(SAVED.filled(what=Text(
        zh=f"{step.title.zh}，{line['result'].zh}", en=f"{step.title.en}: {line['result'].en}"))))  # fmt: skip
    return made


def one_visit(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One visit: what was answered, what it came to, and what was corrected."""
    require(request.scope, "service.record")
    found = visit_page(request.scope, uuid)
    step = step_then(found) if found is not None else None
    if found is None or step is None:
        raise Http404
    shown = visit_line(found) | {
        "values": [value_line(field, found.values) for field in step.field if field.id in found.values],
        "person": found.person, "place": name_places([found.area])[found.area], "reason": found.reason,
        "former": f"/services/visits/{found.replaces.uuid}/" if found.replaces is not None else "",
        "later": f"/services/visits/{found.replaced_by.uuid}/" if hasattr(found, "replaced_by") else "",
        "mend": f"/services/visits/{found.uuid}/correct/",
        "back": f"/people/{found.person.uuid}/", "counsel": shown_at(found), "next": next_steps(found),
        **_referral(found),
    }  # fmt: skip
    return render(request, "programmes/one_visit.html", shown)


def _referral(visit: Visit) -> dict[str, Any]:
    """To where the visit's result sent her, with the answer; or where that is noted."""
    told = referrals_after([visit]).get(visit.uuid)
    waits = may_refer(visit) is not None
    return {
        "referral": told and referral_line(told, told=True),
        "refer": f"/services/visits/{visit.uuid}/refer/" if waits else "",
    }


def next_steps(visit: Visit) -> list[dict[str, Any]]:
    """What the visit calls for next, from when, and where it is booked."""
    version = next(one for one in find_programme(visit.programme).version if one.id == visit.version)
    base = f"/services/people/{visit.person.uuid}/{visit.programme}"
    found = []
    for step in version.step:
        if step.follows == visit.step and step.for_ == "self" and (not step.on or visit.outcome in step.on):
            since = visit.day + timedelta(days=step.after_days)
            book = f"{base}/{step.id}/book/?from={since.isoformat()}"
            found.append({"title": step.title, "since": say_date(since), "book": book})
    return found


def correct(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The visit's form once more; what was recorded before stays on file."""
    require(request.scope, "service.record")
    found = visit_page(request.scope, uuid)
    step = step_then(found) if found is not None else None
    if found is None or step is None:
        raise Http404
    initial = {f"v_{name}": as_typed(step, name, value) for name, value in found.values.items()}
    form = CorrectionForm(request.POST or None, step=step, consented=True,
                          initial=initial | {"day": found.day.isoformat(), "mark": found.form})  # fmt: skip
    form.fields["day"].disabled = True
    if request.method == "POST" and form.is_valid():
        made = form.record(actions.correct_visit, by=request.scope, visit=uuid, values=form.values,
                           reason=form.cleaned_data["reason"], id=form.cleaned_data["id"])  # fmt: skip
        if made is not None:
            messages.success(request, say(SAVED.filled(what=Text(zh="更正", en="the correction"))))
            return HttpResponseRedirect(f"/services/visits/{made.uuid}/")
    shown = {"form": form, "title": Text(zh="更正就诊记录", en="Correct the visit"),
             "name": found.person.name, "programme": find_programme(found.programme),
             "back": f"/services/visits/{uuid}/"}  # fmt: skip
    return render(request, "programmes/visit.html", shown, status=422 if form.errors else 200)
