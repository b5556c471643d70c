"""`shidai mec` on the command line."""

from __future__ import annotations

import json

import pytest

import shidai.cli.mec  # registers the command
from shidai.cli.app import run
from shidai.words import Exit

assert shidai.cli.mec


def test_json_gives_a_row_a_method(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(["mec", "--conditions", "smoking.from_35_light,headache.migraine_aura", "--age", "36", "--format", "json"])
        == Exit.OK
    )
    rows = {row["method"]: row for row in json.loads(capsys.readouterr().out)}
    assert (rows["coc"]["initiation"], rows["coc"]["continuation"]) == (4, 4)
    assert rows["cu_iud"]["initiation"] == 1
    assert rows["pop"]["continuation"] == 3
    assert "migraine" in rows["coc"]["reason"] or "偏头痛" in rows["coc"]["reason"]
    assert rows["coc"]["source"]


def test_a_table_says_what_is_still_to_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mec", "--conditions", "diabetes", "--method", "iud"]) == Exit.OK
    told = capsys.readouterr().out
    assert "糖尿病" in told or "diabetes" in told


def test_an_unknown_condition_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mec", "--conditions", "smokeing"]) == Exit.BAD_INPUT
    assert "smoking" in capsys.readouterr().err


def test_the_list_names_every_condition(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mec", "--list", "--format", "json"]) == Exit.OK
    assert len(json.loads(capsys.readouterr().out)["conditions"]) > 100
