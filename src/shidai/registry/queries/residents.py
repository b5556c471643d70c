"""Who lives or is registered in an area today, who left it and who died: told by spells, not by the copies of them.

A person's own `registered_area` and `living_area` keep the last village even after a move away, for access; a list of
residents asks the open spells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet

from shidai.core import audit
from shidai.core.access import Scope, require, within
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
    """People of an area by name: who live there, are registered there, left it, or died there."""
    if who in ("living", "registered"):
        require(scope, "record.read", area)
        found = Person.objects.filter(pk__in=_here(area, who).values("person_id"))
    elif who == "dead":
        found = in_scope(scope, area).filter(death__isnull=False)
    else:
        found = in_scope(scope).filter(pk__in=_gone(area).values("person_id"), death=None)
    return found.select_related("death").order_by("pinyin", "id")


def _here(area: str, kind: str) -> QuerySet[Spell]:
    """The open spells of the living; a death of unknown date ends no spell."""
    dead = Death.objects.filter(person_id=OuterRef("person_id"))
    return _open(area).filter(~Exists(dead), kind=kind)


def _gone(area: str) -> QuerySet[Spell]:
    """The ended spells of those who have no open one here any more."""
    still = _open(area).filter(person_id=OuterRef("person_id"))
    ended = Spell.objects.filter(within((area,), "area"), end_date__isnull=False).exclude(end_reason="death")
    return ended.filter(~Exists(still))


def _open(area: str) -> QuerySet[Spell]:
    return Spell.objects.filter(within((area,), "area"), end_date=None)


def list_page(scope: Scope, *, area: str, who: Who, page: str | None = None) -> Listed:
    """One page of that list; the look is logged."""
    pages = Paginator(list_people(scope, area=area, who=who), PAGE)
    if who in ("living", "registered"):  # one person has one open spell of a kind: no need to join people
        pages.count = _here(area, who).count()
    seen = pages.get_page(page)
    people = tuple(seen.object_list)
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
