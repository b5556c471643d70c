"""Everything that one page about a person shows; the look itself is logged."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from shidai.core import audit, sealing
from shidai.core.access import Scope, require
from shidai.core.queries import about
from shidai.registry.facts import next_birth_order
from shidai.registry.models import Birth, Death, Person, Spell, Union
from shidai.registry.queries.people import in_scope
from shidai.registry.queries.residents import Residence, residence_of

NUMBER_SHOWN = (6, 4)  # of a resident number: the first six (area) and the last four signs


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody of the family: 'mother', 'father', 'wife', 'husband', 'child' or 'sibling'.

    `person` is None when the reader may not read that record: only the relation is passed on.
    """

    relation: str
    person: Person | None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person with family, residence, events and who looked.

    `children` are those that the reader may read; so are the spouses in `spouses`, by the union's row number.
    """

    person: Person
    numbers: tuple[tuple[str, str], ...]
    former_names: tuple[str, ...]
    phone: str
    address: str
    family: tuple[Relative, ...]
    spells: tuple[Spell, ...]
    residence: Residence
    unions: tuple[Union, ...]
    spouses: dict[int, Person]
    birth: Birth | None
    death: Death | None
    children: tuple[Person, ...]
    looks: tuple[object, ...]
    merged: tuple[str, ...]  # the names of records that were merged into this one


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
    children, unions = _children(person), _unions(person)
    relatives = _relatives(person, unions, children)
    readable = _readable(scope, relatives)
    spells = tuple(person.spells.select_related("household").order_by("-start_date", "kind"))
    return PersonPage(
        person=person,
        numbers=tuple(
            (n.kind, _mask(sealing.open_sealed(bytes(n.number), "identifier.number"))) for n in person.identifiers.all()
        ),
        former_names=tuple(person.other_names.values_list("name", flat=True)),
        phone=phone,
        address=address,
        family=tuple(Relative(word, one if one.pk in readable else None) for word, one in relatives),
        spells=spells,
        residence=residence_of(spells),
        unions=unions,
        spouses={union.pk: spouse for union in unions if (spouse := _spouse(union, person)) and spouse.pk in readable},
        birth=Birth.objects.filter(child=person).first(),
        death=Death.objects.filter(person=person).first(),
        children=tuple(child for child in children if child.pk in readable),
        looks=tuple(about(f"person:{person.uuid}", limit=20)),
        merged=tuple(person.merged.order_by("pk").values_list("name", flat=True)),
    )


def family_of(scope: Scope, person: Person) -> tuple[Relative, ...]:
    """Parents, siblings, spouses and children; of those whose record the caller may not read only the relation."""
    relatives = _relatives(person, _unions(person), _children(person))
    readable = _readable(scope, relatives)
    return tuple(Relative(word, one if one.pk in readable else None) for word, one in relatives)


def contacts(scope: Scope, people: Collection[Person], purpose: str) -> dict[int, tuple[str, str]]:
    """Telephone and address by row number, of people whom the caller has read; opening them is logged with what for."""
    found = {person.pk: _contact(person) for person in people}
    if found:
        audit.record(scope, "person.contact", "list", people=sorted(str(one.uuid) for one in people), reason=purpose)
    return found


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


def _spouse(union: Union, person: Person) -> Person | None:
    return union.husband if union.wife_id == person.pk else union.wife


def spouse_on(person_id: int, on: date) -> int | None:
    """The row number of somebody's spouse on a day, alive then and on the register; None without one.

    It shows nobody: whether the caller may read that record is asked of `people_by_number`.
    """
    mine = Union.objects.filter(Q(wife_id=person_id) | Q(husband_id=person_id), start_date__lte=on)
    open_ = mine.filter(Q(end_date=None) | Q(end_date__gt=on)).order_by("-start_date", "-pk")
    for one in open_:
        spouse = one.husband_id if one.wife_id == person_id else one.wife_id
        if spouse is not None and not Death.objects.filter(Q(date=None) | Q(date__lte=on), person_id=spouse).exists():
            return spouse
    return None


def _relatives(person: Person, unions: tuple[Union, ...], children: tuple[Person, ...]) -> list[tuple[str, Person]]:
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
    for union in unions:
        spouse = _spouse(union, person)
        if spouse is not None:
            word = "husband" if union.wife_id == person.pk else "wife"
            found.append((word if union.end_date is None else f"former_{word}", spouse))
    return found + [("child", child) for child in children]


def _readable(scope: Scope, relatives: list[tuple[str, Person]]) -> set[int]:
    asked = [one.pk for _, one in relatives]
    return set(in_scope(scope).filter(pk__in=asked).values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Mother:
    """What the form of a birth proposes: the husband of her present union and the order of a further birth."""

    person: Person
    husband: Person | None
    husband_readable: bool
    next_order: int


def get_mother(scope: Scope, uuid: UUID) -> Mother | None:
    """A person of one's areas as the mother of a child to be recorded; None as in `get_person`."""
    person = get_person(scope, uuid)
    if person is None:
        return None
    union = Union.objects.filter(wife=person, end_date=None, husband__isnull=False).select_related("husband").last()
    husband = union.husband if union else None
    seen = husband is not None and in_scope(scope).filter(pk=husband.pk).exists()
    return Mother(person, husband, seen, next_birth_order(person.pk))


def get_union(scope: Scope, uuid: UUID) -> Union | None:
    """A union of which one at least is a person that the caller may read; None as in `get_person`."""
    union = Union.objects.select_related("wife", "husband").filter(uuid=uuid).first()
    if union is None:
        return None
    pair = [one.pk for one in (union.wife, union.husband) if one is not None]
    return union if in_scope(scope).filter(pk__in=pair).exists() else None


def mother_of(scope: Scope, person: Person) -> Person | None:
    """A person's mother, if she is on the register and the caller may read her record."""
    return in_scope(scope).filter(children_borne__child=person).first()


def get_spell(scope: Scope, uuid: UUID) -> Spell | None:
    """A spell of a person that the caller may read, with that person; None as in `get_person`."""
    spell = Spell.objects.select_related("person").filter(uuid=uuid).first()
    return spell if spell is not None and in_scope(scope).filter(pk=spell.person_id).exists() else None
