"""`shidai project`: a country of the UN's tables on the command line."""

from __future__ import annotations

import csv
import io
import json

import pytest

import shidai.cli.project  # registers the command
from shidai.cli.app import run
from shidai.words import Exit
from tests.spec.demography.wpp import FOLDER

assert shidai.cli.project
pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the UN's tables are not beside the repository")
JAPAN = ["project", "--wpp", str(FOLDER), "--country", "JPN", "--from", "2025", "--until", "2030"]


def test_csv_gives_a_row_a_year(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*JAPAN, "--format", "csv"]) == Exit.OK
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["year"] for row in rows] == ["2025", "2026", "2027", "2028", "2029", "2030"]
    assert list(rows[0]) == ["year", "population", "births", "deaths", "share_65"]
    assert float(rows[0]["population"]) == pytest.approx(123103.5, rel=1e-4)
    assert float(rows[0]["share_65"]) == pytest.approx(0.30, abs=0.005)


def test_by_age_adds_up_to_the_year(capsys: pytest.CaptureFixture[str]) -> None:
    run([*JAPAN, "--format", "json"])
    totals = json.loads(capsys.readouterr().out)
    run([*JAPAN, "--format", "json", "--by-age"])
    ages = json.loads(capsys.readouterr().out)
    for total in totals:
        rows = [row for row in ages if row["year"] == total["year"]]
        assert len(rows) == 101
        for name in ("population", "births", "deaths"):
            assert sum(row[name] for row in rows) == pytest.approx(total[name], rel=1e-12)


def test_variants_differ_in_births_only_from_their_bases(capsys: pytest.CaptureFixture[str]) -> None:
    born = {}
    for variant in ("low", "medium", "high"):
        run([*JAPAN, "--variant", variant, "--format", "json"])
        born[variant] = json.loads(capsys.readouterr().out)[-1]["births"]
    assert born["low"] < born["medium"] < born["high"]


def test_trajectories_give_intervals_that_widen(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*JAPAN, "--trajectories", "200", "--seed", "7", "--format", "csv"]) == Exit.OK
    rows = [row for row in csv.DictReader(io.StringIO(capsys.readouterr().out)) if row["measure"] == "population"]
    bounds = [[float(row[name]) for name in ("lo95", "lo80", "median", "hi80", "hi95")] for row in rows]
    assert all(row == sorted(row) for row in bounds)
    assert bounds[-1][-1] - bounds[-1][0] > bounds[0][-1] - bounds[0][0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["project", "--wpp", str(FOLDER), "--country", "ATL"], "ATL"),
        (["project", "--country", "JPN"], "--wpp"),
        ([*JAPAN, "--trajectories", "9", "--by-age"], "--trajectories"),
        (["project", "--wpp", str(FOLDER), "--country", "JPN", "--from", "2026"], "2026"),
        (["project", "--wpp", "nowhere", "--country", "JPN"], "nowhere"),
    ],
)
def test_mistakes_are_explained(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == Exit.BAD_INPUT
    assert said in capsys.readouterr().err.replace("\n", "")
