"""A new city: somebody must be able to sign in after the first import, with no demonstration anywhere."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

PEOPLE = "key,name,sex,birth_date\nP1,王小明,男,1970-5-1\n"


def shidai(data: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {**os.environ, "SHIDAI_LANG": "en", **environment}
    known.pop("SHIDAI_DATA", None)
    command = [sys.executable, "-m", "shidai.cli", *words, "--data", str(data)]
    return subprocess.run(command, env=known, capture_output=True, text=True, check=False)


def test_an_empty_directory_becomes_a_city_with_an_officer(tmp_path: Path) -> None:
    data = tmp_path / "city"
    (tmp_path / "person.csv").write_text(PEOPLE, encoding="utf-8")
    assert shidai(data, "import", str(tmp_path / "person.csv")).returncode == 0
    words = ("staff", "add", "zhou", "--name", "周建国", "--role", "township_officer", "--area", "320205101")
    made = shidai(data, *words, SHIDAI_PASSWORD="a long pass phrase")
    assert made.returncode == 0, made.stderr
    listed = shidai(data, "staff", "list")
    assert "township_officer 320205101" in listed.stdout
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(file.stat().st_mode) & 0o077 == 0 for file in data.rglob("*") if file.is_file())


def test_a_role_that_does_not_fit_the_level_makes_no_account(tmp_path: Path) -> None:
    data = tmp_path / "city"
    (tmp_path / "person.csv").write_text(PEOPLE, encoding="utf-8")
    shidai(data, "import", str(tmp_path / "person.csv"))
    words = ("staff", "add", "zhou", "--role", "village_worker", "--area", "3202")
    refused = shidai(data, *words, SHIDAI_PASSWORD="a long pass phrase")
    assert refused.returncode == 3
    assert "docs/reference/roles.md" in refused.stderr
    assert "zhou" not in shidai(data, "staff", "list").stdout
