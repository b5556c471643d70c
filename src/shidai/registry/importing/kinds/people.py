"""People: identity, numbers, names, parents."""

from __future__ import annotations

from typing import Any

from shidai.core import bulk, sealing
from shidai.core.ids import new_hex
from shidai.linkage.names import read_name
from shidai.registry import places
from shidai.registry.dates import HalfDate
from shidai.registry.facts import births_of, first_events, lives
from shidai.registry.importing.batch import Batch, Row, number_new, stored
from shidai.registry.importing.cells import sealed_contact
from shidai.registry.importing.links import wait_for
from shidai.registry.kinship import correction_fits
from shidai.registry.models import Identifier, Name, Parentage, Person
from shidai.registry.phones import phone_marks
from shidai.registry.rules import Life, birth_date_fits, father_fits, mother_fits, not_future, not_too_old, sibling_fits
from shidai.words import Text

_FIELDS = (
    "id", "uuid", "name", "pinyin", "initials", "sex", "birth_date", "birth_precision", "registration", "nation",
    "contact", "phone_mark", "registered_area", "living_area", "recorded_at", "version",
)  # fmt: skip
_PARENTS = (("mother_key", mother_fits), ("father_key", father_fits))
_KEEP = ("uuid", "registered_area", "living_area", "version")


def take(rows: list[Row], batch: Batch) -> None:
    """Check and store a chunk of people."""
    for row in rows:
        _complete(row, batch)
    number_new(Person, rows)
    marks = _check_numbers([row for row in rows if row.alive], batch)
    _check_corrections([row for row in rows if row.alive and row.known is not None], batch)
    parents = _check_parents([row for row in rows if row.alive], batch)
    accepted = [row for row in rows if row.alive]
    bulk.upsert(Person, _FIELDS, _people(accepted, batch), key=("id",), keep=_KEEP)
    _store_numbers(accepted, marks)
    _store_names(accepted)
    _store_parents(accepted, parents, batch)
    changed = [row.record for row in accepted if row.known is not None]
    if changed:
        places.mark_people(changed)
    places.mark_areas([])


def _complete(row: Row, batch: Batch) -> None:
    """The date of birth from the number where it is missing; both must agree."""
    number, birth = row["resident_number"], row["birth_date"]
    if number is not None:
        if birth is None:
            birth = row["birth_date"] = HalfDate(number.birth_date)
        elif not birth.earliest <= number.birth_date <= birth.latest:
            batch.reject(
                row,
                "birth_date",
                Text(
                    zh=f"出生日期 {birth.text} 与公民身份号码中的不一致。",
                    en=f"The date of birth {birth.text} differs from the one in the resident number.",
                ),
                Text(zh="请对照证件更正其中之一。", en="Correct one of them by the card."),
            )
        if row["sex"] in (1, 2) and row["sex"] != number.sex:
            batch.reject(
                row,
                "sex",
                Text(zh="性别与公民身份号码中的不一致。", en="The sex differs from the one in the resident number."),
                Text(zh="请对照证件更正其中之一。", en="Correct one of them by the card."),
            )
    faults = not_future("birth_date", birth, batch.today) + not_too_old("birth_date", birth, batch.today, batch.limits)
    if faults:
        batch.refuse(row, faults)


def _check_numbers(rows: list[Row], batch: Batch) -> dict[int, int]:
    """Blind indexes by record; a number that somebody else has is refused."""
    numbered = [row for row in rows if row["resident_number"]]
    numbers = (row["resident_number"].number for row in numbered)
    marks = dict(zip((row.record for row in numbered), sealing.blind_indexes(numbers, "resident"), strict=True))
    sql = f"SELECT mark, person_id FROM registry_identifier WHERE kind = 'resident' AND {bulk.among('mark')}"
    holders: dict[int, int] = dict(bulk.select(sql, [bulk.listed(marks.values())])) if marks else {}
    for row in rows:
        mark = marks.get(row.record)
        if mark is not None and holders.setdefault(mark, row.record) != row.record:
            batch.reject(
                row,
                "resident_number",
                Text(
                    zh="这个公民身份号码已登记在另一人名下。",
                    en="This resident number already belongs to another person.",
                ),
                Text(
                    zh="请核对是否同一人重复登记，或号码抄错。",
                    en="Check whether one person was entered twice, or the number mistyped.",
                ),
            )
    return marks


def _check_corrections(rows: list[Row], batch: Batch) -> None:
    """A changed date of birth or sex still fits what the person did, her children and unions."""
    if not rows:
        return
    events = first_events([row.record for row in rows])
    known = lives([row.record for row in rows])
    corrected = {row.record: Life(row["birth_date"], known[row.record].death, row["sex"]) for row in rows}
    here = {row.record for row in rows if row["mother_key"] or row["father_key"]}  # judged beside their parents
    family = correction_fits(corrected, batch.limits, "birth_date", here)
    for row in rows:
        batch.refuse(row, family.get(row.record, ()))
        own = events.get(row.record, ())
        batch.refuse(row, birth_date_fits("birth_date", row["birth_date"], own, batch.today, batch.limits))


def _check_parents(rows: list[Row], batch: Batch) -> dict[str, int]:
    """Record numbers of the parents who are there, by key; those who break a rule make the row a reject."""
    here = {row.key: row for row in rows}
    keys = {row[column] for row in rows for column in ("mother_key", "father_key")}
    found = batch.records("person", (key for key in keys if key not in here))
    known = lives({*found.values(), *(row.record for row in rows if row.known is not None)})
    _check_siblings(rows, found, batch)
    for row in rows:
        for column, rule in _PARENTS:
            if row[column] is None:
                continue
            life = _life(here.get(row[column]), known.get(found.get(row[column], 0)), known)
            if life is not None:
                batch.refuse(row, rule(column, row["birth_date"], life, batch.limits))
            if row[column] == row.key:
                batch.reject(
                    row,
                    column,
                    Text(zh="本人被登记为自己的父母。", en="A person is given as the own parent."),
                    Text(zh="请更正编号。", en="Correct the key."),
                )
    return found | {key: row.record for key, row in here.items() if row.alive}


def _life(row: Row | None, stored: Life | None, known: dict[int, Life]) -> Life | None:
    """The parent's life as this chunk states it, or as it is stored."""
    if row is None:
        return stored
    return Life(row["birth_date"], known.get(row.record, Life()).death, row["sex"])


def _check_siblings(rows: list[Row], found: dict[str, int], batch: Batch) -> None:
    """Children of one mother are of one delivery or lie far apart; whether twins, a list of people doesn't say."""
    records = found | {row.key: row.record for row in rows}
    named = [row for row in rows if row["mother_key"] in records]
    stated = {row.record for row in named}
    borne = births_of({records[row["mother_key"]] for row in named})
    for row in named:
        siblings = borne[records[row["mother_key"]]]
        others = [(day, plurality) for child, day, plurality in siblings if child not in stated]
        batch.refuse(row, sibling_fits("birth_date", row["birth_date"], None, others, batch.limits))
        if row.alive and row["birth_date"] is not None:
            siblings.append((None, row["birth_date"], 1))


def _people(rows: list[Row], batch: Batch) -> list[tuple[Any, ...]]:
    contacts = sealing.seal_all([sealed_contact(row["phone"], row["address"]) for row in rows], "person.contact")
    marks = phone_marks(row["phone"] for row in rows)
    now = batch.now
    people = []
    for row, contact, mark in zip(rows, contacts, marks, strict=True):
        name = row["name"]
        pinyin, initials = read_name(name)
        people.append(
            (row.record, new_hex(), name, pinyin[:120], initials[:20], row["sex"], *stored(row["birth_date"]),
             row["registration"] or "", row["nationality"] or "", contact, mark, "", "", now, 1)
        )  # fmt: skip
    return people


def _store_numbers(rows: list[Row], marks: dict[int, int]) -> None:
    changed = [row.record for row in rows if row.known is not None]
    if changed:
        bulk.execute(
            f"DELETE FROM registry_identifier WHERE kind = 'resident' AND {bulk.among('person_id')}",
            [bulk.listed(changed)],
        )
    numbered = [row for row in rows if row["resident_number"]]
    sealed = sealing.seal_all([row["resident_number"].number for row in numbered], "identifier.number")
    bulk.insert(
        Identifier,
        ("person_id", "kind", "number", "mark"),
        [(row.record, "resident", number, marks[row.record]) for row, number in zip(numbered, sealed, strict=True)],
    )


def _store_names(rows: list[Row]) -> None:
    former = [(row.record, row["former_name"]) for row in rows if row["former_name"]]
    bulk.upsert(
        Name,
        ("person_id", "kind", "name", "pinyin"),
        [(person, "former", name, read_name(name).pinyin[:120]) for person, name in former],
        key=("person_id", "kind", "name"),
    )


def _store_parents(rows: list[Row], parents: dict[str, int], batch: Batch) -> None:
    named = [row for row in rows if row["mother_key"] or row["father_key"]]
    bulk.upsert(
        Parentage,
        ("child_id", "mother_id", "father_id"),
        [
            (row.record, parents.get(row["mother_key"]), parents.get(row["father_key"]))
            for row in named
            if row.known is not None or row["mother_key"] in parents or row["father_key"] in parents
        ],
        key=("child_id",),
    )
    for link in ("mother", "father"):
        column = f"{link}_key"
        waiting = [(row.record, row[column], row.line) for row in named if row[column] and row[column] not in parents]
        wait_for(link, waiting, batch)
