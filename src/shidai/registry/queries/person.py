"""Everything that one page about a person shows; the look itself is logged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from shidai.core import audit, sealing
from shidai.core.access import Scope, require
from shidai.core.queries import about
from shidai.registry.models import Birth, Death, Person, Spell, Union
from shidai.registry.queries.people import in_scope

NUMBER_SHOWN = (6, 4)  # of a resident number: the first six (area) and the last four signs


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody of the family: 'mother', 'father', 'wife', 'husband', 'child' or 'sibling'."""

    relation: str
    person: Person
    visible: bool


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person with family, residence, events and who looked."""

    person: Person
    numbers: tuple[tuple[str, str], ...]
    former_names: tuple[str, ...]
    phone: str
    address: str
    family: tuple[Relative, ...]
    spells: tuple[Spell, ...]
    unions: tuple[Union, ...]
    birth: Birth | None
    death: Death | None
    children: tuple[Person, ...]
    looks: tuple[object, ...]


def get_person(scope: Scope, uuid: UUID) -> Person | None:
    """A person that the caller may read, or None: it isn't said whether there is one elsewhere."""
    return in_scope(scope).filter(uuid=uuid).first()


def person_page(scope: Scope, uuid: UUID) -> PersonPage | None:
    """All of one person's record. The look is written to the audit log."""
    person = get_person(scope, uuid)
    if person is None:
        return None
    require(scope, "record.read", person.registered_area, person.living_area)
    audit.record(scope, "person.read", f"person:{person.uuid}", area=person.living_area or person.registered_area)
    phone, address = _contact(person)
    children = _children(person)
    return PersonPage(
        person=person,
        numbers=tuple(
            (n.kind, _mask(sealing.open_sealed(bytes(n.number), "identifier.number"))) for n in person.identifiers.all()
        ),
        former_names=tuple(person.other_names.values_list("name", flat=True)),
        phone=phone,
        address=address,
        family=_family(scope, person, children),
        spells=tuple(person.spells.select_related("household").order_by("-start_date", "kind")),
        unions=_unions(person),
        birth=Birth.objects.filter(child=person).first(),
        death=Death.objects.filter(person=person).first(),
        children=children,
        looks=tuple(about(f"person:{person.uuid}", limit=20)),
    )


def _contact(person: Person) -> tuple[str, str]:
    text = sealing.open_sealed(bytes(person.contact), "person.contact")
    phone, address = json.loads(text) if text else ("", "")
    return phone, address


def _mask(number: str) -> str:
    """As much of a number as serves to compare with a card held in the hand."""
    first, last = NUMBER_SHOWN
    hidden = len(number) - first - last
    return number if hidden <= 0 else f"{number[:first]}{'•' * hidden}{number[-last:]}"


def _children(person: Person) -> tuple[Person, ...]:
    mine = Q(parentage__mother=person) | Q(parentage__father=person)
    return tuple(Person.objects.filter(mine).order_by("birth_date", "id"))


def _unions(person: Person) -> tuple[Union, ...]:
    mine = Union.objects.filter(Q(wife=person) | Q(husband=person)).select_related("wife", "husband")
    return tuple(mine.order_by("start_date", "id"))


def _family(scope: Scope, person: Person, children: tuple[Person, ...]) -> tuple[Relative, ...]:
    found: list[tuple[str, Person]] = []
    parents = getattr(person, "parentage", None)
    if parents is not None:
        found += [(word, one) for word, one in (("mother", parents.mother), ("father", parents.father)) if one]
        siblings = Q(pk__in=[])
        if parents.mother_id:
            siblings |= Q(parentage__mother=parents.mother_id)
        if parents.father_id:
            siblings |= Q(parentage__father=parents.father_id)
        found += [
            ("sibling", one) for one in Person.objects.filter(siblings).exclude(pk=person.pk).order_by("birth_date")
        ]
    for union in _unions(person):
        spouse = union.husband if union.wife_id == person.pk else union.wife
        if spouse is not None:
            word = "husband" if union.wife_id == person.pk else "wife"
            found.append((word if union.end_date is None else f"former_{word}", spouse))
    found += [("child", child) for child in children]
    readable = set(in_scope(scope).filter(pk__in=[one.pk for _, one in found]).values_list("pk", flat=True))
    return tuple(Relative(relation, one, one.pk in readable) for relation, one in found)
