"""Fifty dispensers at one shelf: no error, nothing below nought, nothing twice, and kill -9 changes nothing of it."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.fault.dispensing import THREADS, TURNS, UNITS
from tests.fault.running import answer, begin, wait_until

DISPENSERS = 5  # processes of ten threads each
STOCK = 1200  # of the 2,000 that are asked for; cards alone could take 480 of them
ALLOWANCE = 120  # a person's, by the pack


def dispense_under_fire(env: dict[str, str]) -> None:
    """All at once; one is killed in the middle and then, like a phone that sends again, begins from its start."""
    answer(begin(env, "dispensing", "make", str(STOCK)))
    crowd = [begin(env, "dispensing", "work", str(number)) for number in range(DISPENSERS)]
    served = Path(env["SHIDAI_DATA"]) / "served-0"
    wait_until(served.exists, crowd[0])
    time.sleep(random.Random(52).uniform(0.0, 0.3))
    crowd[0].kill()
    for one in crowd[1:]:
        assert answer(one)["errors"] == []
    state = answer(begin(env, "dispensing", "tell"))
    assert (state["imbalances"], state["log_broken_at"]) == (0, None), state
    again = answer(begin(env, "dispensing", "work", "0"))
    assert again["errors"] == []
    state = answer(begin(env, "dispensing", "tell"))
    assert (state["imbalances"], state["log_broken_at"]) == (0, None), state
    assert state["least"] >= 0
    assert state["left"] + state["out"] == STOCK
    assert state["out"] == UNITS * state["handouts"]
    assert state["most"] == ALLOWANCE
    assert state["left"] == 0, f"{DISPENSERS * THREADS * TURNS * UNITS} were asked for"
    once_more = answer(begin(env, "dispensing", "work", "1"))
    assert answer(begin(env, "dispensing", "tell"))["out"] == state["out"], once_more


def test_on_sqlite_the_shelf_is_never_below_nought_and_the_book_balances(on_sqlite: dict[str, str]) -> None:
    dispense_under_fire(on_sqlite)


@pytest.mark.postgres
def test_on_postgresql_the_shelf_is_never_below_nought_and_the_book_balances(on_postgresql: dict[str, str]) -> None:
    dispense_under_fire(on_postgresql)
