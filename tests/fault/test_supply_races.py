"""Acts of supply that meet on PostgreSQL: no error, nothing twice, no promise beyond the stock, nothing stranded."""

from __future__ import annotations

import pytest

from tests.fault.running import answer, begin


@pytest.mark.postgres
def test_acts_that_meet_neither_fail_nor_count_twice(on_postgresql: dict[str, str]) -> None:
    told = answer(begin(on_postgresql, "racing"))
    assert told == {
        "errors": [], "twice": 0, "two_cards": 0, "stranded": 0, "found_twice": 0, "clicked_in_vain": 0, "over": 0,
    }  # fmt: skip
