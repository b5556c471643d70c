"""What two people do at one moment is done once or one after the other: applying, reckoning and building, merging."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.fault.test_paid_once import YEAR, environment_of
from tests.postgres import postgresql_server

ELDERS = 6
City = dict[str, str]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql_server() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def city(request: pytest.FixtureRequest, tmp_path: Path) -> City:
    """The environment of a city with elders who wait for an application."""
    url = ""
    if request.param == "postgresql":
        url, name = (
            request.getfixturevalue("server"),
            f"at_once_{tmp_path.parent.name}{tmp_path.name}".replace("-", "_"),
        )
        name = "".join(one for one in name if one.isalnum() or one == "_").lower()[-60:]
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        url = url.replace("/postgres?", f"/{name}?")
    env = environment_of(tmp_path / "city", url)
    run(env, "make", str(ELDERS))
    return env


def begin(env: City, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fault.atonce", *words], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip


def run(env: City, *words: str) -> Any:
    process = begin(env, *words)
    out, wrong = process.communicate(timeout=120)
    assert process.returncode == 0, wrong
    return json.loads(out) if out else None


def together(env: City, *deeds: tuple[str, ...]) -> list[Any]:
    """Deeds that begin at one word; none may fail."""
    processes = [begin(env, *words) for words in deeds]
    for one in processes:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n", one.communicate()[1]
    for one in processes:
        assert one.stdin is not None
        one.stdin.write("now\n")
        one.stdin.flush()
    came = []
    for one in processes:
        out, wrong = one.communicate(timeout=120)
        assert one.returncode == 0, wrong
        came.append(json.loads(out))
    return came


def test_two_clicks_on_apply_make_one_claim_and_both_are_shown_it(city: City) -> None:
    first, second = together(city, ("apply", "lan", "same"), ("apply", "lan", "same"))
    assert first == second
    assert len(set(first)) == ELDERS
    there = run(city, "tell")
    assert (there["claims"], there["acts"]) == (ELDERS, 2 * ELDERS)


def test_of_two_clerks_who_apply_for_one_person_the_second_is_told(city: City) -> None:
    first, second = together(city, ("apply", "lan", "own"), ("apply", "mei", "own"))
    for pair in zip(first, second, strict=True):
        refused = [one for one in pair if "can't apply for it" in one]
        assert len(refused) == 1, pair
    there = run(city, "tell")
    assert (there["claims"], there["acts"]) == (ELDERS, ELDERS)


@pytest.mark.parametrize("city", ["postgresql"], indirect=True)
@pytest.mark.postgres
def test_batches_are_built_while_dues_are_reckoned_and_every_due_is_in_one(city: City) -> None:
    together(city, ("apply", "lan", "own"))
    run(city, "carry")
    _, built, again = together(city, ("accrue",), ("build",), ("build",))
    assert len(built) + len(again) >= 1
    there = run(city, "tell")
    assert there["earned"] == there["batched"] == [YEAR] * ELDERS
    assert (there["settled_twice"], there["closes"]) == (0, True)
    assert not set(built) & set(again)


@pytest.mark.parametrize("city", ["postgresql"], indirect=True)
@pytest.mark.postgres
def test_people_are_made_one_and_two_again_beside_tables_that_are_never_changed(city: City) -> None:
    together(city, ("apply", "lan", "own"))
    run(city, "carry")
    together(city, ("build",))
    told = run(city, "merge")
    assert (told[0], told[-1]) == (f"merged {ELDERS - 1}", f"apart {ELDERS}")
    assert len(told[1:-1]) == 3, "no row of an attestation was there to refuse for"
    assert all("never changed" in one for one in told[1:-1])
    assert run(city, "tell")["closes"]
