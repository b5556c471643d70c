"""Births, deaths, moves and unions: each keeps everything that belongs to it consistent."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from shidai.core import audit
from shidai.core import queries as core
from shidai.core.access import Scope, require
from shidai.core.ids import new_id
from shidai.registry import afterdeath, facts, kinship, places
from shidai.registry.actions.people import Identity, make_person, settle
from shidai.registry.actions.refusing import (
    day_columns,
    find,
    find_person,
    life,
    recall,
    refuse,
    today,
)
from shidai.registry.citypack import city_limits
from shidai.registry.dates import HalfDate, half_date
from shidai.registry.models import Birth, Death, Household, Parentage, Person, Spell, Union
from shidai.registry.rules import (
    Fault,
    Life,
    Stretch,
    death_fits,
    father_fits,
    mother_fits,
    not_future,
    sibling_fits,
    spell_fits,
    union_fits,
)
from shidai.words import Text


@transaction.atomic
def record_birth(
    *,
    by: Scope,
    mother: UUID,
    birth: HalfDate,
    sex: int,
    name: str = "未命名",
    father: UUID | None = None,
    birth_order: int | None = None,
    plurality: int = 1,
    id: UUID | None = None,
) -> Birth:
    """A child is born: it becomes a person with parents, and with spells where the mother is registered and lives.

    `id` is the birth's; again with the same id it changes nothing. Without a `birth_order` it is the one after the
    mother's recorded births up to that day. Raises ShidaiError with every problem.
    """
    known = Birth.objects.select_related("child").filter(uuid=id).first() if id else None
    if known is not None:
        told = (mother, father, birth, sex, name, birth_order or known.birth_order, plurality)
        return recall(by, known, [known.child], same=told == _told(known))
    parent = find_person(by, mother)
    other = find(Person.objects.all(), father, "人员", "person") if father else None
    siblings = [(day, others) for _, day, others in facts.births_of([parent.pk])[parent.pk]]
    limits = city_limits()
    faults = not_future("birth", birth, today()) + mother_fits("mother", birth, life(parent), limits)
    faults += father_fits("father", birth, life(other), limits) if other else []
    refuse(faults + sibling_fits("birth", birth, plurality, siblings, limits))
    order = facts.next_birth_order(parent.pk, birth.day)
    child = make_person(Identity(name=name, sex=sex, registration=parent.registration), birth, None, None)
    Parentage.objects.create(child=child, mother=parent, father=other)
    for home in places.homes_at_birth(parent.pk, birth):
        Spell.objects.create(
            person=child, kind=home.kind, area=home.area, household_id=home.household, start_reason="birth",
            registered_area=home.registered_area, **day_columns(birth, "start"),
        )  # fmt: skip
    made = Birth.objects.create(
        uuid=id or new_id(), child=child, birth_order=birth_order or order, plurality=plurality, recorded_on=today()
    )
    settle(child, parent)
    audit.record(by, "birth.record", f"person:{child.uuid}", area=parent.registered_area, mother=str(parent.uuid))
    made.refresh_from_db()
    return made


def _told(birth: Birth) -> tuple[object, ...]:
    """What the form told of this birth; of twins it may tell of the other one now."""
    child = birth.child
    family = Parentage.objects.select_related("mother", "father").filter(child=child).first()
    mother, father = (family.mother, family.father) if family else (None, None)
    born = half_date(child.birth_date, child.birth_precision)
    parents = tuple(one.uuid if one else None for one in (mother, father))
    return (*parents, born, child.sex, child.name, birth.birth_order, birth.plurality)


@transaction.atomic
def record_death(*, by: Scope, person: UUID, death: HalfDate, cause: str = "", id: UUID | None = None) -> Death:
    """A person has died: open spells, unions and contraception end that day; the other of a union is widowed."""
    known = Death.objects.select_related("person").filter(uuid=id).first() if id else None
    if known is not None:
        stored = (known.person.uuid, half_date(known.date, known.precision), known.cause)
        return recall(by, known, [known.person], same=stored == (person, death, cause.upper()))
    who = find_person(by, person)
    faults = death_fits("death", death, Life(life(who).birth), facts.later_events([who.pk]).get(who.pk, ()), today())
    if Death.objects.filter(person=who).exists():
        what = Text(zh="此人的死亡已有记录。", en="This person's death is already recorded.")
        faults.append(Fault("person", what, Text(zh="如需更正，请更改那条记录。", en="Correct that record instead.")))
    refuse(faults)
    made = Death.objects.create(
        uuid=id or new_id(),
        person=who,
        date=death.day,
        precision=death.precision,
        cause=cause.upper(),
        recorded_on=today(),
    )
    afterdeath.end_open({who.pk: death})
    settle(who, *Person.objects.filter(pk__in=afterdeath.spouses_of([who.pk])))
    audit.record(by, "death.record", f"person:{who.uuid}", area=who.registered_area or who.living_area)
    made.refresh_from_db()
    return made


@transaction.atomic
def register_move(
    *,
    by: Scope,
    person: UUID,
    kind: str,
    day: HalfDate,
    to: str = "",
    reason: str = "move",
    household: UUID | None = None,
    registered_area: str = "",
    id: UUID | None = None,
) -> Spell | None:
    """A person moves: in, out (`to` empty) or within the city. The open spell of that kind ends, a new one starts.

    Who moves within the city may be moved by those who serve the old or the new village. Returns the new spell.
    """
    known = Spell.objects.select_related("person").filter(uuid=id).first() if id else None
    if known is not None:
        began = half_date(known.start_date, known.start_precision)
        stored = (known.person.uuid, known.kind, began, known.area, known.start_reason)
        return recall(by, known, [known.person], same=stored == (person, kind, day, to, reason))
    who = find(Person.objects.all(), person, "人员", "person")
    require(by, "record.write", who.registered_area or "-", who.living_area or "-", to or "-")
    current = Spell.objects.filter(person=who, kind=kind, end_date=None).select_for_update().first()
    home = find(Household.objects.all(), household, "家庭户", "household") if household else None
    refuse(_move_faults(who, kind, day, current, to, home))
    if current is not None:
        current.end_reason = reason
        current.version += 1
        for name, value in day_columns(day, "end").items():
            setattr(current, name, value)
        current.save(update_fields=("end_date", "end_precision", "end_reason", "version"))
    made = None
    if to:
        made = Spell.objects.create(
            uuid=id or new_id(), person=who, kind=kind, area=to, household=home, start_reason=reason,
            registered_area=registered_area, **day_columns(day, "start"),
        )  # fmt: skip
    settle(who)
    audit.record(by, "move.register", f"person:{who.uuid}", area=to or who.living_area, kind=kind)
    return made


def _move_faults(
    who: Person, kind: str, day: HalfDate, current: Spell | None, to: str, home: Household | None
) -> list[Fault]:
    faults: list[Fault] = [] if to else not_future("day", day, today())
    if current is not None and half_date(current.start_date, current.start_precision).earliest > day.latest:  # type: ignore[union-attr]
        what = Text(
            zh=f"早于现有记录的开始日期 {current.start_date}。",
            en=f"It is before the present spell's start, {current.start_date}.",
        )
        faults.append(Fault("day", what, Text(zh="请核对日期。", en="Check the day.")))
    if current is None and not to:
        what = Text(zh="此人没有这一类的现有居住记录。", en="The person has no open spell of this kind.")
        faults.append(Fault("kind", what, Text(zh="请核对类型。", en="Check the kind.")))
    if current is not None and current.area == to and home in (None, current.household):
        what = Text(zh="此人已在那里。", en="The person is there already.")
        faults.append(Fault("to", what, Text(zh="请核对村（社区）。", en="Check the village.")))
    if to:
        from_tree = (
            []
            if _is_village(to)
            else [
                Fault(
                    "to",
                    Text(zh=f"没有村（社区）{to}。", en=f"There is no village {to}."),
                    Text(zh="请从区划中选择。", en="Choose one from the area tree."),
                )
            ]
        )
        others = facts.spells_of([who.pk], {current.pk} if current else ())[who.pk, kind]
        faults += from_tree + spell_fits("day", Stretch(day), life(who), others, today())
    return faults


def _is_village(code: str) -> bool:
    found = core.area(code)
    return found is not None and found.level == "village"


@transaction.atomic
def start_union(*, by: Scope, wife: UUID, husband: UUID, day: HalfDate, id: UUID | None = None) -> Union:
    """Two people marry. One of them at least is served by `by`."""
    known = Union.objects.select_related("wife", "husband").filter(uuid=id).first() if id else None
    if known is not None:
        wed = [known.wife, known.husband]
        stored = [half_date(known.start_date, known.start_precision), *(one.uuid if one else None for one in wed)]
        return recall(by, known, wed, same=stored == [day, wife, husband])
    pair = [find(Person.objects.all(), uuid, "人员", "person") for uuid in (wife, husband)]
    require(by, "record.write", *(area or "-" for one in pair for area in (one.registered_area, one.living_area)))
    if wife == husband:
        what = Text(zh="夫妻双方是同一人。", en="Wife and husband are the same person.")
        refuse([Fault("husband", what, Text(zh="请选择另一人。", en="Choose another person."))])
    refuse(kinship.may_marry("husband", pair[0].pk, pair[1].pk, kinship.families_of([one.pk for one in pair])))
    others = [stretch for found in facts.unions_of([one.pk for one in pair]).values() for stretch in found]
    refuse(union_fits("day", Stretch(day), life(pair[0]), life(pair[1]), others, today()))
    made = Union.objects.create(
        uuid=id or new_id(), wife=pair[0], husband=pair[1], **day_columns(day, "start"), **day_columns(None, "end")
    )
    settle(*pair)
    audit.record(by, "union.start", f"union:{made.uuid}", area=pair[0].registered_area)
    made.refresh_from_db()
    return made


@transaction.atomic
def end_union(*, by: Scope, union: UUID, day: HalfDate, reason: str = "divorce") -> Union:
    """A union ends; again with the same day it changes nothing."""
    found = find(Union.objects.select_related("wife", "husband"), union, "婚姻", "union")
    pair = [one for one in (found.wife, found.husband) if one is not None]
    require(by, "record.write", *(area or "-" for one in pair for area in (one.registered_area, one.living_area)))
    if found.end_date == day.day and found.end_reason == reason:
        return found
    stretch = Stretch(half_date(found.start_date, found.start_precision), day)
    wife, husband = (life(one) if one else Life() for one in (found.wife, found.husband))
    others = [each for ones in facts.unions_of([one.pk for one in pair], {found.pk}).values() for each in ones]
    refuse(union_fits("day", stretch, wife, husband, others, today()))
    for name, value in day_columns(day, "end").items():
        setattr(found, name, value)
    found.end_reason = reason
    found.version += 1
    found.save(update_fields=("end_date", "end_precision", "end_reason", "version"))
    settle(*pair)
    audit.record(by, "union.end", f"union:{found.uuid}", area=pair[0].registered_area, reason=reason)
    return found
