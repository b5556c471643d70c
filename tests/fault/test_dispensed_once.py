"""Fifty dispensers at one shelf: no error, nothing below nought, nothing twice, and kill -9 changes nothing of it."""

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

from tests.fault.dispensing import THREADS, TURNS, UNITS
from tests.fault.running import wait_until
from tests.fault.test_paid_once import environment_of
from tests.postgres import postgresql_server

DISPENSERS = 5  # processes of ten threads each
STOCK = 1200  # of the 2,000 that are asked for; cards alone could take 480 of them
ALLOWANCE = 120  # a person's, by the pack


def start(env: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fault.dispensing", *words], env=env, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip


def read(process: subprocess.Popen[str]) -> dict[str, object]:
    told: dict[str, object] = json.loads(process.communicate(timeout=180)[0])
    return told


def dispense_under_fire(env: dict[str, str]) -> None:
    """All at once; one is killed in the middle and then, like a phone that sends again, begins from its start."""
    assert start(env, "make", str(STOCK)).wait(timeout=120) == 0
    crowd = [start(env, "work", str(number)) for number in range(DISPENSERS)]
    served = Path(env["SHIDAI_DATA"]) / "served-0"
    wait_until(served.exists, crowd[0])
    time.sleep(random.Random(52).uniform(0.0, 0.3))
    crowd[0].kill()
    for one in crowd[1:]:
        assert read(one)["errors"] == []
    state = read(start(env, "tell"))
    assert (state["imbalances"], state["log_broken_at"]) == (0, None), state
    again = read(start(env, "work", "0"))
    assert again["errors"] == []
    state = read(start(env, "tell"))
    assert (state["imbalances"], state["log_broken_at"]) == (0, None), state
    assert state["least"] >= 0  # type: ignore[operator]
    assert state["left"] + state["out"] == STOCK  # type: ignore[operator]
    assert state["out"] == UNITS * state["handouts"]  # type: ignore[operator]
    assert state["most"] == ALLOWANCE
    assert state["left"] == 0, f"{DISPENSERS * THREADS * TURNS * UNITS} were asked for"
    once_more = read(start(env, "work", "1"))
    assert read(start(env, "tell"))["out"] == state["out"], once_more


def test_on_sqlite_the_shelf_is_never_below_nought_and_the_book_balances(tmp_path: Path) -> None:
    dispense_under_fire(environment_of(tmp_path / "city"))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql_server() as url:
        yield url


@pytest.mark.postgres
def test_on_postgresql_the_shelf_is_never_below_nought_and_the_book_balances(tmp_path: Path, server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE dispensing")
    dispense_under_fire(environment_of(tmp_path / "city", server.replace("/postgres?", "/dispensing?")))
