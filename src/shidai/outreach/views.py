"""Pages of outreach: sessions of an area, one session with who came, and what is recorded of it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.core import audit, queries
from shidai.core.access import require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.indicators.periods import read_period
from shidai.outreach import actions
from shidai.outreach.forms import (
    ChangeForm,
    HeadsForm,
    PlainForm,
    ReasonForm,
    ResidentForm,
    SessionForm,
    StaffForm,
)
from shidai.outreach.models import Session
from shidai.outreach.queries import (
    SessionPage,
    attendance_in,
    session_page,
    sessions_of,
    topics_ever,
    trained_staff,
)
from shidai.outreach.wording import AUDIENCES, DEEDS, HEADS, KINDS, SAVED, STATES, STYLES, join, say_minutes
from shidai.registry.citypack import city_pack
from shidai.registry.formpage import show_form
from shidai.registry.forms import RecordForm, uuid_or_none
from shidai.registry.queries import find_people, get_person
from shidai.registry.recordsday import records_day
from shidai.registry.views.finding import hide_numbers
from shidai.registry.wording import say_date
from shidai.supply.queries import sites_of
from shidai.words import Text

TICKS = 80  # colleagues that a form lists to be ticked; of more, names are typed
_FACTS = ("day", "starts", "ends", "site", "place", "trainer", "audience", "places", "id")


def overview(request: StaffRequest) -> HttpResponse:
    """Sessions of the area in the period, in the order of their days."""
    area, period = request.place.area.code, read_period(request.place.period)
    found = list(sessions_of(request.scope, area, period.start, period.end))
    wanted = request.GET.get("state", "")
    rows = [_row(one) for one in found if wanted in ("", one.state)]
    names = queries.names(one["area"] for one in rows)
    for one in rows:
        one["area_name"] = names[one["area"]].text if one["area"] in names else one["area"]
    return render(request, "outreach/overview.html", {
        "rows": rows, "all": len(found), "wanted": wanted,
        "chips": [
            {"state": state, "title": title, "count": sum(one.state == state for one in found)}
            for state, title in STATES.items()
        ],
        "may_plan": request.scope.allows("outreach.keep", area) and bool(_topics()),
        "day": records_day(),
    })  # fmt: skip


def _row(one: Any) -> dict[str, Any]:
    return {
        "title": title_of(one.topic), "url": _url(one), "day": say_date(one.day), "time": f"{one.starts}–{one.ends}",
        "where": where_of(one), "area": one.area, "state": STATES[one.state], "style": STYLES[one.state],
        "cancelled": one.state == Session.State.CANCELLED,
        **{name: came if name in one.audience and one.state != Session.State.CANCELLED else None
           for name, came in (("staff", one.staff_came), ("residents", one.residents_came))},
    }  # fmt: skip


def title_of(topic: str) -> Text:
    found = topics_ever().get(topic)
    return found.title.text if found is not None else Text(zh=topic, en=topic)


def where_of(session: Session) -> Text:
    """'羊尖镇服务站，二楼会议室'."""
    site = session.site
    if site is None:
        return Text(zh=session.place, en=session.place)
    room = session.place
    return Text(zh=site.name_zh + (f"，{room}" if room else ""), en=site.name_en + (f", {room}" if room else ""))


def _url(session: Session) -> str:
    return f"/outreach/sessions/{session.uuid}/"


def _topics() -> list[Any]:
    return list(city_pack().in_force(records_day()).trainings.values())


def sessions_csv(request: StaffRequest) -> HttpResponse:
    """The period's sessions as a file, with numbers and nobody's name; the export is logged."""
    area, period = request.place.area.code, read_period(request.place.period)
    found = sessions_of(request.scope, area, period.start, period.end)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="sessions-{area}-{period.name}.csv"'
    answer.write("\ufeff")
    out = csv.writer(answer)
    out.writerow(("topic", "title", "area", "day", "starts", "ends", "minutes", "site", "place", "trainer", "state",
                  "staff", "residents"))  # fmt: skip
    for one in found:
        if one.area.startswith(area):
            out.writerow((
                one.topic, say(title_of(one.topic)), one.area, one.day, one.starts, one.ends, one.minutes,
                one.site.code if one.site is not None else "", _plain(one.place), _plain(one.trainer), one.state,
                one.staff_came, one.residents_came,  # type: ignore[attr-defined]
            ))  # fmt: skip
    audit.record(request.scope, "outreach.export", f"area:{area}", area=area, period=period.name)
    return answer


def _plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def trained(request: StaffRequest) -> HttpResponse:
    """How long each member of the staff was trained, by topic, up to the period's end."""
    area, period = request.place.area.code, read_period(request.place.period)
    rows = [
        {
            "name": one.name, "username": one.username, "title": title_of(one.topic), "sessions": one.sessions,
            "time": say_minutes(one.minutes), "last": say_date(one.last), "certified": one.certified,
            "needed": say_minutes(one.training.certificate_minutes)
            if one.training is not None and one.training.certificate_minutes else None,
        }
        for one in trained_staff(request.scope, area, period.end)
    ]  # fmt: skip
    return render(request, "outreach/trained.html", {"rows": rows})


def plan(request: StaffRequest) -> HttpResponse:
    """A new session for the area's people."""
    area, day = request.place.area, records_day()
    require(request.scope, "outreach.keep", area.code)
    form = SessionForm(
        request.POST or None, topics=_topics(), sites=_sites(request, area.code), initial={"day": day.isoformat()}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        facts = {name: given[name] for name in _FACTS}
        made = form.record(actions.plan_session, by=request.scope, area=area.code, topic=given["topic"], **facts)
        if made is not None:
            return _done(request, title_of(made.topic), _url(made))
    title = Text(zh="安排培训或讲座", en="Plan a session")
    return show_form(request, form, title, f"/outreach/{request.place.query}", lead=Text(zh=area.name, en=area.name))


def _sites(request: StaffRequest, area: str) -> dict[str, Text]:
    """Stations and rooms at or below the area; for who doesn't read of sites, the place is written in words."""
    if not request.scope.allows("supply.read", area):
        return {}
    found = sites_of(request.scope, area, records_day())
    return {one.code: one.text for one in found if one.kind in ("station", "room")}


def _done(request: StaffRequest, what: Text, url: str) -> HttpResponse:
    messages.success(request, say(SAVED.filled(what=what)))
    return HttpResponseRedirect(url)


def session(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One session: when and where, who came, what became of it."""
    page = _find(request, uuid)
    one, topic = page.session, topics_ever().get(page.session.topic)
    area = queries.names([one.area]).get(one.area)
    minutes = topic.certificate_minutes if topic is not None else None
    names = queries.staff_names(each.by for each in page.changes)
    return render(request, "outreach/session.html", {
        "row": _row(one), "page": page, "url": _url(one),
        "kind": KINDS[topic.kind] if topic is not None else None,
        "lasts": say_minutes(one.minutes),
        "certificate": say_minutes(minutes) if minutes else None,
        "note": topic.note.text if topic is not None and topic.note is not None else None,
        "for_whom": join([AUDIENCES[each] for each in one.audience]),
        "area_name": area.text if area is not None else one.area,
        "staff": [{"name": who.name, "username": who.username, "end": _end_url(each)} for who, each in page.staff],
        "residents": [{"name": who.name, "url": f"/people/{who.uuid}/", "end": _end_url(each)}
                      for who, each in page.residents],
        "heads": [{"title": HEADS[each.audience], "whom": AUDIENCES[each.audience], "count": each.heads}
                  for each in page.heads.values() if each.heads],
        "changes": [{"deed": DEEDS[each.deed], "by": names[each.by], "reason": each.reason,
                     "day": say_date(each.at.date())} for each in page.changes],
        "open": page.may_keep and one.state != Session.State.CANCELLED and one.day <= records_day(),
        "planned": page.may_keep and one.state == Session.State.PLANNED,
        "may_name": request.scope.allows("record.read"),
        "came": one.staff_came + one.residents_came,
    })  # fmt: skip


def _end_url(line: Any) -> str:
    return f"/outreach/attendances/{line.uuid}/end/"


def _find(request: StaffRequest, uuid: UUID) -> SessionPage:
    found = session_page(request.scope, uuid)
    if found is None:
        raise Http404
    return found


def _keep(request: StaffRequest, uuid: UUID) -> SessionPage:
    """The same for who keeps it."""
    page = _find(request, uuid)
    require(request.scope, "outreach.keep", page.session.area)
    return page


def change(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Another day, time, place or trainer. Where somebody was faster, what was typed stays."""
    page = _keep(request, uuid)
    one = page.session
    now = {name: getattr(one, name) for name in _FACTS if name not in ("id", "site")}
    now |= {"day": one.day.isoformat(), "site": one.site.code if one.site is not None else "", "seen": one.number}
    form = ChangeForm(request.POST or None, topics=[], sites=_sites(request, one.area), initial=now)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        facts = {name: given[name] for name in (*_FACTS, "seen", "reason")}
        if form.record(actions.change_session, by=request.scope, session=uuid, **facts) is not None:
            return _done(request, DEEDS["changed"], _url(one))
        form.see(one.number)
    lead = Text(zh="{title}，{when}", en="{title}, {when}").filled(title=title_of(one.topic), when=say_date(one.day))
    return show_form(request, form, Text(zh="更改安排", en="Change the session"), _url(one), lead=lead)


def held(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """It was held: from now on it counts."""
    page = _keep(request, uuid)
    came = page.session.staff_came + page.session.residents_came
    will = Text(
        zh=f"确认后，这场培训计入“已举办”，到场 {came} 人次；仍可更正到场登记。",
        en=f"It then counts as held, with {came} person-times; who came can still be put right.",
    )
    return _act(request, page, PlainForm(request.POST or None), actions.hold_session, "held", will)


def cancel(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """It doesn't take place."""
    will = Text(
        zh="取消后不计入统计，记录仍保留；误操作可恢复。",
        en="It counts nowhere and stays in the list; a mistake can be undone.",
    )
    return _act(
        request, _keep(request, uuid), ReasonForm(request.POST or None), actions.cancel_session, "cancelled", will
    )


def reopen(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """It was no session held, or cancelled, after all."""
    will = Text(
        zh="恢复为计划中，暂不计入统计；已登记的到场人员不变。",
        en="It is planned again and counts nowhere until it is held; who came stays noted.",
    )
    return _act(
        request, _keep(request, uuid), ReasonForm(request.POST or None), actions.reopen_session, "reopened", will
    )


def _act(
    request: StaffRequest, page: SessionPage, form: RecordForm, act: Callable[..., Any], deed: str, will: Text
) -> HttpResponse:  # fmt: skip
    if request.method == "POST" and form.is_valid():
        made = form.record(act, by=request.scope, session=page.session.uuid, **form.cleaned_data)
        if made is not None:
            return _done(request, DEEDS[deed], _url(page.session))
    return show_form(
        request, form, DEEDS[deed], _url(page.session), lead=title_of(page.session.topic), will=will, submit=DEEDS[deed]
    )


def staff(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Which members of the staff came."""
    page = _keep(request, uuid)
    there = {one.pk for one, _ in page.staff}
    members = [one for one in queries.colleagues_in(page.session.area, page.session.day) if one.pk not in there]
    shown = {one.username: f"{one.name} · {one.username}" for one in members} if len(members) <= TICKS else {}
    form = StaffForm(request.POST or None, members=shown)
    if request.method == "POST" and form.is_valid():
        made = form.record(
            actions.note_staff, by=request.scope, session=uuid, staff=form.named, id=form.cleaned_data["id"]
        )
        if made is not None:
            return _done(request, Text(zh=f"到场 {len(made)} 人", en=f"{len(made)} came"), _url(page.session))
    title = Text(zh="到场的工作人员", en="Staff who came")
    return show_form(request, form, title, _url(page.session), lead=title_of(page.session.topic))


def heads(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """How many came, without names."""
    page = _keep(request, uuid)
    now = {audience: line.heads for audience, line in page.heads.items()}
    form = HeadsForm(request.POST or None, audience=page.session.audience, initial=now)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        counts = {name: count for name, count in given.items() if name in AUDIENCES}
        made = form.record(actions.count_heads, by=request.scope, session=uuid, heads=counts, id=given["id"])
        if made is not None:
            total = sum(counts.values())
            return _done(request, Text(zh=f"到场 {total} 人", en=f"{total} came"), _url(page.session))
    title = Text(zh="只计人数", en="Count heads")
    return show_form(request, form, title, _url(page.session), lead=title_of(page.session.topic))


@hide_numbers
def resident(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A resident who agreed to be noted by name: found first, then noted."""
    page = _keep(request, uuid)
    require(request.scope, "record.read")
    wanted = uuid_or_none(request.POST.get("person") or request.GET.get("person", ""))
    title = Text(zh="记名登记居民", en="Note a resident by name")
    if wanted is None:
        text = request.GET.get("q", "")
        found = find_people(request.scope, text) if text else []
        rows = [
            {"url": f"?person={one.person.uuid}", "name": one.person.name,
             "born": say_date(one.person.birth_date, one.person.birth_precision)}
            for one in found
        ]  # fmt: skip
        return render(request, "outreach/resident.html", {
            "rows": rows, "search_text": text, "title": title, "back": _url(page.session),
        })  # fmt: skip
    who = get_person(request.scope, wanted)
    if who is None:
        raise Http404
    form = ResidentForm(request.POST or None, initial={"person": who.uuid})
    if request.method == "POST" and form.is_valid():
        made = form.record(actions.note_resident, by=request.scope, session=uuid, **form.cleaned_data)
        if made is not None:
            return _done(request, Text(zh=who.name, en=who.name), _url(page.session))
    return show_form(request, form, title, _url(page.session), lead=Text(zh=who.name, en=who.name))


def end(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """She didn't come after all, or was noted twice."""
    line = attendance_in(request.scope, uuid)
    if line is None:
        raise Http404
    url = _url(line.session)
    name = line.staff.name if line.staff is not None else line.person.name if line.person is not None else ""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = form.record(actions.end_attendance, by=request.scope, attendance=uuid, **form.cleaned_data)
        if made is not None:
            return _done(request, Text(zh="已更正到场登记", en="who came was put right"), url)
    will = Text(zh="这一条不再计入；原记录和原因仍保留。", en="The line counts no more; it is kept, with the reason.")
    title = Text(zh="更正到场登记", en="Put right who came")
    return show_form(request, form, title, url, lead=Text(zh=name, en=name) if name else None, will=will)
