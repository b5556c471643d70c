"""Spells of registered and of living residence."""

from __future__ import annotations

from shidai.core import bulk
from shidai.core.ids import new_hex
from shidai.registry import afterdeath, places
from shidai.registry.facts import lives, spells_of
from shidai.registry.importing.batch import Batch, Row, number_new, stored, stored_end
from shidai.registry.models import Spell
from shidai.registry.rules import Life, Stretch, spell_fits

_FIELDS = (
    "id", "uuid", "person_id", "kind", "area", "start_date", "start_precision", "end_date", "end_precision",
    "start_reason", "end_reason", "household_id", "relation", "registered_area", "recorded_at", "version",
)  # fmt: skip


def take(rows: list[Row], batch: Batch) -> None:
    """Check and store a chunk of spells, then renew the copies of residence of those people."""
    people = batch.records("person", (row["person_key"] for row in rows))
    houses = batch.records("household", (row["household_key"] for row in rows))
    for row in rows:
        batch.check_village(row, "area")
        if row["person_key"] not in people:
            batch.missing(row, "person_key", row["person_key"])
        if row["household_key"] and row["household_key"] not in houses:
            batch.missing(row, "household_key", row["household_key"])
    _check_times(rows, people, batch)
    number_new(Spell, rows)
    accepted = [row for row in rows if row.alive]
    bulk.upsert(
        Spell,
        _FIELDS,
        [
            (
                row.record, new_hex(), people[row["person_key"]], row["kind"], row["area"], *stored(row["start_date"]),
                *stored_end(row["start_date"], row["end_date"]), row["start_reason"] or "", row["end_reason"] or "",
                houses.get(row["household_key"]), row["relation"] or "", row["registered_area"] or "", batch.now, 1,
            )
            for row in accepted
        ],
        key=("id",),
        keep=("uuid", "version"),
    )  # fmt: skip
    touched = {people[row["person_key"]] for row in accepted}
    afterdeath.follow(touched)
    places.settle(touched)
    places.mark_people(touched)


def _check_times(rows: list[Row], people: dict[str, int], batch: Batch) -> None:
    alive = [row for row in rows if row.alive]
    persons = {people[row["person_key"]] for row in alive}
    known = lives(persons)
    others = spells_of(persons, {row.known for row in alive if row.known is not None})
    for row in alive:
        person = people[row["person_key"]]
        stretch = Stretch(row["start_date"], row["end_date"])
        beside = others[person, row["kind"]]
        batch.refuse(row, spell_fits("start_date", stretch, known.get(person, Life()), beside, batch.today))
        if row.alive:
            beside.append(stretch)
