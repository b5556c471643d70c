"""Pages on which something is recorded: a birth, a death, a move, a person new to the register."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.core.access import require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.registry import actions, formpage, queries
from shidai.registry.forms import BirthForm, DeathForm, MoveForm, PersonForm, RecordForm, uuid_or_none
from shidai.registry.recordsday import may_bear
from shidai.registry.wording import say_date
from shidai.words import Text

SAVED = Text(zh="已保存：{what}。", en="Saved: {what}.")
KINDS = {
    "both": ("registered", "living"),
    "living": ("living",),
    "registered": ("registered",),
}


def show_form(
    request: StaffRequest, form: RecordForm, title: Text, back: str, lead: Text | None = None
) -> HttpResponse:
    """The page of a form whose draft the browser keeps until it is saved."""
    return formpage.show_form(request, form, title, back, lead=lead, draft=type(form).__name__)


def say_saved(request: StaffRequest, what: Text, person: UUID | None) -> HttpResponse:
    """Back to the person's page, or to the list when there is none, which says what was saved."""
    messages.success(request, say(SAVED.filled(what=what)))
    return HttpResponseRedirect(f"/people/{person}/" if person else "/people/")


def find_writable(request: StaffRequest, uuid: UUID) -> Any:
    """A person of the writer's areas; elsewhere it isn't said whether there is one."""
    require(request.scope, "record.write")
    found = queries.get_person(request.scope, uuid)
    if found is None:
        raise Http404
    return found


def new_person(request: StaffRequest) -> HttpResponse:
    """Enter somebody who isn't on the register yet."""
    require(request.scope, "record.write")
    area = request.place.area
    first = {"area": area.code if area.level == "village" else "", "residence": "both"}
    form = PersonForm(request.POST or None, initial=first, within=request.scope.prefixes("record.write"))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        identity = actions.Identity(
            name=given["name"], sex=given["sex"], birth=given["birth"], resident_number=given["number"],
            registration=given["registration"], phone=given["phone"],
        )  # fmt: skip
        facts = {name: given[name] for name in ("area", "since", "registered_area", "id")}
        kinds = KINDS[given["residence"]]
        made = form.record(actions.register_person, by=request.scope, identity=identity, kinds=kinds, **facts)
        if made is not None:
            return say_saved(request, Text(zh=made.name, en=made.name), made.uuid)
    return show_form(request, form, Text(zh="登记居民", en="Register a person"), "/people/")


def birth(request: StaffRequest) -> HttpResponse:
    """A child is born: first the mother is found, then one short form."""
    require(request.scope, "record.write")
    wanted = uuid_or_none(request.POST.get("mother") or request.GET.get("mother", ""))
    if wanted is None:
        return _choose_mother(request)
    known = queries.get_mother(request.scope, wanted)
    if known is None:
        raise Http404
    mother, fathers = known.person, _fathers(known)
    first = {"mother": mother.uuid, "plurality": 1, "father": next(iter(fathers), ""), "birth_order": known.next_order}
    form = BirthForm(request.POST or None, initial=first, father=fathers)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        facts: dict[str, Any] = {"name": given["name"]} if given["name"] else {}
        facts |= {"father": uuid_or_none(given["father"]), "birth_order": given["birth_order"]}
        made = form.record(
            actions.record_birth, by=request.scope, mother=mother.uuid, birth=given["birth"], sex=given["sex"],
            plurality=given["plurality"], id=given["id"], **facts,
        )  # fmt: skip
        if made is not None:
            what = Text(zh="{name}的出生", en="the birth of {name}").filled(name=made.child.name)
            return say_saved(request, what, made.child.uuid)
    lead = Text(zh="母亲：{name}，{born}出生", en="Mother: {name}, born {born}")
    told = lead.filled(name=mother.name, born=say_date(mother.birth_date, mother.birth_precision))
    return show_form(request, form, Text(zh="登记出生", en="Register a birth"), f"/people/{mother.uuid}/", told)


def _fathers(mother: queries.Mother) -> dict[str, Text]:
    """The husband of her present marriage is proposed; of one outside the reader's areas the name isn't shown."""
    husband = mother.husband
    if husband is None:
        return {}
    if not mother.husband_readable:
        return {str(husband.uuid): Text(zh="丈夫（在其他地区）", en="the husband (lives in another area)")}
    return {str(husband.uuid): Text(zh="丈夫{name}", en="the husband, {name}").filled(name=husband.name)}


def _choose_mother(request: StaffRequest) -> HttpResponse:
    """Find the mother by name, pinyin, birthday or number."""
    text = request.GET.get("q", "").strip()
    people = [one.person for one in queries.find_people(request.scope, text)]
    found = [one for one in people if may_bear(one.birth_date, one.birth_precision, one.sex)]
    rows = [
        {
            "url": f"/people/birth/?mother={one.uuid}",
            "name": one.name,
            "born": say_date(one.birth_date, one.birth_precision),
        }
        for one in found
    ]
    return render(request, "registry/mother.html", {"rows": rows, "search_text": text})


def death(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A person has died."""
    who = find_writable(request, uuid)
    form = DeathForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.record_death,
            by=request.scope,
            person=who.uuid,
            death=given["death"],
            cause=given["cause"],
            id=given["id"],
        )
        if made is not None:
            return say_saved(request, Text(zh="{name}的死亡", en="the death of {name}").filled(name=who.name), who.uuid)
    lead = Text(
        zh="将同时结束此人的居住、婚姻和避孕记录；配偶登记为丧偶。",
        en="This also ends the person's residence, union and contraception; the spouse is widowed.",
    )
    title = Text(zh="登记死亡：{name}", en="Register a death: {name}").filled(name=who.name)
    return show_form(request, form, title, f"/people/{who.uuid}/", lead)


def move(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A person moves in, out or within the city."""
    who = find_writable(request, uuid)
    form = MoveForm(request.POST or None, within=request.scope.prefixes("record.write"))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        facts = {name: given[name] for name in ("kind", "day", "to", "reason", "id")}
        form.record(actions.register_move, by=request.scope, person=who.uuid, **facts)
        if not form.errors:
            return say_saved(request, Text(zh="{name}的迁移", en="the move of {name}").filled(name=who.name), who.uuid)
    title = Text(zh="迁移：{name}", en="Move: {name}").filled(name=who.name)
    return show_form(request, form, title, f"/people/{who.uuid}/")
