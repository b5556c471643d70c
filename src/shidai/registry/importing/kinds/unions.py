"""Unions."""

from __future__ import annotations

from shidai.core import bulk
from shidai.core.ids import new_hex
from shidai.registry import afterdeath, places
from shidai.registry.facts import lives, unions_of
from shidai.registry.importing.batch import Batch, Row, number_new, stored, stored_end
from shidai.registry.kinship import families_of, may_marry
from shidai.registry.models import Union
from shidai.registry.rules import Life, Stretch, union_fits
from shidai.words import Text

_FIELDS = (
    "id", "uuid", "wife_id", "husband_id", "start_date", "start_precision", "end_date", "end_precision", "end_reason",
    "registered_area", "recorded_at", "version",
)  # fmt: skip


def take(rows: list[Row], batch: Batch) -> None:
    """Check and store a chunk of unions."""
    people = batch.records("person", (row[column] for row in rows for column in ("wife_key", "husband_key")))
    for row in rows:
        _check_partners(row, people, batch)
    _check_times([row for row in rows if row.alive], people, batch)
    number_new(Union, rows)
    accepted = [row for row in rows if row.alive]
    bulk.upsert(
        Union,
        _FIELDS,
        [
            (
                row.record, new_hex(), people.get(row["wife_key"]), people.get(row["husband_key"]),
                *stored(row["start_date"]), *stored_end(row["start_date"], row["end_date"]), row["end_reason"] or "",
                "", batch.now, 1,
            )
            for row in accepted
        ],
        key=("id",),
        keep=("uuid", "registered_area", "version"),
    )  # fmt: skip
    touched = {people[key] for row in accepted for key in (row["wife_key"], row["husband_key"]) if key}
    afterdeath.follow(touched)
    places.settle_unions(touched)
    places.mark_people(touched)


def _check_partners(row: Row, people: dict[str, int], batch: Batch) -> None:
    wife, husband = row["wife_key"], row["husband_key"]
    for column, key in (("wife_key", wife), ("husband_key", husband)):
        if key and key not in people:
            batch.missing(row, column, key)
    if (wife or "") == (husband or ""):
        batch.reject(
            row,
            "wife_key",
            Text(zh="夫妻双方是同一人，或都未填写。", en="Wife and husband are the same person, or neither is given."),
            Text(zh="请填写双方的人员编号。", en="Give the keys of both."),
        )


def _check_times(rows: list[Row], people: dict[str, int], batch: Batch) -> None:
    persons = {people[key] for row in rows for key in (row["wife_key"], row["husband_key"]) if key}
    known = lives(persons)
    families = families_of(persons)
    others = unions_of(persons, {row.known for row in rows if row.known is not None})
    for row in rows:
        pair = [people.get(row["wife_key"], 0), people.get(row["husband_key"], 0)]
        stretch = Stretch(row["start_date"], row["end_date"])
        beside = [other for person in pair for other in others[person]] if row["start_date"] else []
        wife, husband = (known.get(person, Life()) for person in pair)
        batch.refuse(row, union_fits("start_date", stretch, wife, husband, beside, batch.today))
        batch.refuse(row, may_marry("husband_key", pair[0], pair[1], families))
        if row.alive:
            for person in filter(None, pair):
                others[person].append(stretch)
