"""Deaths: they end what is still open of the person's spells, unions and contraception."""

from __future__ import annotations

from shidai.core import bulk
from shidai.core.ids import new_hex
from shidai.registry import afterdeath, places
from shidai.registry.dates import HalfDate, half_date
from shidai.registry.facts import later_events, lives
from shidai.registry.importing.batch import Batch, Row, number_new, stored, stored_day
from shidai.registry.models import Death
from shidai.registry.rules import Life, death_fits
from shidai.words import Text

_FIELDS = (
    "id",
    "uuid",
    "person_id",
    "date",
    "precision",
    "cause",
    "recorded_on",
    "registered_area",
    "living_area",
    "recorded_at",
    "version",
)


def take(rows: list[Row], batch: Batch) -> None:
    """Check and store a chunk of deaths."""
    people = batch.records("person", (row["person_key"] for row in rows))
    for row in rows:
        if row["person_key"] not in people:
            batch.missing(row, "person_key", row["person_key"])
    _check_once([row for row in rows if row.alive], people, batch)
    _check_times([row for row in rows if row.alive], people, batch)
    former = _former([row for row in rows if row.alive], people, batch)
    number_new(Death, rows)
    accepted = [row for row in rows if row.alive]
    bulk.upsert(
        Death,
        _FIELDS,
        [
            (
                row.record, new_hex(), people[row["person_key"]], *stored(row["death_date"]),
                (row["cause"] or "").upper(), stored_day(row["recorded_on"]), "", "", batch.now, 1,
            )
            for row in accepted
        ],
        key=("id",),
        keep=("uuid", "registered_area", "living_area", "version"),
    )  # fmt: skip
    dead = {people[row["person_key"]]: row["death_date"] for row in accepted}
    afterdeath.reopen(former)
    afterdeath.end_open(dead)
    touched = dead.keys() | former.keys()
    places.settle_births(touched)
    places.settle_deaths(touched)
    places.mark_people(touched | afterdeath.spouses_of(touched))


def _former(rows: list[Row], people: dict[str, int], batch: Batch) -> dict[int, HalfDate]:
    """The deaths that are corrected to another person or day, as they stood; refused when a widow married since."""
    sql = f"SELECT id, person_id, date, precision FROM registry_death WHERE {bulk.among('id')}"
    known = {row.known: row for row in rows if row.known is not None}
    found: dict[int, HalfDate] = {}
    for id, person, date, precision in bulk.select(sql, [bulk.listed(known)]) if known else ():
        day, row = half_date(date, precision), known[id]
        same = people[row["person_key"]] == person
        if day is None or (same and day == row["death_date"]):
            continue
        widowed = afterdeath.widowed_by({person: day})
        until = row["death_date"] if same else None
        batch.refuse(row, afterdeath.can_reopen("death_date" if same else "person_key", widowed, until))
        if row.alive:
            found[person] = day
    return found


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
