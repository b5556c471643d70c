"""Every expression of a pack's schemes, checked at its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from shidai.packs.load import folder_of, read_parts
from shidai.packs.parts import Part
from shidai.packs.schema.programme import Programme
from shidai.packs.schema.scheme import AttestedFact, Fact, Scheme, SchemeVersion
from shidai.rules import expression as tree
from shidai.rules.answers import expressions_of, field_columns
from shidai.rules.binding import bind
from shidai.rules.columns import COLUMNS, Columns, columns_for
from shidai.rules.reading import check_expression, read_expression, type_of_value
from shidai.rules.ruleset import may_be_unknown, parameter_types, too_large
from shidai.rules.sizes import TooLarge, check_size
from shidai.words import Problem, problem

Place = tuple[str | int, ...]
KEYS = ("person_id", "household_id")  # the keys of the tables of facts


def check_schemes(pack: Path | str) -> list[Problem]:
    """The problems of all expressions of a pack; what the pack's own check reports isn't told again."""
    parts, _ = read_parts(folder_of(pack))
    attested = [part.thing for part in parts.facts]
    return [
        *(found for part in parts.facts for found in _check_attested(part)),
        *(found for part in parts.schemes for found in _check(part, columns_for(part.thing.subject, attested))),
    ]


def check_programmes(pack: Path | str) -> list[Problem]:
    """The same of a pack's programmes: who is invited, what is asked when, what the answers amount to."""
    parts, _ = read_parts(folder_of(pack))
    columns = columns_for("person")
    return [found for part in parts.programmes for found in _check_programme(part, columns)]


def _check_programme(part: Part[Programme], columns: Columns) -> Iterator[Problem]:
    for at, version in enumerate(part.thing.version):
        types = parameter_types(version)
        for number, condition in enumerate(version.condition):
            where = part.where("version", at, "condition", number, "when")
            yield from check_expression(condition.when, columns, types, where=where)
        for number, step in enumerate(version.step):
            own = field_columns(step)
            for name in sorted(set(own) & set(columns)):
                yield _known_column(name, part.where("version", at, "step", number, "id"))
            for place, text, wanted, above in expressions_of(step):
                where = part.where("version", at, "step", number, *place)
                yield from check_expression(text, {**columns, **above}, types, wanted=wanted, where=where)
    for at, case in enumerate(part.thing.case):
        for name, value in case.facts.items():
            yield from check_fact(name, value, columns, part.where("case", at, "facts"))


def _known_column(name: str, where: str) -> Problem:
    return problem(
        where,
        zh=f"登记册已有列 {name}。",
        en=f"The register has a column {name} already.",
        mend_zh="请换一个名称。",
        mend_en="Choose another name.",
    )


def _check(part: Part[Scheme], columns: Columns) -> Iterator[Problem]:
    for at, version in enumerate(part.thing.version):
        for place, text, wanted in _expressions(version):
            where = part.where("version", at, *place)
            found = check_expression(text, columns, parameter_types(version), wanted=wanted, where=where)
            yield from found
            if not found:
                yield from _check_numbers(text, columns, version, wanted, where)
        yield from _check_days(part, at, version)
    for at, case in enumerate(part.thing.case):
        where = part.where("case", at, "facts")
        for name, value in case.facts.items():
            yield from check_fact(name, value, columns, where)


def check_fact(name: str, value: Fact, columns: Columns, where: str) -> Iterator[Problem]:
    """A case's fact is a column, and of its type: `sex = '2'` would fail a condition for no reason of the rules."""
    if name not in columns:
        yield problem(
            where,
            zh=f"事例中的列 {name} 不存在。",
            en=f"There is no column {name}, which the case gives.",
            mend_zh=f"可用的列：{'、'.join(columns)}。",
            mend_en=f"There are: {', '.join(columns)}.",
        )
    elif type_of_value(value) != columns[name].type:
        yield problem(
            where,
            zh=f"列 {name} 的类型是 {columns[name].type}，事例写的 {value!r} 是 {type_of_value(value)}。",
            en=f"The column {name} is of type {columns[name].type}; the case's {value!r} is {type_of_value(value)}.",
            mend_zh="真假写 true、false，整数和日期不加引号，文字加引号。",
            mend_en="Write true or false, numbers and days without quotes, texts in quotes.",
        )


def _expressions(version: SchemeVersion) -> Iterator[tuple[Place, str, str]]:
    for at, condition in enumerate(version.condition):
        yield ("condition", at, "when"), condition.when, "bool"
    for name in ("fen", "least", "most", "cap"):
        text = getattr(version.amount, name)
        if text is not None:
            yield ("amount", name), text, "int"
    for at, more in enumerate(version.amount.supplement):
        yield ("amount", "supplement", at, "when"), more.when, "bool"
        yield ("amount", "supplement", at, "fen"), more.fen, "int"


def _check_numbers(text: str, columns: Columns, version: SchemeVersion, wanted: str, where: str) -> Iterator[Problem]:
    """An amount is known, and no number leaves 64 bits with the version's own parameters."""
    read = read_expression(text, columns, parameter_types(version), wanted=wanted, where=where)
    if wanted == "int" and not tree.always_known(read):
        yield may_be_unknown(where, text)
    try:
        check_size(bind(read, {one.id: one.value for one in version.parameter}))
    except TooLarge:
        yield too_large(where)


def _check_days(part: Part[Scheme], at: int, version: SchemeVersion) -> Iterator[Problem]:
    """Month and day of payments and of a yearly amount are days that some year has."""
    pay = [("calendar", "pay", number) for number in range(len(version.calendar.pay))]
    for place, text in zip((("amount", "due"), *pay), (version.amount.due, *version.calendar.pay), strict=True):
        try:
            date.fromisoformat(f"2024-{text}")  # a leap year: 29 February is the last of February in others
        except ValueError:
            yield problem(
                part.where("version", at, *place),
                zh=f"{text} 不是存在的月日。",
                en=f"{text} is not a day of any year.",
                mend_zh="写月和日，例如 12-31。",
                mend_en="Write month and day, such as 12-31.",
            )


def _check_attested(part: Part[AttestedFact]) -> Iterator[Problem]:
    """An attested fact has a name of its own, which an expression can say."""
    fact, where = part.thing, part.where("id")
    if fact.id in COLUMNS[fact.subject] or fact.id in KEYS:
        yield _known_column(fact.id, where)
    elif check_expression(f"{fact.id} IS NULL", columns_for(fact.subject, [fact]), {}):
        yield problem(
            where,
            zh=f"{fact.id} 是 SQL 的词，表达式里不能用作列名。",
            en=f"{fact.id} is a word of SQL: an expression can't name it.",
            mend_zh=f"请换一个名称，例如 {fact.id}_fact。",
            mend_en=f"Choose another name, such as {fact.id}_fact.",
        )
