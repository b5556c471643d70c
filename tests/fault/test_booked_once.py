"""Thirty-two ask for three places at one moment: three get them, nobody gets one twice, the others are told."""

from __future__ import annotations

import pytest

from tests.fault.booking import PLACES, PROCESSES
from tests.fault.running import answer, begin

PEOPLE = 32


def ask_all_at_once(env: dict[str, str]) -> None:
    answer(begin(env, "booking", "make", str(PEOPLE)))
    crowd = [begin(env, "booking", "work", str(number)) for number in range(PROCESSES)]
    told = [answer(one) for one in crowd]
    assert [error for one in told for error in one["errors"]] == []
    assert sum(one["booked"] for one in told) == PLACES
    assert sum(one["refused"] for one in told) == PEOPLE - PLACES
    assert answer(begin(env, "booking", "tell")) == list(range(1, PLACES + 1))


def test_on_sqlite_three_places_go_to_three(on_sqlite: dict[str, str]) -> None:
    ask_all_at_once(on_sqlite)


@pytest.mark.postgres
def test_on_postgresql_three_places_go_to_three(on_postgresql: dict[str, str]) -> None:
    ask_all_at_once(on_postgresql)
