"""Who stands on the register twice, or stands on another city's list too: pairs for people to judge.

The model of `linkage` learns from the list itself and needs no examples; it states how many duplicates it is expected
to miss and how many pairs to be wrong. It decides nothing: every pair is judged by a person.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from shidai.core import audit, bulk, sealing
from shidai.core.access import Scope, require
from shidai.core.queries import counties
from shidai.linkage.engine import spill_into
from shidai.linkage.evidence import explain_pairs
from shidai.linkage.model import Model, clean, find_pairs, find_pairs_among, train
from shidai.linkage.pairs import expect_errors, keep_probable, weigh_one_to_one
from shidai.linkage.roles import read_list
from shidai.registry.models import DuplicatePair, DuplicateRun, Parentage, Union
from shidai.registry.models.duplicates import OUTSIDE
from shidai.registry.namedlist import private_folder, read_named_list, write_named_list
from shidai.words import Text

ASKED_FROM = 0.1
PAYEES_ASKED_FROM = 0.02  # they are few, and one of them who is paid twice costs more than some looks
"""Pairs that are less probable aren't asked about; how many of them are one person all the same is stated."""
ASSUMED_DOUBLES = 0.001
"""Of some people who are searched, the share assumed to stand among them twice; the list of all tells its own."""
State = DuplicatePair.State
Progress = Callable[[Text], None]


@dataclass(frozen=True, slots=True)
class OtherList:
    """A list from elsewhere: the file, and the columns of each role."""

    path: Path
    columns: Mapping[str, tuple[str, ...]]


def find_duplicates(
    *,
    by: Scope,
    people: Collection[int] | None = None,
    against: OtherList | None = None,
    least: float = ASKED_FROM,
    doubles: float = ASSUMED_DOUBLES,
    progress: Progress = lambda doing: None,
) -> DuplicateRun:
    """Search the register, or these people's records only, for duplicates, or for people of another list.

    people: row numbers, as of those who are paid; what is rare is learned from everybody all the same, and `doubles` is
    the share of them that is assumed to stand twice.

    Pairs that somebody judged are asked again only when one of the records has changed since. For those who may judge
    everywhere. Raises ShidaiError for a list that can't be read. Names leave the private folder in no case.
    """
    for county in counties():
        require(by, "duplicate.judge", county)
    outside = read_list(against.path, against.columns) if against else None
    with private_folder() as folder, spill_into(folder):
        progress(Text(zh="读取登记册", en="Reading the register"))
        among = people if outside is None else None
        count = write_named_list(folder / "people.parquet", people if among is None else None)
        named = read_named_list(folder / "people.parquet")
        lists = [named] if outside is None else [named, outside]
        cleaned = [clean("han", each) for each in lists]
        progress(Text(zh="学习和比较", en="Learning and comparing"))
        model, pairs = _compare(cleaned) if among is None else _compare_among(cleaned[0], among, doubles)
        count = count if among is None else len(among)
        missed, false = expect_errors(pairs, least)[1], expect_errors(pairs, least)[0]
        likely = keep_probable(pairs, least)
        found = _Found(model, likely, explain_pairs(model, cleaned, likely), named, outside)
    run = DuplicateRun(
        by=by.username, people=count, against=against.path.name if against else "",
        against_rows=outside.num_rows if outside is not None else 0, model=_version(model), settings=model.settings,
        least=least, among_some=among is not None, pairs=likely.num_rows, expected_missed=missed, expected_false=false,
    )  # fmt: skip
    _store(by, run, found, everybody=people is None)
    return run


def _compare(cleaned: Sequence[pa.Table]) -> tuple[Model, pa.Table]:
    model = train("han", cleaned)
    pairs = find_pairs(model, cleaned)
    if len(cleaned) == 2:
        pairs = weigh_one_to_one(pairs, (cleaned[0].num_rows, cleaned[1].num_rows))
    return model, pairs


def _compare_among(cleaned: pa.Table, people: Collection[int], doubles: float) -> tuple[Model, pa.Table]:
    model = train("han", [cleaned])
    return model, find_pairs_among(model, cleaned, [str(one) for one in people], doubles * len(people))


def _version(model: Model) -> str:
    told = json.dumps(model.settings, sort_keys=True, ensure_ascii=False)
    return f"{model.kind} {hashlib.sha256(told.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class _Found:
    """Probable pairs with their evidence, and the two lists that they are of."""

    model: Model
    pairs: pa.Table
    evidence: list[list[Any]]
    named: pa.Table
    outside: pa.Table | None

    def rows(self, list_name: str) -> dict[str, dict[str, str | None]]:
        """What a list says of the people in the pairs, by id."""
        of_a, of_b = (set(self.pairs[name].to_pylist()) for name in ("id_a", "id_b"))
        table = self.named if list_name == "named" else self.outside
        if table is None:
            return {}
        ids = of_a | of_b if self.outside is None else of_a if list_name == "named" else of_b
        chosen = table.filter(pc.is_in(table["id"], value_set=pa.array(sorted(ids), pa.string())))
        return {row["id"]: row for row in chosen.to_pylist()}


@transaction.atomic
def _store(by: Scope, run: DuplicateRun, found: _Found, *, everybody: bool) -> None:
    """Keep the run and its pairs; what people said of a pair stands while both records stay as they were."""
    named, outside = found.rows("named"), found.rows("outside")
    within = found.outside is None
    numbers = [(int(a), int(b)) for a, b in _ids(found.pairs)] if within else []
    related = _relatives(numbers)
    run.pairs -= sum(tuple(sorted(pair)) in related for pair in numbers)
    run.save()
    source = run.against
    for (a, b), probability, evidence in zip(
        _ids(found.pairs), found.pairs["probability"].to_pylist(), found.evidence, strict=True
    ):
        told = {"run": run, "probability": probability, "evidence": [asdict(one) for one in evidence]}
        if within:
            one, other = sorted((int(a), int(b)))
            if (one, other) in related:
                continue
            told["records_mark"] = _mark(named[str(one)], named[str(other)])
            _ask({"one_id": one, "other_id": other}, told)
        else:
            row = outside[b]
            told |= {"records_mark": _mark(named[a], row), "outside": _seal(row)}
            _ask({"one_id": int(a), "outside_mark": sealing.blind_index(f"{source}\n{b}", "outside")}, told)
    if everybody:
        _drop_outdated(run)
    audit.record(by, "duplicate.find", f"duplicates:{run.uuid}", people=run.people, pairs=run.pairs, against=source)


def _drop_outdated(run: DuplicateRun) -> None:
    """Pairs that nobody has judged, and that a search of all no longer finds, aren't asked any more.

    Those of a search among some people stand: it asks where a search of all would not.
    """
    former = DuplicatePair.objects.filter(run__against=run.against, run__among_some=False, state=State.OPEN)
    former.exclude(run=run).delete()


def _ids(pairs: pa.Table) -> Iterable[tuple[str, str]]:
    return zip(pairs["id_a"].to_pylist(), pairs["id_b"].to_pylist(), strict=True)


def _ask(which: dict[str, int], told: dict[str, Any]) -> None:
    """Ask about a pair, unless it was judged and both records still say what they said then."""
    known = DuplicatePair.objects.filter(**which).first()
    if known is None:
        DuplicatePair.objects.create(**which, **told)
        return
    if known.records_mark != told["records_mark"]:
        told |= {"state": State.OPEN, "judged_by": "", "judged_at": None, "reason": ""}
    DuplicatePair.objects.filter(pk=known.pk).update(**told)


def _mark(*rows: Mapping[str, str | None]) -> int:
    """A keyed mark of what records say: it tells whether they changed and nothing else. A child is another record."""
    own = [{name: value for name, value in row.items() if name != "child"} for row in rows]
    return sealing.blind_index(json.dumps(own, ensure_ascii=False, sort_keys=True), "duplicate")


def _seal(row: Mapping[str, str | None]) -> bytes:
    return sealing.seal(json.dumps(dict(row), ensure_ascii=False), OUTSIDE)


def _relatives(pairs: Collection[tuple[int, int]]) -> set[tuple[int, ...]]:
    """Which of the pairs are married to, or parent and child of, each other: two people for certain."""
    people = {number for pair in pairs for number in pair}
    listed = bulk.listed(people)
    rows: list[tuple[int, ...]] = []
    for table, one, other in (
        (Union._meta.db_table, "wife_id", "husband_id"),
        (Parentage._meta.db_table, "child_id", "mother_id"),
        (Parentage._meta.db_table, "child_id", "father_id"),
    ):
        among = f"{bulk.among(one)} AND {bulk.among(other)}"
        rows += bulk.select(f"SELECT {one}, {other} FROM {table} WHERE {among}", [listed, listed]) if people else []
    return {tuple(sorted(row)) for row in rows}
