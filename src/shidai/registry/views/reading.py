"""Pages of people and households."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from shidai.core import queries as core
from shidai.core.access import require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.registry import queries
from shidai.registry.wording import (
    DEED,
    IDENTIFIER,
    REASON,
    REGISTRATION,
    RELATION,
    RESIDENCE,
    SEX,
    UNION_END,
    age_on,
    say_date,
)
from shidai.words import Text

PAGE = 50
MOST_FOUND = 200
WIDE = ("city", "county")  # levels too large for a list of everybody
NOWHERE = Text(zh="—", en="—")


def people(request: StaffRequest) -> HttpResponse:
    """Residents of a township or village, or those who match what was typed in any of the person's areas.

    A county has hundreds of thousands: there the page offers the areas below and the search instead of a list.
    """
    text = request.GET.get("q", "").strip()
    area = request.place.area
    everybody = request.GET.get("who") == "all"
    shown: dict[str, Any] = {"search_text": text, "may_write": request.scope.allows("record.write")}
    if text:
        found = queries.find_people(request.scope, text, limit=MOST_FOUND)
        rows: Any = [each.person for each in found]
        reasons = {each.person.pk: each.why for each in found}
    elif area.level in WIDE:
        require(request.scope, "record.read", area.code)
        shown["below"] = [
            {"name": say(one.text), "url": _area_link(request, one.code)} for one in core.children(area.code)
        ]
        return render(request, "registry/people.html", shown)
    else:
        rows, reasons = queries.list_people(request.scope, area=area.code, living_only=not everybody), {}
        shown["chips"] = _chips(request, everybody)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown |= {
        "rows": _rows(page.object_list, reasons),
        "total": page.paginator.count,
        "first": page.start_index(),
        "last": page.end_index(),
        "newer": _turn(request, page.previous_page_number()) if page.has_previous() else "",
        "older": _turn(request, page.next_page_number()) if page.has_next() else "",
    }
    return render(request, "registry/people.html", shown)


def _area_link(request: StaffRequest, code: str) -> str:
    values = request.GET.copy()
    values["area"] = code
    return f"?{values.urlencode()}"


def _chips(request: StaffRequest, everybody: bool) -> list[dict[str, Any]]:
    values = request.GET.copy()
    values.pop("page", None)
    values.pop("who", None)
    living = f"?{values.urlencode()}"
    values["who"] = "all"
    return [
        {"title": Text(zh="在世", en="Living"), "url": living, "here": not everybody},
        {"title": Text(zh="含已故", en="With the dead"), "url": f"?{values.urlencode()}", "here": everybody},
    ]


def _turn(request: StaffRequest, number: int) -> str:
    values = request.GET.copy()
    values["page"] = str(number)
    return f"?{values.urlencode()}"


def name_places(codes: Iterable[str]) -> dict[str, str]:
    """Villages with their township, by code; codes outside the tree stand for themselves."""
    wanted = {code for code in codes if code}
    found = core.names(wanted)
    above = core.names(area.parent for area in found.values())
    named = {
        code: f"{say(above[area.parent].text)} {say(area.text)}" for code, area in found.items() if area.parent in above
    }
    return {code: named.get(code, code) for code in wanted}


def _rows(page: Iterable[Any], reasons: dict[int, Text]) -> list[dict[str, Any]]:
    listed = list(page)
    places = name_places(code for one in listed for code in (one.registered_area, one.living_area))
    today = timezone.localdate()
    return [
        {
            "url": f"/people/{one.uuid}/",
            "name": one.name,
            "sex": SEX[one.sex],
            "born": say_date(one.birth_date, one.birth_precision),
            "age": _say_age(one, today),
            "registered": places.get(one.registered_area, "—"),
            "living": places.get(one.living_area, "—"),
            "why": reasons.get(one.pk),
        }
        for one in listed
    ]


def _say_age(person: Any, today: date) -> str:
    death = getattr(person, "death", None)
    if death is not None:
        return say(Text(zh="已故", en="dead"))
    age = age_on(person.birth_date, today)
    return "—" if age is None else str(age)


def person(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One calm page: who, family, residence, events, who looked at it."""
    page = queries.person_page(request.scope, uuid)
    if page is None:
        raise Http404
    one = page.person
    places = name_places([*(s.area for s in page.spells), one.registered_area, one.living_area])
    dead = page.death is not None
    end = page.death.date if page.death and page.death.date else timezone.localdate()
    shown = {
        "person": one,
        "sex": SEX[one.sex],
        "born": say_date(one.birth_date, one.birth_precision),
        "age": age_on(one.birth_date, end),
        "tags": [{"text": Text(zh="已故", en="dead"), "style": "plain"}] if dead else [],
        "facts": _facts(page, places),
        "family": [_relative(each) for each in page.family],
        "spells": [_spell(each, places) for each in page.spells],
        "events": _events(page),
        "looks": [_look(each) for each in page.looks],
        "actions": _doors(request, page) if request.scope.allows("record.write") else [],
    }
    return render(request, "registry/person.html", shown)


def _doors(request: StaffRequest, page: queries.PersonPage) -> list[dict[str, Any]]:
    """What may be recorded about her next."""
    if page.death is not None:
        return []
    uuid = page.person.uuid
    doors = [
        {"url": f"/people/{uuid}/move/", "icon": "route", "title": Text(zh="迁移", en="Move")},
        {"url": f"/people/{uuid}/death/", "icon": "file-text", "title": Text(zh="登记死亡", en="Register a death")},
    ]
    if page.person.sex == 2:
        birth = {
            "url": f"/people/birth/?mother={uuid}",
            "icon": "baby-carriage",
            "title": Text(zh="登记出生", en="Register a birth"),
        }
        doors.insert(0, birth)
    return doors


def _facts(page: queries.PersonPage, places: dict[str, str]) -> list[tuple[Text, Any]]:
    one = page.person
    facts: list[tuple[Text, Any]] = [(IDENTIFIER[kind], number) for kind, number in page.numbers]
    facts.append((Text(zh="户籍地", en="Registered in"), places.get(one.registered_area, NOWHERE)))
    facts.append((Text(zh="现居住地", en="Lives in"), places.get(one.living_area, NOWHERE)))
    if one.registration:
        facts.append((Text(zh="户口性质", en="Registration"), REGISTRATION.get(one.registration, NOWHERE)))
    if one.nation:
        facts.append((Text(zh="民族", en="Nation"), one.nation))
    if page.former_names:
        facts.append((Text(zh="曾用名", en="Former names"), "、".join(page.former_names)))
    facts.append((Text(zh="电话", en="Phone"), page.phone or NOWHERE))
    facts.append((Text(zh="地址", en="Address"), page.address or NOWHERE))
    return facts


def _relative(each: Any) -> dict[str, Any]:
    relation = each.relation
    if relation == "child":
        relation = {1: "son", 2: "daughter"}.get(each.person.sex, "child")
    return {
        "relation": RELATION[relation],
        "name": each.person.name,
        "url": f"/people/{each.person.uuid}/" if each.visible else "",
        "note": say_date(each.person.birth_date, each.person.birth_precision),
    }


def _spell(spell: Any, places: dict[str, str]) -> dict[str, Any]:
    start = say_date(spell.start_date, spell.start_precision)
    end = say_date(spell.end_date, spell.end_precision) if spell.end_date else say(Text(zh="至今", en="now"))
    reason = REASON.get(spell.start_reason)
    return {
        "kind": spell.kind,
        "kind_words": RESIDENCE[spell.kind],
        "place": places.get(spell.area, spell.area),
        "dates": f"{start} – {end}",
        "reason": reason,
        "now": spell.end_date is None,
        "household": f"/households/{spell.household.uuid}/" if spell.household else "",
    }


def _events(page: queries.PersonPage) -> list[dict[str, Any]]:
    one = page.person
    events = [
        (
            one.birth_date,
            {"title": Text(zh="出生", en="born"), "when": say_date(one.birth_date, one.birth_precision), "note": None},
        )
    ]
    for union in page.unions:
        spouse = union.husband if union.wife_id == one.pk else union.wife
        note = Text(zh="与{name}", en="with {name}").filled(name=spouse.name) if spouse else None
        when = say_date(union.start_date, union.start_precision)
        events.append((union.start_date, {"title": Text(zh="结婚", en="married"), "when": when, "note": note}))
        if union.end_date:
            title = UNION_END.get(union.end_reason, UNION_END["other"])
            events.append(
                (union.end_date, {"title": title, "when": say_date(union.end_date, union.end_precision), "note": note})
            )
    for child in page.children:
        born = {1: Text(zh="儿子出生", en="a son born"), 2: Text(zh="女儿出生", en="a daughter born")}
        said = born.get(child.sex, Text(zh="孩子出生", en="a child born"))
        note = Text(zh=child.name, en=child.name)
        events.append(
            (child.birth_date, {"title": said, "when": say_date(child.birth_date, child.birth_precision), "note": note})
        )
    if page.death is not None:
        when = say_date(page.death.date, page.death.precision)
        events.append((page.death.date, {"title": Text(zh="死亡", en="died"), "when": when, "note": None}))
    return [event for _, event in sorted(events, key=lambda each: each[0] or date.min, reverse=True)]


def _look(entry: Any) -> dict[str, Any]:
    return {
        "at": datetime.fromisoformat(entry.at),
        "who": entry.actor,
        "deed": DEED.get(entry.deed, Text(zh=entry.deed, en=entry.deed)),
    }


def household(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Members, relations, and what may be recorded in one step."""
    page = queries.household_page(request.scope, uuid)
    if page is None:
        raise Http404
    places = name_places([page.household.area])
    head = page.household.head
    title = (
        Text(zh="{name}户", en="Household of {name}").filled(name=head.name)
        if head
        else Text(zh="家庭户", en="Household")
    )
    shown = {
        "title": say(title),
        "place": f"{places.get(page.household.area, page.household.area)} {page.address}",
        "members": [_member(each, head) for each in page.spells],
    }
    return render(request, "registry/household.html", shown)


def _member(spell: Any, head: Any) -> dict[str, Any]:
    one = spell.person
    is_head = head is not None and one.pk == head.pk
    relation = Text(zh="户主", en="head") if is_head else Text(zh=spell.relation or "—", en=spell.relation or "—")
    return {
        "url": f"/people/{one.uuid}/",
        "name": one.name,
        "relation": relation,
        "sex": SEX[one.sex],
        "born": say_date(one.birth_date, one.birth_precision),
        "since": say_date(spell.start_date, spell.start_precision),
        "actions": [],
    }
