"""What follows from a death, and from taking it back: for the actions and the importer alike.

Open residence, contraception and unions end on the day of death (the other of a union is widowed). Of a half-known
death that day may stand before a start that is no contradiction: then it ends on the day it began.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from shidai.core import bulk
from shidai.registry import facts
from shidai.registry.dates import HalfDate, half_date
from shidai.registry.rules import Fault, Stretch, overlap
from shidai.words import Text

_ENDED = (
    ("registry_spell", ("person_id",), "death"),
    ("registry_union", ("wife_id", "husband_id"), "widowed"),
    ("registry_contraceptiveuse", ("person_id",), "death"),
)


@dataclass(frozen=True, slots=True)
class Widowed:
    """A union that a death ended: its number, the dead, the other, and when it began."""

    union: int
    dead: int
    other: int | None
    start: HalfDate | None


def deaths_of(person_ids: Collection[int]) -> dict[int, HalfDate]:
    """The days on which the dead among these people died, as far as they are known."""
    sql = f"SELECT person_id, date, precision FROM registry_death WHERE {bulk.among('person_id')}"
    rows = bulk.select(sql, [bulk.listed(person_ids)]) if person_ids else []
    dated = ((person, half_date(day, precision)) for person, day, precision in rows)
    return {person: day for person, day in dated if day is not None}


def end_open(dead: Mapping[int, HalfDate]) -> None:
    """End what is open of these people, and what a later death is said to have ended; the earliest death first."""
    for table, sides, reason in _ENDED:
        whose = " OR ".join(f"{side} = %s" for side in sides)
        bulk.execute_many(
            f"UPDATE {table} SET end_date = CASE WHEN start_date > %s THEN start_date ELSE %s END, end_precision = %s,"
            f" end_reason = '{reason}' WHERE ({whose})"
            f" AND (end_date IS NULL OR end_reason = '{reason}' AND end_date > %s)",
            [
                (str(day.day), str(day.day), day.precision, *[person] * len(sides), str(day.latest))
                for person, day in sorted(dead.items(), key=lambda each: each[1].day)
            ],
        )


def follow(person_ids: Collection[int]) -> None:
    """After records of these people were stored: of those who are dead none stays open."""
    end_open(deaths_of(person_ids))


def reopen(dead: Mapping[int, HalfDate]) -> None:
    """What these deaths had ended is open again; a union whose other side is dead too ends with that death."""
    widowed = widowed_by(dead)
    for table, sides, reason in _ENDED:
        whose = " OR ".join(f"{side} = %s" for side in sides)
        bulk.execute_many(
            f"UPDATE {table} SET end_date = NULL, end_precision = 'none', end_reason = '', version = version + 1"
            f" WHERE ({whose}) AND end_reason = '{reason}'"
            " AND (end_date = %s OR end_date = start_date AND start_date > %s)",
            [(*[person] * len(sides), day.day.isoformat(), day.day.isoformat()) for person, day in dead.items()],
        )
    follow({one.other for one in widowed if one.other is not None})


def widowed_by(dead: Mapping[int, HalfDate]) -> list[Widowed]:
    """The unions that these deaths ended."""
    found = []
    for mine, others in (("wife_id", "husband_id"), ("husband_id", "wife_id")):
        rows = bulk.select(
            f"SELECT id, {mine}, {others}, start_date, start_precision, end_date FROM registry_union"
            f" WHERE end_reason = 'widowed' AND {bulk.among(mine)}",
            [bulk.listed(dead)],
        )
        for union, person, other, start, precision, end in rows:
            day = dead[person].day
            if end == day or (end == start and start > day):
                found.append(Widowed(union, person, other, half_date(start, precision)))
    return found


def spouses_of(person_ids: Collection[int]) -> set[int]:
    """All with whom these people were ever married."""
    listed = bulk.listed(person_ids)
    rows = bulk.select(
        f"SELECT husband_id FROM registry_union WHERE {bulk.among('wife_id')}"
        f" UNION SELECT wife_id FROM registry_union WHERE {bulk.among('husband_id')}",
        [listed, listed],
    )
    return {person for (person,) in rows if person is not None}


def can_reopen(field: str, unions: Iterable[Widowed], until: HalfDate | None = None) -> list[Fault]:
    """A union can't hold again, or `until` a corrected day of death, when one of the two has another one since."""
    for one in unions:
        ends = deaths_of([one.other]) if one.other is not None else {}
        reopened = Stretch(one.start, until or ends.get(one.other or 0))
        pair = [person for person in (one.dead, one.other) if person is not None]
        if any(overlap(reopened, other) for found in facts.unions_of(pair, {one.union}).values() for other in found):
            what = Text(zh="配偶此后已再婚，原婚姻不能恢复。", en="The spouse has married again since.")
            return [Fault(field, what, Text(zh="请先核对那次婚姻。", en="Check that marriage first."))]
    return []
