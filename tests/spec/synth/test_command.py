"""`shidai synth` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from shidai.cli.app import run
from shidai.cli.synth import synth
from shidai.indicators.records import verify_records
from shidai.synth.benefits.files import FILES as BENEFIT_FILES
from shidai.synth.import_files import FILES
from shidai.synth.outreach.files import FILES as OUTREACH_FILES
from shidai.synth.programmes.files import FILE as VISITS
from shidai.synth.supply.files import FILES as SUPPLY_FILES
from shidai.words import Exit


def test_it_writes_the_files_that_the_importer_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["synth", "--residents", "600", "--data", str(tmp_path)]) == Exit.OK
    written = {path.stem for path in (tmp_path / "import").iterdir()}
    assert written == {*FILES, *BENEFIT_FILES, VISITS, *SUPPLY_FILES, *OUTREACH_FILES}
    assert "invented" in capsys.readouterr().out


def test_it_writes_record_tables_when_asked(tmp_path: Path) -> None:
    assert run(["synth", "--residents", "600", "--data", str(tmp_path), "--records"]) == Exit.OK
    manifest = verify_records(tmp_path / "records")
    assert manifest.rows("area") > 1300
    assert manifest.rows("residence") > 1200


def test_too_few_residents_are_a_mistake_of_typing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["synth", "--residents", "5", "--data", str(tmp_path)]) == Exit.USAGE
    assert "500" in capsys.readouterr().err
    assert not (tmp_path / "import").exists()


def test_its_help_has_an_example() -> None:
    assert "Example: shidai synth" in (synth.__doc__ or "")
