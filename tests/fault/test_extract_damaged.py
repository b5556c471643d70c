"""Damaged record tables: every command says so, and the command that the message prints mends them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from shidai.indicators.manifest import Manifest
from shidai.indicators.records import verify_records
from shidai.words import Exit
from tests.fault.running import copy_city, run, write_people, write_spells
from tests.sharing import make_once


@pytest.fixture(scope="module")
def whole_city(prepared_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        data, source = copy_city(prepared_city, folder / "city"), folder / "source"
        source.mkdir()
        write_people(source / "person.csv", 300)
        write_spells(source / "spell.csv", 300)
        assert run("import", source, "--data", data).returncode == Exit.OK
        assert run("extract", "--data", data, "--no-figures").returncode == Exit.OK
        data.chmod(0o700)

    return make_once(tmp_path_factory, "damaged", make) / "city"


@pytest.fixture
def data(whole_city: Path, tmp_path: Path) -> Path:
    return copy_city(whole_city, tmp_path / "city")


def spoil_manifest(records: Path) -> None:
    (records / "manifest.json").write_text("{ half of it", encoding="utf-8")


def change_manifest(records: Path) -> None:
    file = records / "manifest.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"rows": 300', '"rows": 299'), encoding="utf-8")
    file.write_text(re.sub(r'"sha256": "..', '"sha256": "00', file.read_text(encoding="utf-8")), encoding="utf-8")


def cut_a_part(records: Path) -> None:
    part = next(records.glob("person/*.parquet"))
    part.write_bytes(part.read_bytes()[:-100])


def lose_a_part(records: Path) -> None:
    next(records.glob("residence/*.parquet")).unlink()


@pytest.mark.parametrize(
    "damage",
    [spoil_manifest, pytest.param(change_manifest, marks=pytest.mark.full), cut_a_part,
     pytest.param(lose_a_part, marks=pytest.mark.full)],
)  # fmt: skip
def test_the_printed_command_mends_the_damage(data: Path, damage) -> None:
    sound = Manifest.read(data / "records").id
    damage(data / "records")

    refused = run("extract", "--data", data)
    assert refused.returncode == Exit.BAD_INPUT
    assert "Nothing changed" not in refused.stdout
    seen = run("doctor", "--data", data)
    assert seen.returncode == Exit.PROOF_FAILED
    assert "record tables sound" in seen.stdout

    printed = re.search(r"'shidai (extract [^']+)'", refused.stderr)
    assert printed, refused.stderr
    mended = run(*shlex.split(printed.group(1)), "--no-figures")
    assert mended.returncode == Exit.OK, mended.stderr
    assert verify_records(data / "records").id == sound


def test_doctor_lists_everything_that_is_wrong(data: Path) -> None:
    """A city closed to nobody, with a spoilt manifest and a database that isn't one: four findings, not one."""
    spoil_manifest(data / "records")
    (data / "shidai.sqlite3").write_bytes(b"not a database" * 1000)
    data.chmod(0o755)
    seen = run("doctor", "--data", data)
    assert seen.returncode == Exit.PROOF_FAILED
    assert "Traceback" not in seen.stderr
    wrong = [line.split("│")[0].strip() for line in seen.stdout.splitlines() if "needs care" in line]
    assert {"closed to others", "database sound", "audit chain", "record tables sound"} <= set(wrong)


def test_doctor_finds_a_sound_city_sound(data: Path) -> None:
    seen = run("doctor", "--data", data)
    assert seen.returncode == Exit.OK, seen.stdout
    for subject in ("audit chain", "database version", "record tables sound", "closed to others"):
        assert subject in seen.stdout


def test_doctor_proves_the_audit_chain(data: Path) -> None:
    import sqlite3

    with sqlite3.connect(data / "shidai.sqlite3") as database:
        guards = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'core_auditentry'"
        )
        for (guard,) in guards.fetchall():  # whoever alters the log by hand would do the same
            database.execute(f"DROP TRIGGER {guard}")
        database.execute("UPDATE core_auditentry SET actor = 'somebody' WHERE seq = 1")
    seen = run("doctor", "--data", data)
    assert seen.returncode == Exit.PROOF_FAILED
    assert "no. 1" in seen.stdout


def test_a_server_that_cannot_be_reached_is_said_at_once(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.fault import running

    plain = running.environment
    address = "postgresql://shidai:geheim@127.0.0.1:1/city"
    monkeypatch.setattr(running, "environment", lambda: {**plain(), "SHIDAI_DATABASE_URL": address})
    for command in (("serve",), ("extract",), ("import", data / "import")):
        (data / "import").mkdir(exist_ok=True)
        done = run(*command, "--data", data)
        assert done.returncode == Exit.BAD_INPUT, done.stderr
        assert "127.0.0.1:1/city" in done.stderr
        assert "SHIDAI_DATABASE_URL" in done.stderr
        assert "geheim" not in done.stderr
        assert "Traceback" not in done.stderr
    seen = run("doctor", "--data", data)
    assert seen.returncode == Exit.PROOF_FAILED
    assert "can't be reached" in seen.stdout
    assert "record tables sound" in seen.stdout
