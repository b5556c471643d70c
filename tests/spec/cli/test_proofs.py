"""A demonstration's year proves: nothing paid wrongly, everything closes, and what was hidden in it is found."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RESIDENTS = 8_000
MAKE = f"""
import os, sys
from pathlib import Path
from shidai.cli import demo
wish = demo.Wish(Path(sys.argv[1]), {RESIDENTS}, 2006, "wuxi-2006")
quiet = lambda done, total: None
(wish.data / "keys").mkdir(parents=True)
os.environ["SHIDAI_PACK"] = wish.pack
demo.start_site(wish.data)
demo.prepare_database(wish)
demo.grow_files(wish)
demo.import_files(wish, quiet)
demo.play_benefits(wish, quiet)
demo.extract_records(wish, quiet)
"""


def run(*words: str, code: int | None = 0) -> str:
    made = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, env={**os.environ, "SHIDAI_LANG": "en"}
    )
    assert code is None or made.returncode == code, made.stderr
    return made.stdout


def shidai(*words: str, code: int | None = 0) -> str:
    return run("-m", "shidai.cli", *words, code=code)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("played") / "city"
    run("-c", MAKE, str(folder))
    return folder


def truth(city: Path, name: str) -> list[dict[str, str]]:
    with (city / "import" / f"truth-{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_nothing_was_paid_wrongly_everything_closes_and_the_overlooked_are_found(city: Path) -> None:
    told = json.loads(shidai("proofs", "--data", str(city), "--year", "2006", "--format", "json", code=None))
    assert sum(row["payees"] for row in told["rows"]) > 10
    assert [one for one in told["findings"] if one["proof"] in ("error", "duplicate")] == []
    assert all(row["closes"] for row in told["rows"])
    overlooked = [one for one in told["findings"] if one["reasons"] == ["overlooked"]]
    assert len(overlooked) == len(truth(city, "overlooked")) > 0
    assert len(told["manifest"]) == len(told["seal"]) == 64


def test_a_payee_under_two_records_is_found_among_the_payees(city: Path) -> None:
    assert truth(city, "doubles")
    told = shidai("duplicates", "find", "--data", str(city), "--payees-of", "2006")
    assert "1 pairs may be one person" in told
    assert "wait to be judged: 1" in shidai("proofs", "--data", str(city), "--year", "2006", code=7)
