"""What the law has abolished stays history: never a target, never computed, always with a reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from shidai.packs import load_pack
from shidai.packs.schema.programme import Programme
from shidai.rules import columns_for, compile_conditions
from shidai.rules.periods import facts_of_day
from tests.spec.packs.packfolder import SERIES, TARGET, problems_of

ARCHIVE = SERIES.replace('"published"', '"archive"') + (
    'abolished_by = "law"\nnote = { zh = "已废止", en = "abolished" }\n'
)


def test_an_archive_figure_cannot_be_a_target(tmp_path: Path) -> None:
    assert problems_of(tmp_path, series__all_toml=ARCHIVE) == [
        (
            "targets/2006.toml:4: published.visits is the history of an abolished policy and cannot be a target. "
            "Remove the target; service coverage or satisfaction can be aimed at instead."
        )
    ]


def test_an_archive_figure_says_why_it_is_read_only(tmp_path: Path) -> None:
    silent = SERIES.replace('"published"', '"archive"')
    assert problems_of(tmp_path, series__all_toml=silent, targets__2006_toml=None) == [
        (
            "series/all.toml:1: Archive series published.visits needs a note and abolished_by. "
            "Say why it is read-only and name the source that ended the policy."
        )
    ]


def test_the_shipped_pack_computes_and_targets_no_archive_figure() -> None:
    pack = load_pack("wuxi-2006")
    archive = {id_ for id_, series in pack.series.items() if series.kind == "archive"}
    assert len(archive) == 7
    assert archive.isdisjoint(pack.indicators)
    assert archive.isdisjoint(target.figure for target in pack.targets.values())
    assert archive.isdisjoint(figure.indicator for figure in pack.reports["annual"].figure)
    assert set(pack.reports["annual"].history) == archive


def test_an_indicator_may_not_bring_an_archive_figure_back(tmp_path: Path) -> None:
    archive = ARCHIVE.replace("published.visits", "visits")
    indicator = """\
[[indicator]]
id = "visits"
title = { zh = "走访", en = "visits" }
definition = { zh = "走访", en = "visits" }
unit = { zh = "次", en = "visits" }
formula = "count"
numerator = [{ measure = "births" }]
interval = "none"
source = "law"
checked_on = 2026-01-01
effective_from = 2006-01-01
case = [{ note = "one", cell = [{ measure = "births", n = 1 }], expected = { value = 1 } }]
"""
    found = problems_of(tmp_path, series__all_toml=archive, indicators__all_toml=indicator, targets__2006_toml=None)
    assert found == [
        (
            "indicators/all.toml:2: visits is the history of an abolished policy: nothing may compute it anew. "
            "Remove the indicator; the history stays as a published series."
        )
    ]


@pytest.mark.parametrize("comparison", [">=", "<="])
def test_a_target_is_met_on_its_own_side(tmp_path: Path, comparison: str) -> None:
    target = TARGET.replace(">=", comparison)
    assert problems_of(tmp_path, targets__2006_toml=target) == []


SERVED_WHEN_THEY_COME = ["antenatal-visits", "postabortion-contraception", "prenatal-screening", "downs-screening"]


def _programmes() -> dict[str, Programme]:
    return {one.id: one for pack in ("china-2025", "wuxi-2006") for one in load_pack(pack).all_programmes}


@pytest.mark.parametrize("programme", SERVED_WHEN_THEY_COME)
def test_nobody_is_looked_for_because_of_a_pregnancy(programme: str) -> None:
    """Whoever comes is served; the register invites nobody, and so nobody stands on a due list or gets a letter."""
    (version,) = _programmes()[programme].version
    conditions = compile_conditions(version, columns_for("person"))
    anybody = {"alive": True, "lives_here": True, "registered_here": True, "in_union": True, "age": 28, "sex": 2}
    assert conditions.for_person(facts_of_day(anybody, date(2025, 6, 1))).failed == ("comes_forward",)


def test_no_form_has_a_field_for_the_sex_of_a_foetus() -> None:
    fields = [
        (programme.id, field)
        for programme in _programmes().values()
        for version in programme.version
        for step in version.step
        for field in step.field
    ]
    assert len(fields) > 100
    for programme, field in fields:
        words = f"{field.id} {field.title.en} {' '.join(f'{one.id} {one.title.en}' for one in field.option)}".split()
        assert not {"sex", "boy", "girl", "male", "female", "gender"} & set(words), (programme, field.id)
        assert "性别" not in field.title.zh, (programme, field.id)


@pytest.mark.parametrize("programme", ["prenatal-screening", "downs-screening"])
def test_whether_to_be_screened_is_her_choice_at_every_step(programme: str) -> None:
    (version,) = _programmes()[programme].version
    following = {step.follows: step for step in version.step if step.follows}
    assert following["information"].on == ("wished",)
    assert {one.id for one in version.step_named("talk").result} == {"diagnosis", "thinking", "declined"}


def test_a_prenatal_diagnosis_arranges_nothing_but_talk() -> None:
    (version,) = _programmes()["prenatal-screening"].version
    diagnosis = version.step_named("diagnosis")
    assert {result.action for result in diagnosis.result} == {"none", "counsel"}
    assert all(result.closes for result in diagnosis.result)
    assert not any(step.follows == "diagnosis" for step in version.step)
