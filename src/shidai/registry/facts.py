"""What the rules need to know of people on the register, for many people at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from shidai.core import bulk
from shidai.registry.dates import HalfDate, half_date
from shidai.registry.rules import Life, Stretch


def lives(person_ids: Collection[int]) -> dict[int, Life]:
    """Birth, death and sex."""
    if not person_ids:
        return {}
    rows = bulk.select(
        "SELECT p.id, p.birth_date, p.birth_precision, p.sex, d.date, d.precision FROM registry_person p"
        f" LEFT JOIN registry_death d ON d.person_id = p.id WHERE {bulk.among('p.id')}",
        [bulk.listed(person_ids)],
    )
    return {
        id: Life(half_date(birth, precision), half_date(death, death_precision or "none"), sex)
        for id, birth, precision, sex, death, death_precision in rows
    }


_EVENTS = (
    ("registry_spell", "person_id", "start_date", "start_precision"),
    ("registry_union", "wife_id", "start_date", "start_precision"),
    ("registry_union", "husband_id", "start_date", "start_precision"),
    ("registry_contraceptiveuse", "person_id", "start_date", "start_precision"),
)
_DEATH = ("registry_death", "person_id", "date", "precision")
_ENDS = (
    ("registry_spell", "person_id", "death"),
    ("registry_union", "wife_id", "widowed"),
    ("registry_union", "husband_id", "widowed"),
    ("registry_contraceptiveuse", "person_id", "death"),
)


def _dated(
    sources: Iterable[tuple[str, str, str, str]], person_ids: Collection[int]
) -> defaultdict[int, list[HalfDate]]:
    found: defaultdict[int, list[HalfDate]] = defaultdict(list)
    listed = bulk.listed(person_ids)
    for table, column, day, precision in sources:
        sql = f"SELECT {column}, {day}, {precision} FROM {table} WHERE {bulk.among(column)}"
        for person, at, known in bulk.select(sql, [listed]):
            half = half_date(at, known)
            if half is not None:
                found[person].append(half)
    return found


def first_events(person_ids: Collection[int]) -> dict[int, list[HalfDate]]:
    """What a person can't have done before birth: spells, unions, contraception, death."""
    return _dated((*_EVENTS, _DEATH), person_ids)


def later_events(person_ids: Collection[int]) -> dict[int, list[HalfDate]]:
    """What the dead can't have done: starts and ends of spells, unions, contraception, and births by mothers.

    What a death ended is none of it.
    """
    found = _dated(_EVENTS, person_ids)
    for table, column, by_death in _ENDS:
        sql = f"SELECT {column}, end_date, end_precision FROM {table} WHERE end_date IS NOT NULL"
        sql += f" AND end_reason <> '{by_death}' AND {bulk.among(column)}"
        for person, day, precision in bulk.select(sql, [bulk.listed(person_ids)]):
            found[person].append(HalfDate(day, precision))
    for mother, births in births_of(person_ids).items():
        found[mother] += [birth for _, birth, _ in births]
    return found


def births_of(mothers: Collection[int]) -> defaultdict[int, list[tuple[int | None, HalfDate, int]]]:
    """The children that these women have on the register: who, when, plurality."""
    rows = bulk.select(
        "SELECT p.mother_id, c.id, c.birth_date, c.birth_precision, COALESCE(b.plurality, 1) FROM registry_parentage p"
        " JOIN registry_person c ON c.id = p.child_id LEFT JOIN registry_birth b ON b.child_id = c.id"
        f" WHERE {bulk.among('p.mother_id')}",
        [bulk.listed(mothers)],
    )
    found: defaultdict[int, list[tuple[int | None, HalfDate, int]]] = defaultdict(list)
    for mother, child, day, precision, plurality in rows:
        half = half_date(day, precision)
        if half is not None:
            found[mother].append((child, half, plurality))
    return found


def next_birth_order(mother: int, day: date | None = None) -> int:
    """The order of a further birth of this woman: after all that are recorded, or those up to a day.

    A stated order counts, since earlier births of hers may never have come onto this register.
    """
    rows = bulk.select(
        "SELECT c.birth_date, b.birth_order FROM registry_parentage p JOIN registry_person c ON c.id = p.child_id"
        " LEFT JOIN registry_birth b ON b.child_id = c.id WHERE p.mother_id = %s",
        [mother],
    )
    before = [order or 0 for born, order in rows if day is None or born is None or born <= day]
    return max([len(before), *before]) + 1


def spells_of(person_ids: Collection[int], but: Collection[int] = ()) -> defaultdict[tuple[int, str], list[Stretch]]:
    """The stored spells by person and kind, without the records of `but`."""
    rows = bulk.select(
        "SELECT id, person_id, kind, start_date, start_precision, end_date, end_precision FROM registry_spell"
        f" WHERE {bulk.among('person_id')}",
        [bulk.listed(person_ids)],
    )
    found: defaultdict[tuple[int, str], list[Stretch]] = defaultdict(list)
    for id, person, kind, start, start_known, end, end_known in rows:
        if id not in but:
            found[person, kind].append(Stretch(half_date(start, start_known), half_date(end, end_known)))
    return found


def unions_of(person_ids: Collection[int], but: Collection[int] = ()) -> defaultdict[int, list[Stretch]]:
    """The stored unions by person, without the records of `but`."""
    found: defaultdict[int, list[Stretch]] = defaultdict(list)
    for side in ("wife_id", "husband_id"):
        rows = bulk.select(
            f"SELECT id, {side}, start_date, start_precision, end_date, end_precision FROM registry_union"
            f" WHERE {bulk.among(side)}",
            [bulk.listed(person_ids)],
        )
        for id, person, start, start_known, end, end_known in rows:
            if id not in but:
                found[person].append(Stretch(half_date(start, start_known), half_date(end, end_known)))
    return found
