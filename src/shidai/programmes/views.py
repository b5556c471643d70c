"""Pages of programmes: who is due in the village, what a person is offered, the visit's form, answers, corrections."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.core.access import require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.packs.schema.programme import ProgrammeStep, Refusal
from shidai.programmes import actions
from shidai.programmes.advising import MALE
from shidai.programmes.duelists import kept_list, renew_village
from shidai.programmes.forms import AnswerForm, CorrectionForm, VisitForm
from shidai.programmes.models import Booking, Visit
from shidai.programmes.offered import Offer, find_programme, form_mark, step_rules
from shidai.programmes.queries import DueLine, due_page, offers_to, reminders, visit_page
from shidai.programmes.wording import ANSWERS, LATE, MESSAGE, NO, REFUSED, SAVED, YES
from shidai.registry.citypack import city_pack
from shidai.registry.recordsday import records_day
from shidai.registry.villages import name_places
from shidai.registry.wording import say_date
from shidai.rules.answers import Answered
from shidai.supply.hours import say_hours
from shidai.supply.queries import dispensing_sites, office_near
from shidai.words import Text

PAGE = 100


def due(request: StaffRequest) -> HttpResponse:
    """Who is due for what in the village; above a village, the villages to choose from."""
    area, day = request.place.area, records_day()
    require(request.scope, "service.invite", area.code)
    wanted = request.GET.get("programme", "")
    programmes = [one for one in city_pack().all_programmes if one.version_on(day) is not None]
    chosen = [one for one in programmes if one.id == wanted]
    shown: dict[str, Any] = {
        "day": day, "is_village": area.level == "village", "programmes": programmes, "wanted": wanted,
    }  # fmt: skip
    if area.level == "village":
        page = max(1, int(request.GET.get("page", "1")) if request.GET.get("page", "1").isdigit() else 1)
        told = due_page(request.scope, area=area.code, on=day, programmes=chosen, first=PAGE * (page - 1), count=PAGE)
        may_record = request.scope.allows("service.record", area.code)
        shown |= {
            "rows": [_line(one, may_record) for one in told.lines], "total": told.total, "late": told.late,
            "older": page + 1 if page * PAGE < told.total else "", "newer": page - 1 if page > 1 else "",
        }  # fmt: skip
        shown["kept"] = kept_list(area.code)
    else:
        children = city_pack().children(area.code, day)
        below = [one for one in children if request.scope.allows("service.invite", one.code)]
        shown["below"] = [
            {"title": Text(zh=one.name_zh, en=one.name_en),
             "url": "/services/?" + urlencode({"area": one.code, "period": request.place.period})} for one in below
        ]  # fmt: skip
    return render(request, "programmes/due.html", shown)


def renew(request: StaffRequest) -> HttpResponse:
    """The village's list anew, from the register as it is now."""
    area = request.place.area
    require(request.scope, "service.invite", area.code)
    if request.method != "POST" or area.level != "village":
        raise Http404
    renew_village(area.code, records_day())
    return HttpResponseRedirect("/services/" + request.place.query)


def remind(request: StaffRequest, form: str) -> HttpResponse:
    """Letters to print, or a file for the city's own message gateway; neither tells what somebody is invited to."""
    area, day = request.place.area, records_day()
    require(request.scope, "service.invite", area.code)
    if area.level != "village" or form not in ("letters", "messages"):
        raise Http404
    chosen = [one for one in city_pack().all_programmes if one.id == request.GET.get("programme")]
    told = reminders(request.scope, area=area.code, on=day, programmes=chosen, late=request.GET.get("late") == "1")
    station = office_near(area.code, day)
    office = Text(zh=station.name_zh, en=station.name_en) if station else Text(zh=area.name, en=area.name)
    hours = say_hours(station.opens) if station else None
    if form == "letters":
        letters = [
            {"name": one.name, "address": one.address, "by": "" if one.late else say_date(one.by)} for one in told
        ]
        shown = {"letters": letters,
                 "office": office, "hours": hours, "day": day, "back": "/services/" + request.place.query}  # fmt: skip
        return render(request, "programmes/letters.html", shown)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="messages-{area.code}.csv"'
    answer.write("\ufeff")
    out = csv.writer(answer)
    out.writerow(("phone", "text"))
    out.writerows((one.phone, say(MESSAGE.filled(office=office))) for one in told if one.phone)
    return answer


def _line(one: DueLine, may_record: bool) -> dict[str, Any]:
    step = _step_titled(one)
    return {
        "name": one.name,
        "url": f"/people/{one.person}/",
        "visit": may_record and f"/services/people/{one.person}/{one.programme.id}/{one.due.step}/",
        "programme": one.programme.title,
        "step": step.title,
        "since": say_date(one.due.due.since),
        "by": say_date(one.due.due.by),
        "last": say_date(one.due.last) if one.due.last else "",
        "late": LATE.filled(days=one.late) if one.late else None,
    }


def _step_titled(one: DueLine) -> ProgrammeStep:
    found = [step for version in one.programme.version for step in version.step if step.id == one.due.step]
    return found[0]


def person(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A part of a person's page: what is offered, what is due and why, what was done."""
    told = offers_to(request.scope, uuid, records_day())
    if told is None:
        raise Http404
    booked = {(one.programme, one.step): one for one in told.booked}
    offered = [_offer(uuid, one, told.may_record, booked) for one in told.offers if one.lines or one.due]
    visits = [_visit_line(one) for one in told.visits]
    return render(request, "programmes/person.html", {
        "offers": offered, "visits": visits, "day": records_day(),
        "others": _on_request(uuid, told.offers) if told.may_record else [],
        "advise": told.may_record and told.sex != MALE and f"/services/people/{uuid}/methods/",
    })  # fmt: skip


def _offer(uuid: UUID, offer: Offer, may_record: bool, booked: dict[tuple[str, str], Booking]) -> dict[str, Any]:
    base = f"/services/people/{uuid}/{offer.programme.id}"
    steps = {one.id: one for one in offer.version.step}
    refused = next((REFUSED[one.outcome] for one in reversed(offer.lines) if one.outcome in REFUSED), None)
    return {
        "title": offer.programme.title,
        "definition": offer.programme.definition,
        "declined": refused if offer.declined else None,
        "consented": offer.consented,
        "due": [
            {"title": steps[one.step].title, "by": say_date(one.due.by), "late": one.due.by < records_day(),
             "url": f"{base}/{one.step}/" if may_record else "", "book": f"{base}/{one.step}/book/",
             **_booked(booked.get((offer.programme.id, one.step)))}
            for one in offer.due
        ],
        "answers": [
            {"title": ANSWERS[one][0], "url": f"{base}/answer/{one}/"}
            for one in (("withdraw",) if offer.consented else ("agree", "not_now", "never"))
        ],
    }  # fmt: skip


def _on_request(uuid: UUID, offers: Iterable[Offer]) -> list[dict[str, Any]]:
    """The first step of what isn't due, for who comes and asks for it; nothing of what was declined."""
    found = []
    for one in offers:
        first = one.version.step[0].id
        if not one.declined and first not in {due.step for due in one.due}:
            found.append({"title": one.programme.title, "url": f"/services/people/{uuid}/{one.programme.id}/{first}/"})
    return found


def _booked(found: Booking | None) -> dict[str, str]:
    if found is None:
        return {"booked": "", "cancel": ""}
    return {"booked": f"{say_date(found.day)} {found.time}", "cancel": f"/services/bookings/{found.uuid}/cancel/"}


def _visit_line(visit: Visit) -> dict[str, Any]:
    refused = REFUSED.get(visit.outcome)
    step = _step_then(visit)
    result = next((one.title.text for one in (step.result if step else ()) if one.id == visit.outcome), None)
    return {
        "when": say_date(visit.day),
        "programme": find_programme(visit.programme).title,
        "step": step.title if step is not None and refused is None else None,
        "result": refused or result or Text(zh=visit.outcome, en=visit.outcome),
        "url": "" if refused else f"/services/visits/{visit.uuid}/",
    }


def _step_then(visit: Visit) -> ProgrammeStep | None:
    """The step under the version that held then; None when the pack no longer has it."""
    versions = [one for one in find_programme(visit.programme).version if one.id == visit.version]
    return next((step for one in versions for step in one.step if step.id == visit.step), None)


def visit(request: StaffRequest, uuid: UUID, programme: str, step: str) -> HttpResponse:
    """The form of a step: fields appear as the answers ask for them, and what the answers amount to is told at once."""
    require(request.scope, "service.record")
    name, offer, may_record = _find_offer(request, uuid, programme)
    chosen = next((one for one in offer.version.step if one.id == step), None)
    if chosen is None or not may_record:
        raise Http404
    mark = form_mark(offer.version, chosen)
    sites = _sites(request) if actions.dispensing(chosen) else ()
    form = VisitForm(request.POST or None, step=chosen, consented=offer.consented, sites=sites,
                     initial={"day": records_day().isoformat(), "mark": mark})  # fmt: skip
    told = _look(offer, chosen, form)
    if request.headers.get("HX-Request"):
        return render(request, "programmes/fields.html", _shown(form, told, chosen))
    if request.method == "POST" and form.is_valid() and _save(request, form, uuid, offer, chosen):
        return HttpResponseRedirect(f"/people/{uuid}/")
    shown = _shown(form, told, chosen) | {
        "title": chosen.title, "name": name, "programme": offer.programme, "back": f"/people/{uuid}/",
        "consent": offer.version.consent.text, "before": [_visit_line(one) for one in offer.lines[-3:]],
    }  # fmt: skip
    return render(request, "programmes/visit.html", shown, status=422 if form.errors else 200)


def _sites(request: StaffRequest) -> tuple[tuple[str, Text], ...]:
    """Where the nurse may hand out on the day: her stations first."""
    return tuple(
        (one.code, Text(zh=one.name_zh, en=one.name_en)) for one in dispensing_sites(request.scope, records_day())
    )


def _find_offer(request: StaffRequest, uuid: UUID, programme: str) -> tuple[str, Offer, bool]:
    """A person's name, what a programme offers her, and whether the reader may record a visit."""
    told = offers_to(request.scope, uuid, records_day())
    found = next((one for one in told.offers if one.programme.id == programme), None) if told is not None else None
    if told is None or found is None:
        raise Http404
    return told.name, found, told.may_record


def _look(offer: Offer, step: ProgrammeStep, form: VisitForm) -> Answered:
    """What the answers so far amount to."""
    values: dict[str, Any] = {}
    day = records_day()
    if form.is_bound:
        form.is_valid()
        values, day = form.values, form.cleaned_data.get("day") or day
    return step_rules(offer.version, step).answer(values, offer.facts, day)


def _shown(form: VisitForm, told: Answered, step: ProgrammeStep) -> dict[str, Any]:
    form.keep(told.asked)
    reckoned = [
        {"title": field.title, "value": told.values[field.id]}
        for field in step.field
        if field.computed is not None and told.values.get(field.id) is not None
    ]
    result = told.result if form.is_bound and not form.errors else None
    return {"form": form, "doubts": told.doubts, "reckoned": reckoned, "result": result}


def _save(request: StaffRequest, form: VisitForm, uuid: UUID, offer: Offer, step: ProgrammeStep) -> bool:
    """Consent first, then the visit; what is refused stands at its field."""
    given = form.cleaned_data
    about = {"by": request.scope, "person": uuid, "programme": offer.programme.id, "day": given["day"]}
    if given.get("agreed") and form.record(actions.set_consent, **about, given=True) is None:
        return False
    made = form.record(
        actions.record_visit,
        **about,
        step=step.id,
        values=form.values,
        form=given["mark"],
        id=given["id"],
        site=given.get("site", ""),
    )
    if made is None:
        return False
    line = _visit_line(made)
    messages.success(request, say(SAVED.filled(what=Text(
        zh=f"{step.title.zh}，{line['result'].zh}", en=f"{step.title.en}: {line['result'].en}"))))  # fmt: skip
    return True


def answer(request: StaffRequest, uuid: UUID, programme: str, answer: str) -> HttpResponse:
    """An answer to the offer, or consent; what it means is said before it is noted."""
    require(request.scope, "service.invite")
    name, offer, _ = _find_offer(request, uuid, programme)
    if answer not in ANSWERS:
        raise Http404
    title, will = ANSWERS[answer]
    form = AnswerForm(request.POST or None, initial={"day": records_day().isoformat()})
    if request.method == "POST" and form.is_valid():
        about = {"by": request.scope, "person": uuid, "programme": programme, **form.cleaned_data}
        if answer in ("agree", "withdraw"):
            made = form.record(actions.set_consent, **about, given=answer == "agree")
        else:
            refusal: Refusal = "not_now" if answer == "not_now" else "never"
            made = form.record(actions.record_answer, **about, answer=refusal)
        if made is not None:
            messages.success(request, say(SAVED.filled(what=title)))
            return HttpResponseRedirect(f"/people/{uuid}/")
    shown = {
        "form": form, "title": title, "name": name, "will": will.filled(months=offer.version.not_now_months),
        "programme": offer.programme, "consent": offer.version.consent.text if answer == "agree" else None,
        "back": f"/people/{uuid}/",
    }  # fmt: skip
    return render(request, "programmes/answer.html", shown, status=422 if form.errors else 200)


def one_visit(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One visit: what was answered, what it came to, and what was corrected."""
    require(request.scope, "service.record")
    found = visit_page(request.scope, uuid)
    step = _step_then(found) if found is not None else None
    if found is None or step is None:
        raise Http404
    shown = _visit_line(found) | {
        "values": [_value(field, found.values) for field in step.field if field.id in found.values],
        "person": found.person, "place": name_places([found.area])[found.area], "reason": found.reason,
        "former": f"/services/visits/{found.replaces.uuid}/" if found.replaces is not None else "",
        "later": hasattr(found, "replaced_by"), "mend": f"/services/visits/{found.uuid}/correct/",
        "back": f"/people/{found.person.uuid}/",
    }  # fmt: skip
    return render(request, "programmes/one_visit.html", shown)


def _value(field: Any, values: dict[str, Any]) -> dict[str, Any]:
    value = values[field.id]
    words = {one.id: one.title.text for one in field.option}
    if field.type == "bool":
        said = YES if value else NO
    elif field.type == "choice":
        said = words.get(value, Text(zh=value, en=value))
    elif field.type == "choices":
        chosen = [words[one] for one in value if one in words]
        said = Text(zh="、".join(one.zh for one in chosen) or "无", en=", ".join(one.en for one in chosen) or "none")
    else:
        plain = f"{value / 10**field.decimals:.{field.decimals}f}" if field.decimals else str(value)
        said = Text(zh=f"{plain} {field.unit}".strip(), en=f"{plain} {field.unit}".strip())
    return {"title": field.title, "value": said}


def correct(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The visit's form once more; what was recorded before stays on file."""
    require(request.scope, "service.record")
    found = visit_page(request.scope, uuid)
    step = _step_then(found) if found is not None else None
    if found is None or step is None:
        raise Http404
    initial = {f"v_{name}": _typed(step, name, value) for name, value in found.values.items()}
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


def _typed(step: ProgrammeStep, name: str, value: Any) -> Any:
    """A stored value as it was typed."""
    field = next((one for one in step.field if one.id == name), None)
    if field is not None and field.decimals and isinstance(value, int):
        return f"{value / 10**field.decimals:.{field.decimals}f}"
    if isinstance(value, bool):
        return "1" if value else "0"
    return value
