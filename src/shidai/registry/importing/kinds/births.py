"""Births: of a child who is in the person file, or of one who becomes a person by this record."""

from __future__ import annotations

from shidai.core import bulk
from shidai.core.ids import new_hex
from shidai.linkage.names import read_name
from shidai.registry import places
from shidai.registry.dates import HalfDate
from shidai.registry.facts import births_of, lives
from shidai.registry.importing.batch import Batch, Row, number_new, stored, stored_day
from shidai.registry.models import Birth, Parentage, Person, Spell
from shidai.registry.rules import Life, father_fits, mother_fits, not_future, sibling_fits
from shidai.words import Text

_FIELDS = (
    "id",
    "uuid",
    "child_id",
    "birth_order",
    "plurality",
    "recorded_on",
    "registered_area",
    "living_area",
    "recorded_at",
    "version",
)
UNNAMED = "未命名"


def take(rows: list[Row], batch: Batch) -> None:
    """Check and store a chunk of births; every child is a person with parents, housed where the mother is."""
    keys = (row[column] for row in rows for column in ("child_key", "mother_key", "father_key"))
    people = batch.records("person", keys)
    children = _children(rows, people, batch)
    _check_parents([row for row in rows if row.alive], people, children, batch)
    number_new(Birth, rows)
    accepted = [row for row in rows if row.alive]
    fresh = _make_children([row for row in accepted if row.key not in children], children, batch)
    _store_parents(accepted, people, children)
    bulk.upsert(
        Birth,
        _FIELDS,
        [
            (
                row.record, new_hex(), children[row.key], row["birth_order"], row["plurality"] or 1,
                stored_day(row["recorded_on"]), "", "", batch.now, 1,
            )
            for row in accepted
        ],
        key=("id",),
        keep=("uuid", "registered_area", "living_area", "version"),
    )  # fmt: skip
    _house_children(fresh, people, children, batch)
    touched = {children[row.key] for row in accepted}
    places.settle_people(touched)
    places.settle_births(touched)
    places.mark_people(touched | {people[row["mother_key"]] for row in accepted if row["mother_key"] in people})


def _children(rows: list[Row], people: dict[str, int], batch: Batch) -> dict[str, int]:
    """The child's person by the birth's key: from the person file, or made by an earlier import of this birth."""
    children = {row.key: people[row["child_key"]] for row in rows if row["child_key"] in people}
    known = {row.known: row.key for row in rows if row.known is not None}
    if known:
        sql = f"SELECT id, child_id FROM registry_birth WHERE {bulk.among('id')}"
        for birth, child in bulk.select(sql, [bulk.listed(known)]):
            children.setdefault(known[birth], child)
    facts = lives(set(children.values()))
    sql = f"SELECT child_id, id FROM registry_birth WHERE {bulk.among('child_id')}"
    recorded = dict(bulk.select(sql, [bulk.listed(children.values())])) if children else {}
    for row in rows:
        batch.refuse(row, not_future("birth_date", row["birth_date"], batch.today))
        child = children.get(row.key)
        if child is not None:
            _check_child(row, facts[child], batch)
            if recorded.setdefault(child, row.known or -row.line) != (row.known or -row.line):
                batch.reject(
                    row,
                    "child_key",
                    Text(zh="这个孩子的出生已有记录。", en="This child's birth is already recorded."),
                    Text(zh="请删去重复的一条。", en="Remove the duplicate."),
                )
    return children


def _check_child(row: Row, child: Life, batch: Batch) -> None:
    birth: HalfDate | None = row["birth_date"]
    if birth and child.birth and not (birth.earliest <= child.birth.latest and child.birth.earliest <= birth.latest):
        batch.reject(
            row,
            "birth_date",
            Text(
                zh=f"出生日期 {birth.text} 与人员记录中的 {child.birth.text} 不一致。",
                en=f"The date of birth {birth.text} differs from the person's own, {child.birth.text}.",
            ),
            Text(zh="请更正其中之一。", en="Correct one of them."),
        )
    if row["sex"] in (1, 2) and child.sex in (1, 2) and row["sex"] != child.sex:
        batch.reject(
            row,
            "sex",
            Text(zh="性别与人员记录中的不一致。", en="The sex differs from the person's own."),
            Text(zh="请更正其中之一。", en="Correct one of them."),
        )


def _check_parents(rows: list[Row], people: dict[str, int], children: dict[str, int], batch: Batch) -> None:
    for row in rows:
        for column in ("mother_key", "father_key"):
            if row[column] and row[column] not in people:
                batch.missing(row, column, row[column])
    rows = [row for row in rows if row.alive]
    known = lives({people[key] for row in rows for key in (row["mother_key"], row["father_key"]) if key})
    siblings = births_of({people[row["mother_key"]] for row in rows if row["mother_key"]})
    for row in rows:
        mother, father = people.get(row["mother_key"]), people.get(row["father_key"])
        birth = row["birth_date"]
        if father is not None:
            batch.refuse(row, father_fits("father_key", birth, known[father], batch.limits))
        if mother is None:
            continue
        batch.refuse(row, mother_fits("mother_key", birth, known[mother], batch.limits))
        own = children.get(row.key)
        others = [(day, plurality) for child, day, plurality in siblings[mother] if child != own or own is None]
        batch.refuse(row, sibling_fits("birth_date", birth, row["plurality"] or 1, others, batch.limits))
        if row.alive and birth is not None:
            siblings[mother].append((own, birth, row["plurality"] or 1))


def _make_children(rows: list[Row], children: dict[str, int], batch: Batch) -> list[Row]:
    numbers = bulk.reserve_ids(Person, len(rows))
    fields = ("id", "uuid", "name", "pinyin", "initials", "sex", "birth_date", "birth_precision", "registration",
              "nation", "contact", "registered_area", "living_area", "recorded_at", "version")  # fmt: skip
    people = []
    for row, number in zip(rows, numbers, strict=True):
        children[row.key] = number
        name = row["child_name"] or UNNAMED
        reading = read_name(name)
        people.append(
            (number, new_hex(), name, reading.pinyin, reading.initials[:20], row["sex"], *stored(row["birth_date"]),
             "", "", b"", "", "", batch.now, 1)
        )  # fmt: skip
    bulk.insert(Person, fields, people)
    batch.name_people([(row, children[row.key]) for row in rows if row["child_key"]])
    return rows


def _store_parents(rows: list[Row], people: dict[str, int], children: dict[str, int]) -> None:
    """What the birth states of the parents; what it leaves open stays as the person file has it."""
    for side in ("mother", "father"):
        pairs = [(children[row.key], people[row[f"{side}_key"]]) for row in rows if row[f"{side}_key"]]
        bulk.upsert(Parentage, ("child_id", f"{side}_id"), pairs, key=("child_id",))


def _house_children(rows: list[Row], people: dict[str, int], children: dict[str, int], batch: Batch) -> None:
    """A child made by its birth record is registered and lives where the mother did on that day, in her household."""
    spells: list[tuple[object, ...]] = []
    for row in rows:
        mother, birth = people.get(row["mother_key"]), row["birth_date"]
        if mother is None or birth is None:
            continue
        spells += [
            (new_hex(), children[row.key], home.kind, home.area, *stored(birth), "none", "birth", "", home.household,
             "", home.registered_area, batch.now, 1)
            for home in places.homes_at_birth(mother, birth)
        ]  # fmt: skip
    bulk.insert(
        Spell,
        ("uuid", "person_id", "kind", "area", "start_date", "start_precision", "end_precision", "start_reason",
         "end_reason", "household_id", "relation", "registered_area", "recorded_at", "version"),
        spells,
    )  # fmt: skip
