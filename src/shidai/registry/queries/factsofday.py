"""The facts of people on a day, straight from the register: what one decision reads.

The same columns and meanings as `shidai.indicators.facts`, which makes them for everybody from the record tables; a
test holds the two together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from shidai.registry.dates import half_date
from shidai.registry.models import Parentage, Person, Spell, Union
from shidai.rules.halfknown import facts_of_birth
from shidai.rules.periods import calendar_months, completed_years

Facts = dict[str, Any]


class Lives:
    """What the register knows of some people: read once, told for any day."""

    def __init__(self, person_ids: Collection[int]) -> None:
        self._people = list(Person.objects.select_related("death", "birth").filter(pk__in=person_ids))
        self._children, self._homes, self._unions = _children(person_ids), _homes(person_ids), _unions(person_ids)

    def on(self, day: date) -> dict[int, Facts]:
        """By row number, the facts of a day; who was born later isn't there."""
        return {
            person.pk: {
                **_own(person, day),
                **_of_homes([one for one in self._homes[person.pk] if _holds(one, day)]),
                **_of_children(self._children[person.pk], day),
                **_of_spouses(_spouses(self._unions[person.pk], person.pk, day), day),
            }
            for person in self._people
            if person.birth_date is None or person.birth_date <= day
        }

    def last_birth(self, person: int, day: date) -> date | None:
        """A woman's last delivery up to a day; None without one whose day is known."""
        days = [child.birth_date for child in self._children[person] if child.birth_date is not None]
        return max((one for one in days if one <= day), default=None)

    def last_marriage(self, person: int, day: date) -> date | None:
        """The first day of the last union up to a day."""
        days = [union.start_date for union in self._unions[person] if union.start_date is not None]
        return max((one for one in days if one <= day), default=None)


def _alive(person: Person, on: date) -> bool:
    """A death of unknown day is a death: nothing is due to the dead."""
    death = getattr(person, "death", None)
    return death is None or (death.date is not None and death.date > on)


def _own(person: Person, on: date) -> Facts:
    birth, record = half_date(person.birth_date, person.birth_precision), getattr(person, "birth", None)
    return {
        **facts_of_birth(birth and birth.earliest, birth and birth.latest, on),
        "sex": person.sex,
        "alive": _alive(person, on),
        "registration": person.registration or None,
        "birth_order": record.birth_order if record else None,
    }


def _holds(spell: Spell | Union, on: date) -> bool:
    start, end = spell.start_date, spell.end_date
    return start is not None and start <= on and (end is None or end > on)


def _homes(person_ids: Collection[int]) -> Mapping[int, list[Spell]]:
    found: defaultdict[int, list[Spell]] = defaultdict(list)
    for spell in Spell.objects.filter(person_id__in=person_ids):
        found[spell.person_id].append(spell)
    return found


def _of_homes(spells: Iterable[Spell]) -> Facts:
    registered = [spell.area for spell in spells if spell.kind == Spell.Kind.REGISTERED]
    living = [spell for spell in spells if spell.kind == Spell.Kind.LIVING]
    stated = [spell.registered_area for spell in living if spell.registered_area]
    return {
        "registered_area": max(registered, default=max(stated, default=None)),
        "living_area": max((spell.area for spell in living), default=None),
        "registered_here": bool(registered),
        "lives_here": bool(living),
    }


def _children(person_ids: Collection[int]) -> Mapping[int, list[Person]]:
    mine = Q(mother_id__in=person_ids) | Q(father_id__in=person_ids)
    found: defaultdict[int, list[Person]] = defaultdict(list)
    for family in Parentage.objects.select_related("child__death").filter(mine):
        for parent in (family.mother_id, family.father_id):
            if parent is not None:
                found[parent].append(family.child)
    return found


def _of_children(children: Iterable[Person], on: date) -> Facts:
    born = [child for child in children if child.birth_date is None or child.birth_date <= on]
    alive = [child for child in born if _alive(child, on)]
    return {
        "children_ever": len(born),
        "surviving_children": len(alive),
        "surviving_sons": sum(child.sex == Person.Sex.MALE for child in alive),
        "surviving_daughters": sum(child.sex == Person.Sex.FEMALE for child in alive),
        "dead_children": len(born) - len(alive),
        "youngest_months": min(
            (calendar_months(child.birth_date, on) for child in alive if child.birth_date), default=None
        ),
    }


def _unions(person_ids: Collection[int]) -> Mapping[int, list[Union]]:
    mine = Q(wife_id__in=person_ids) | Q(husband_id__in=person_ids)
    found: defaultdict[int, list[Union]] = defaultdict(list)
    for union in Union.objects.select_related("wife__death", "husband__death").filter(mine):
        for side in (union.wife_id, union.husband_id):
            if side is not None:
                found[side].append(union)
    return found


def _spouses(unions: Iterable[Union], person: int, on: date) -> list[Person | None]:
    """The other side of each open union, None when unknown; a dead one is no spouse, though the union was left open."""
    others = (one.husband if one.wife_id == person else one.wife for one in unions if _holds(one, on))
    return [other for other in others if other is None or _alive(other, on)]


def _of_spouses(spouses: Sequence[Person | None], on: date) -> Facts:
    known = [spouse for spouse in spouses if spouse is not None]
    return {
        "in_union": bool(spouses),
        "spouse_age": max((completed_years(one.birth_date, on) for one in known if one.birth_date), default=None),
        "spouse_registration": max((one.registration for one in known if one.registration), default=None),
    }
