"""`shidai project --scenario` and `backtest`: a city's outlook on the command line, and its files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from shidai.cli import run
from shidai.packs import load_pack
from shidai.words import Exit
from tests.spec.indicators.outlookcity import CITY, write_city


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    write_city(folder)
    return folder


@pytest.fixture(autouse=True)
def _pack_without_schemes(monkeypatch: pytest.MonkeyPatch) -> None:
    pack = load_pack("wuxi-2006")
    kept = {id_: one for id_, one in pack.consequences.items() if one.of in ("births", "people", "method")}
    monkeypatch.setitem(pack.__dict__, "consequences", kept)
    monkeypatch.setenv("SHIDAI_LANG", "en")


def project(data: Path, *more: str) -> int:
    wish = ["project", "--data", str(data), "--scenario", "medium", "--trajectories", "50", "--until", "2015"]
    return run([*wish, *more])


def test_files_for_machines_people_and_spreadsheets_are_written(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project(data, "--out", str(tmp_path / "out"), "--format", "csv") == Exit.OK
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["measure"] for row in rows} == {"population", "births", "deaths", "migration", "share_65"}
    assert {row["area"] for row in rows} == {CITY}
    told = json.loads((tmp_path / "out" / "run.json").read_text())
    assert (told["seed"], told["trajectories"], told["until"], told["scenario"]) == (1, 50, 2015, "medium")
    assert pq.read_table(tmp_path / "out" / "figures.parquet").num_rows > 100
    book = openpyxl.load_workbook(tmp_path / "out" / "figures.xlsx", read_only=True)
    assert len(book.sheetnames) == 4
    english = (tmp_path / "out" / "report.en.html").read_text(encoding="utf-8")
    chinese = (tmp_path / "out" / "report.zh.html").read_text(encoding="utf-8")
    assert "Outlook of Trial City: Medium" in english
    assert told["id"] in english
    assert "试验市人口展望：中方案" in chinese
    assert "它不是目标" in chinese


def test_the_same_seed_gives_the_same_figures(data: Path, tmp_path: Path) -> None:
    for name, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        assert project(data, "--out", str(tmp_path / name), "--seed", seed) == Exit.OK
    tables = {name: pq.read_table(tmp_path / name / "figures.parquet") for name in "abc"}
    assert tables["a"].equals(tables["b"])
    assert not tables["a"].equals(tables["c"])


def test_without_a_place_a_run_is_kept_with_the_city(data: Path) -> None:
    assert project(data) == Exit.OK
    assert [path.name for path in (data / "outlook").glob("*/run.json")] == ["run.json"]


def test_a_backtest_scores_every_measure(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wish = ["project", "backtest", "--data", str(data), "--scenario", "medium", "--trajectories", "30"]
    assert run([*wish, "--from", "2007"]) == Exit.BAD_INPUT
    assert "The records cover" in capsys.readouterr().err.replace("\n", " ")
    assert run(["project", "backtest"]) == Exit.BAD_INPUT


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--until", "2000"), "must lie between 2007 and 2106"),
        (("--scenario", "medum"), "Did you mean medium"),
        (("--scenario", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_mistakes_are_explained(more, said: str, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert project(data, *more) == Exit.BAD_INPUT
    assert said in capsys.readouterr().err.replace("\n", " ")
