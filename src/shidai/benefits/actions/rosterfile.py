"""The rows of a roster's two files, each with its place, and what is wrong with those that can't be taken.

Nothing here asks the register or writes: a row is held to the pack's schemes and facts, and its acts to the order in
which they may follow each other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, TypeVar

from shidai.benefits.actions.rostercolumns import ATTESTED, CLAIMS, EMPTY, ENDS, read_day, read_truth, read_whole
from shidai.benefits.actions.rosterfaults import (
    COMPARE,
    amount_by_rules,
    before_it_began,
    empty_cell,
    end_untold,
    moved_to,
    other_kind,
    other_outcome,
    shifted_cells,
    told_before,
    too_many_steps,
    unknown_fact,
    wrong_cell,
)
from shidai.benefits.bank import check_account, check_bank_code
from shidai.benefits.deciding import EPOCH, named_version, scheme_of
from shidai.benefits.workflow import Act, Entry, State, stand
from shidai.core.refusing import refuse_future
from shidai.packs.schema.scheme import AttestedFact, Scheme, SchemeVersion, Subject
from shidai.registry.citypack import city_pack
from shidai.registry.importing.columns import Column, FileKind
from shidai.registry.importing.reading import RowFile, open_rows, survey
from shidai.registry.mistyped import Mistyped
from shidai.words import Problem, ShidaiError, Text

Cells = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Whom:
    """For whom a row is: a person or household by its source's key, or a village by its code."""

    kind: Subject
    key: str


@dataclass(frozen=True, slots=True)
class ToldAct:
    """An act that a row tells. `hand`: the level that passed a step; `judged`: whether it rests on a decision."""

    act: Act
    day: date
    hand: str = ""
    judged: bool = False
    reason: str = ""
    fen: int | None = None

    def entry(self, by: str) -> Entry:
        """As the ledger has it: each level's step is passed by a hand of its own."""
        return Entry(self.act, self.day, f"{by}:{self.hand}" if self.hand else by)


class Row(Protocol):
    """What rows of both files have."""

    @property
    def place(self) -> str: ...

    @property
    def whom(self) -> Whom: ...


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim as its row tells it; `state`: where it stood after its last act."""

    place: str
    key: str
    scheme: Scheme
    version: SchemeVersion
    whom: Whom
    area: str
    acts: tuple[ToldAct, ...]
    state: State
    account: str
    bank_code: str
    holder: str

    @property
    def occasion(self) -> str:
        """What the claim is once for: see `Claim`."""
        return self.version.id if self.version.amount.per == "event" else ""


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact attested for a subject; `number` or `text`, by the fact's type."""

    place: str
    whom: Whom
    fact: AttestedFact
    number: int | None
    text: str
    start_date: date
    end_date: date | None
    paper: str


_Row = TypeVar("_Row", ClaimRow, FactRow)


def read_claims(path: Path) -> tuple[list[ClaimRow], list[Problem]]:
    """The claims that can be read, and what is wrong with the others, row by row."""
    return _read(path, CLAIMS, _claim, lambda row: row.key)


def read_facts(path: Path) -> tuple[list[FactRow], list[Problem]]:
    """The attested facts that can be read, and what is wrong with the others, row by row."""
    return _read(path, ATTESTED, _fact, lambda row: (row.whom, row.fact.id, row.start_date, row.number, row.text))


def _read(
    path: Path, kind: FileKind, make: Callable[[str, Cells, list[Problem]], _Row | None],
    told_by: Callable[[_Row], Hashable],
) -> tuple[list[_Row], list[Problem]]:  # fmt: skip
    try:
        file = open_rows(survey(path), kind)
        lines = list(file.rows())
    except ShidaiError as error:
        return [], list(error.problems)
    first: dict[Hashable, _Row] = {}
    faults: list[Problem] = []
    for number, texts in lines:
        place, wrong = f"{path.name}:{number}", list[Problem]()
        cells = _cells(place, texts, file, wrong)
        row = make(place, cells, wrong) if not wrong else None
        if row is not None and not wrong and first.setdefault(told_by(row), row) is not row:
            wrong.append(told_before(place, first[told_by(row)].place))
        faults += wrong
    return list(first.values()), faults


def _cells(place: str, texts: list[str], file: RowFile, wrong: list[Problem]) -> Cells:
    """What the cells of a row say: '' for an empty text, None or no days for what else is empty."""
    if len(texts) < file.width or any(texts[file.width :]):
        wrong.append(shifted_cells(place, file.width, len(texts)))
        return {}
    seats = dict(file.places)
    told: Cells = {}
    for column in file.kind.columns:
        text = texts[seats[column.id]] if column.id in seats else ""
        told[column.id] = None
        if text:
            told[column.id] = _value(place, column, text, wrong)
        elif column.required and column.id not in EMPTY[file.kind.id]:
            wrong.append(empty_cell(place, column))
    return told


def _value(place: str, column: Column, text: str, wrong: list[Problem]) -> Any:
    try:
        return column.read(text)
    except Mistyped as error:
        wrong.append(wrong_cell(place, column, error))
        return None


def _claim(place: str, told: Cells, wrong: list[Problem]) -> ClaimRow | None:
    try:
        scheme = scheme_of(told["scheme"])
        version = named_version(scheme, told["version"])
    except ShidaiError as error:
        wrong += moved_to(place, error)
        return None
    whom = _whom(place, told, scheme.subject, scheme.title.text, wrong)
    account, bank_code = told["account"] or "", told["bank_code"] or ""
    if account:
        wrong += [*check_account(account, "card", place), *check_bank_code(bank_code, place)]
    acts = _acts(place, told, version, wrong)
    state = _state(place, told["outcome"], acts, version, wrong) if not wrong else None
    if whom is None or state is None:
        return None
    return ClaimRow(
        place, told["key"], scheme, version, whom, told["area"], acts, state, account, bank_code,
        told["holder"] or "本人",
    )  # fmt: skip


def _whom(place: str, told: Cells, wanted: Subject, title: Text, wrong: list[Problem]) -> Whom | None:
    kind: Subject = told["subject"]
    column = "village" if kind == "village" else f"{kind}_key"
    if kind != wanted:
        wrong.append(other_kind(place, kind, wanted, title))
    elif not told[column]:
        wrong.append(empty_cell(place, CLAIMS.column(column)))
    else:
        return Whom(kind, told[column])
    return None


def _acts(place: str, told: Cells, version: SchemeVersion, wrong: list[Problem]) -> tuple[ToldAct, ...]:
    """The acts of a row, in their order."""
    steps, passed = version.step, told["passed_on"] or ()
    if len(passed) > len(steps):
        wrong.append(too_many_steps(place, len(passed), len(steps)))
        return ()
    acts = [ToldAct("apply", told["applied_on"])]
    for number, (step, day) in enumerate(zip(steps, passed, strict=False), 1):
        last = number == len(steps)
        acts.append(ToldAct("pass", day, step.level, last, fen=told["granted_fen"] if last else None))
    acts += [ToldAct("reverify", day) for day in told["confirmed_on"] or ()]
    acts += _end(place, told, wrong)
    wrong += _grant_faults(place, told["granted_fen"], version, granted_now=len(passed) == len(steps))
    wrong += _day_faults(place, [one.day for one in acts])
    return tuple(acts)


def _end(place: str, told: Cells, wrong: list[Problem]) -> list[ToldAct]:
    """The act that ended the claim, if its outcome says that one did."""
    outcome, day, reason = told["outcome"], told["ended_on"], told["reason"] or ""
    if (outcome in ENDS) != (day is not None):
        wrong.append(end_untold(place, outcome, day))
    elif outcome in ("refused", "stopped") and not reason:
        wrong.append(empty_cell(place, CLAIMS.column("reason")))
    elif outcome in ENDS:
        act = ENDS[outcome]
        return [ToldAct(act, day, judged=act != "decline", reason=reason)]
    return []


def _grant_faults(place: str, fen: int | None, version: SchemeVersion, *, granted_now: bool) -> list[Problem]:
    """An amount stands where somebody grants one, and nowhere else; its limits are checked when it is decided."""
    if fen is not None and not version.amount.granted:
        return [amount_by_rules(place)]
    missing = fen is None and version.amount.granted and granted_now
    return [empty_cell(place, CLAIMS.column("granted_fen"))] if missing else []


def _day_faults(place: str, days: list[date]) -> list[Problem]:
    """Acts of a day to come, and acts before the one that they follow."""
    faults = [before_it_began(place, day, former) for former, day in pairwise(days) if day < former]
    try:
        refuse_future(max(days), place)
    except ShidaiError as error:
        faults += error.problems
    return faults


def _state(
    place: str, outcome: State, acts: tuple[ToldAct, ...], version: SchemeVersion, wrong: list[Problem]
) -> State | None:
    """Where a claim stands after its last act: the outcome that the row tells, or what its notice leads to."""
    entries = [one.entry("") for one in acts]
    try:
        now, later = (stand(entries, version.step, day).state for day in (entries[-1].day, date.max))
    except ShidaiError as error:
        wrong += moved_to(place, error, COMPARE)
        return None
    if outcome not in (now, later):
        wrong.append(other_outcome(place, outcome, now))
    return now


def _fact(place: str, told: Cells, wrong: list[Problem]) -> FactRow | None:
    fact = city_pack().attested.get(told["fact"])
    if fact is None:
        wrong.append(unknown_fact(place, told["fact"]))
        return None
    whom = _whom(place, told, fact.subject, fact.title.text, wrong)
    start, end = told["start_date"], told["end_date"]
    if end is not None and end <= start:
        wrong.append(before_it_began(place, end, start))
    try:
        number, text = _told_value(fact, told["number"])
    except Mistyped as error:
        wrong.append(wrong_cell(place, ATTESTED.column("number"), error))
        return None
    return FactRow(place, whom, fact, number, text, start, end, told["paper"]) if whom is not None else None


def _told_value(fact: AttestedFact, told: str) -> tuple[int | None, str]:
    """As an attestation keeps it. Raises Mistyped."""
    match fact.type:
        case "text":
            return None, told
        case "day":
            return (read_day(told) - EPOCH).days, ""
        case "bool":
            return int(read_truth(told)), ""
        case _:
            return int(read_whole(told)), ""
