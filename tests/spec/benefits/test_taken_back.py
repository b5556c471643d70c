"""The migration that keeps rules, taken back: decisions stay sealed, and rules that decided are not thrown away."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

CLAIM = """INSERT INTO benefits_claim (uuid, at, by, scheme, occasion, version, village, area, state)
VALUES ('01900000000070008000000000000001', '2006-12-01', 'zhou', 's', '', 'v', '329901101201', '329901', 'new')"""
DECISION = """INSERT INTO benefits_decision (uuid, at, by, claim_id, pack, pack_version, version, "on", eligible, fen,
outcomes, facts) SELECT '01900000000070008000000000000002', '2006-12-01', 'zhou', id, 'p', '1', 'v', '2006-12-01', 1,
60000, '[]', '{}' FROM benefits_claim"""
RULES = """INSERT INTO benefits_rulesused (uuid, at, by, scheme, version, number, rules, reason)
VALUES ('01900000000070008000000000000003', '2006-12-01', 'zhou', 's', 'v', 1, '{}', '')"""


class City:
    """A database of its own, for a step that is taken back can't be taken back inside a test's transaction."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def migrate(self, step: str) -> subprocess.CompletedProcess[str]:
        known = {**os.environ, "SHIDAI_DATA": str(self.folder), "DJANGO_SETTINGS_MODULE": "shidai.site.settings"}
        command = [sys.executable, "-m", "django", "migrate", "benefits", step]
        return subprocess.run(command, env=known, capture_output=True, text=True, check=False)

    def tell(self, *statements: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.folder / "shidai.sqlite3") as database:
            return [row for statement in statements for row in database.execute(statement)]

    def require_sealed(self, table: str) -> None:
        for deed in (f"UPDATE {table} SET by = 'he'", f"DELETE FROM {table}"):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                self.tell(deed)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> City:
    made = City(tmp_path_factory.mktemp("empty"))
    assert made.migrate("0003").returncode == 0
    return made


@pytest.fixture
def city(empty: City, tmp_path: Path) -> City:
    shutil.copytree(empty.folder, tmp_path / "city")
    return City(tmp_path / "city")


def test_decisions_stay_sealed_and_are_kept(city: City) -> None:
    city.tell(CLAIM, DECISION)
    for step in ("0002", "0003"):
        assert city.migrate(step).returncode == 0
        city.require_sealed("benefits_decision")
        assert city.tell("SELECT fen FROM benefits_decision") == [(60000,)]


def test_rules_that_decided_are_not_thrown_away(city: City) -> None:
    city.tell(CLAIM, DECISION, RULES)
    refused = city.migrate("0002")
    assert refused.returncode != 0
    assert "restore the backup" in refused.stderr
    assert "请恢复升级前的备份" in refused.stderr
    assert city.tell("SELECT scheme, version FROM benefits_rulesused") == [("s", "v")]
    for table in ("benefits_rulesused", "benefits_decision"):
        city.require_sealed(table)
