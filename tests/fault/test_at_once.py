"""What two people do at one moment is done once or one after the other: applying, reckoning and building, merging."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from tests.fault.running import answer, begin
from tests.fault.test_paid_once import YEAR

ELDERS = 6
City = dict[str, str]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def city(request: pytest.FixtureRequest) -> City:
    """The environment of a city with elders who wait for an application."""
    env: City = request.getfixturevalue(f"on_{request.param}")
    run(env, "make", str(ELDERS))
    return env


def start(env: City, *words: str) -> subprocess.Popen[str]:
    return begin(env, "atonce", *words, stdin=subprocess.PIPE, stderr=subprocess.PIPE)


def run(env: City, *words: str) -> Any:
    return answer(start(env, *words))


def together(env: City, *deeds: tuple[str, ...]) -> list[Any]:
    """Deeds that begin at one word; none may fail."""
    processes = [start(env, *words) for words in deeds]
    for one in processes:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n", one.communicate()[1]
    for one in processes:
        assert one.stdin is not None
        one.stdin.write("now\n")
        one.stdin.flush()
    return [answer(one) for one in processes]


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
