"""`shidai upgrade`: an older city's database becomes one of this version, and says how."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from shidai.words import Exit
from tests.spec.cli.test_staff import PEOPLE, shidai

INDEX = "SELECT name FROM sqlite_master WHERE name = 'audit_at'"
LATER = "INSERT INTO django_migrations (app, name, applied) VALUES ('registry', '9999_of_tomorrow', '2030-01-01')"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city of this version with one resident."""
    folder = tmp_path_factory.mktemp("upgrade")
    (folder / "person.csv").write_text(PEOPLE, encoding="utf-8")
    assert shidai(folder / "city", "import", str(folder / "person.csv")).returncode == Exit.OK
    return folder / "city"


def tell(city: Path, *statements: str) -> list[tuple[str, ...]]:
    """Change or read the database as another version would have left it."""
    with sqlite3.connect(city / "shidai.sqlite3") as database:
        return [row for statement in statements for row in database.execute(statement)]


def make_older(city: Path) -> None:
    """Take back the steps of the core since its second."""
    known = {**os.environ, "SHIDAI_DATA": str(city), "DJANGO_SETTINGS_MODULE": "shidai.site.settings"}
    command = [sys.executable, "-m", "django", "migrate", "core", "0002"]
    done = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_older_database_is_brought_up_and_the_steps_are_told(city: Path) -> None:
    make_older(city)
    assert tell(city, INDEX) == []
    first = shidai(city, "upgrade")
    assert first.returncode == Exit.OK, first.stderr
    assert "core 0003_audit_found_by_day_and_area" in first.stdout
    assert tell(city, INDEX) == [("audit_at",)]
    assert tell(city, "SELECT count(*) FROM registry_person") == [(1,)]
    again = shidai(city, "upgrade")
    assert again.returncode == Exit.OK
    assert "nothing to do" in again.stdout


def test_the_database_of_a_later_version_is_left_alone(city: Path) -> None:
    tell(city, LATER)
    try:
        for command in ("upgrade", "serve"):
            refused = shidai(city, command)
            assert refused.returncode == Exit.BAD_INPUT
            assert "registry 9999_of_tomorrow" in refused.stderr
    finally:
        tell(city, "DELETE FROM django_migrations WHERE name = '9999_of_tomorrow'")


def test_a_folder_without_a_city_stays_empty(tmp_path: Path) -> None:
    refused = shidai(tmp_path, "upgrade")
    assert refused.returncode == Exit.BAD_INPUT
    assert "shidai demo" in refused.stderr
    assert list(tmp_path.iterdir()) == []
