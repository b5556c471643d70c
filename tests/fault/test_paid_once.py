"""A payment can't happen twice: not by two workers at once, not by kill -9 in the middle, not by doing it all again."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.fault.running import environment
from tests.postgres import postgresql_server

CLAIMS = 6
YEAR = 12 * 5000


def environment_of(data: Path, url: str = "") -> dict[str, str]:
    more = {"SHIDAI_DATABASE_URL": url} if url else {}
    return {**environment(), "SHIDAI_DATA": str(data), "SHIDAI_PACK": "wuxi-2006", **more}


def start(env: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fault.paying", *words], env=env, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip


def told(env: dict[str, str]) -> dict[str, object]:
    out, _ = start(env, "tell").communicate(timeout=60)
    return json.loads(out)


def pay_under_fire(env: dict[str, str]) -> None:
    """Two workers at a time; one of each pair is killed at a random moment; at last one is left to finish."""
    moment = random.Random(2006)
    assert start(env, "make", str(CLAIMS)).wait(timeout=120) == 0
    for _ in range(2):
        pair = [start(env, "work"), start(env, "work")]
        time.sleep(moment.uniform(1.0, 3.5))
        pair[0].kill()
        for worker in pair:
            worker.communicate(timeout=120)
        assert pair[1].returncode == 0, "the other worker was disturbed"
        state = told(env)
        assert all(paid in (0, YEAR) for paid in state["paid"]), state  # type: ignore[attr-defined]
        assert state["closes"]
    assert start(env, "work").wait(timeout=120) == 0


def test_on_sqlite_everyone_is_paid_exactly_once(tmp_path: Path) -> None:
    env = environment_of(tmp_path / "city")
    pay_under_fire(env)
    assert told(env) == {"earned": [YEAR] * CLAIMS, "paid": [YEAR] * CLAIMS, "closes": True}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql_server() as url:
        yield url


@pytest.mark.postgres
def test_on_postgresql_everyone_is_paid_exactly_once(tmp_path: Path, server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE paying")
    env = environment_of(tmp_path / "city", server.replace("/postgres?", "/paying?"))
    pay_under_fire(env)
    assert told(env) == {"earned": [YEAR] * CLAIMS, "paid": [YEAR] * CLAIMS, "closes": True}
