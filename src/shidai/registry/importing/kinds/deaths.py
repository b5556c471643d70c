"""Deaths: they end what is still open of the person's spells, unions and contraception."""

from __future__ import annotations

from collections.abc import Collection

from shidai.core import bulk
from shidai.core.ids import new_hex
from shidai.registry import places
from shidai.registry.dates import HalfDate, half_date
from shidai.registry.importing.batch import Batch, Row, lives, number_new, stored, stored_day
from shidai.registry.importing.kinds.people import first_events
from shidai.registry.models import Death
from shidai.registry.rules import Life, death_fits
from shidai.words import Text

_FIELDS = ("id", "uuid", "person_id", "date", "precision", "cause", "recorded_on", "registered_area", "living_area", "recorded_at", "version")


def take(rows: list[Row], batch: Batch) -> None:
    """Check and store a chunk of deaths."""
    people = batch.records("person", (row["person_key"] for row in rows))
    for row in rows:
        if row["person_key"] not in people:
            batch.missing(row, "person_key", row["person_key"])
    _check_once([row for row in rows if row.alive], people, batch)
    _check_times([row for row in rows if row.alive], people, batch)
    number_new(Death, rows)
    accepted = [row for row in rows if row.alive]
    bulk.upsert(
        Death,
        _FIELDS,
        [
            (
                row.record, new_hex(), people[row["person_key"]], *stored(row["death_date"]), (row["cause"] or "").upper(),
                stored_day(row["recorded_on"]), "", "", batch.now, 1,
            )
            for row in accepted
        ],
        key=("id",),
        keep=("uuid", "registered_area", "living_area", "version"),
    )  # fmt: skip
    dead = {people[row["person_key"]]: row["death_date"] for row in accepted}
    end_all(dead)
    places.settle_deaths(dead.keys())
    places.mark_people(dead.keys())


def _check_once(rows: list[Row], people: dict[str, int], batch: Batch) -> None:
    sql = f"SELECT person_id, id FROM registry_death WHERE {bulk.among('person_id')}"
    recorded = dict(bulk.select(sql, [bulk.listed(people.values())]))
    for row in rows:
        mine = row.known or -row.line
        if recorded.setdefault(people[row["person_key"]], mine) != mine:
            batch.reject(
                row,
                "person_key",
                Text(zh="此人的死亡已有记录。", en="This person's death is already recorded."),
                Text(zh="请删去重复的一条。", en="Remove the duplicate."),
            )


def _check_times(rows: list[Row], people: dict[str, int], batch: Batch) -> None:
    persons = {people[row["person_key"]] for row in rows}
    known, events = lives(persons), later_events(persons)
    for row in rows:
        person = people[row["person_key"]]
        life = Life(known[person].birth)
        batch.refuse(row, death_fits("death_date", row["death_date"], life, events.get(person, ()), batch.today))


def later_events(persons: Collection[int]) -> dict[int, list[HalfDate]]:
    """What the dead can't have done after their death: starts of spells, unions, contraception, and births by mothers."""
    deaths = {person: None for person in persons}
    events = first_events(persons)
    own = {
        person: half_date(day, precision)
        for person, day, precision in bulk.select(
            f"SELECT person_id, date, precision FROM registry_death WHERE {bulk.among('person_id')}", [bulk.listed(deaths)]
        )
    }
    for person, death in own.items():
        if death in events.get(person, []):
            events[person].remove(death)
    rows = bulk.select(
        "SELECT p.mother_id, c.birth_date, c.birth_precision FROM registry_parentage p JOIN registry_person c"
        f" ON c.id = p.child_id WHERE {bulk.among('p.mother_id')}",
        [bulk.listed(persons)],
    )
    for mother, day, precision in rows:
        half = half_date(day, precision)
        if half is not None:
            events.setdefault(mother, []).append(half)
    return events


def end_all(dead: dict[int, HalfDate]) -> None:
    """End open spells, unions (the other is widowed) and contraception of these people on the day of death."""
    ends = [(day.day.isoformat(), day.precision, person) for person, day in dead.items()]
    for table, side, reason in (
        ("registry_spell", "person_id", "death"),
        ("registry_union", "wife_id", "widowed"),
        ("registry_union", "husband_id", "widowed"),
        ("registry_contraceptiveuse", "person_id", "death"),
    ):
        started = "(start_date IS NULL OR start_date <= %s)" if table == "registry_union" else "start_date <= %s"
        bulk.execute_many(
            f"UPDATE {table} SET end_date = %s, end_precision = %s, end_reason = '{reason}'"
            f" WHERE {side} = %s AND end_date IS NULL AND {started}",
            [(*end, end[0]) for end in ends],
        )
