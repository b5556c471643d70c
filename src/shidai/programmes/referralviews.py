"""Pages of referrals: to where a visit's result sends somebody, and who waits at a site or was sent on from it."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.core.access import require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.packs.schema.area import CODE_LENGTH
from shidai.programmes import referring
from shidai.programmes.forms import ReferralForm
from shidai.programmes.models import Visit
from shidai.programmes.offered import find_programme
from shidai.programmes.queries import visit_page
from shidai.programmes.referrals import (
    Called,
    ReferralLine,
    may_refer,
    places_for,
    referral_page,
    referrals_after,
)
from shidai.programmes.telling import programme_title, referral_line, result_title
from shidai.programmes.wording import NO_SITE, SAVED
from shidai.registry.formpage import show_form
from shidai.registry.recordsday import records_day
from shidai.registry.villages import name_places
from shidai.registry.wording import say_date
from shidai.supply.queries import receiving_sites
from shidai.words import Text

_REFER = Text(zh="转诊", en="Refer")
_ELSEWHERE = Text(zh="改转别处", en="Refer to another place")
_ABOUT = Text(zh="{name} · {programme}：{result}，应在{until}前", en="{name} · {programme}: {result}, by {until}")
_NOW = Text(zh="{about}；现在转到{to}", en="{about}; now referred to {to}")
_WILL = Text(
    zh="选站点后，那里的护士会看到姓名和这次的结果，并能登记答复；本人的其他记录看不到。",
    en="The nurses there will see the name and this result, and may record the answer; nothing else of the record.",
)  # fmt: skip


def refer(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """To where a visit's result sends somebody; once more: to another place, with the reason."""
    require(request.scope, "service.record")
    found = visit_page(request.scope, uuid)
    called = may_refer(found) if found is not None else None
    if found is None or called is None:
        raise Http404
    now = referrals_after([found]).get(found.uuid)
    day, back = records_day(), f"/services/visits/{uuid}/"
    own = [one for one in receiving_sites(day) if request.scope.allows("service.record", one.area)]
    own.sort(key=lambda one: (one.code != found.site, not found.area.startswith(one.area), one.area, one.code))
    form = ReferralForm(
        request.POST or None, own={one.code: one.text for one in own},
        places=_choices(called, found, own[0].code if len(own) == 1 else ""), again=now is not None,
        initial={"day": day.isoformat(), "origin": own[0].code if own else ""},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        made = form.record(referring.refer, by=request.scope, visit=uuid, **form.cleaned_data)
        if made is not None:
            messages.success(request, say(SAVED.filled(what=_REFER)))
            return HttpResponseRedirect(back)
    result = result_title(found) or Text(zh=found.outcome, en=found.outcome)
    lead = _ABOUT.filled(
        name=found.person.name, programme=programme_title(found.programme), result=result, until=say_date(called.until)
    )
    if now is not None:
        lead = _NOW.filled(about=lead, to=referral_line(now, told=False)["to"])
    return show_form(
        request, form, _ELSEWHERE if now is not None else _REFER, back, lead=lead, will=_WILL,
        unfit=None if own else NO_SITE,
    )  # fmt: skip


def _choices(called: Called, visit: Visit, here: str) -> list[Any]:
    """Sites by county but the one that refers, her own county first."""
    length = CODE_LENGTH["county"]
    county = visit.area[:length]
    places = [one for one in places_for(called, records_day()) if one.code != here]
    places.sort(key=lambda one: (not one.area.startswith(county), one.area))
    grouped = [(code, list(each)) for code, each in groupby(places, key=lambda one: one.area[:length])]
    names = name_places(code for code, _ in grouped)
    return [
        (names[code], [(one.code, say(one.text)) for one in each]) for code, each in grouped
    ]  # fmt: skip


def site_referrals(request: StaffRequest, code: str) -> HttpResponse:
    """Who was referred to a site and whom it sent on: what waits first, the answers below."""
    require(request.scope, "service.record")
    page = referral_page(request.scope, code)
    if page is None:
        raise Http404
    here, sent = ([_row(one) for one in each] for each in (page.here, page.sent))
    return render(request, "programmes/referrals.html", {
        "site": page.site.text, "code": code, "here": here, "sent": sent,
        "waiting": sum(one["waits"] for one in here), "late": sum(one["late"] for one in here),
        "strange": any(not one["mine"] for one in here),
    })  # fmt: skip


def _row(line: ReferralLine) -> dict[str, Any]:
    one = line.referred
    version = find_programme(one.visit.programme).version_on(records_day())
    now = {step.id for step in version.step} if version is not None else set()
    programme = f"/services/people/{one.person.uuid}/{one.visit.programme}"
    return referral_line(one, told=line.told) | {
        "mine": line.mine, "name": one.person.name, "url": line.mine and f"/people/{one.person.uuid}/",
        "programme": programme_title(one.visit.programme), "result": result_title(one.visit),
        "from": one.referral.origin.text,
        "record": [
            {"title": step.title, "url": f"{programme}/{step.id}/"}
            for step in one.called.answers if one.waits and step.id in now
        ],
        "answer_url": line.mine and line.told and one.answer and f"/services/visits/{one.answer.uuid}/",
        "change": f"/services/visits/{one.visit.uuid}/refer/" if line.mine and one.answer is None else "",
    }  # fmt: skip
