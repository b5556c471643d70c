"""Pages of people and households."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from shidai.core import queries as core
from shidai.core.deeds import DEEDS
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.registry import queries
from shidai.registry.recordsday import age_told, may_bear, precision_told, records_day
from shidai.registry.views.duplicates import merged
from shidai.registry.views.mending import mend_birth, mend_death, mend_spell
from shidai.registry.villages import name_places
from shidai.registry.wording import (
    DEED,
    ELSEWHERE,
    IDENTIFIER,
    MOVED_AWAY,
    REASON,
    REGISTRATION,
    RELATION,
    RESIDENCE,
    SEX,
    UNION_END,
    WHO,
    say_date,
)
from shidai.words import Text

__all__ = ["household", "name_places", "person"]

NOWHERE = Text(zh="–", en="–")


def person(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One calm page: who, family, residence, events, who looked at it."""
    page = queries.person_page(request.scope, uuid)
    if page is None:
        return merged(request, uuid)
    one = page.person
    places = name_places([*(s.area for s in page.spells), page.residence.registered_code])
    looks: tuple[Any, ...] = page.looks
    names = core.staff_names(look.actor for look in looks)
    day = records_day()
    end = page.death.date if page.death and page.death.date else day
    homes = (one.registered_area, one.living_area)
    may_write = any(request.scope.allows("record.write", area or "-") for area in homes)
    shown = {
        "person": one,
        "may_serve": any(request.scope.allows("service.invite", area or "-") for area in homes),
        "may_dispense": any(request.scope.allows("supply.dispense", area or "-") for area in homes),
        "sex": SEX[one.sex],
        "born": say_date(one.birth_date, precision_told(one.birth_date, one.birth_precision, day)),
        "age": age_told(one.birth_date, end),
        "tags": _tags(page),
        "facts": _facts(page, places),
        "family": [_relative(each) for each in page.family],
        "spells": [_spell(each, places, mend_spell(each, page) if may_write else []) for each in page.spells],
        "events": _events(page, may_write),
        "looks": [_look(look, names) for look in looks],
        "actions": _doors(page) if may_write else [],
    }
    return render(request, "registry/person.html", shown)


def _doors(page: queries.PersonPage) -> list[dict[str, Any]]:
    """What may be recorded about her next; what was recorded wrongly is put right beside its event."""
    uuid = page.person.uuid
    if page.death is not None:
        return []
    doors = [
        {"url": f"/people/{uuid}/move/", "icon": "route", "title": Text(zh="迁移", en="Move")},
        {"url": f"/people/{uuid}/death/", "icon": "file-text", "title": Text(zh="登记死亡", en="Register a death")},
    ]
    union = next((each for each in page.unions if each.end_date is None), None)
    if union is None:
        doors.append({"url": f"/people/{uuid}/marry/", "icon": "heart", "title": Text(zh="登记结婚", en="Marriage")})
    else:
        title = Text(zh="登记离婚", en="Divorce")
        doors.append({"url": f"/unions/{union.uuid}/end/", "icon": "x", "title": title})
    one = page.person
    if may_bear(one.birth_date, one.birth_precision, one.sex):
        birth = {
            "url": f"/people/birth/?mother={uuid}",
            "icon": "baby-carriage",
            "title": Text(zh="登记出生", en="Register a birth"),
        }
        doors.insert(0, birth)
    return doors


def _tags(page: queries.PersonPage) -> list[dict[str, Any]]:
    stand = page.residence
    if page.death is not None:
        return [{"text": WHO["dead"], "style": "plain"}]
    return [{"text": WHO["left"], "style": "plain"}] if stand.living is None and stand.left_living else []


def _stands(page: queries.PersonPage, places: dict[str, str]) -> list[tuple[Text, Any]]:
    """Where the person is registered and lives today; who moved away, since when and from where."""
    stand = page.residence
    registered = places.get(stand.registered_code) or _left(stand.left_registered, places)
    living = places.get(stand.living.area) if stand.living else _left(stand.left_living, places)
    return [(Text(zh="户籍地", en="Registered in"), registered), (Text(zh="现居住地", en="Lives in"), living)]


def _left(spell: Any, places: dict[str, str]) -> Text:
    if spell is None:
        return NOWHERE
    when = say_date(spell.end_date, spell.end_precision)
    return MOVED_AWAY.filled(when=when, place=places.get(spell.area, spell.area))


def _facts(page: queries.PersonPage, places: dict[str, str]) -> list[tuple[Text, Any]]:
    one = page.person
    facts: list[tuple[Text, Any]] = [(IDENTIFIER[kind], number) for kind, number in page.numbers]
    facts += _stands(page, places)
    if one.registration:
        facts.append((Text(zh="户口性质", en="Registration"), REGISTRATION.get(one.registration, NOWHERE)))
    if one.nation:
        facts.append((Text(zh="民族", en="Nation"), one.nation))
    if page.former_names:
        facts.append((Text(zh="曾用名", en="Former names"), "、".join(page.former_names)))
    if page.merged:
        facts.append((Text(zh="已并入的档案", en="Records merged into this one"), "、".join(page.merged)))
    facts.append((Text(zh="电话", en="Phone"), page.phone or NOWHERE))
    facts.append((Text(zh="地址", en="Address"), page.address or NOWHERE))
    return facts


def _relative(each: queries.Relative) -> dict[str, Any]:
    relation, one = each.relation, each.person
    if one is None:
        return {"relation": RELATION[relation], "name": say(ELSEWHERE), "url": "", "note": ""}
    if relation == "child":
        relation = {1: "son", 2: "daughter"}.get(one.sex, "child")
    return {
        "relation": RELATION[relation],
        "name": one.name,
        "url": f"/people/{one.uuid}/",
        "note": say_date(one.birth_date, one.birth_precision),
    }


def _spell(spell: Any, places: dict[str, str], mend: list[Any]) -> dict[str, Any]:
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
        "mend": mend,
        "household": f"/households/{spell.household.uuid}/" if spell.household else "",
    }


def _events(page: queries.PersonPage, may_write: bool) -> list[dict[str, Any]]:
    """What happened in this life, the latest first; `mend` are the doors to put it right."""
    one = page.person
    born = _event(one.birth_date, one.birth_precision, Text(zh="出生", en="born"))
    events = [born | {"mend": mend_birth(page) if may_write else []}, *_unions(page)]
    for child in page.children:
        title = {1: Text(zh="儿子出生", en="a son born"), 2: Text(zh="女儿出生", en="a daughter born")}
        said = title.get(child.sex, Text(zh="孩子出生", en="a child born"))
        events.append(_event(child.birth_date, child.birth_precision, said, Text(zh=child.name, en=child.name)))
    if page.death is not None:
        died = _event(page.death.date, page.death.precision, Text(zh="死亡", en="died"))
        events.append(died | {"mend": mend_death(page) if may_write else []})
    return sorted(events, key=lambda event: event["day"] or date.min, reverse=True)


def _unions(page: queries.PersonPage) -> list[dict[str, Any]]:
    events = []
    for union in page.unions:
        spouse = page.spouses.get(union.pk)
        note = Text(zh="与{name}", en="with {name}").filled(name=spouse.name) if spouse else None
        events.append(_event(union.start_date, union.start_precision, Text(zh="结婚", en="married"), note))
        if union.end_date:
            title = UNION_END.get(union.end_reason, UNION_END["other"])
            events.append(_event(union.end_date, union.end_precision, title, note))
    return events


def _event(day: date | None, precision: str, title: Text, note: Text | None = None) -> dict[str, Any]:
    return {"day": day, "title": title, "when": say_date(day, precision), "note": note}


def _look(entry: Any, names: dict[str, str]) -> dict[str, Any]:
    return {
        "at": datetime.fromisoformat(entry.at),
        "who": names[entry.actor],
        "deed": DEED.get(entry.deed) or DEEDS[entry.deed].done,
    }


def household(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Members, relations, and what may be recorded in one step."""
    page = queries.household_page(request.scope, uuid)
    if page is None:
        raise Http404
    places = name_places([page.household.area])
    head = page.head
    title = (
        Text(zh="{name}户", en="Household of {name}").filled(name=head.name)
        if head
        else Text(zh="家庭户", en="Household")
    )
    shown = {
        "uuid": uuid,
        "title": say(title),
        "place": f"{places.get(page.household.area, page.household.area)} {page.address}",
        "members": [_member(each, head) for each in page.spells],
    }
    return render(request, "registry/household.html", shown)


def _member(spell: Any, head: Any) -> dict[str, Any]:
    one = spell.person
    is_head = head is not None and one.pk == head.pk
    relation = Text(zh="户主", en="head") if is_head else Text(zh=spell.relation or "–", en=spell.relation or "–")
    return {
        "url": f"/people/{one.uuid}/",
        "name": one.name,
        "relation": relation,
        "sex": SEX[one.sex],
        "born": say_date(one.birth_date, one.birth_precision),
        "since": say_date(spell.start_date, spell.start_precision),
        "actions": [],
    }
