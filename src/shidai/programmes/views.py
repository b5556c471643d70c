"""Pages of programmes: who is due in the village, what a person is offered, and her answers to it."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.core.access import require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.packs.schema.area import CODE_LENGTH
from shidai.packs.schema.programme import ProgrammeStep, Refusal
from shidai.programmes import actions
from shidai.programmes.advising import MALE
from shidai.programmes.couples import shared_results
from shidai.programmes.duelists import kept_list, renew_village
from shidai.programmes.forms import AnswerForm
from shidai.programmes.models import Booking, Visit
from shidai.programmes.offered import Offer
from shidai.programmes.queries import DueLine, due_counts, due_page, due_programmes, find_offer, offers_to, reminders
from shidai.programmes.referrals import answer_in, called_for, referrals_after
from shidai.programmes.rounds import walk_round
from shidai.programmes.sessions import group_steps
from shidai.programmes.telling import referral_line, visit_line
from shidai.programmes.wording import ANSWERS, BOOKED_AT, LATE, MESSAGE, REFUSED, SAVED
from shidai.registry.citypack import city_pack
from shidai.registry.recordparts import record_part
from shidai.registry.recordsday import records_day
from shidai.registry.wording import say_date
from shidai.supply.hours import say_hours
from shidai.supply.queries import dispensing_sites, office_near
from shidai.words import Text

PAGE = 100


def due(request: StaffRequest) -> HttpResponse:
    """Who is due for what in the village; above a village, the villages to choose from."""
    area, day = request.place.area, records_day()
    require(request.scope, "service.invite", area.code)
    shown: dict[str, Any] = {
        "day": day, "is_village": area.level == "village",
        "may_hold": request.scope.allows("service.record", area.code) and bool(group_steps(day)),
        "may_see_equipment": request.scope.allows("supply.read", area.code),
    }  # fmt: skip
    if area.level == "village":
        page = max(1, int(request.GET.get("page", "1")) if request.GET.get("page", "1").isdigit() else 1)
        programmes = _programmes_due(request, area.code, day)
        chosen = [one["programme"] for one in programmes if one["id"] == request.GET.get("programme")]
        told = due_page(request.scope, area=area.code, on=day, programmes=chosen, first=PAGE * (page - 1), count=PAGE)
        may_record = request.scope.allows("service.record", area.code)
        shown |= {
            "rows": [due_row(one, may_record) for one in told.lines], "total": told.total, "late": told.late,
            "older": page + 1 if page * PAGE < told.total else "", "newer": page - 1 if page > 1 else "",
        }  # fmt: skip
        shown |= {"kept": kept_list(area.code), "programmes": programmes, "wanted": chosen[0].id if chosen else ""}
        township = area.code[: CODE_LENGTH["township"]]
        if request.scope.allows("service.invite", township):
            shown["above"] = "/services/?" + urlencode({"area": township, "period": request.place.period})
    else:
        children = city_pack().children(area.code, day)
        counts = due_counts(request.scope, area=area.code, on=day) if area.level == "township" else {}
        below = [one for one in children if request.scope.allows("service.invite", one.code)]
        shown["below"] = [
            {"title": Text(zh=one.name_zh, en=one.name_en),
             "url": "/services/?" + urlencode({"area": one.code, "period": request.place.period}),
             "due": counts.get(one.code)} for one in below
        ]  # fmt: skip
    return render(request, "programmes/due.html", shown)


def _programmes_due(request: StaffRequest, area: str, day: date) -> list[dict[str, Any]]:
    """What the list can be narrowed to: programmes of which something is due in the village, and the chosen one."""
    many = due_programmes(request.scope, area=area, on=day)
    return [
        {"id": one.id, "title": one.title, "programme": one, "many": many.get(one.id, 0)}
        for one in city_pack().all_programmes if one.id in many or one.id == request.GET.get("programme")
    ]  # fmt: skip


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
    office = station.text if station else Text(zh=area.name, en=area.name)
    hours = say_hours(station.opens) if station and station.opens else None
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


def visit_round(request: StaffRequest) -> HttpResponse:
    """From door to door: who is due where, to print or to follow on the phone."""
    area, day = request.place.area, records_day()
    require(request.scope, "service.invite", area.code)
    if area.level != "village":
        raise Http404
    chosen = [one for one in city_pack().all_programmes if one.id == request.GET.get("programme")]
    may_record = request.scope.allows("service.record", area.code)
    doors = [
        {"address": door.address, "callers": [
            {"name": one.name, "phone": one.phone, "url": f"/people/{one.person}/",
             "lines": [due_row(line, may_record) for line in one.lines]} for one in door.callers
        ]} for door in walk_round(request.scope, area=area.code, on=day, programmes=chosen)
    ]  # fmt: skip
    shown = {"doors": doors, "day": day, "back": "/services/" + request.place.query}
    return render(request, "programmes/round.html", shown)


def due_row(one: DueLine, may_record: bool) -> dict[str, Any]:
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


@record_part
def person(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A part of a person's page: what is offered, what is due and why, what was done."""
    told = offers_to(request.scope, uuid, records_day())
    if told is None:
        raise Http404
    booked = {(one.programme, one.step): one for one in told.booked}
    offered = [_offer(uuid, one, told.may_record, booked) for one in told.offers if one.lines or one.due]
    shared = shared_results(told.visits)
    sent = referrals_after(told.visits)
    visits = [
        visit_line(one, shared) | {
            "referral": referral_line(sent[one.uuid], told=True) if one.uuid in sent else None,
            "refer": _refer_from(one, told.offers) if one.uuid not in sent else "",
        } for one in told.visits
    ]  # fmt: skip
    serves = told.may_record and told.alive
    return render(request, "programmes/person.html", {
        "offers": offered, "visits": visits, "day": records_day(),
        "others": _on_request(uuid, told.offers) if told.may_record else [],
        "advise": serves and told.sex != MALE and f"/services/people/{uuid}/methods/",
        "dispense": serves and _hand_out_at(request, uuid),
    })  # fmt: skip


def _refer_from(visit: Visit, offers: Iterable[Offer]) -> str:
    """Where it is noted to where a visit's result sends her; '' once it was answered, or she declined."""
    called = called_for(visit)
    offer = next((one for one in offers if visit in one.lines), None)
    if called is None or offer is None or offer.declined or answer_in(offer.lines, visit, called) is not None:
        return ""
    return f"/services/visits/{visit.uuid}/refer/"


def _hand_out_at(request: StaffRequest, person: UUID) -> str:
    """Where the nurse hands something out to her whose page is open: at her station, on this record."""
    sites = dispensing_sites(request.scope, records_day())
    return f"/supply/sites/{sites[0].code}/hand-out/?for={person}" if sites else ""


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
            for one in _answers(offer)
        ],
    }  # fmt: skip


def _answers(offer: Offer) -> tuple[str, ...]:
    """What can be answered to an offer; a partner is asked at his step, and may take his consent back here."""
    if offer.consented:
        return ("withdraw",)
    return () if offer.partner else ("agree", "not_now", "never")


def _on_request(uuid: UUID, offers: Iterable[Offer]) -> list[dict[str, Any]]:
    """The first step of what isn't due, for who comes and asks for it; nothing of what was declined."""
    found = []
    for one in offers:
        first = one.version.step[0].id
        asked = not one.partner and not one.declined and not _outgrown(one)
        if asked and first not in {due.step for due in one.due}:
            found.append({"title": one.programme.title, "url": f"/services/people/{uuid}/{one.programme.id}/{first}/"})
    return found


def _outgrown(offer: Offer) -> bool:
    """A programme of a child's ages, for somebody who was past the last of them a year ago."""
    schedule, age = offer.version.schedule, offer.facts.get("age")
    return schedule.per == "ages" and age is not None and age > max(schedule.at) // 12 + 1


def _booked(found: Booking | None) -> dict[str, str]:
    if found is None:
        return {"booked": "", "cancel": ""}
    booked = say(BOOKED_AT.filled(day=say_date(found.day), time=found.time))
    return {"booked": booked, "cancel": f"/services/bookings/{found.uuid}/cancel/"}


def answer(request: StaffRequest, uuid: UUID, programme: str, answer: str) -> HttpResponse:
    """An answer to the offer, or consent; what it means is said before it is noted."""
    require(request.scope, "service.invite")
    found = find_offer(request.scope, uuid, programme, records_day())
    if found is None or answer not in ANSWERS:
        raise Http404
    told, offer = found
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
        "form": form, "title": title, "name": told.name, "will": will.filled(months=offer.version.not_now_months),
        "programme": offer.programme, "consent": offer.version.consent.text if answer == "agree" else None,
        "back": f"/people/{uuid}/",
    }  # fmt: skip
    return render(request, "programmes/answer.html", shown, status=422 if form.errors else 200)
