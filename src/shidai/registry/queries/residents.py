"""Who lives or is registered in an area today, who left it and who died: told by spells, not by the copies of them.

A person's own `registered_area` and `living_area` keep the last village even after a move away, for access; a list of
residents asks the open spells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.queries import held_in
from shidai.registry.following import BOUNDARY
from shidai.registry.models import Death, Person, Spell
from shidai.registry.queries.people import in_scope

Who = Literal["living", "registered", "left", "dead"]
PAGE = 50


@dataclass(frozen=True, slots=True)
class Residence:
    """Where a person stands today: the open spell of each kind, or the last that a move ended when there is none."""

    living: Spell | None = None
    registered: Spell | None = None
    left_living: Spell | None = None
    left_registered: Spell | None = None

    @property
    def registered_code(self) -> str:
        """The village of registration, or the code outside that a migrant states; '' when unknown."""
        if self.registered is not None:
            return self.registered.area
        return self.living.registered_area if self.living is not None else ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list of people."""

    people: tuple[Person, ...]
    total: int
    first: int
    last: int
    newer: int | None
    older: int | None


def list_people(scope: Scope, *, area: str, who: Who = "living") -> QuerySet[Person]:
    """People of an area by name: who live there, are registered there, left it, or died there.

    Who left it and died elsewhere is among those who left. Only spells' and deaths' indexes are read to know who they
    are; the people themselves are read for their order.
    """
    if who in ("living", "registered"):
        require(scope, "record.read", area)
        found = Person.objects.filter(pk__in=_here(area, who).values("person_id"))
    elif who == "dead":
        require(scope, "record.read", area)
        found = in_scope(scope).filter(_died_in(area))
    else:
        found = in_scope(scope).filter(pk__in=_gone(area)).exclude(_died_in(area))
    return found.select_related("death").order_by("pinyin", "id")


def people_of_village(area: str) -> set[int]:
    """Row numbers of the living who live or are registered in an area; whoever reads what comes of it is checked."""
    found = _here(area, "living").values_list("person_id", flat=True)
    return {*found, *_here(area, "registered").values_list("person_id", flat=True)}


def _here(area: str, kind: str) -> QuerySet[Spell]:
    """The open spells of the living; a death of unknown date ends no spell."""
    dead = Death.objects.filter(person_id=OuterRef("person_id"))
    return _open(area).filter(~Exists(dead), kind=kind)


def _gone(area: str) -> QuerySet[Any]:
    """Who has ended spells here and no open one any more: people's row numbers."""
    ended = Spell.objects.filter(held_in(area, "area"), end_date__isnull=False).exclude(
        end_reason__in=("death", BOUNDARY)
    )
    still = _open(area).filter(kind__in=Spell.Kind.values)  # every kind: the index of open spells begins with it
    return ended.values("person_id").difference(still.values("person_id"))


def _open(area: str) -> QuerySet[Spell]:
    return Spell.objects.filter(held_in(area, "area"), end_date=None)


def _died_in(area: str) -> Q:
    """The dead by where they belonged on that day; of unknown day, where they belonged last."""
    here = held_in(area, "registered_area", "living_area")
    there = Death.objects.filter(here)
    undated = Q(pk__in=Death.objects.filter(date=None).values("person_id"))
    return Q(pk__in=there.values("person_id")) | undated & here


def list_page(scope: Scope, *, area: str, who: Who, page: str | None = None) -> Listed:
    """One page of that list; the look is logged.

    The order of all is read once, as row numbers, which serves for the count and for any page of it.
    """
    pages = Paginator(list(list_people(scope, area=area, who=who).values_list("pk", flat=True)), PAGE)
    seen = pages.get_page(page)
    found = Person.objects.select_related("death").in_bulk(list(seen.object_list))
    people = tuple(found[number] for number in seen.object_list)
    audit.record(scope, "person.list", f"list:{who}", area=area, count=len(people), page=seen.number)
    return Listed(
        people, pages.count, seen.start_index(), seen.end_index(),
        seen.previous_page_number() if seen.has_previous() else None,
        seen.next_page_number() if seen.has_next() else None,
    )  # fmt: skip


def residences(person_ids: Collection[int]) -> dict[int, Residence]:
    """Where each of these people stands today."""
    by_person: dict[int, list[Spell]] = {}
    for spell in Spell.objects.filter(person_id__in=person_ids).order_by("start_date", "id"):
        by_person.setdefault(spell.person_id, []).append(spell)
    return {person: residence_of(spells) for person, spells in by_person.items()}


def residence_of(spells: Iterable[Spell]) -> Residence:
    """From all spells of one person."""
    ordered = sorted(spells, key=lambda spell: (spell.start_date, spell.pk))
    now = {spell.kind: spell for spell in ordered if spell.end_date is None}
    last = {spell.kind: spell for spell in ordered}
    left = {kind: spell for kind, spell in last.items() if kind not in now and spell.end_reason != "death"}
    living, registered = Spell.Kind.LIVING, Spell.Kind.REGISTERED
    return Residence(now.get(living), now.get(registered), left.get(living), left.get(registered))
