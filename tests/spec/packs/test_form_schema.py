"""The JSON Schema of a step's records comes from its fields and says what the server's check says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

import shidai.cli.programme  # registers the command
from shidai.cli.app import run
from shidai.packs import load_pack
from shidai.packs.schema.programme import FormField, ProgrammeStep, ProgrammeVersion
from shidai.rules import columns_for
from shidai.rules.answers import compile_step
from shidai.rules.formschema import form_mark, record_schema, values_schema
from shidai.words import Exit
from tests.spec.packs.test_programmes import PACKS

assert shidai.cli.programme
ON = date(2025, 6, 1)
STEPS = [
    pytest.param(version, step, id=f"{pack.id}-{programme.id}-{version.id}-{step.id}")
    for pack in PACKS
    for programme in pack.all_programmes
    for version in programme.version
    for step in version.step
]


def says_yes(step: ProgrammeStep, values: dict[str, Any]) -> bool:
    return not list(Draft202012Validator(values_schema(step), format_checker=FormatChecker()).iter_errors(values))


def right(field: FormField) -> Any:
    """An answer that can be."""
    match field.type:
        case "bool":
            return True
        case "int" | "decimal":
            low = field.least if field.least is not None else (field.most or 1)
            return int(low) if field.type == "int" else float(low)
        case "day":
            return "2025-05-01"
        case "choice":
            return field.option[0].id
        case "choices":
            return [field.option[0].id]
        case _:
            return "好"


def wrong(field: FormField) -> Iterator[Any]:
    """Answers that can't be."""
    if field.type in ("int", "decimal"):
        yield "many"
        yield from (bound + step for bound, step in ((field.least, -1), (field.most, 1)) if bound is not None)
    if field.type == "int":
        yield 1.5
    if field.type in ("choice", "bool"):
        yield "no such answer"
    if field.type == "choices":
        yield ["no such answer"]
    if field.type == "day":
        yield "2025-02-30"
    if field.type == "text":
        yield "长" * 501


def faults(version: ProgrammeVersion, step: ProgrammeStep, values: dict[str, Any]) -> set[str]:
    """Where the server refuses what a client sent: days as texts, several choices as a list."""
    kinds = {field.id: field.type for field in step.field}

    def read(name: str, value: Any) -> Any:
        if kinds[name] == "day":
            try:
                return date.fromisoformat(value)
            except ValueError:
                return value
        return tuple(value) if isinstance(value, list) else value

    rules = compile_step(version, step, columns_for("person"))
    told = rules.answer(
        {name: read(name, one) for name, one in values.items()}, dict.fromkeys(columns_for("person")), ON
    )
    return {one.where for one in told.faults}


@pytest.mark.parametrize(("version", "step"), STEPS)
def test_schema_and_server_agree_on_every_field_of_every_shipped_step(
    version: ProgrammeVersion, step: ProgrammeStep
) -> None:
    asked = [field for field in step.field if field.computed is None and field.when is None]
    sound = {field.id: right(field) for field in asked}
    assert says_yes(step, sound)
    assert not faults(version, step, sound) & set(sound)
    for field in asked:
        for value in wrong(field):
            assert not says_yes(step, sound | {field.id: value}), (field.id, value)
            assert field.id in faults(version, step, sound | {field.id: value}), (field.id, value)
        if field.needed and field.type != "choices":
            less = {name: value for name, value in sound.items() if name != field.id}
            assert not says_yes(step, less)
            assert field.id in faults(version, step, less)
    assert not says_yes(step, sound | {"strange": 1})


def test_every_record_has_its_clients_id_the_version_the_forms_mark_and_when_it_was_typed() -> None:
    programme = load_pack("wuxi-2006").programmes["rti-control"]
    version = programme.version[0]
    schema = record_schema(programme, version, version.step[0])
    Draft202012Validator.check_schema(schema)
    assert {"id", "person", "version", "step", "form", "day", "recorded_at", "values"} <= set(schema["required"])
    assert schema["properties"]["form"]["const"] == form_mark(version, version.step[0])
    assert schema["properties"]["values"]["properties"]["treatment"]["x-when"]


def test_the_command_writes_a_steps_schema_and_names_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    about = ["programme", "schema", "--programme", "prepregnancy-checkup", "--pack", "china-2025"]
    assert run(about) == Exit.OK
    told = json.loads(capsys.readouterr().out)
    assert told["properties"]["values"]["properties"]["tsh"]["x-coding"] == {"system": "LOINC", "code": "3016-3"}
    assert run([*about, "--step", "nothing"]) == Exit.BAD_INPUT
    assert "early_pregnancy" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["day", "int", "text"])
def test_why_something_is_asked_is_told_whatever_its_type(kind: str) -> None:
    reason = {"zh": "以便计算孕周。", "en": "To count the weeks."}
    field = FormField.model_validate(
        {"id": "begun", "title": {"zh": "末次月经", "en": "last period"}, "type": kind, "reason": reason}
    )
    step = STEPS[0].values[1].model_copy(update={"field": (field,)})  # type: ignore[union-attr]
    assert values_schema(step)["properties"]["begun"]["description"] == "以便计算孕周。 | To count the weeks."
