"""Finding residents: by name, pinyin, initials, birth date or resident number, always inside the caller's areas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from shidai.core import audit, sealing
from shidai.core.access import Scope, require, within
from shidai.registry.dates import parse_date
from shidai.registry.mistyped import Mistyped
from shidai.registry.models import Birth, Identifier, Name, Person
from shidai.registry.names import read_name
from shidai.registry.residentnumber import parse_resident_number
from shidai.words import Text

NAME = Text(zh="姓名", en="name")
FORMER = Text(zh="曾用名", en="former name")
PINYIN = Text(zh="拼音", en="pinyin")
INITIALS = Text(zh="拼音首字母", en="initials")
BIRTHDAY = Text(zh="出生日期", en="date of birth")
NUMBER = Text(zh="身份号码", en="resident number")
HERE = Text(zh="本地区", en="this area")


@dataclass(frozen=True, slots=True)
class Found:
    """A resident and why she was found."""

    person: Person
    why: Text


def in_scope(scope: Scope, area: str = "") -> QuerySet[Person]:
    """People who live or are registered where the caller may read records, narrowed to an area. Raises NoAccess."""
    require(scope, "record.read", area) if area else require(scope, "record.read")
    found = Person.objects.filter(within(scope.prefixes("record.read"), "registered_area", "living_area"))
    return found.filter(within((area,), "registered_area", "living_area")) if area else found


def find_people(scope: Scope, text: str, *, limit: int = 50) -> list[Found]:
    """Residents who match what was typed, the surest first: number, date, name, former name, pinyin, initials.

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
    number = _as_number(plain)
    if number is not None:
        mark = sealing.blind_index(number, "resident")
        owners = Identifier.objects.filter(mark=mark, kind=Identifier.Kind.RESIDENT).values("person_id")
        yield Q(pk__in=owners), NUMBER
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


def _as_number(plain: str) -> str | None:
    try:
        return parse_resident_number(plain).number
    except Mistyped:
        return None


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
