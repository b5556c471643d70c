"""`shidai advice` on the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest

import shidai.cli.advice  # registers the command
from shidai.cli.app import run
from shidai.words import Exit

assert shidai.cli.advice


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert run(["advice", *words, "--format", "json"]) == Exit.OK
    return json.loads(capsys.readouterr().out)


def ids(answer: Any) -> list[str]:
    return [one["id"] for one in answer["advice"]]


def test_missed_pills_say_what_to_do_and_where_it_is_from(capsys: pytest.CaptureFixture[str]) -> None:
    answer = told(capsys, "missed-pills", "--missed", "3", "--micrograms", "30", "--week", "1", "--unprotected")
    assert ids(answer) == ["pill.take_now", "pill.condoms_7", "pill.emergency"]
    assert {one["check"] for one in answer["advice"]} == {"quoted"}


def test_late_pills_and_injections(capsys: pytest.CaptureFixture[str]) -> None:
    assert "pop.condoms_2" in ids(told(capsys, "late-pill", "--kind", "traditional", "--hours", "4"))
    late = told(
        capsys, "injection", "--kind", "dmpa", "--last", "2025-01-01", "--on", "2025-05-01", "--protected"
    )  # a day over four weeks
    assert "injection.give_condoms" in ids(late)


def test_emergency_names_the_most_effective_first(capsys: pytest.CaptureFixture[str]) -> None:
    answer = told(capsys, "emergency", "--hours", "80", "--bmi", "31")
    assert answer["options"] == ["cu_iud", "ec_upa", "ec_lng"]
    assert {"emergency.lng_less", "emergency.weight"} <= set(ids(answer))


def test_the_due_date(capsys: pytest.CaptureFixture[str]) -> None:
    answer = told(capsys, "due-date", "--last-period", "2025-01-01", "--on", "2025-03-20")
    assert answer == {"due": "2025-10-08", "weeks": 11, "days": 1, "by": "period", "apart": None}
    both = told(
        capsys, "due-date", "--last-period", "2025-01-01", "--scan", "2025-04-01", "--crown-rump", "45",
        "--on", "2025-04-01",
    )  # fmt: skip
    assert (both["by"], both["apart"], both["weeks"]) == ("scan", 11, 11)


def test_hints_in_pregnancy(capsys: pytest.CaptureFixture[str]) -> None:
    answer = told(capsys, "risks", "--factors", "first_pregnancy", "--age", "41", "--fasting", "5.2", "--rhd-negative")
    assert ids(answer) == ["aspirin.offer", "glucose.gestational", "rhd.negative"]


def test_the_edinburgh_scale(capsys: pytest.CaptureFixture[str]) -> None:
    answer = told(capsys, "edinburgh", "--points", "0,0,0,0,0,0,0,0,0,1")
    assert (answer["total"], ids(answer)) == (1, ["mood.harm"])
    assert run(["advice", "edinburgh", "--points", "1,2"]) == Exit.BAD_INPUT
    assert run(["advice", "edinburgh", "--points", "often"]) != Exit.OK


def test_medicines(capsys: pytest.CaptureFixture[str]) -> None:
    answer = told(capsys, "medicines", "--names", "卡马西平,aspirin", "--method", "coc")
    assert answer["methods"] == {"coc": ["3", "3"]}
    assert (answer["drugs"], answer["unjudged"], answer["inducer"]) == (["carbamazepine"], ["aspirin"], True)


@pytest.mark.parametrize(
    "words",
    [
        ["emergency", "--hours", "10"],
        ["due-date", "--last-period", "2025-01-01", "--on", "2025-03-20"],
        ["edinburgh", "--points", "1,1,0,2,1,1,0,1,0,0"],
        ["medicines", "--names", "x"],
    ],
)
def test_a_table_is_for_reading(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert run(["advice", *words]) == Exit.OK
    assert capsys.readouterr().out.strip()
