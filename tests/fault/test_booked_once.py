"""Thirty-two ask for three places at one moment: three get them, nobody gets one twice, the others are told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.fault.booking import PLACES, PROCESSES
from tests.fault.test_paid_once import environment_of
from tests.postgres import postgresql_server

PEOPLE = 32


def start(env: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fault.booking", *words], env=env, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip


def ask_all_at_once(env: dict[str, str]) -> None:
    assert start(env, "make", str(PEOPLE)).wait(timeout=120) == 0
    crowd = [start(env, "work", str(number)) for number in range(PROCESSES)]
    told = [json.loads(one.communicate(timeout=180)[0]) for one in crowd]
    assert [error for one in told for error in one["errors"]] == []
    assert sum(one["booked"] for one in told) == PLACES
    assert sum(one["refused"] for one in told) == PEOPLE - PLACES
    assert json.loads(start(env, "tell").communicate(timeout=60)[0]) == list(range(1, PLACES + 1))


def test_on_sqlite_three_places_go_to_three(tmp_path: Path) -> None:
    ask_all_at_once(environment_of(tmp_path / "city"))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql_server() as url:
        yield url


@pytest.mark.postgres
def test_on_postgresql_three_places_go_to_three(tmp_path: Path, server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE booking")
    ask_all_at_once(environment_of(tmp_path / "city", server.replace("/postgres?", "/booking?")))
