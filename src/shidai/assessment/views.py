"""Pages of assessment: pilots of an area, one with its items, and what is answered and decided on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.assessment import actions
from shidai.assessment.files import MOST_BYTES, TYPES, read_file
from shidai.assessment.forms import AnswerForm, DatedForm, DecideForm, DropForm, EndForm, EnrolForm, ReturnForm
from shidai.assessment.models import Pilot
from shidai.assessment.queries import Answered, PilotPage, find_evidence, open_evidence, pilot_page, pilots_of
from shidai.assessment.wording import ACTS, DEEDS, SAVED, STATES, STYLES, say_value
from shidai.core import queries as core
from shidai.core.access import require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.core.tree import parent_of
from shidai.registry.citypack import city_pack
from shidai.registry.formpage import show_form
from shidai.registry.forms import RecordForm
from shidai.registry.recordsday import records_day
from shidai.registry.wording import say_date
from shidai.supply.queries import sites_of
from shidai.words import Text

State = Pilot.State


def overview(request: StaffRequest) -> HttpResponse:
    """The pilots of the area and how far each is."""
    area = request.place.area.code
    rows = [
        {**_row(one.pilot), "checklist": one.checklist.title, "met": len(one.verdict.met),
         "of": len(one.checklist.item)}
        for one in pilots_of(request.scope, area)
    ]  # fmt: skip
    return render(request, "assessment/overview.html", {
        "rows": rows, "may_enrol": request.scope.allows("assessment.sign") and bool(_checklists()),
        "has_checklists": bool(_checklists()),
    })  # fmt: skip


def _row(pilot: Pilot) -> dict[str, Any]:
    return {
        "name": pilot.site.text, "url": _url(pilot), "state": STATES[pilot.state],
        "style": STYLES[pilot.state], "since": say_date(pilot.started_on),
        "signed": say_date(pilot.signed_on) if pilot.signed_on is not None else None,
        "ended": say_date(pilot.ended_on) if pilot.ended_on is not None else None,
    }  # fmt: skip


def _url(pilot: Pilot) -> str:
    return f"/assessment/pilots/{pilot.uuid}/"


def _checklists() -> dict[str, Text]:
    return {one.id: one.title.text for one in city_pack().in_force(records_day()).checklists.values()}


def _today() -> dict[str, str]:
    return {"day": records_day().isoformat()}


def enrol(request: StaffRequest) -> HttpResponse:
    """A station of the level below becomes a pilot."""
    require(request.scope, "assessment.sign")
    area, kinds = request.place.area, {kind for one in city_pack().all_checklists for kind in one.sites}
    near = sites_of(request.scope, area.code, records_day()) if request.scope.allows("supply.read", area.code) else []
    sites = {
        one.code: one.text
        for one in near
        if one.kind in kinds and request.scope.allows("assessment.sign", parent_of(one.area))
    }
    require(request.scope, "assessment.sign", area.code)
    form = EnrolForm(request.POST or None, checklists=_checklists(), sites=sites, initial=_today())
    if request.method == "POST" and form.is_valid():
        made = form.record(actions.enrol_station, by=request.scope, **form.cleaned_data)
        if made is not None:
            return _done(request, DEEDS["enrolled"], _url(made))
    unfit = (
        Text(zh="这个地区没有您可以列为试点的站点。", en="No station of this area is yours to enrol.")
        if not sites
        else None
    )
    title = Text(zh="把站点列为试点", en="Enrol a station")
    lead = Text(zh=area.name, en=area.name)
    return show_form(request, form, title, f"/assessment/{request.place.query}", lead=lead, unfit=unfit)


def _done(request: StaffRequest, what: Text, url: str) -> HttpResponse:
    messages.success(request, say(SAVED.filled(what=what)))
    return HttpResponseRedirect(url)


def _find(request: StaffRequest, uuid: UUID) -> PilotPage:
    found = pilot_page(request.scope, uuid)
    if found is None:
        raise Http404
    return found


def pilot(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One pilot: items with answers and evidence, what became of it."""
    page = _find(request, uuid)
    one, url = page.pilot, _url(page.pilot)
    waits = page.may_sign and one.state == State.SUBMITTED
    acts = (*page.steps, *(former for each in page.items for former in each.former))
    names = core.staff_names(each.by for each in acts)
    return render(request, "assessment/pilot.html", {
        "row": _row(one), "page": page, "url": url, "title": page.checklist.title, "note": page.checklist.note,
        "items": [_item_row(each, page, url, names) for each in page.items],
        "met": len(page.verdict.met), "of": len(page.items), "least": page.checklist.least_met,
        "steps": [{"deed": DEEDS[each.deed], "day": say_date(each.day), "by": names[each.by], "reason": each.reason}
                  for each in page.steps],
        "turn": _whose_turn(page, waits),
        "waits": waits, "may_return": waits or (page.may_sign and one.state == State.SIGNED),
        "may_end": page.may_sign and one.state != State.ENDED,
        "ready": page.may_run and not page.verdict.open,
        "returned": page.steps[-1] if page.steps and page.steps[-1].deed == "returned" else None,
    })  # fmt: skip


def _whose_turn(page: PilotPage, waits: bool) -> Text | None:
    """What is to be done next, and by whom; None when nothing is."""
    if waits:
        return Text(
            zh="下一步：看过各条的回答和证明，验收通过，或写明原因退回。",
            en="Next: look at each answer and its evidence, then sign off, or return it with the reason.",
        )
    if page.may_run:
        return Text(
            zh="下一步：点条目填写、附上证明，够数后提交验收。",
            en="Next: open each item, answer it and show its evidence; submit when enough are met.",
        )
    return {
        State.SUBMITTED: Text(zh="已提交，等上一级验收。", en="Submitted: the level above signs off."),
        State.WORKING: Text(
            zh="由站点填写、提交后，再验收。", en="The station answers and submits; then it is signed off."
        ),
    }.get(State(page.pilot.state))


def _item_row(one: Answered, page: PilotPage, url: str, names: Mapping[str, str]) -> dict[str, Any]:
    answer = one.answer
    return {
        "title": one.item.title, "must": one.item.must, "own": one.item.own, "needed": one.item.needed,
        "evidence": one.item.evidence, "value": say_value(one.item, answer.value if answer is not None else None),
        "met": one.item.id in page.verdict.met, "answered": answer is not None, "stale": one.stale,
        "least": say_value(one.item, one.item.at_least) if one.item.at_least is not None else None,
        "note": answer.note if answer is not None else "", "paper": answer.paper if answer is not None else "",
        "files": [{"name": each.name, "size": max(1, round(each.size / 1024)),
                   "url": f"/assessment/evidence/{each.uuid}/" if page.may_open else "",
                   "drop": f"/assessment/evidence/{each.uuid}/drop/" if page.may_run else ""} for each in one.files],
        "former": [{"value": say_value(one.item, each.value), "note": each.note, "by": names[each.by],
                    "day": say_date(each.at.date())} for each in one.former],
        "url": f"{url}items/{one.item.id}/" if page.may_run else "",
    }  # fmt: skip


def item(request: StaffRequest, uuid: UUID, item: str) -> HttpResponse:
    """An answer to one item. Where its words changed meanwhile, what was typed stays."""
    page = _find(request, uuid)
    require(request.scope, "assessment.run", page.pilot.area)
    asked = page.item_named(item)
    if asked is None:
        raise Http404
    now: dict[str, Any] = {"mark": asked.item.mark}
    if asked.answer is not None:
        value = asked.answer.value
        shown = int(value) if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else value
        now |= {"value": shown, "note": asked.answer.note, "paper": asked.answer.paper}
    form = AnswerForm(request.POST or None, request.FILES or None, item=asked.item, initial=now)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        sent = given["file"]
        file = actions.Attached(sent.name, sent.read(MOST_BYTES + 1)) if sent else None
        facts = {name: given[name] for name in ("mark", "value", "note", "paper", "id")}
        made = form.record(actions.answer_item, by=request.scope, pilot=uuid, item=item, file=file, **facts)
        if made is not None:
            return _done(request, asked.item.title.text, _url(page.pilot))
        form.read(with_file=bool(sent))
    unfit = None
    if page.pilot.state != State.WORKING:
        unfit = Text(zh="已提交验收，退回后才能更改。", en="It was submitted: answers change once it is returned.")
    return show_form(request, form, asked.item.title.text, _url(page.pilot), lead=_lead(page), unfit=unfit)


def _lead(page: PilotPage) -> Text:
    site = page.pilot.site
    return site.text


def submit(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The station says that it is ready."""
    page = _find(request, uuid)
    require(request.scope, "assessment.run", page.pilot.area)
    will = Text(
        zh=f"已达到{len(page.verdict.met)}条，须达到{page.checklist.least_met}条。"
        "提交后由上一级验收，退回前不能更改答案。",
        en=f"{len(page.verdict.met)} items are met, {page.checklist.least_met} must be. "
        "The level above decides; answers stay as they are until it is returned.",
    )
    form = DatedForm(request.POST or None, initial=_today())
    return _act(request, page, form, actions.submit_pilot, "submitted", will)


def sign(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The level above says that it passes."""
    page = _above(request, uuid)
    will = Text(
        zh=f"验收通过后，{page.pilot.site.name_zh}计入“通过验收的试点单位”。自己填写或提交的须由他人验收。",
        en=f"{page.pilot.site.name_en} then counts as signed off. What you answered or submitted, somebody else signs.",
    )
    form = DecideForm(request.POST or None, initial={"seen": page.pilot.number, **_today()})
    return _act(request, page, form, actions.sign_pilot, "signed", will)


def give_back(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Not yet, and why."""
    page = _above(request, uuid)
    will = Text(
        zh="退回后站点可继续更改；已通过验收的不再计入。",
        en="The station goes on from its answers; one that was signed off counts as such no more.",
    )
    form = ReturnForm(request.POST or None, initial={"seen": page.pilot.number, **_today()})
    return _act(request, page, form, actions.return_pilot, "returned", will)


def end(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """No pilot any more."""
    page = _above(request, uuid)
    will = Text(
        zh="自这一天起不再是试点；答案和文件仍可查看，不能恢复，但可重新列为试点。",
        en="No pilot from that day on. Answers and files can still be read; it can be enrolled anew.",
    )
    return _act(request, page, EndForm(request.POST or None, initial=_today()), actions.end_pilot, "ended", will)


def _above(request: StaffRequest, uuid: UUID) -> PilotPage:
    page = _find(request, uuid)
    require(request.scope, "assessment.sign", parent_of(page.pilot.area))
    return page


def _act(
    request: StaffRequest, page: PilotPage, form: RecordForm, act: Callable[..., Any], deed: str, will: Text
) -> HttpResponse:  # fmt: skip
    if request.method == "POST" and form.is_valid():
        made = form.record(act, by=request.scope, pilot=page.pilot.uuid, **form.cleaned_data)
        if made is not None:
            return _done(request, DEEDS[deed], _url(page.pilot))
    return show_form(request, form, ACTS[deed], _url(page.pilot), lead=_lead(page), will=will, submit=ACTS[deed])


def evidence(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A file, as a download that no page of ours runs."""
    found = open_evidence(request.scope, uuid)
    if found is None:
        raise Http404
    answer = HttpResponse(read_file(found.uuid), content_type=TYPES[found.kind])
    name = f"evidence-{found.item}.{found.kind}"
    answer["Content-Disposition"] = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(found.name)}"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer


def drop(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A file is taken back."""
    found = find_evidence(request.scope, uuid)
    if found is None:
        raise Http404
    require(request.scope, "assessment.run", found.pilot.area)
    form = DropForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.drop_evidence, by=request.scope, evidence=uuid, reason=given["reason"], id=given["id"]
        )  # fmt: skip
        if made is not None:
            return _done(request, Text(zh="已撤下文件", en="the file was taken back"), _url(found.pilot))
    will = Text(
        zh=f"“{found.name}”的内容会被删除，不能恢复；曾经上传过的记录和原因保留。",
        en=f"The content of '{found.name}' is removed for good; that it was there, and why it went, stays.",
    )
    title = Text(zh="撤下文件", en="Take a file back")
    return show_form(request, form, title, _url(found.pilot), lead=Text(zh=found.name, en=found.name), will=will)
