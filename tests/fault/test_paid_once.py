"""A payment can't happen twice: not by two workers at once, not by kill -9 in the middle, not by doing it all again."""

from __future__ import annotations

import random
import time

import pytest

from tests.fault.running import answer, begin

CLAIMS = 6
YEAR = 12 * 5000


def pay_under_fire(env: dict[str, str]) -> None:
    """Two workers at a time; one of each pair is killed at a random moment; at last one is left to finish."""
    moment = random.Random(2006)
    answer(begin(env, "paying", "make", str(CLAIMS)))
    for _ in range(2):
        pair = [begin(env, "paying", "work"), begin(env, "paying", "work")]
        time.sleep(moment.uniform(1.0, 3.5))
        pair[0].kill()
        for worker in pair:
            worker.communicate(timeout=120)
        assert pair[1].returncode == 0, "the other worker was disturbed"
        state = answer(begin(env, "paying", "tell"))
        assert all(paid in (0, YEAR) for paid in state["paid"]), state
        assert state["closes"]
    assert begin(env, "paying", "work").wait(timeout=120) == 0
    told = answer(begin(env, "paying", "tell"))
    assert told == {"earned": [YEAR] * CLAIMS, "paid": [YEAR] * CLAIMS, "closes": True}


def test_on_sqlite_everyone_is_paid_exactly_once(on_sqlite: dict[str, str]) -> None:
    pay_under_fire(on_sqlite)


@pytest.mark.postgres
def test_on_postgresql_everyone_is_paid_exactly_once(on_postgresql: dict[str, str]) -> None:
    pay_under_fire(on_postgresql)
