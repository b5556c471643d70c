"""Programmes are data: one file of a pack makes a new one, and its cases hold every rule of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from shidai.cli import run
from shidai.packs import Pack, load_pack
from shidai.packs.load import shipped_packs
from shidai.packs.schema.programme import Programme
from shidai.rules import columns_for
from shidai.rules.answers import Answered, compile_step
from shidai.rules.checking import check_programmes
from shidai.rules.programmecases import run_cases
from shidai.words import Exit
from tests.spec.packs.packfolder import problems_of, write_pack

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "programmes.md"
EXAMPLE, *_PARTS = re.findall(r"```toml\n(.*?)```", REFERENCE.read_text(encoding="utf-8"), re.DOTALL)
PACKS = [load_pack(folder) for folder in shipped_packs()]
SHIPPED = [pytest.param(pack, one, id=f"{pack.id} {one.id}") for pack in PACKS for one in pack.all_programmes]


@pytest.fixture
def example(tmp_path: Path) -> Pack:
    write_pack(tmp_path, programmes__hearing_toml=EXAMPLE)
    return load_pack(tmp_path)


def failing(pack: Pack, programme: Programme) -> list[str]:
    """The cases that fail when a programme is altered."""
    fields = {name: getattr(pack, name) for name in type(pack).model_fields}
    altered = Pack.model_construct(**{**fields, "all_programmes": (programme,)})
    return [f"{one.id} {one.case}: {one.expected} / {one.got}" for one in run_cases(altered) if not one.passed]


def answer(pack: Pack, step: str, **values: object) -> Answered:
    version = pack.programmes["hearing-check"].version[0]
    rules = compile_step(version, version.step_named(step), columns_for("person"))
    return rules.answer(values, {"age": 70}, date(2006, 6, 1))


def test_the_example_of_the_reference_is_sound_and_its_cases_pass(tmp_path: Path, example: Pack) -> None:
    assert problems_of(tmp_path, programmes__hearing_toml=EXAMPLE) == []
    assert check_programmes(example.folder) == []
    assert run(["pack", "test", str(example.folder)]) == Exit.OK


# What a step's answers give


def test_what_was_answered_is_kept_with_what_follows_and_what_it_amounts_to(example: Pack) -> None:
    told = answer(example, "check", hears="badly", threshold=41, since=date(2005, 1, 1))
    assert told.values == {"hears": "badly", "threshold": 41, "since": "2005-01-01", "poor": True}
    assert told.result is not None
    assert (told.result.id, told.result.action, told.result.days) == ("poor", "refer", 30)


def test_a_field_that_is_not_asked_for_is_refused_and_one_that_is_needed_is_missed(example: Pack) -> None:
    told = answer(example, "check", hears="well", since=date(2005, 1, 1))
    assert {fault.where for fault in told.faults} == {"since", "threshold"}
    assert told.result is None


@pytest.mark.parametrize(
    ("value", "said"),
    [(121, "It lies from -10 to 120 dB."), (40.5, "Enter a whole number."), ("forty", "Enter a number.")],
)
def test_a_number_that_cannot_be_is_refused_with_the_remedy(example: Pack, value: object, said: str) -> None:
    (fault,) = answer(example, "check", threshold=value).faults
    assert (fault.where, fault.mend.en) == ("threshold", said)


def test_a_number_that_seldom_is_is_asked_about_and_kept(example: Pack) -> None:
    told = answer(example, "check", threshold=100)
    assert [doubt.where for doubt in told.doubts] == ["threshold"]
    assert told.values["threshold"] == 100


def test_a_day_after_the_visit_and_a_field_of_another_form_are_refused(example: Pack) -> None:
    told = answer(example, "check", hears="badly", threshold=20, since=date(2006, 6, 2), sight=3)
    assert [fault.where for fault in told.faults] == ["since", "sight"]


# What a pack's check finds


def _replaced(old: str, new: str) -> dict[str, str]:
    assert old in EXAMPLE
    return {"programmes__hearing_toml": EXAMPLE.replace(old, new, 1)}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('follows = "check"', 'follows = "chek"', "There is no step chek before step answer."),
        ('on = ["poor"]', 'on = ["bad"]', "The step check has no result bad."),
        ("months = 24, ", "", "The schedule doesn't fit"),
        ("areas = []", 'areas = ["9902"]', "There is no area 9902."),
        ('en = "good" } },\n]\n\n[[', 'en = "good" }, when = "poor" },\n]\n\n[[', "The last result"),
        ('{ id = "poor", title', '{ id = "attended", title', "No result can be called attended"),
        ("days = 30, ", "", "a referral or another check says within how many days"),
        ('values = { threshold = 41 }', "values = { treshold = 41 }", "Did you mean threshold?"),
        ('failed = ["aged"]', 'failed = ["old"]', "There is no condition old."),
        ('"law"', '"lew"', "There is no source lew."),
    ],
)  # fmt: skip
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = problems_of(tmp_path, **_replaced(old, new))
    assert any(said in problem and problem.startswith("programmes/hearing.toml:") for problem in found), found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("hears = 'badly'", "poor", "There is no column poor"),
        ("threshold >= :poor_from", "threshold >= :poor", "poor_from"),
        ("age >= :age", "ages >= :age", "ages"),
        ('id = "threshold"', 'id = "age"', "The register has a column age already."),
    ],
)  # a field may name only what stands above it
def test_a_mistake_in_an_expression_is_named_at_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    write_pack(tmp_path, **_replaced(old, new))
    found = [f"{one.where}: {one.what.en} {one.mend.en}" for one in check_programmes(tmp_path)]
    assert any(said in problem and "hearing.toml:" in problem for problem in found), found


# The shipped ones


@pytest.mark.parametrize(("pack", "programme"), SHIPPED)
def test_every_case_of_a_shipped_programme_passes(pack: Pack, programme: Programme) -> None:
    assert failing(pack, programme) == []
    assert check_programmes(pack.folder) == []


def _altered(programme: Programme) -> Iterator[tuple[str, Programme]]:
    """The programme with one rule said the other way round, rule by rule."""
    for number, version in enumerate(programme.version):

        def with_(number: int = number, **changed: object) -> Programme:
            versions = list(programme.version)
            versions[number] = versions[number].model_copy(update=changed)
            return programme.model_copy(update={"version": tuple(versions)})

        for at, one in enumerate(version.condition):
            flipped = one.model_copy(update={"when": f"NOT ({one.when})"})
            yield one.id, with_(condition=(*version.condition[:at], flipped, *version.condition[at + 1 :]))
        for at, parameter in enumerate(version.parameter):
            higher = parameter.model_copy(update={"value": parameter.value + 1})  # type: ignore[operator]
            yield parameter.id, with_(parameter=(*version.parameter[:at], higher, *version.parameter[at + 1 :]))
        for at, step in enumerate(version.step):
            for place, result in enumerate(step.result[:-1]):
                flipped_result = result.model_copy(update={"when": f"NOT ({result.when})"})
                results = (*step.result[:place], flipped_result, *step.result[place + 1 :])
                steps = (*version.step[:at], step.model_copy(update={"result": results}), *version.step[at + 1 :])
                yield f"{step.id} {result.id}", with_(step=steps)


@pytest.mark.parametrize(("pack", "programme"), SHIPPED)
def test_a_rule_that_says_the_opposite_fails_a_case(pack: Pack, programme: Programme) -> None:
    assert [name for name, altered in _altered(programme) if not failing(pack, altered)] == []


@pytest.mark.parametrize(("pack", "programme"), SHIPPED)
def test_a_programme_asks_for_consent_and_takes_no_for_an_answer(pack: Pack, programme: Programme) -> None:
    for version in programme.version:
        assert version.consent.text.zh
        assert version.not_now_months >= 1
