"""`shidai pack check`, `test`, `list`, `show` and `schema`, with their exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shidai.cli import run
from shidai.words import Exit
from tests.spec.packs.packfolder import SERIES, TARGET, write_pack


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIDAI_LANG", "en")


def test_check_says_that_a_pack_is_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pack", "check", str(write_pack(tmp_path))]) == Exit.OK
    assert "no problems" in capsys.readouterr().out


def test_check_lists_every_problem_and_exits_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_pack(tmp_path, targets__2006_toml=TARGET.replace('">="', '"at least"').replace('"law"', '"lew"'))
    assert run(["pack", "check", str(folder)]) == Exit.BAD_INPUT
    told = capsys.readouterr().err
    assert f"{folder}/targets/2006.toml:7: comparison is 'at least'." in told
    assert "1 problem." in told


def test_check_speaks_chinese_to_a_chinese_reader(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIDAI_LANG", "zh")
    folder = write_pack(tmp_path, targets__2006_toml=TARGET.replace("comparison", "comparsion"))
    run(["pack", "check", str(folder)])
    told = capsys.readouterr().err
    assert f"{folder}/targets/2006.toml:7：没有 comparsion 这个字段。是不是想写 comparison？" in told


def test_a_folder_that_is_no_pack_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pack", "check", "nowhere"]) == Exit.BAD_INPUT
    assert "no such pack" in capsys.readouterr().err


def test_test_runs_every_case_and_exits_7_when_one_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pack", "test", str(write_pack(tmp_path))]) == Exit.OK
    wrong = SERIES.replace('case = [{ period = "2006", value = 12', 'case = [{ period = "2006", value = 13')
    assert run(["pack", "test", str(write_pack(tmp_path, series__all_toml=wrong))]) == Exit.PROOF_FAILED
    told = capsys.readouterr().out
    assert "7 cases: 7 passed, 0 failed." in told
    assert "7 cases: 6 passed, 1 failed." in told


def test_the_shipped_pack_passes_its_own_test(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pack", "test", "wuxi-2006"]) == Exit.OK
    assert "0 failed" in capsys.readouterr().out


def test_list_and_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pack", "list"]) == Exit.OK
    assert "wuxi-2006" in capsys.readouterr().out
    assert run(["pack", "show", "rti_round_2006"]) == Exit.OK
    shown = json.loads(capsys.readouterr().out)
    assert (shown["figure"], shown["assumed"]) == ("published.rti_round_coverage", True)


def test_show_names_the_nearest_definition(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pack", "show", "rti_round"]) == Exit.BAD_INPUT
    assert "Did you mean rti_round_2006?" in capsys.readouterr().err


def test_schema_writes_json_schemas_that_know_the_fields(tmp_path: Path) -> None:
    assert run(["pack", "schema", "--to", str(tmp_path)]) == Exit.OK
    names = {path.name for path in tmp_path.iterdir()}
    assert {"pack.schema.json", "indicators.schema.json", "targets.schema.json", "reports.schema.json"} <= names
    target = json.loads((tmp_path / "targets.schema.json").read_text(encoding="utf-8"))
    assert target["$defs"]["Target"]["properties"]["comparison"]["enum"] == [">=", "<="]
    assert target["$defs"]["Target"]["additionalProperties"] is False
