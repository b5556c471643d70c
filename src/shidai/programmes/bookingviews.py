"""Pages of bookings: choosing a time for somebody, a site's day, its clinics."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.core import audit
from shidai.core.access import require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.core.roles import Capability
from shidai.programmes import booking
from shidai.programmes.agenda import agenda, as_calendar, bookings_of, clinics_of, offered_slots
from shidai.programmes.fleet import kind_title
from shidai.programmes.forms import BookingForm, ClinicForm
from shidai.programmes.offered import find_programme
from shidai.programmes.queries import offers_to
from shidai.programmes.referrals import waiting_at
from shidai.programmes.slots import Slot
from shidai.programmes.stations import affected_bookings
from shidai.programmes.telling import programme_title
from shidai.programmes.wording import BOOKED, BOOKED_AT, SAVED, UNBOOKED, WEEKDAYS, say_lack
from shidai.registry.citypack import city_pack
from shidai.registry.formpage import show_form
from shidai.registry.queries import get_person
from shidai.registry.recordsday import records_day
from shidai.registry.wording import say_date
from shidai.supply.queries import site_of
from shidai.words import ShidaiError, Text

_LATEST = 366  # days ahead that an agenda shows


def choose_time(request: StaffRequest, uuid: UUID, programme: str, step: str) -> HttpResponse:
    """Times of two weeks from a day on (`from`; today) at the sites of her county; two clicks book once."""
    require(request.scope, "service.invite")
    told, person = offers_to(request.scope, uuid, records_day()), get_person(request.scope, uuid)
    offer = next((one for one in told.offers if one.programme.id == programme), None) if told else None
    chosen = next((one for one in offer.version.step if one.id == step), None) if offer else None
    if told is None or person is None or offer is None or chosen is None:
        raise Http404
    near, first = person.living_area or person.registered_area or "", max(records_day(), _day(request, "from"))
    sites = offered_slots(request.scope, programme, step, near, first)
    form = BookingForm(request.POST or None, times={
        f"{site.code}|{slot_value(slot)}": slot for site in sites for slot in site.slots if slot.free
    })  # fmt: skip
    if request.method == "POST" and form.is_valid():
        code, day, time = form.cleaned_data["slot"].split("|")
        made = form.record(
            booking.book, by=request.scope, person=uuid, programme=programme, step=step, site=code,
            day=date.fromisoformat(day), time=time, id=form.cleaned_data["id"],
        )  # fmt: skip
        if made is not None:
            messages.success(request, say(BOOKED.filled(day=say_date(made.day), time=made.time)))
            return HttpResponseRedirect(f"/people/{uuid}/")
    mine = bookings_of({person.pk}).get((person.pk, programme, step))
    return render(request, "programmes/book.html", {
        "form": form, "name": told.name, "title": chosen.title, "programme": offer.programme,
        "back": f"/people/{uuid}/", "first": say_date(first),
        "mine": mine and say(BOOKED_AT.filled(day=say_date(mine.day), time=mine.time)),
        "sites": [
            {"name": one.name,
             "lacks": [say_lack(lack.title, say_date(lack.since) if lack.since else None, lack.reason)
                       for _, lack in one.times.lacks],
             "days": days_shown(one.slots, f"{one.code}|")}
            for one in sites
        ],
    }, status=422 if form.errors else 200)  # fmt: skip


def days_shown(slots: Iterable[Slot], before: str = "") -> list[dict[str, Any]]:
    """Times by day, as both pages of booking list them. before: what stands before the time in what a button sends."""
    return [
        {"day": say_date(day), "weekday": WEEKDAYS[day.isoweekday()],
         "slots": [{"value": before + slot_value(slot), "time": slot.time, "free": slot.free} for slot in of_day]}
        for day, of_day in groupby(slots, key=lambda slot: slot.day)
    ]  # fmt: skip


def slot_value(slot: Slot) -> str:
    """What a time's button sends."""
    return f"{slot.day}|{slot.time}"


def cancel(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Give a booked place back."""
    require(request.scope, "service.invite")
    if request.method != "POST":
        raise Http404
    try:
        given = booking.cancel_booking(by=request.scope, booking=uuid)
    except ShidaiError as error:
        raise Http404 from error
    messages.success(request, say(UNBOOKED))
    return HttpResponseRedirect(f"/people/{given.person.uuid}/")


def site_day(request: StaffRequest, code: str) -> HttpResponse:
    """Who is expected at a site on a day, and its clinics."""
    require(request.scope, "service.invite")
    site = site_of(request.scope, code)
    if site is None:
        raise Http404
    day = _day(request)
    lines = agenda(request.scope, code, day)
    if lines is None:
        raise Http404
    place, lacking = site.text, affected_bookings(site.pk, day, day)
    if request.GET.get("form") == "ics":
        audit.record(request.scope, "service.agenda", f"site:{code}", area=site.area, calendar=True)
        answer = HttpResponse(as_calendar(lines, say(place)), content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{code}-{day}.ics"'
        return answer
    return render(request, "programmes/agenda.html", {
        "site": place, "code": code, "waiting": waiting_at(site.pk), "day": day, "weekday": WEEKDAYS[day.isoweekday()],
        "before": (day - timedelta(days=1)).isoformat(), "after": (day + timedelta(days=1)).isoformat(),
        "rows": [
            {"time": one.booking.time, "name": one.name, "url": one.person and f"/people/{one.person}/",
             "visit": one.person and f"/services/people/{one.person}/{one.booking.programme}/{one.booking.step}/",
             "what": programme_title(one.booking.programme),
             "kept": one.booking.kept, "lacks": [kind_title(kind) for kind in lacking.get(one.booking, ())]}
            for one in lines
        ],
        "clinics": [
            {"weekday": WEEKDAYS[one.weekday], "start": one.start, "end": one.end, "minutes": one.minutes,
             "places": one.places, "programme": find_programme(one.programme).title if one.programme else None,
             "end_url": f"/services/clinics/{one.uuid}/end/"} for one in clinics_of(code, day)
        ],
    })  # fmt: skip


def _day(request: StaffRequest, name: str = "day") -> date:
    try:
        day = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return records_day()
    return day if abs((day - records_day()).days) <= _LATEST else records_day()


def site_where(request: StaffRequest, code: str, capability: Capability) -> Any:
    """A site at which the reader may do this. Raises NoAccess, and Http404 where she sees no such site."""
    site = site_of(request.scope, code) if request.scope.allows("supply.read") else None
    if site is None:
        raise Http404
    require(request.scope, capability, site.area)
    return site


def open_clinic(request: StaffRequest, code: str) -> HttpResponse:
    """New hours of a site's clinic."""
    site = site_where(request, code, "service.record")
    programmes = [one for one in city_pack().all_programmes if one.version_on(records_day()) is not None]
    form = ClinicForm(request.POST or None, programmes=programmes, initial={"starts_on": records_day().isoformat()})
    if request.method == "POST" and form.is_valid():
        made = form.record(booking.open_clinic, by=request.scope, site=code, **form.cleaned_data)
        if made is not None:
            messages.success(request, say(SAVED.filled(what=Text(zh="门诊时段", en="the clinic's hours"))))
            return HttpResponseRedirect(f"/services/sites/{code}/")
    title, lead = Text(zh="门诊时段", en="Hours of a clinic"), site.text
    return show_form(request, form, title, f"/services/sites/{code}/", lead=lead)


def close_clinic(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """No more of these hours from today on."""
    require(request.scope, "service.record")
    if request.method != "POST":
        raise Http404
    try:
        found = booking.close_clinic(by=request.scope, clinic=uuid, day=records_day())
    except ShidaiError as error:
        if type(error) is ShidaiError:
            raise Http404 from error
        raise
    messages.success(request, say(SAVED.filled(what=Text(zh="门诊时段停止", en="the end of the clinic's hours"))))
    return HttpResponseRedirect(f"/services/sites/{found.site.code}/")
