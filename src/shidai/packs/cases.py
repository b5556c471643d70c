"""The cases that definitions ship: input and expected result. Indicators' run in `shidai.indicators`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shidai.packs.schema.area import AreaCase
from shidai.packs.schema.pack import Pack


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case that was run: what the definition was given and what came out."""

    kind: str  # of definition: indicator, target, commodity, checklist, areas …
    id: str
    case: int  # 1 for the first
    expected: str
    got: str

    @property
    def passed(self) -> bool:
        return self.expected == self.got


def run_cases(pack: Pack) -> list[CaseResult]:
    """Every case of areas, rules, methods, series, targets, commodities, trainings, checklists and equipment."""
    return [
        *_areas(pack),
        *_migrant(pack),
        *_disclosure(pack),
        *_limits(pack),
        *_map(pack),
        *_quality(pack),
        *_methods(pack),
        *_series(pack),
        *_targets(pack),
        *_commodities(pack),
        *_trainings(pack),
        *_checklists(pack),
        *_equipment(pack),
        *_scenarios(pack),
        *_whatifs(pack),
    ]


def _result(kind: str, id_: str, at: int, expected: Any, got: Any) -> CaseResult:
    return CaseResult(kind, id_, at, str(expected), str(got))


def _areas(pack: Pack) -> Iterator[CaseResult]:
    for at, case in enumerate(pack.header.areas.case, 1):
        expected = case.name_zh if case.count is None else case.count
        yield _result("areas", case.code or str(case.level), at, expected, _answer(pack, case))


def _answer(pack: Pack, case: AreaCase) -> str | int | None:
    if case.count is not None:
        level = case.level or "village"
        return sum(area.code.startswith(case.code or "") for area in pack.areas_at(level, case.on))
    found = pack.area(case.code or "", case.on)
    return found.name_zh if found else None


def _migrant(pack: Pack) -> Iterator[CaseResult]:
    rule = pack.migrant
    for at, case in enumerate(rule.case, 1):
        got = rule.is_migrant(registered=case.registered, living=case.living, days=case.days)
        yield _result("migrant", "migrant", at, case.migrant, got)


def _disclosure(pack: Pack) -> Iterator[CaseResult]:
    for at, case in enumerate(pack.disclosure.case, 1):
        yield _result("disclosure", f"n={case.count}", at, case.shown, pack.disclosure.shows(case.count))


def _limits(pack: Pack) -> Iterator[CaseResult]:
    """The register's rules are held to the same cases by its tests."""
    for at, case in enumerate(pack.limits.case, 1):
        fact, value = case.fact
        yield _result("limits", f"{fact}={value}", at, case.possible, pack.limits.allows(fact, value))


def _map(pack: Pack) -> Iterator[CaseResult]:
    for at, case in enumerate(pack.map.case if pack.map is not None else (), 1):
        told = f"{case.north}/{case.south}" if case.north else f"{case.west}|{case.east}"
        yield _result("map", told, at, True, pack.map is not None and pack.map.keeps(case))


def _quality(pack: Pack) -> Iterator[CaseResult]:
    if pack.quality is None:
        return
    for at, case in enumerate(pack.quality.case, 1):
        got = pack.quality.judge(case.measure, case.value, case.low, case.high, case.n)
        yield _result("quality", f"{case.measure}={case.value:g}", at, case.verdict, got)


def _methods(pack: Pack) -> Iterator[CaseResult]:
    if pack.method_list is None:
        return
    modern = {method.id: method.modern for method in pack.methods}
    for at, case in enumerate(pack.method_list.case, 1):
        yield _result("methods", case.method, at, case.modern, modern.get(case.method))


def _series(pack: Pack) -> Iterator[CaseResult]:
    for series in pack.all_series:
        for at, case in enumerate(series.case, 1):
            yield _result("series", series.id, at, case.value, series.value(case.period))


def _targets(pack: Pack) -> Iterator[CaseResult]:
    for target in pack.all_targets:
        for at, case in enumerate(target.case, 1):
            yield _result("target", target.id, at, case.met, target.met_by(case.value))


def _commodities(pack: Pack) -> Iterator[CaseResult]:
    for commodity in pack.all_commodities:
        for at, case in enumerate(commodity.case, 1):
            yield _result("commodity", commodity.id, at, case.allowed, commodity.allows(case.taken, case.asked))
            if case.couple_years is not None:
                got = f"{commodity.couple_years(case.asked):.2f}"
                yield _result("commodity", commodity.id, at, f"{case.couple_years:.2f}", got)


def _trainings(pack: Pack) -> Iterator[CaseResult]:
    for training in pack.all_trainings:
        for at, case in enumerate(training.case, 1):
            got = training.earns_certificate(sum(case.minutes))
            yield _result("training", training.id, at, case.certificate, got)


def _equipment(pack: Pack) -> Iterator[CaseResult]:
    for kind in pack.all_equipment:
        for at, case in enumerate(kind.case, 1):
            yield _result("equipment", kind.id, at, case.overdue, kind.is_overdue(case.checked, case.on))


def _checklists(pack: Pack) -> Iterator[CaseResult]:
    for checklist in pack.all_checklists:
        for at, case in enumerate(checklist.case, 1):
            yield _result("checklist", checklist.id, at, case.passes, checklist.judge(case.answers).passes)


def _scenarios(pack: Pack) -> Iterator[CaseResult]:
    for scenario in pack.all_scenarios:
        for at, case in enumerate(scenario.case, 1):
            got = scenario.value(case.measure, case.now, case.since, case.year)
            yield _result("scenario", scenario.id, at, round(case.value, 6), round(got, 6))


def _whatifs(pack: Pack) -> Iterator[CaseResult]:
    for one in pack.all_whatifs:
        for at, case in enumerate(one.case, 1):
            yield _result("what-if", one.id, at, round(case.value, 6), round(one.value(case), 6))
