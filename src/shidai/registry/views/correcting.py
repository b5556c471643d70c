"""Pages on which a record is put right, and marriages: what is corrected stays in the audit log as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from shidai.core.access import require
from shidai.core.request import StaffRequest
from shidai.registry import actions, queries
from shidai.registry.forms import BirthDateForm, UnionEndForm, UnionForm, WithdrawForm, uuid_or_none
from shidai.registry.views.entry import find_writable, say_saved, show_form
from shidai.registry.villages import name_places
from shidai.registry.wording import RESIDENCE_KIND, say_date
from shidai.words import Text

FEMALE = 2  # GB/T 2261.1


def birth_date(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A date of birth was recorded wrongly."""
    who = find_writable(request, uuid)
    form = BirthDateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        form.record(actions.correct_birth_date, by=request.scope, person=who.uuid, birth=given["birth"])
        if not form.errors:
            what = Text(zh="{name}的出生日期", en="the date of birth of {name}").filled(name=who.name)
            return say_saved(request, what, who.uuid)
    lead = Text(zh="现在记录为：{born}", en="Recorded as {born}")
    title = Text(zh="更正出生日期：{name}", en="Correct a date of birth: {name}").filled(name=who.name)
    told = lead.filled(born=say_date(who.birth_date, who.birth_precision))
    return show_form(request, form, title, f"/people/{who.uuid}/", told)


def withdraw_death(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A death was recorded wrongly."""
    who = find_writable(request, uuid)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        form.record(actions.withdraw_death, by=request.scope, person=who.uuid, why=why)
        if not form.errors:
            what = Text(zh="撤销{name}的死亡登记", en="the death of {name} is withdrawn").filled(name=who.name)
            return say_saved(request, what, who.uuid)
    lead = Text(
        zh="死亡登记将被删除，由它终止的居住、婚姻和避孕记录恢复有效；审计日志保留原记录。",
        en="The death is removed; the residence, union and contraception that it ended hold again. The log keeps it.",
    )
    title = Text(zh="撤销死亡登记：{name}", en="Withdraw a death: {name}").filled(name=who.name)
    return show_form(request, form, title, f"/people/{who.uuid}/", lead)


def withdraw_birth(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A birth was recorded by mistake: of the wrong mother, or twice."""
    who = find_writable(request, uuid)
    mother = queries.mother_of(request.scope, who)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.record(actions.withdraw_birth, by=request.scope, child=who.uuid, why=form.cleaned_data["why"])
        if not form.errors:
            what = Text(zh="撤销{name}的出生登记", en="the birth of {name} is withdrawn").filled(name=who.name)
            return say_saved(request, what, mother.uuid if mother else None)
    lead = Text(
        zh="{born}出生的登记将被撤销，孩子不再在登记册上；审计日志保留原记录。母亲其后的孩次不会改动，请核对。",
        en="The birth of {born} is withdrawn and the child leaves the register. The log keeps it. "
        "The order of the mother's later births stays as it is: check it.",
    )
    title = Text(zh="撤销出生登记：{name}", en="Withdraw a birth: {name}").filled(name=who.name)
    told = lead.filled(born=say_date(who.birth_date, who.birth_precision))
    return show_form(request, form, title, f"/people/{who.uuid}/", told)


def withdraw_move(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A move into a village was recorded by mistake."""
    lead = Text(
        zh="{day}迁入{place}的记录（{kind}）将被删除，由它终止的居住恢复有效；审计日志保留原记录。",
        en="The move to {place} on {day} ({kind}) is removed; the residence it ended holds again. The log keeps it.",
    )
    spell = _find_spell(request, uuid)
    day = say_date(spell.start_date, spell.start_precision)
    return _withdraw_move(request, spell, actions.withdraw_move, lead, day)


def withdraw_departure(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A move out of the city was recorded by mistake."""
    lead = Text(
        zh="{day}离开{place}的记录（{kind}）将被撤销，原居住恢复有效；审计日志保留原记录。",
        en="The departure from {place} on {day} ({kind}) is withdrawn; the residence holds again. The log keeps it.",
    )
    spell = _find_spell(request, uuid)
    day = say_date(spell.end_date, spell.end_precision)
    return _withdraw_move(request, spell, actions.withdraw_departure, lead, day)


def _find_spell(request: StaffRequest, uuid: UUID) -> Any:
    require(request.scope, "record.write")
    spell = queries.get_spell(request.scope, uuid)
    if spell is None:
        raise Http404
    return spell


def _withdraw_move(request: StaffRequest, spell: Any, action: Callable[..., Any], lead: Text, day: str) -> HttpResponse:
    who = spell.person
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.record(action, by=request.scope, spell=spell.uuid, why=form.cleaned_data["why"])
        if not form.errors:
            what = Text(zh="撤销{name}的迁移", en="the move of {name} is withdrawn").filled(name=who.name)
            return say_saved(request, what, who.uuid)
    title = Text(zh="撤销迁移：{name}", en="Withdraw a move: {name}").filled(name=who.name)
    told = lead.filled(day=day, place=name_places([spell.area])[spell.area], kind=RESIDENCE_KIND[spell.kind])
    return show_form(request, form, title, f"/people/{who.uuid}/", told)


def marry(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Two people marry: first the other is found, then the day is stated."""
    who = find_writable(request, uuid)
    wanted = uuid_or_none(request.POST.get("spouse") or request.GET.get("spouse", ""))
    if wanted is None:
        return _choose_spouse(request, who)
    spouse = queries.get_person(request.scope, wanted)
    if spouse is None:
        raise Http404
    form = UnionForm(request.POST or None, initial={"spouse": spouse.uuid})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wife, husband = (who, spouse) if who.sex == FEMALE else (spouse, who)
        pair = {"wife": wife.uuid, "husband": husband.uuid}
        form.record(actions.start_union, by=request.scope, day=given["day"], id=given["id"], **pair)
        if not form.errors:
            return say_saved(request, Text(zh="结婚", en="the marriage"), who.uuid)
    title = Text(zh="登记结婚：{one}与{other}", en="Register a marriage: {one} and {other}")
    return show_form(request, form, title.filled(one=who.name, other=spouse.name), f"/people/{who.uuid}/")


def _choose_spouse(request: StaffRequest, who: Any) -> HttpResponse:
    """Find the other by name, pinyin, birthday or number: a woman for a man, a man for a woman."""
    text = request.GET.get("q", "").strip()
    found = [one.person for one in queries.find_people(request.scope, text) if one.person.sex != who.sex]
    rows = [
        {"url": f"?spouse={one.uuid}", "name": one.name, "born": say_date(one.birth_date, one.birth_precision)}
        for one in found
    ]
    title = Text(zh="{name}结婚：先找到对方", en="{name} marries: find the other first").filled(name=who.name)
    return render(request, "registry/spouse.html", {"rows": rows, "search_text": text, "title": title})


def end_union(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A marriage ended, or the day on which it did was recorded wrongly."""
    require(request.scope, "record.write")
    union = queries.get_union(request.scope, uuid)
    if union is None:
        raise Http404
    one = next(each for each in (union.wife, union.husband) if each and queries.get_person(request.scope, each.uuid))
    form = UnionEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        form.record(actions.end_union, by=request.scope, union=union.uuid, day=given["day"], reason=given["reason"])
        if not form.errors:
            return say_saved(request, Text(zh="婚姻终止", en="the end of the marriage"), one.uuid)
    title = Text(zh="登记婚姻终止：{name}", en="Register the end of a marriage: {name}").filled(name=one.name)
    lead = Text(zh="结婚：{day}", en="Married on {day}").filled(day=say_date(union.start_date, union.start_precision))
    return show_form(request, form, title, f"/people/{one.uuid}/", lead)
