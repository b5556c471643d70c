"""Copies of residence that lists, access and extracts need: kept here and nowhere else, from the spells.

- A person's `registered_area` and `living_area`: those of the latest spell of each kind (or where a migrant says
  that she is registered); they stay after a death or a move away, so that the last village keeps the record.
- A birth's and a death's areas: of the mother, or the person, at the end of that day; on the day of her own death
  the spell that the death ended counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from shidai.core import bulk, tree
from shidai.core.actions import mark_changed
from shidai.registry.dates import HalfDate, half_date

Event = tuple[int, int, tuple[object, ...]]  # its number, the person, the parameters of the day's condition

_ON = " AND s.start_date <= %s AND (s.end_date IS NULL OR s.end_date {})"
_HELD = _ON.format("> %s")
_HELD_AT_DEATH = _ON.format(">= %s")
_KNOWN = "CASE s.end_precision WHEN 'day' THEN 10 WHEN 'month' THEN 7 ELSE 4 END"
_HELD_AT_BIRTH = _ON.format(  # the two dates agree as far as both are known
    "> %s OR s.end_reason = 'death'"
    f" AND substr(substr(CAST(s.end_date AS varchar(10)), 1, {_KNOWN}), 1, %s) = substr(%s, 1, {_KNOWN})"
)
_SPELL = (
    "(SELECT {column} FROM registry_spell s WHERE s.person_id = {person} AND s.kind = '{kind}'{more}"
    " ORDER BY s.start_date DESC, s.id DESC LIMIT 1)"
)


class Home(NamedTuple):
    """A residence that a child begins with."""

    kind: str
    area: str
    household: int | None
    registered_area: str


def _spell(person: str, kind: str, column: str = "s.area", more: str = "") -> str:
    return _SPELL.format(column=column, person=person, kind=kind, more=more)


def settle(person_ids: Collection[int]) -> None:
    """Renew every copy for these people after their spells changed."""
    settle_people(person_ids)
    settle_births(person_ids)
    settle_deaths(person_ids)
    settle_unions(person_ids)
    settle_contraception(person_ids)


def settle_people(person_ids: Collection[int]) -> None:
    """Renew where these people are registered and live by their latest spells."""
    here = "registry_person.id"
    registered, living = _spell(here, "registered"), _spell(here, "living")
    stated = _spell(here, "living", "s.registered_area")
    bulk.execute(
        f"UPDATE registry_person SET registered_area = COALESCE({registered}, {stated}, ''), "
        f"living_area = COALESCE({living}, '') WHERE {bulk.among('id')}",
        [bulk.listed(person_ids)],
    )


def settle_births(person_ids: Collection[int]) -> None:
    """Renew the areas of the births whose mother or child is among these people."""
    for whose in ("b.child_id", "p.mother_id"):
        rows = bulk.select(
            "SELECT b.id, COALESCE(p.mother_id, b.child_id), c.birth_date, c.birth_precision FROM registry_birth b"
            " JOIN registry_person c ON c.id = b.child_id LEFT JOIN registry_parentage p ON p.child_id = b.child_id"
            f" WHERE {bulk.among(whose)}",
            [bulk.listed(person_ids)],
        )
        births = ((event, person, half_date(day, known)) for event, person, day, known in rows)
        dated = [(event, person, _birth_days(birth)) for event, person, birth in births if birth is not None]
        _set_areas("registry_birth", dated, _HELD_AT_BIRTH)


def settle_deaths(person_ids: Collection[int]) -> None:
    """Renew the areas of these people's deaths."""
    sql = f"SELECT id, person_id, date FROM registry_death WHERE {bulk.among('person_id')}"
    _set_areas("registry_death", _days(bulk.select(sql, [bulk.listed(person_ids)])), _HELD_AT_DEATH)


def settle_unions(person_ids: Collection[int]) -> None:
    """Renew the wife's area of the unions of these people."""
    sql = (
        "SELECT id, COALESCE(wife_id, husband_id), COALESCE(start_date, end_date, recorded_at) FROM registry_union"
        f" WHERE {bulk.among('COALESCE(wife_id, husband_id)')}"
    )
    _set_areas("registry_union", _days(bulk.select(sql, [bulk.listed(person_ids)])), _HELD, living=False)


def settle_contraception(person_ids: Collection[int]) -> None:
    """Renew the area of these people's uses of contraception."""
    sql = f"SELECT id, person_id, start_date FROM registry_contraceptiveuse WHERE {bulk.among('person_id')}"
    days = _days(bulk.select(sql, [bulk.listed(person_ids)]))
    _set_areas("registry_contraceptiveuse", days, _HELD, living=False)


def _days(events: Iterable[tuple[int, int, object]]) -> list[Event]:
    return [(event, person, (str(day)[:10], str(day)[:10])) for event, person, day in events if day]


def _birth_days(birth: HalfDate) -> tuple[object, ...]:
    """The parameters of `_HELD_AT_BIRTH`."""
    return birth.day.isoformat(), birth.day.isoformat(), len(birth.text), birth.text


def homes_at_birth(mother: int, birth: HalfDate) -> list[Home]:
    """Where a child of hers is registered and lives at first: with her; on the day she died, where she did."""
    sql = "SELECT s.kind, s.area, s.household_id, s.registered_area FROM registry_spell s WHERE s.person_id = %s"
    rows = bulk.select(f"{sql}{_HELD_AT_BIRTH} ORDER BY s.start_date, s.id", [mother, *_birth_days(birth)])
    return list({kind: Home(kind, *rest) for kind, *rest in rows}.values())


def _set_areas(table: str, events: Iterable[Event], on_day: str, *, living: bool = True) -> None:
    registered, lived = _spell("%s", "registered", more=on_day), _spell("%s", "living", more=on_day)
    stated = _spell("%s", "living", "s.registered_area", on_day)
    sets = f"registered_area = COALESCE({registered}, {stated}, '')"
    sets += f", living_area = COALESCE({lived}, '')" if living else ""
    rows = [((person, *days) * (3 if living else 2) + (event,)) for event, person, days in events]
    bulk.execute_many(f"UPDATE {table} SET {sets} WHERE id = %s", rows)


def mark_people(person_ids: Collection[int], *more_areas: str) -> None:
    """Note that the counties of all spells and births of these people must be extracted again."""
    listed = bulk.listed(person_ids)
    found = bulk.select(
        f"SELECT DISTINCT substr(area, 1, 6) FROM registry_spell WHERE {bulk.among('person_id')}"
        " UNION SELECT DISTINCT substr(registered_area, 1, 6) FROM registry_birth b"
        f" JOIN registry_parentage p ON p.child_id = b.child_id WHERE {bulk.among('p.mother_id')}",
        [listed, listed],
    )
    mark_areas([*(area for (area,) in found), *more_areas])


def mark_areas(areas: Iterable[str]) -> None:
    """Note that the counties of these areas, and the partition of what lies outside, must be extracted again."""
    mark_changed({tree.county_of(area) for area in areas if area} | {tree.OUTSIDE})
