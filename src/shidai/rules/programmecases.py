"""The cases that programmes ship: who is invited and from when, and what a step's answers amount to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from shidai.packs.cases import CaseResult
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.programme import Programme, ProgrammeCase, ProgrammeVersion
from shidai.rules.answers import compile_step
from shidai.rules.columns import Columns, columns_for
from shidai.rules.periods import facts_of_day
from shidai.rules.ruleset import compile_conditions
from shidai.rules.schedules import due_on


def run_cases(pack: Pack) -> list[CaseResult]:
    """Every case of every programme of a pack."""
    columns = columns_for("person")
    return [result for programme in pack.all_programmes for result in _of_programme(programme, columns)]


def _of_programme(programme: Programme, columns: Columns) -> Iterator[CaseResult]:
    for at, case in enumerate(programme.case, 1):
        version = programme.version_on(case.on) if case.on is not None else programme.version[-1]
        if version is None:
            got, expected = "no version in force", _expected_of_day(case)
        elif case.on is not None:
            got, expected = _got_of_day(version, case, case.on, columns), _expected_of_day(case)
        else:
            got, expected = _got_of_step(version, case, columns), _expected_of_step(case)
        yield CaseResult("programme", programme.id, at, expected, got)


def _expected_of_day(case: ProgrammeCase) -> str:
    return _told(bool(case.invited), case.failed, case.due)


def _got_of_day(version: ProgrammeVersion, case: ProgrammeCase, on: date, columns: Columns) -> str:
    told = compile_conditions(version, columns).for_person(facts_of_day(case.facts, on))
    birth = case.facts.get("birth_date")
    due = due_on(
        version.schedule, on, last=case.last, birth=birth if isinstance(birth, date) else None, event=case.event
    )
    return _told(told.eligible, told.failed, due.since if due is not None and told.eligible else None)


def _told(invited: bool, failed: tuple[str, ...], due: date | None) -> str:
    return f"{'invited' if invited else 'not invited'}; {', '.join(sorted(failed)) or '-'}; due {due or '-'}"


def _expected_of_step(case: ProgrammeCase) -> str:
    return f"{case.result or '-'}; refused {', '.join(sorted(case.faults)) or '-'}"


def _got_of_step(version: ProgrammeVersion, case: ProgrammeCase, columns: Columns) -> str:
    assert case.step is not None
    rules = compile_step(version, version.step_named(case.step), columns)
    answered = rules.answer(case.values, case.facts, date.max)
    faults = sorted({fault.where for fault in answered.faults})
    return f"{answered.result.id if answered.result else '-'}; refused {', '.join(faults) or '-'}"
