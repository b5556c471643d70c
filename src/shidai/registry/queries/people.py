"""Finding residents: by name, pinyin, initials, birth date, phone or resident number, inside the caller's areas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from shidai.core import audit, sealing
from shidai.core.access import Scope, require, within
from shidai.core.queries import held_in
from shidai.linkage.names import read_name
from shidai.registry.dates import parse_date
from shidai.registry.mistyped import Mistyped
from shidai.registry.models import Birth, Death, Identifier, Name, Person
from shidai.registry.queries.numbers import HiddenNumber, read_hidden
from shidai.words import Text

NAME = Text(zh="姓名", en="name")
FORMER = Text(zh="曾用名", en="former name")
PINYIN = Text(zh="拼音", en="pinyin")
INITIALS = Text(zh="拼音首字母", en="initials")
BIRTHDAY = Text(zh="出生日期", en="date of birth")
NUMBER = Text(zh="身份号码", en="resident number")
PHONE = Text(zh="电话", en="phone")
MERGED_NUMBER = Text(zh="已并入档案的身份号码", en="resident number of a record merged into this one")
MERGED_PHONE = Text(zh="已并入档案的电话", en="phone of a record merged into this one")
HERE = Text(zh="本地区", en="this area")


@dataclass(frozen=True, slots=True)
class Found:
    """A resident and why she was found."""

    person: Person
    why: Text


def in_scope(scope: Scope, area: str = "") -> QuerySet[Person]:
    """People who live or are registered where the caller may read records, narrowed to an area. Raises NoAccess.

    A record that was merged into another one isn't there: the person is found under the one that was kept.
    """
    require(scope, "record.read", area) if area else require(scope, "record.read")
    own = within(scope.prefixes("record.read"), "registered_area", "living_area")
    found = Person.objects.filter(own, merged_into=None)
    return found.filter(held_in(area, "registered_area", "living_area")) if area else found


def find_people(scope: Scope, text: str, *, limit: int = 50) -> list[Found]:
    """Residents who match what was typed, the surest first: number, date, phone, name, former name, pinyin, initials.

    The search is logged with a keyed hash of what was typed, which may be a resident number.
    """
    plain = text.strip()
    if not plain:
        return []
    people = in_scope(scope)
    found: dict[int, Found] = {}
    for wanted, why in _ways(plain):
        for person in people.filter(wanted).select_related("death").order_by("pinyin", "id")[: limit - len(found)]:
            found.setdefault(person.pk, Found(person, why))
        if len(found) >= limit:
            break
    asked = sealing.blind_index(plain.casefold(), "search")
    audit.record(scope, "person.search", f"search:{asked:016x}", count=len(found))
    return list(found.values())


def _ways(plain: str) -> Iterable[tuple[Q, Text]]:
    hidden = read_hidden(plain)
    if hidden is not None:
        yield from _marked(hidden)
        return
    birthday = _as_date(plain)
    if birthday is not None:
        first, last = birthday
        yield Q(birth_date__gte=first, birth_date__lte=last), BIRTHDAY
        return
    if plain.isascii():
        latin = plain.lower().replace(" ", "")
        yield Q(pinyin__gte=latin, pinyin__lt=latin + "{"), PINYIN
        yield Q(initials__gte=latin, initials__lt=latin + "{"), INITIALS
    else:
        reading = read_name(plain).pinyin  # the index is on the reading
        begins = Q(pinyin__gte=reading, pinyin__lt=reading + "{", name__startswith=plain)
        yield begins, NAME
        yield Q(pk__in=Name.objects.filter(begins).values("person_id")), FORMER


def _marked(hidden: HiddenNumber) -> Iterable[tuple[Q, Text]]:
    """Who has the number of this mark, and whose merged record had it."""
    merged = Person.objects.filter(merged_into__isnull=False)
    if hidden.kind == "phone":
        yield Q(phone_mark=hidden.mark), PHONE
        yield Q(pk__in=merged.filter(phone_mark=hidden.mark).values("merged_into_id")), MERGED_PHONE
        return
    owners = Identifier.objects.filter(mark=hidden.mark, kind=Identifier.Kind.RESIDENT).values("person_id")
    yield Q(pk__in=owners), NUMBER
    yield Q(pk__in=merged.filter(pk__in=owners).values("merged_into_id")), MERGED_NUMBER


def _as_date(plain: str) -> tuple[date, date] | None:
    if not plain[:1].isdigit():
        return None
    try:
        read = parse_date(plain)
    except Mistyped:
        return None
    return (read.earliest, read.latest) if read else None


def recent_births(scope: Scope, *, area: str, limit: int) -> list[Birth]:
    """The latest births to mothers of an area, newest first, with child and parents."""
    children = in_scope(scope, area).filter(birth__isnull=False).order_by("-birth_date", "-id")[:limit]
    ids = [child.pk for child in children]
    births = Birth.objects.filter(child_id__in=ids).select_related("child__parentage__mother")
    return sorted(births, key=lambda birth: ids.index(birth.child_id))


def people_by_number(scope: Scope, ids: Iterable[int]) -> dict[int, Person]:
    """People by row number, those that the caller may read only (the records behind a figure)."""
    return {person.pk: person for person in in_scope(scope).filter(pk__in=list(ids))}


def person_with_number(text: str) -> Person | None:
    """Whose resident number this is, under the record that was kept; for who serves her anywhere and shows no name."""
    hidden = read_hidden(text)
    if hidden is None or hidden.kind != "resident":
        return None
    owners = Identifier.objects.filter(mark=hidden.mark, kind=Identifier.Kind.RESIDENT).order_by("pk")
    found = [one.person.merged_into or one.person for one in owners.select_related("person", "person__merged_into")]
    return found[0] if found else None


def has_died(person: int) -> bool:
    """Whether a death is on the register; for who serves her and is told no more than that she can't be served."""
    return Death.objects.filter(person_id=person).exists()


def readable(scope: Scope, uuids: Iterable[UUID]) -> set[UUID]:
    """Which of these people's records the caller may open; none for a role that reads no records."""
    if not scope.allows("record.read"):
        return set()
    return set(in_scope(scope).filter(uuid__in=list(uuids)).values_list("uuid", flat=True))
