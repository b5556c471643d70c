"""What was answered at a step of a programme: checked field by field, what follows worked out, and what it amounts to.

The same fields make the form, this check, the columns of the extract and what expressions may name: a whole number, a
decimal as a whole number of its last place, a text, a day, true or false; of `choices` a column for each option,
`<field>_<option>`, true where it was chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shidai.packs.schema.advice import Topic, type_of_fact
from shidai.packs.schema.programme import FormField, ProgrammeStep, ProgrammeVersion, Result, Value
from shidai.rules import expression as tree
from shidai.rules.binding import bind
from shidai.rules.columns import Columns, FactColumn
from shidai.rules.person import OneFacts, value_for
from shidai.rules.reading import read_expression
from shidai.rules.ruleset import parameter_types
from shidai.rules.units import say_amount, say_unit
from shidai.words import Problem, Text, problem

_TYPES = {"bool": "bool", "int": "int", "decimal": "int", "text": "text", "day": "day", "choice": "text"}
_ADVICE_TYPES = {"bool": "bool", "int": "int", "number": "int", "text": "text", "day": "day"}
Stored = bool | int | str | tuple[str, ...]
Facts = dict[str, bool | int | float | str | date | None]
LONGEST = 500  # characters of a text


@dataclass(frozen=True, slots=True)
class Answered:
    """A step's answers as they are kept (days as ISO texts), what is refused, what is asked about, and the result.

    `asked`: ids of the fields that are asked for after these answers.
    """

    values: dict[str, Stored]
    asked: tuple[str, ...]
    faults: tuple[Problem, ...]
    doubts: tuple[Problem, ...]
    result: Result | None


@dataclass(frozen=True, slots=True)
class AdviceRules:
    """What a step tells a topic of advice, compiled; `scales`: decimals of the facts that are decimal fields."""

    topic: Topic
    when: tree.Expression | None
    facts: Mapping[str, tree.Expression]
    scales: Mapping[str, int]


@dataclass(frozen=True)
class StepRules:
    """The fields and results of one step, compiled."""

    step: ProgrammeStep
    asked: Mapping[str, tree.Expression]
    computed: Mapping[str, tree.Expression]
    results: tuple[tuple[Result, tree.Expression], ...]
    advice: tuple[AdviceRules, ...] = ()

    def advice_facts(self, values: Mapping[str, Any], facts: OneFacts) -> list[tuple[Topic, Facts]]:
        """What kept answers and the person's facts tell each topic of advice that the step feeds; None is unknown."""
        known: dict[str, tree.Constant | None] = dict(facts)
        for field in self.step.field:
            if (value := values.get(field.id)) is not None:
                known |= _as_facts(field, date.fromisoformat(value) if field.type == "day" else value)
        return [
            (
                one.topic,
                {name: _scaled(value_for(read, known), one.scales.get(name)) for name, read in one.facts.items()},
            )
            for one in self.advice
            if one.when is None or value_for(one.when, known) is True
        ]

    def is_asked(self, field: FormField, known: OneFacts) -> bool:
        """Whether a field is asked for after what stands above it; unknown counts as no."""
        return field.id not in self.asked or value_for(self.asked[field.id], known) is True

    def answer(self, given: Mapping[str, Any], facts: OneFacts, on: date) -> Answered:
        """Check what was typed and work out the rest. `facts`: of the person on the day; `on`: the day of the visit.

        A value of a field that wasn't asked for is refused, so that nothing is kept that nobody could see.
        """
        known: dict[str, tree.Constant | None] = dict(facts)
        values: dict[str, Stored] = {}
        faults: list[Problem] = []
        doubts: list[Problem] = []
        asked: list[str] = []
        for field in self.step.field:
            if field.id not in self.computed and self.is_asked(field, known):
                asked.append(field.id)
            value = self._value(field, given, known, faults, on)
            if value is None:
                continue
            values[field.id] = value.isoformat() if isinstance(value, date) else value
            known |= _as_facts(field, value)
            doubts += _unusual(field, value)
        strange = [name for name in given if name not in {field.id for field in self.step.field}]
        faults += [_strange(name) for name in strange]
        result = None if faults else next(one for one, when in self.results if value_for(when, known) is True)
        return Answered(values, tuple(asked), tuple(faults), tuple(doubts), result)

    def _value(
        self, field: FormField, given: Mapping[str, Any], known: OneFacts, faults: list[Problem], on: date
    ) -> Any:
        typed = given.get(field.id)
        if field.id in self.computed:
            return value_for(self.computed[field.id], known)
        if not self.is_asked(field, known):
            if typed not in (None, "", (), []):
                faults.append(_not_asked(field))
            return None
        if field.type == "choices" and typed in (None, "", (), []):
            return ()  # nothing is ticked: none of them
        if typed in (None, ""):
            if field.needed:
                faults.append(_needed(field))
            return None
        found = _stored(field, typed, on)
        if isinstance(found, Problem):
            faults.append(found)
            return None
        return found


def as_kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as they come back from the database: several choices are a list there."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def observe(field: FormField, value: Any) -> Iterator[tuple[str, int | None, str | None]]:
    """A kept value as observations, name, number, text: one, or of several choices one for each option."""
    if value is None:
        return
    if field.type == "choices":
        for option in field.option:
            yield f"{field.id}_{option.id}", int(option.id in value), None
    elif field.type in ("bool", "int", "decimal"):
        yield field.id, int(value), None
    else:
        yield field.id, None, str(value)


def field_columns(step: ProgrammeStep) -> dict[str, FactColumn]:
    """What expressions may name of a step's own fields."""
    found: dict[str, FactColumn] = {}
    for field in step.field:
        for name, kind, title in _columns_of(field):
            found[name] = FactColumn(name, kind, title, title)  # type: ignore[arg-type]
    return found


def _columns_of(field: FormField) -> Iterator[tuple[str, str, Text]]:
    if field.type != "choices":
        yield field.id, _TYPES[field.type], field.title.text
        return
    for option in field.option:
        yield f"{field.id}_{option.id}", "bool", option.title.text


def expressions_of(step: ProgrammeStep) -> Iterator[tuple[tuple[str | int, ...], str, str, Columns]]:
    """Every expression of a step: its place, its text, its type, and the fields above it that it may name."""
    above: dict[str, FactColumn] = {}
    every = field_columns(step)
    for at, field in enumerate(step.field):
        if field.when is not None:
            yield ("field", at, "when"), field.when, "bool", dict(above)
        if field.computed is not None:
            yield ("field", at, "computed"), field.computed, _TYPES[field.type], dict(above)
        above |= {name: every[name] for name, _, _ in _columns_of(field)}
    for at, result in enumerate(step.result):
        yield ("result", at, "when"), result.when, "bool", every
    for at, use in enumerate(step.advice):
        if use.when is not None:
            yield ("advice", at, "when"), use.when, "bool", every
        for name, text in use.fact.items():
            yield ("advice", at, "fact", name), text, _ADVICE_TYPES[type_of_fact(use.on, name) or "bool"], every


def compile_step(version: ProgrammeVersion, step: ProgrammeStep, facts: Columns) -> StepRules:
    """The fields and results of a step over a person's facts. Raises ShidaiError for one that can't be read."""
    types, numbers = parameter_types(version), {one.id: one.value for one in version.parameter}
    read: dict[tuple[str | int, ...], tree.Expression] = {
        place: bind(read_expression(text, {**facts, **own}, types, wanted=kind, where=step.id), numbers)
        for place, text, kind, own in expressions_of(step)
    }
    fields = list(enumerate(step.field))
    return StepRules(
        step,
        {one.id: read["field", at, "when"] for at, one in fields if one.when is not None},
        {one.id: read["field", at, "computed"] for at, one in fields if one.computed is not None},
        tuple((one, read["result", at, "when"]) for at, one in enumerate(step.result)),
        tuple(
            AdviceRules(
                one.on,
                read.get(("advice", at, "when")),
                {name: read["advice", at, "fact", name] for name in one.fact},
                _scales(step, one.fact),
            )
            for at, one in enumerate(step.advice)
        ),
    )


def _scales(step: ProgrammeStep, facts: Mapping[str, str]) -> dict[str, int]:
    """Decimals by fact: a decimal field that stands alone is passed on as it was typed."""
    decimals = {one.id: one.decimals for one in step.field if one.decimals}
    return {name: decimals[text] for name, text in facts.items() if text in decimals}


def _scaled(value: Any, decimals: int | None) -> Any:
    return value if decimals is None or value is None else value / 10**decimals


def _as_facts(field: FormField, value: Any) -> dict[str, tree.Constant | None]:
    if field.type != "choices":
        return {field.id: value}
    return {f"{field.id}_{one.id}": one.id in value for one in field.option}


def _stored(field: FormField, typed: Value | Decimal, on: date) -> Any:
    """A typed value as it is kept, or why it is refused."""
    match field.type:
        case "bool":
            return typed if isinstance(typed, bool) else _wrong(field, "请回答是或否。", "Answer yes or no.")
        case "int" | "decimal":
            return _number(field, typed)
        case "day":
            return _day(field, typed, on)
        case "choice":
            known = any(one.id == typed for one in field.option)
            return typed if known else _wrong(field, "请选择所列的一项。", "Choose one of those listed.")
        case "choices":
            return _chosen(field, typed)
        case _:
            text = str(typed).strip()
            too_long = _wrong(field, f"最多{LONGEST}个字。", f"{LONGEST} characters at most.")
            return text if len(text) <= LONGEST else too_long


def _chosen(field: FormField, typed: Any) -> tuple[str, ...] | Problem:
    chosen = set(typed) if isinstance(typed, (tuple, list)) else {typed}
    if chosen - {one.id for one in field.option}:
        return _wrong(field, "请只选所列的项。", "Choose only what is listed.")
    return tuple(one.id for one in field.option if one.id in chosen)


def _number(field: FormField, typed: Any) -> int | Problem:
    if isinstance(typed, bool) or not isinstance(typed, (int, float, Decimal)):
        return _wrong(field, "请填写数字。", "Enter a number.")
    exact = Decimal(str(typed)).scaleb(field.decimals)
    if exact != exact.to_integral_value():
        zh = f"最多{field.decimals}位小数。" if field.decimals else "请填写整数。"
        en = f"{field.decimals} decimals at most." if field.decimals else "Enter a whole number."
        return _wrong(field, zh, en)
    if (field.least is not None and typed < field.least) or (field.most is not None and typed > field.most):
        unit = say_unit(field.unit)
        least, most = (f"{one:g}" if one is not None else "…" for one in (field.least, field.most))
        return _wrong(field, f"应在{least}到{most}{unit.zh}之间。", f"It lies from {least} to {most} {unit.en}.")
    return int(exact)


def _day(field: FormField, typed: Any, on: date) -> date | Problem:
    if not isinstance(typed, date):
        return _wrong(field, "请填写日期，如 2006-12-31。", "Enter a day, like 2006-12-31.")
    if typed > on:
        return _wrong(field, f"不能晚于就诊日 {on}。", f"It can't be later than the day of the visit, {on}.")
    return typed


def _unusual(field: FormField, value: Any) -> list[Problem]:
    """A number that can be, but seldom is: asked about, never refused."""
    if field.type not in ("int", "decimal"):
        return []
    number = value / 10**field.decimals
    low = field.usual_from is not None and number < field.usual_from
    high = field.usual_to is not None and number > field.usual_to
    if not (low or high):
        return []
    amount = say_amount(f"{number:g}", field.unit)
    return [
        problem(
            field.id,
            zh=f"{field.title.zh}：{amount.zh}不常见。",
            en=f"{field.title.en}: {amount.en} is unusual.",
            mend_zh="请核对；属实即可保存。",
            mend_en="Check it; if it is so, save.",
        )
    ]


def _wrong(field: FormField, mend_zh: str, mend_en: str) -> Problem:
    return problem(
        field.id,
        zh=f"{field.title.zh}填写有误。",
        en=f"{field.title.en}: this can't be.",
        mend_zh=mend_zh,
        mend_en=mend_en,
    )


def _needed(field: FormField) -> Problem:
    return problem(
        field.id,
        zh=f"{field.title.zh}没有填写。",
        en=f"{field.title.en} is missing.",
        mend_zh="请填写。",
        mend_en="Enter it.",
    )


def _not_asked(field: FormField) -> Problem:
    return problem(
        field.id,
        zh=f"按前面的回答，不需要{field.title.zh}。",
        en=f"After the answers above, {field.title.en} isn't asked for.",
        mend_zh="请删去，或改正前面的回答。",
        mend_en="Remove it, or correct what stands above.",
    )


def _strange(name: str) -> Problem:
    return problem(
        name,
        zh=f"这一步没有字段 {name}。",
        en=f"This step has no field {name}.",
        mend_zh="表单可能已更新：请刷新页面，已填内容会保留。",
        mend_en="The form may have changed: load the page again; what was typed is kept.",
    )
