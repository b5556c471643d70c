"""The queue of records that may be one person's, the merge, and its undoing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.timezone import localdate

from shidai.core import queries as core
from shidai.core.access import require
from shidai.core.language import current_language, say
from shidai.core.request import StaffRequest
from shidai.core.tree import level_of, path_of
from shidai.registry import actions, queries
from shidai.registry.evidencewords import ASPECT, say_rung
from shidai.registry.forms import MergeForm, UnmergeForm, uuid_or_none
from shidai.registry.views.entry import say_saved, show_form
from shidai.registry.villages import name_places
from shidai.registry.wording import ELSEWHERE, RELATION, SEX, say_date, say_model
from shidai.words import ShidaiError, Text

LISTS: dict[queries.Show, Text] = {
    "open": Text(zh="待核对", en="To be judged"),
    "split": Text(zh="一方在其他地区", en="One side elsewhere"),
    "unsure": Text(zh="不能确定", en="Unsure"),
    "decided": Text(zh="已判断", en="Judged"),
}
EMPTY: dict[queries.Show, Text] = {
    "open": Text(
        zh="本地区可能重复的档案都已判断；下次查找后，新的会出现在这里。",
        en="Every pair of this area is judged; new ones appear here after the next search.",
    ),
    "split": Text(
        zh="一份在本地区、一份在其他地区的档案会出现在这里，可以请市里核对。",
        en="Pairs of which one record lies elsewhere appear here; the city can be asked to judge them.",
    ),
    "unsure": Text(zh="判断为“不能确定”的会留在这里，以后再核对。", en="Pairs judged 'unsure' stay here for later."),
    "decided": Text(zh="判断过的会列在这里，可以再看、再改。", en="Judged pairs are kept here, to look at and change."),
}
_NEVER = Text(
    zh="还没有查找过。管理员运行 shidai duplicates find 后，可能重复的档案会出现在这里。",
    en="Nobody has searched yet. Possible duplicates appear here when the administrator runs shidai duplicates find.",
)
VERDICT = {
    "same": Text(zh="同一人", en="one person"),
    "different": Text(zh="不是同一人", en="two people"),
    "unsure": Text(zh="不能确定", en="unsure"),
}
_OWN = ("registry.DuplicatePair", "registry.Merge")  # this page's own notes, which say nothing of the person
_NOT_STATED = 9  # a sex; a list that has no such column says nothing that could differ
_SPAN = 16.0  # log2 odds that fill a bar: 65,000 to 1


def duplicates(request: StaffRequest) -> HttpResponse:
    """The area's queue: its first pair, and how many wait."""
    show = _show(request.GET.get("show", ""))
    return render(request, "registry/duplicates.html", _queue(request, show) | _first(request, show))


def duplicate(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One pair, whatever list it is on."""
    page = _find(request, uuid)
    show = _show(request.GET.get("show", ""))
    shown = _pair(request, page, show, request.place.area.code)
    return render(request, "registry/duplicates.html", _queue(request, show) | shown)


def judge(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Different or unsure: the next pair comes at once."""
    page = _find(request, uuid)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    verdict: Any = request.POST.get("verdict", "")
    if verdict not in VERDICT:
        raise Http404
    reason = request.POST.get("reason", "").strip()[:200]
    what = Text(zh="已记录：{verdict}。", en="Recorded: {verdict}.").filled(verdict=VERDICT[verdict])
    try:
        actions.judge_pair(by=request.scope, pair=page.pair.uuid, verdict=verdict, reason=reason)
    except ShidaiError as error:
        return _go_on(request, uuid, what, error)
    return _go_on(request, uuid, what)


def ask(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Pass a pair on to the city."""
    page = _find(request, uuid)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actions.pass_pair(by=request.scope, pair=page.pair.uuid)
    return _go_on(request, uuid, Text(zh="已请市里核对。", en="The city was asked."))


def merge(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """What a merge would do, in numbers; then the merge."""
    page = _find(request, uuid)
    one, other = page.pair.one, page.pair.other
    if not page.may_judge or other is None:
        raise Http404
    asked = uuid_or_none(request.POST.get("keep") or request.GET.get("keep", ""))
    keep = next((each for each in (one, other) if each.uuid == asked), None) or queries.propose_kept(one, other)
    gone = other if keep == one else one
    told = queries.preview_merge(request.scope, keep=keep.uuid, gone=gone.uuid)
    if told is None:
        raise Http404
    form = MergeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = form.record(
            actions.merge_people, by=request.scope, keep=keep.uuid, gone=gone.uuid, reason=given["why"], id=given["id"]
        )
        if done is not None:
            saved = Text(zh="两份档案已合并，保留{name}。", en="The two records are merged; that of {name} stands.")
            messages.success(request, say(saved.filled(name=keep.name)))
            return HttpResponseRedirect(f"/duplicates/?{urlencode({'area': request.place.area.code})}")
    shown = {
        "form": form, "keep": keep.uuid, "are_relatives": told.are_relatives, "told": told.told,
        "follows": [(say_model(model), count) for model, count in sorted(told.plan.count_following().items())],
        "stays": [(say_model(model), count) for model, count in sorted(told.plan.count_staying().items())
                  if model not in _OWN],
        "choices": _choices(page, keep), "back": f"/duplicates/{uuid}/",
    }  # fmt: skip
    return render(request, "registry/duplicate_merge.html", shown, status=422 if form.errors else 200)


def unmerge(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Undo a merge, from the page of the record that was merged."""
    require(request.scope, "duplicate.judge")
    found = queries.merged_record(request.scope, uuid)
    if found is None or not found.may_undo:
        raise Http404
    form = UnmergeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        done = form.record(actions.unmerge_people, by=request.scope, merge=found.merge.uuid, reason=why)
        if done is not None:
            return say_saved(request, Text(zh="撤销合并", en="the merge is undone"), uuid)
    lead = Text(
        zh="合并时转走的每一行都回到原处；合并以后登记的留在{name}的档案。",
        en="Every row that followed goes back; what was entered since stays with the record of {name}.",
    )
    title = Text(zh="撤销合并：{name}", en="Undo a merge: {name}").filled(name=found.merge.gone.name)
    return show_form(request, form, title, f"/people/{uuid}/", lead.filled(name=found.merge.keep.name))


def merged(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The page of a record that was merged: where the person is now. Raises Http404 when it isn't one."""
    found = queries.merged_record(request.scope, uuid)
    if found is None:
        raise Http404
    done = found.merge
    shown = {
        "gone": done.gone, "keep": done.keep, "keep_url": f"/people/{done.keep.uuid}/", "at": done.at,
        "by": core.staff_names([done.by])[done.by],
        "reason": done.reason, "undo_url": f"/people/{uuid}/unmerge/" if found.may_undo else "",
    }  # fmt: skip
    return render(request, "registry/duplicate_merged.html", shown)


def _find(request: StaffRequest, uuid: UUID) -> queries.PairPage:
    numbers = request.method == "GET" and request.GET.get("numbers") == "1"
    page = queries.pair_page(request.scope, uuid, numbers=numbers)
    if page is None:
        raise Http404
    return page


def _show(asked: str) -> queries.Show:
    return next((show for show in LISTS if show == asked), "open")


def _queue(request: StaffRequest, show: queries.Show) -> dict[str, Any]:
    """The chips of the lists, and what the last search states."""
    area = request.place.area.code
    found = queries.queue(request.scope, area=area)
    chips = [
        {"title": title, "count": found.counts[each], "here": each == show,
         "url": f"/duplicates/?{urlencode({'area': area, 'show': each})}"}
        for each, title in LISTS.items()
    ]  # fmt: skip
    run = found.run
    stated = Text(
        zh="{day}查找了{people}人；预计漏掉{missed}对",
        en="searched among {people} people on {day}; expected to have missed {missed} pairs",
    )
    told = run and stated.filled(
        day=say_date(localdate(run.at)), people=f"{run.people:,}", missed=f"{run.expected_missed:.1f}"
    )
    return {"chips": chips, "run": told, "show": show}


def _first(request: StaffRequest, show: queries.Show) -> dict[str, Any]:
    """The first pair of a list, or why there is none."""
    area = request.place.area.code
    pair = queries.pairs(request.scope, area=area, show=show).first()
    page = queries.pair_page(request.scope, pair.uuid) if pair else None
    if page is not None:
        return _pair(request, page, show, area)
    return {
        "page": None, "show": show, "empty_title": Text(zh="这里没有要看的档案", en="No pairs here"),
        "empty_note": EMPTY[show] if queries.queue(request.scope, area=area).run else _NEVER,
    }  # fmt: skip


def _go_on(request: StaffRequest, uuid: UUID, said: Text, refused: ShidaiError | None = None) -> HttpResponse:
    """After a judgement: the next pair, in place or as a page."""
    show = _show(request.POST.get("show", ""))
    again = f"/duplicates/{uuid}/"
    if "HX-Request" not in request.headers:
        told = refused.said(current_language()) if refused else say(said)
        messages.add_message(request, messages.ERROR if refused else messages.SUCCESS, told)
        area = request.POST.get("area", "")
        return HttpResponseRedirect(f"/duplicates/?{urlencode({'area': area, 'show': show})}")
    shown = _first(request, show) | {"said": None if refused else said, "said_url": again}
    shown["refused"] = refused.said(current_language()) if refused else ""
    return render(request, "registry/duplicate_pair.html", shown)


def _pair(request: StaffRequest, page: queries.PairPage, show: queries.Show, area: str) -> dict[str, Any]:
    pair, numbers = page.pair, request.GET.get("numbers") == "1"
    outside = pair.other is None
    asked = Text(zh="{who}已于{day}请市里核对。", en="{who} asked the city to judge on {day}.")
    judged = Text(zh="{who}于{day}判断：{verdict}。", en="{who} judged on {day}: {verdict}.")
    query = urlencode({"area": area, "show": show})
    return {
        "page": page, "show": show, "rows": _rows(page), "outside": outside,
        "heads": (HEADS[0], _LISTED.filled(file=pair.run.against) if outside else HEADS[1]),
        "evidence": [_bar(one) for one in sorted(pair.evidence, key=lambda one: -abs(one["weight"]))],
        "percent": min(max(round(100 * pair.probability), 1), 99),
        "merge_url": "" if outside else f"/duplicates/{pair.uuid}/merge/?{query}",
        "judge_url": f"/duplicates/{pair.uuid}/judge/", "ask_url": f"/duplicates/{pair.uuid}/ask/",
        "numbers_url": f"/duplicates/{pair.uuid}/?{query}&numbers=1", "may_show_numbers": not numbers,
        "asked": pair.passed_at and asked.filled(who=_name(pair.passed_by), day=say_date(localdate(pair.passed_at))),
        "verdict": pair.judged_at and judged.filled(
            who=_name(pair.judged_by), day=say_date(localdate(pair.judged_at)), verdict=VERDICT[pair.state]),
    }  # fmt: skip


def _name(username: str) -> str:
    return core.staff_names([username])[username]


def _bar(one: dict[str, Any]) -> dict[str, Any]:
    """A bar of the evidence: from the middle to the right for, to the left against."""
    weight = float(one["weight"])
    width = round(min(abs(weight) / _SPAN, 1) * 100, 1)
    return {
        "aspect": ASPECT.get(one["aspect"], Text(zh=one["aspect"], en=one["aspect"])), "rung": say_rung(one["rung"]),
        "weight": f"{weight:+.1f}".replace("-", "−"), "width": width, "x": 100 if weight >= 0 else 100 - width,
        "side": "for" if weight >= 0 else "against",
    }  # fmt: skip


def _rows(page: queries.PairPage) -> list[dict[str, Any]]:
    """The fields of both records, differences marked; relatives after what the person's own record says."""
    one, other = (_told(side) for side in page.sides)
    masked = any(side.masked for side in page.sides)
    unlike = {title for name, title in (("number", _NUMBER), ("phone", _PHONE)) if name in page.unlike}
    rows: list[dict[str, Any]] = []
    for title in dict.fromkeys((*one, *other)):
        pair = (one.get(title, ""), other.get(title, ""))
        if not any(pair):
            continue
        differs = not masked and all(pair) and (pair[0] != pair[1] or title in unlike)
        by_sign = differs and title in _BY_SIGN and pair[0] != pair[1]
        cells = [{"parts": _parts(pair[at], pair[1 - at], differs, by_sign), "url": ""} for at in (0, 1)]
        rows.append({"title": title, "cells": cells, "differs": differs})
    for at, side in enumerate(page.sides):
        if rows and side.person is not None:
            rows[0]["cells"][at]["url"] = f"/people/{side.person.uuid}/"
    return rows


def _told(side: queries.Side) -> dict[Text, str]:
    """One record's fields as texts, in the order in which they are compared."""
    born, precision = side.birth
    places = _say_places(side.areas)
    if side.masked:
        county = core.names(side.areas).get(side.areas[1])
        return {_NAME: side.name, _LIVES: say(county.text) if county else ""}
    told = {
        _NAME: side.name,
        _SEX: "" if side.sex == _NOT_STATED and side.person is None else say(SEX[side.sex]),
        _BORN: say_date(born, precision) if isinstance(born, date) else str(born or ""),
        _NUMBER: side.number,
        _PHONE: side.phone,
        _ADDRESS: side.address,
        _REGISTERED: places.get(side.areas[0], ""),
        _LIVES: places.get(side.areas[1], ""),
    }
    for each in side.relatives:
        title = RELATION[each.relation]
        named = each.person.name if each.person else say(ELSEWHERE)
        told[title] = f"{told[title]}{say(_AND)}{named}" if title in told else named
    if side.child:
        told[RELATION["child"]] = side.child
    if side.death is not None:
        told[_DIED] = say_date(side.death.date, side.death.precision)
    return told


def _say_places(codes: Collection[str]) -> dict[str, str]:
    """Places as the two records say them: by name; a code that the city's areas don't know is said to lie outside.

    A row of another list may be no village: a higher area, such a code filled up with noughts, or a name as it stands.
    """
    villages = name_places(code for code in codes if level_of(code) == "village")
    named = {code: name for code, name in villages.items() if name != code}
    return {code: named.get(code) or (_say_place(code) if code.isdigit() else code) for code in codes if code}


def _say_place(code: str) -> str:
    above = core.full_names(path_of(code))
    known = next((part for part in reversed(path_of(code)) if part in above), "")
    if not known:
        return say(_OUTSIDE.filled(code=code))
    name = " ".join(say(area.text) for area in above[known])
    return name if not code[len(known) :].strip("0") else say(_WITHIN.filled(name=name, code=code))


HEADS = (Text(zh="档案一", en="Record one"), Text(zh="档案二", en="Record two"))
_LISTED = Text(zh="外地名单：{file}", en="Other list: {file}")
_NAME, _SEX, _BORN = Text(zh="姓名", en="Name"), Text(zh="性别", en="Sex"), Text(zh="出生日期", en="Born")
_NUMBER, _PHONE = Text(zh="身份号码", en="Resident number"), Text(zh="电话", en="Phone")
_ADDRESS, _AND = Text(zh="地址", en="Address"), Text(zh="、", en=", ")
_REGISTERED, _LIVES = Text(zh="户籍地", en="Registered in"), Text(zh="现居住地", en="Lives in")
_OUTSIDE = Text(zh="外市（{code}）", en="outside the city ({code})")
_WITHIN = Text(zh="{name}（{code}）", en="{name} ({code})")
_DIED = Text(zh="死亡", en="Died")
_BY_SIGN = {_NAME, _NUMBER, _PHONE, _ADDRESS}  # the signs that differ are marked; elsewhere the whole


def _parts(own: str, other: str, differs: bool, by_sign: bool) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is marked because the other one hasn't got it."""
    if not own:
        return []
    if not by_sign:
        return [(own, differs)]
    same = [(block.a, block.a + block.size) for block in SequenceMatcher(None, own, other).get_matching_blocks()]
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in same:
        pieces += [(own[at:start], True)] if start > at else []
        pieces += [(own[start:end], False)] if end > start else []
        at = end
    return pieces


def _choices(page: queries.PairPage, keep: Any) -> list[dict[str, Any]]:
    """Both records as they stood side by side: name, birthday and village are often the same, numbers hardly ever."""
    pair = [each for each in (page.pair.one, page.pair.other) if each is not None]
    places = name_places(one.living_area or one.registered_area for one in pair)
    return [
        {"which": which, "number": side.number, "name": one.name,
         "born": say_date(one.birth_date, one.birth_precision), "here": one == keep,
         "place": places.get(one.living_area or one.registered_area, "–"), "url": f"?keep={one.uuid}"}
        for which, one, side in zip(HEADS, pair, page.sides, strict=True)
    ]  # fmt: skip
