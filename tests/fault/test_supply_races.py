"""Acts of supply that meet on PostgreSQL: no error, nothing twice, one card, nothing sent to a closed site."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.fault.test_paid_once import environment_of
from tests.postgres import postgresql_server


@pytest.mark.postgres
def test_acts_that_meet_neither_fail_nor_count_twice(tmp_path: Path) -> None:
    with postgresql_server() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE racing")
        env = environment_of(tmp_path / "city", url.replace("/postgres?", "/racing?"))
        told = subprocess.run(
            [sys.executable, "-m", "tests.fault.racing"], env=env, stdout=subprocess.PIPE, text=True, check=True,
            cwd=Path(__file__).parents[2], timeout=180,
        )  # fmt: skip
    assert json.loads(told.stdout) == {"errors": [], "twice": 0, "two_cards": 0, "stranded": 0}
