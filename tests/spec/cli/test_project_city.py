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


def own_scenario(folder: Path, line: str, instead: str) -> Path:
    """The pack's medium scenario with one line told otherwise, in a file of one's own."""
    text = (load_pack("wuxi-2006").folder / "scenarios" / "outlook.toml").read_text(encoding="utf-8")
    first = text.split("[[scenario]]")[1].split("[[scenario.case]]")[0]
    rows = [instead if row.startswith(f"{line} = ") and "{ kind" in row else row for row in first.splitlines()]
    assert instead in rows
    case = '[[scenario.case]]\nmeasure = "timing"\nnow = 0.0\nsince = 2006\nyear = 2006\nvalue = 0.0\n'
    path = folder / "own.toml"
    path.write_text("[[scenario]]\n" + "\n".join(rows) + "\n" + case, encoding="utf-8")
    return path


@pytest.mark.parametrize(("language", "remedy"), [("en", "check the figures in `by`"), ("zh", "请检查这一年前后")])
@pytest.mark.parametrize(
    ("line", "path", "place"),
    [
        ("sex_ratio", '{ kind = "level", by = { 2012 = 107.0 } }', "medium / sex_ratio / 20"),
        ("tfr", '{ kind = "level", by = { 2012 = 1600.0 } }', "medium / tfr / 20"),
        ("tfr", '{ kind = "level", by = { 2012 = -1.0 } }', "medium / tfr / 20"),
        ("e0_male", '{ kind = "level", by = { 2012 = 720.0 } }', "medium / e0_male / 20"),
        ("e0_female", '{ kind = "change", by = { 2006 = 0.0, 2015 = -90.0 } }', "medium / e0_female / 20"),
        ("migration", '{ kind = "level", by = { 2012 = -1.0 } }', "own.toml:1"),
    ],
)
def test_a_scenario_that_leads_nowhere_is_named_by_measure_and_year(
    line: str,
    path: str,
    place: str,
    language: str,
    remedy: str,
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHIDAI_LANG", language)
    wish = own_scenario(tmp_path, line, f"{line} = {path}")
    assert run(["project", "--data", str(data), "--scenario", str(wish), "--trajectories", "5"]) == Exit.BAD_INPUT
    said = capsys.readouterr().err
    assert place in said
    assert "Traceback" not in said
    assert line == "migration" or remedy in said


def test_a_scenario_in_which_nearly_everybody_moves_still_runs(data: Path, tmp_path: Path) -> None:
    wish = own_scenario(tmp_path, "migration", 'migration = { kind = "level", by = { 2007 = 500.0 } }')
    arguments = ["project", "--data", str(data), "--scenario", str(wish), "--trajectories", "20", "--until", "2014"]
    assert run([*arguments, "--out", str(tmp_path / "out")]) == Exit.OK
    figures = pq.read_table(tmp_path / "out" / "figures.parquet").to_pylist()
    assert min(row["lo95"] or 0 for row in figures if row["measure"] in ("population", "births", "deaths")) >= 0


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
