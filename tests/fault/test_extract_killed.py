"""kill -9 during an extract leaves the former record tables readable, and the next extract complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from shidai.indicators.manifest import Manifest
from shidai.indicators.records import verify_records
from shidai.words import Exit
from tests.fault.running import run, start, wait_until, write_people, write_spells


@pytest.fixture
def extracted(data: Path, tmp_path: Path) -> Path:
    """A city with people and an extract, and then more people who aren't in it yet."""
    for count, source in ((400, "first"), (900, "second")):
        folder = tmp_path / source
        folder.mkdir()
        write_people(folder / "person.csv", count)
        write_spells(folder / "spell.csv", count)
        done = run("import", folder, "--data", data, "--source", source, "--rejects", "list")
        assert done.returncode == Exit.OK, done.stderr
        if source == "first":
            assert run("extract", "--data", data).returncode == Exit.OK
    return data


def rows(records: Path) -> int:
    return sum(part.rows for part in Manifest.read(records).tables["person"].values())


def test_killed_while_it_writes(extracted):
    records = extracted / "records"
    before = Manifest.read(records)
    known = {path for path in records.rglob("*") if path.is_file()}
    process = start("extract", "--data", extracted, "--all")
    wait_until(lambda: any(path.is_file() and path not in known for path in records.rglob("*")), process)
    process.kill()
    process.communicate()

    assert verify_records(records) == before
    assert rows(records) == 400

    assert run("extract", "--data", extracted).returncode == Exit.OK
    verify_records(records)
    assert rows(records) == 1300
    unnamed = {path.name for path in records.rglob("*.new")}
    assert unnamed == set()
