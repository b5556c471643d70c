"""Cases in OpenFisca's YAML test format, run against a pack's schemes with no margin on money.

A test: `name`, `period` (2025, 2025-01 or 2025-01-31), `input` (columns by name; or `persons:` with one person) and
`output`. Output variables of a scheme whose id is rural-reward: `rural_reward` (yuan), `rural_reward_fen`,
`rural_reward_eligible`, `rural_reward_failed` (a list). A value may stand under a period of its own. A period is
determined on its last day; a year of a monthly scheme is the sum of its months.
Format: OpenFisca documentation, 'Writing YAML tests'. Margins (`absolute_error_margin`) are read and not used.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from shidai.packs.cases import CaseResult
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scheme import Scheme
from shidai.rules.checking import check_fact
from shidai.rules.columns import Columns, columns_for
from shidai.rules.periods import due_days, facts_of_day
from shidai.rules.person import OneFacts
from shidai.rules.ruleset import Explained, compile_version
from shidai.words import Problem, ShidaiError, problem

_ENDINGS = ("_fen", "_eligible", "_failed")
_MARGINS = {"absolute_error_margin", "relative_error_margin"}
_KNOWN = {"name", "period", "input", "output", "keywords", "description", *_MARGINS}


class _Exact(yaml.SafeLoader):
    """Decimals stay decimals: 300.10 is not the nearest binary fraction."""


def _decimal(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)))


_Exact.add_constructor("tag:yaml.org,2002:float", _decimal)


def run_yaml_cases(pack: Pack, file: Path) -> list[CaseResult]:
    """Every output of every test of a file. Raises ShidaiError with all problems of the file."""
    tests = _read(file)
    problems = [found for at, test in enumerate(tests, 1) for found in _check(pack, test, f"{file}:#{at}")]
    if problems:
        raise ShidaiError(problems)
    return [result for at, test in enumerate(tests, 1) for result in _run(pack, test, at)]


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        read = yaml.load(file.read_text(encoding="utf-8"), Loader=_Exact)  # noqa: S506  a SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ShidaiError(_unreadable(str(file), str(error).split("\n")[0])) from error
    tests = read if isinstance(read, list) else [read]
    if not all(isinstance(test, dict) for test in tests):
        raise ShidaiError(_unreadable(str(file), "not a list of tests"))
    return tests


def _unreadable(where: str, why: str) -> Problem:
    return problem(
        where,
        zh=f"不能作为 YAML 测试读取：{why}。",
        en=f"It can't be read as YAML tests: {why}.",
        mend_zh="每个测试写 name、period、input、output。",
        mend_en="A test has name, period, input and output.",
    )


def _check(pack: Pack, test: Mapping[str, Any], where: str) -> Iterator[Problem]:
    strange = set(test) - _KNOWN
    missing = {"period", "input", "output"} - set(test)
    if strange or missing:
        named = [*(f"? {name}" for name in sorted(strange)), *(f"no {name}" for name in sorted(missing))]
        yield _unreadable(where, ", ".join(named))
        return
    shape = list(_wrong_shape(test))
    if shape:
        yield from (_unreadable(where, why) for why in shape)
        return
    for name in test["output"]:
        scheme = _scheme(pack, name)
        if scheme is None:
            yield problem(
                where,
                zh=f"没有输出 {name} 的方案。",
                en=f"No scheme gives the output {name}.",
                mend_zh=f"方案：{'、'.join(pack.schemes)}（“-”写作“_”）。",
                mend_en=f"Schemes: {', '.join(pack.schemes)} ('-' is written '_').",
            )
            continue
        for column, value in _facts(test["input"]).items():
            yield from check_fact(column, value, _columns(pack, scheme), where)


def _wrong_shape(test: Mapping[str, Any]) -> Iterator[str]:
    """What can't be run: periods that aren't, values that are no amounts, more than one subject."""
    for name in ("input", "output"):
        if not isinstance(test[name], Mapping):
            yield f"{name}: ?"
    if not isinstance(test["input"], Mapping) or not isinstance(test["output"], Mapping):
        return
    persons = test["input"].get("persons", {"one": {}})
    if not isinstance(persons, Mapping) or len(persons) != 1 or not isinstance(next(iter(persons.values())), Mapping):
        yield "persons ≠ 1"
    periods = [test["period"]]
    for name, wanted in test["output"].items():
        by_period = wanted if isinstance(wanted, Mapping) else {test["period"]: wanted}
        periods += by_period
        yield from (f"{name}: {value}" for value in by_period.values() if not _can_be_said(value))
    yield from (f"period {period}" for period in dict.fromkeys(periods) if not _is_period(period))


def _is_period(period: Any) -> bool:
    try:
        _span(period)
    except ValueError:
        return False
    return True


def _can_be_said(value: Any) -> bool:
    try:
        _said(value)
    except (ArithmeticError, TypeError, ValueError):
        return False
    return True


def _columns(pack: Pack, scheme: Scheme) -> Columns:
    return columns_for(scheme.subject, pack.attested.values())


def _scheme(pack: Pack, output: str) -> Scheme | None:
    names = {id_.replace("-", "_"): scheme for id_, scheme in pack.schemes.items()}
    plain = next((output.removesuffix(ending) for ending in _ENDINGS if output.endswith(ending)), output)
    return names.get(output) or names.get(plain)


def _facts(given: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the one subject: plain, or below `persons: {somebody: …}`; a period under a fact is taken off."""
    entities = given.get("persons")
    flat = next(iter(entities.values())) if isinstance(entities, Mapping) else given
    return {name: next(iter(value.values())) if isinstance(value, Mapping) else value for name, value in flat.items()}


def _run(pack: Pack, test: Mapping[str, Any], at: int) -> Iterator[CaseResult]:
    facts = _facts(test["input"])
    for name, wanted in test["output"].items():
        scheme = _scheme(pack, name)
        assert scheme is not None
        by_period = wanted if isinstance(wanted, Mapping) else {test["period"]: wanted}
        for period, value in by_period.items():
            got = _output(pack, scheme, name, facts, *_span(period))
            yield CaseResult("yaml", f"{test.get('name', '')} {name}".strip(), at, _said(value), _said(got))


def _span(period: Any) -> tuple[date, date]:
    """The first and last day of '2025', '2025-01', 'month:2025-01' or a day."""
    if isinstance(period, date):
        return period, period
    parts = [int(part) for part in str(period).split(":")[-1].split("-")] if ":" in str(period) else None
    year, *rest = parts or [int(part) for part in str(period).split("-")]
    if not rest:
        return date(year, 1, 1), date(year, 12, 31)
    month, *day = rest
    if day:
        return date(year, month, day[0]), date(year, month, day[0])
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _output(pack: Pack, scheme: Scheme, name: str, facts: OneFacts, since: date, until: date) -> Any:
    told = list(_determinations(pack, scheme, facts, since, until))
    fen = sum(one.fen for one in told)
    if name.endswith("_fen"):
        return fen
    if name.endswith("_eligible"):
        return any(one.eligible for one in told)
    if name.endswith("_failed"):
        return sorted(told[-1].failed) if told else []
    return Decimal(fen) / 100


def _determinations(pack: Pack, scheme: Scheme, facts: OneFacts, since: date, until: date) -> Iterator[Explained]:
    pattern = scheme.version_on(until) or scheme.version[-1]
    for day in due_days(pattern.amount, since, until) if since < until else (until,):
        version = scheme.version_on(day)
        if version is not None:
            yield compile_version(version, _columns(pack, scheme)).for_person(facts_of_day(facts, day))


def _said(value: Any) -> str:
    if isinstance(value, bool | list):
        return str(sorted(value) if isinstance(value, list) else value)
    return f"{Decimal(value):f}".rstrip("0").rstrip(".") if "." in f"{Decimal(value):f}" else f"{Decimal(value):f}"
