"""From record tables to the summary: what is recorded is computed, what isn't says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from shidai.cli import run
from shidai.packs import load_pack
from shidai.reports.annual import summary_document
from shidai.reports.document import Link, Paragraph
from shidai.reports.results import ensure_results, open_reading
from shidai.words import Exit, ShidaiError
from tests.spec.reports.smallcity import BIRTHS, RESIDENTS


def figures(data: Path) -> dict[str, str]:
    pack = load_pack("wuxi-2006")
    blocks = summary_document(open_reading(data, pack, 2006), pack, 2006, "zh").blocks
    runs = [run for block in blocks if isinstance(block, Paragraph) for run in block.runs]
    return {run.figure: run.text for run in runs if isinstance(run, Link)}


def test_what_is_recorded_is_computed(data: Path) -> None:
    shown = figures(data)
    assert (shown["population"], shown["births"]) == (f"{RESIDENTS}人", f"{BIRTHS}人")
    assert shown["sex_ratio_at_birth"] == "100.0"


def test_a_table_without_rows_gives_no_zero(data: Path) -> None:
    """Nobody wrote deaths or contraception down: that is not the same as none."""
    shown = figures(data)
    assert {shown[name] for name in ("deaths", "crude_death_rate", "natural_growth_rate")} == {"尚未记录"}
    assert shown["contraceptive_prevalence_modern"] == "尚未记录"


def test_last_year_stands_beside_it(data: Path) -> None:
    pack = load_pack("wuxi-2006")
    reading = open_reading(data, pack, 2006)
    before = reading.result("population_registered", pack.city, "2005")
    assert before is not None
    assert before.value == RESIDENTS


def test_the_reading_names_its_records(data: Path) -> None:
    reading = open_reading(data, load_pack("wuxi-2006"), 2006)
    assert len(reading.manifest_id) >= 16
    assert reading.cutoff == "2006-12-31"
    assert not reading.invented


def test_the_pyramid_counts_everyone(data: Path) -> None:
    read = open_reading(data, load_pack("wuxi-2006"), 2006).pyramid("3202", 2006)
    assert read is not None
    ages, men, women = read
    assert ages[0] == "0–4"
    assert ages[-1] == "85+"
    assert sum(men) + sum(women) == RESIDENTS


def test_the_command_writes_the_files_that_were_asked_for(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["summary", "--data", str(data), "--year", "2006", "--language", "en", "--format", "html"]
    assert run(asked) == Exit.OK
    written = data / "summary" / "2006" / "summary.en.html"
    assert f">{RESIDENTS} persons</a> on its register" in written.read_text(encoding="utf-8")
    assert str(written) in capsys.readouterr().out


def test_without_records_the_command_says_what_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIDAI_LANG", "en")
    assert run(["summary", "--data", str(tmp_path)]) == Exit.BAD_INPUT
    assert "shidai" in capsys.readouterr().err


def test_a_year_of_another_pack_is_refused(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["summary", "--data", str(data), "--year", "1999"]) == Exit.BAD_INPUT
    assert "1999" in capsys.readouterr().err
    assert not (data / "summary" / "1999").exists()


def test_an_unknown_format_is_a_typing_error(data: Path) -> None:
    assert run(["summary", "--data", str(data), "--format", "odt"]) == Exit.USAGE


def test_a_year_outside_the_records_is_refused(data: Path) -> None:
    with pytest.raises(ShidaiError):
        ensure_results(data, load_pack("wuxi-2006"), 2010)
