"""Thirty-two ask at one moment for three places, or for three with one microscope: four get one, the rest are told."""

from __future__ import annotations

import pytest

from tests.fault.booking import MICROSCOPES, PLACES, PROCESSES
from tests.fault.running import answer, begin

PEOPLE = 32


def ask_all_at_once(env: dict[str, str]) -> None:
    answer(begin(env, "booking", "make", str(PEOPLE)))
    crowd = [begin(env, "booking", "work", str(number)) for number in range(PROCESSES)]
    told = [answer(one) for one in crowd]
    assert [error for one in told for error in one["errors"]] == []
    served = sum(min(PLACES, pieces) for pieces in MICROSCOPES.values())
    assert sum(one["booked"] for one in told) == served
    assert sum(one["refused"] for one in told) == PEOPLE - served
    taken = answer(begin(env, "booking", "tell"))
    assert taken == [["S-1", 1], ["S-1", 2], ["S-1", 3], ["S-2", 1]]


def test_on_sqlite_three_places_go_to_three_and_one_piece_to_one(on_sqlite: dict[str, str]) -> None:
    ask_all_at_once(on_sqlite)


@pytest.mark.postgres
def test_on_postgresql_three_places_go_to_three_and_one_piece_to_one(on_postgresql: dict[str, str]) -> None:
    ask_all_at_once(on_postgresql)


def let_two_meet(env: dict[str, str]) -> dict[str, str]:
    """What the second of two requests heard; one place and one piece came of them."""
    answer(begin(env, "booking", "make", "1"))
    heard = answer(begin(env, "booking", "twice"))
    assert len(answer(begin(env, "booking", "tell"))) == 1
    told = [heard[name] for name in ("piece", "rooms", "hours", "consent")]
    assert told == ["M9", "9", "08:30", "True"]
    return heard


def test_on_sqlite_two_requests_for_one_person_leave_one_place(on_sqlite: dict[str, str]) -> None:
    let_two_meet(on_sqlite)


@pytest.mark.postgres
def test_on_postgresql_the_second_of_two_for_one_person_hears_of_her_place(on_postgresql: dict[str, str]) -> None:
    heard = let_two_meet(on_postgresql)
    assert heard["place"] == "This person was booked a moment ago for 2007-01-01 08:30 at Station."
