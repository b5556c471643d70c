"""Pages of rooms, staff and equipment: a station's, a piece's, and what of an area's equipment needs care."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.core.access import require
from shidai.core.language import say
from shidai.core.queries import staff_names
from shidai.core.request import StaffRequest
from shidai.programmes import capacity
from shidai.programmes.bookingviews import site_where
from shidai.programmes.capacityforms import NOTES, CapacityForm, NoteForm, PieceForm
from shidai.programmes.crowding import capacity_lines, capacity_on, say_clinics, say_limits
from shidai.programmes.fleet import Standing, State, kind_title
from shidai.programmes.models import Capacity
from shidai.programmes.referrals import waiting_at
from shidai.programmes.stations import (
    Affected,
    PiecePage,
    affected_bookings,
    equipment_of,
    piece_page,
    station_page,
)
from shidai.programmes.telling import programme_title, step_title
from shidai.programmes.wording import PIECE_STATES, SAVED
from shidai.registry.citypack import city_pack
from shidai.registry.formpage import show_form
from shidai.registry.recordsday import records_day
from shidai.registry.wording import say_date
from shidai.words import Text

PAGE = 50
_STYLES = {"works": "good", "broken": "wrong", "out": "plain", "coming": "plain"}
_ROOMS = Text(zh="诊室和人员", en="Rooms and staff")
_NUMBERED = Text(zh="{kind} {n}", en="{kind} {n}")
_CALLED = Text(
    zh="已登记。有{n}个预约需要它，列在下面：没有取消任何预约，请打电话商量。",
    en="Noted. {n} bookings need it and are listed below: none was cancelled, please call.",
)


def station(request: StaffRequest, code: str) -> HttpResponse:
    """A station's rooms, staff and equipment, and who is booked for what doesn't work."""
    day = records_day()
    told = station_page(request.scope, code, day)
    if told is None:
        raise Http404
    return render(request, "programmes/station.html", {
        "site": told.site.text, "code": code, "day": day,
        "may_write": told.may_write, "waiting": told.may_write and waiting_at(told.site.pk),
        "now": told.now and _capacity(told.now),
        "coming": [_capacity(one) for one in told.coming],
        "crowds": [
            {"clinic": say_clinics([clinic]), "many": crowd.many, "since": say_date(crowd.day),
             "short": say_limits(crowd), "beside": say_clinics(crowd.clinics) if crowd.clinics else None}
            for clinic, crowd in told.crowds
        ],
        "pieces": [_piece(one) for one in told.pieces],
        "affected": [_affected(one) for one in told.affected],
        "affected_all": told.affected_all, "more": told.affected_all - len(told.affected),
    })  # fmt: skip


def _capacity(one: Capacity) -> dict[str, Any]:
    return {"rooms": one.rooms, "staff": one.staff, "since": say_date(one.day), "by": staff_names([one.by])[one.by]}


def _piece(one: Standing) -> dict[str, Any]:
    return {
        "title": one.title, "number": one.piece.number, "url": f"/services/equipment/{one.piece.uuid}/",
        "state": PIECE_STATES[one.state], "style": _STYLES[one.state], "since": say_date(one.since),
        "reason": one.reason, "checked": one.checked and say_date(one.checked), "due": one.due and say_date(one.due),
        "overdue": one.overdue, "broken": one.state == State.BROKEN,
    }  # fmt: skip


def _affected(one: Affected) -> dict[str, Any]:
    booking, line = one.line.booking, one.line
    return {
        "day": say_date(booking.day), "time": booking.time, "name": line.name,
        "url": line.person and f"/people/{line.person}/",
        "again": line.person and f"/services/people/{line.person}/{booking.programme}/{booking.step}/book/",
        "programme": programme_title(booking.programme),
        "step": step_title(booking.programme, booking.step, booking.day),
        "kinds": [kind_title(kind) for kind in one.kinds],
    }  # fmt: skip


def rooms(request: StaffRequest, code: str) -> HttpResponse:
    """How many rooms and staff a station has from a day on."""
    site = site_where(request, code, "service.record")
    last = capacity_on(capacity_lines(site.pk), records_day())
    initial = {"day": records_day().isoformat(), "rooms": last and last.rooms, "staff": last and last.staff}
    form = CapacityForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = form.record(capacity.state_capacity, by=request.scope, site=code, **form.cleaned_data)
        if made is not None:
            messages.success(request, say(SAVED.filled(what=_ROOMS)))
            return HttpResponseRedirect(_url(code))
    return show_form(request, form, _ROOMS, _url(code), lead=site.text)


def add(request: StaffRequest, code: str) -> HttpResponse:
    """A piece of equipment more."""
    site = site_where(request, code, "service.record")
    kinds = {one.id: one.title.text for one in city_pack().equipment.values()}
    unfit = None if kinds else Text(
        zh="政策包没有设备种类（equipment.toml），不能登记。", en="The pack has no kinds of equipment (equipment.toml)."
    )  # fmt: skip
    form = PieceForm(request.POST or None, kinds=kinds, initial={"day": records_day().isoformat()})
    if request.method == "POST" and form.is_valid():
        made = form.record(capacity.add_piece, by=request.scope, site=code, **form.cleaned_data)
        if made is not None:
            messages.success(request, say(SAVED.filled(what=_NUMBERED.filled(kind=kinds[made.kind], n=made.number))))
            return HttpResponseRedirect(_url(code))
    title, lead = Text(zh="登记设备", en="Enter a piece of equipment"), site.text
    return show_form(request, form, title, _url(code), lead=lead, unfit=unfit)


def piece(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A piece with what was noted of it; for who serves there, a form to note more."""
    told = piece_page(request.scope, uuid, records_day())
    if told is None:
        raise Http404
    return _show_piece(request, told, NoteForm(now=told.standing.state, initial={"day": records_day().isoformat()}))


def note(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Note how a piece stands."""
    told = piece_page(request.scope, uuid, records_day())
    if told is None:
        raise Http404
    site = told.standing.piece.site
    require(request.scope, "service.record", site.area)
    form = NoteForm(
        request.POST or None, now=told.standing.state, initial={"day": records_day().isoformat()}
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        made = form.record(capacity.note_piece, by=request.scope, piece=uuid, **form.cleaned_data)
        if made is not None:
            waiting = len(affected_bookings(site.pk, records_day())) if made.state in (State.BROKEN, State.OUT) else 0
            if waiting:
                messages.warning(request, say(_CALLED.filled(n=waiting)), extra_tags="late")
            else:
                messages.success(request, say(SAVED.filled(what=NOTES[made.state])))
            return HttpResponseRedirect(_url(site.code))
    return _show_piece(request, told, form)


def _show_piece(request: StaffRequest, told: PiecePage, form: NoteForm) -> HttpResponse:
    one, site = told.standing, told.standing.piece.site
    names = staff_names({noted.by for noted in told.notes})
    return render(request, "programmes/piece.html", {
        "form": form, "forms": [form], "piece": _piece(one), "site": site.text,
        "back": _url(site.code), "may_write": request.scope.allows("service.record", site.area),
        "from": say_date(one.piece.day),
        "notes": [
            {"day": say_date(noted.day), "state": NOTES[noted.state], "reason": noted.reason, "by": names[noted.by]}
            for noted in told.notes
        ],
    }, status=422 if form.errors else 200)  # fmt: skip


def equipment(request: StaffRequest) -> HttpResponse:
    """What of the area's equipment is out of order or overdue for its check; `every=1`: all that is in service."""
    area, day = request.place.area, records_day()
    require(request.scope, "supply.read", area.code)
    every = request.GET.get("every") == "1"
    found = equipment_of(request.scope, area.code, day, every=every)
    asked = request.GET.get("page", "1")
    page = max(1, int(asked) if asked.isdecimal() else 1)
    address = "?" + urlencode({"area": area.code, "period": request.place.period})
    return render(request, "programmes/equipment.html", {
        "day": day, "every": every, "address": address, "may_invite": request.scope.allows("service.invite", area.code),
        "total": len(found),
        "broken": sum(one.state == State.BROKEN for one in found), "overdue": sum(one.overdue for one in found),
        "rows": [
            _piece(one) | {"site": one.piece.site.text,
                           "site_url": _url(one.piece.site.code)}
            for one in found[PAGE * (page - 1):PAGE * page]
        ],
        "older": page + 1 if page * PAGE < len(found) else "", "newer": page - 1 if page > 1 else "",
    })  # fmt: skip


def _url(code: str) -> str:
    return f"/services/sites/{code}/capacity/"
