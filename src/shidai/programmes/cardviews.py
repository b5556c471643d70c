"""Booking with the service card, at a site's counter or machine: a programme, a time, then the card; never a name."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.core.access import NoAccess
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.packs.schema.programme import Programme
from shidai.programmes import booking
from shidai.programmes.agenda import DAYS_AHEAD, clinics_of
from shidai.programmes.bookingviews import days_shown, site_where, slot_value
from shidai.programmes.forms import CardBookingForm
from shidai.programmes.slots import Slot, slots_of
from shidai.programmes.wording import BOOKED
from shidai.registry.citypack import city_pack
from shidai.registry.recordsday import records_day
from shidai.registry.wording import say_date
from shidai.supply.refusals import TooMany
from shidai.supply.views.scanning import with_camera
from shidai.words import ShidaiError


@with_camera
def book_by_card(request: StaffRequest, code: str) -> HttpResponse:
    """What may be booked here is the same for everybody, so that the page tells nothing about whose card is read."""
    site = site_where(request, code, "supply.dispense")
    offered = _programmes_at(code, site.area)
    only = offered[0] if len(offered) == 1 else None
    chosen = next((one for one in offered if one.id == request.GET.get("programme")), only)
    slots = _slots(site.pk, chosen) if chosen else []
    form = CardBookingForm(request.POST or None, times={slot_value(slot): slot for slot in slots if slot.free})
    status = 200
    if request.method == "POST" and chosen is not None:
        made, status = _book(request, form, chosen, code)
        if made is not None:
            messages.success(request, say(BOOKED.filled(day=say_date(made.day), time=made.time)))
            return HttpResponseRedirect(request.path)
    return render(request, "programmes/book_card.html", {
        "form": form, "faulty": [form], "site": site.text, "chosen": chosen,
        "offered": offered, "back": f"/supply/sites/{code}/", "first": say_date(records_day()),
        "days": days_shown(slots),
    }, status=status)  # fmt: skip


def _programmes_at(code: str, area: str) -> list[Programme]:
    """Programmes that run at the site's place and for which it has hours."""
    day = records_day()
    clinics = clinics_of(code, day)
    named, every = {one.programme for one in clinics}, any(not one.programme for one in clinics)
    running = ((one, one.version_on(day)) for one in city_pack().all_programmes if every or one.id in named)
    return [one for one, version in running if version is not None and version.runs_in(area)]


def _slots(site: int, programme: Programme) -> list[Slot]:
    version = programme.version_on(records_day())
    return slots_of(site, programme.id, records_day(), DAYS_AHEAD, version.step[0].id) if version else []


def _book(request: StaffRequest, form: CardBookingForm, programme: Programme, code: str) -> tuple[Any, int]:
    """The booking, or None with the status; what is wrong stands at its field."""
    if not form.is_valid():
        return None, 422
    given = form.cleaned_data
    day, time = given["slot"].split("|")
    try:
        return booking.book_by_card(
            by=request.scope, who=given["who"], programme=programme.id, site=code, day=date.fromisoformat(day),
            time=time, id=given["id"],
        ), 302  # fmt: skip
    except ShidaiError as error:
        if isinstance(error, NoAccess):
            raise
        form.tell(error)
        return None, 429 if isinstance(error, TooMany) else 422
