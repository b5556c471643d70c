"""The cases that schemes ship: facts of one subject, and exactly what must come out, to the fen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from shidai.packs.cases import CaseResult
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scheme import Scheme, SchemeCase, SchemeVersion
from shidai.rules.columns import columns_for
from shidai.rules.periods import due_days, facts_of_day
from shidai.rules.ruleset import RuleSet, compile_version

Compiled = Callable[[SchemeVersion], RuleSet]


def run_cases(pack: Pack) -> list[CaseResult]:
    """Every case of every scheme of a pack."""
    return [result for scheme in pack.all_schemes for result in run_scheme_cases(pack, scheme)]


def run_scheme_cases(pack: Pack, scheme: Scheme, compiled: Compiled | None = None) -> Iterator[CaseResult]:
    """The cases of one scheme; `compiled` says how a version becomes rules (tests alter them there)."""
    columns = columns_for(scheme.subject, pack.attested.values())
    rules: dict[str, RuleSet] = {}

    def of(version: SchemeVersion) -> RuleSet:
        if version.id not in rules:
            rules[version.id] = compiled(version) if compiled else compile_version(version, columns)
        return rules[version.id]

    for at, case in enumerate(scheme.case, 1):
        expected, got = _of_day(scheme, case, of) if case.on is not None else _of_span(scheme, case, of)
        yield CaseResult("scheme", scheme.id, at, expected, got)


def _version(scheme: Scheme, case: SchemeCase, on: date) -> SchemeVersion | None:
    return scheme.version_named(case.version) if case.version else scheme.version_on(on)


def _of_day(scheme: Scheme, case: SchemeCase, rules: Compiled) -> tuple[str, str]:
    assert case.on is not None
    expected = _told(bool(case.eligible), sorted(case.failed), case.fen)
    version = _version(scheme, case, case.on)
    if version is None:
        return expected, "no version in force"
    found = rules(version).for_person(facts_of_day(case.facts, case.on))
    return expected, _told(found.eligible, sorted(found.failed), found.fen)


def _told(eligible: bool, failed: list[str], fen: int) -> str:
    return f"{'eligible' if eligible else 'not eligible'}{''.join(f', {name}' for name in failed)}, {fen} fen"


def _of_span(scheme: Scheme, case: SchemeCase, rules: Compiled) -> tuple[str, str]:
    """All periods of a span, each at the rules of its own day."""
    assert case.since is not None
    assert case.until is not None
    periods, fen = 0, 0
    pattern = _version(scheme, case, case.until) or scheme.version[-1]
    for day in due_days(pattern.amount, case.since, case.until):
        version = _version(scheme, case, day)
        found = rules(version).for_person(facts_of_day(case.facts, day)) if version else None
        if found is not None and found.eligible:
            periods, fen = periods + 1, fen + found.fen
    wanted = case.periods if case.periods is not None else periods
    return f"{wanted} periods, {case.fen} fen", f"{periods} periods, {fen} fen"
