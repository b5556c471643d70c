"""Where a claim stands follows from its ledger: applied for, passed step by step, in notice, in force, stopped."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shidai.benefits.workflow import ACTS, STATES, Act, Entry, State, follow, stand
from shidai.packs.schema.scheme import Step
from shidai.words import ShidaiError

STEPS = (
    Step(level="village", act="review", notice_days=7),
    Step(level="township", act="check"),
    Step(level="county", act="confirm"),
)
DAY = date(2006, 1, 1)


def claim(*acts: tuple[Act, int, str]) -> list[Entry]:
    return [Entry(act, DAY + timedelta(days=after), by) for act, after, by in acts]


THROUGH = (("apply", 0, "lan"), ("pass", 1, "lan"), ("pass", 10, "zhou"), ("pass", 11, "gu"))


def state(after: int, *acts: tuple[Act, int, str]) -> State:
    return stand(claim(*acts), STEPS, DAY + timedelta(days=after)).state


def test_a_claim_passes_each_step_and_comes_into_force() -> None:
    assert state(0) == "new"
    assert state(0, *THROUGH[:1]) == "waiting"
    assert state(1, *THROUGH[:2]) == "notice"
    assert state(11, *THROUGH) == "in_force"


def test_a_notice_ends_by_itself_after_its_last_day() -> None:
    assert state(8, *THROUGH[:2]) == "notice"
    assert state(9, *THROUGH[:2]) == "waiting"


def test_a_notice_runs_from_the_day_on_which_the_public_could_first_know_of_the_step() -> None:
    typed_back = [Entry("apply", DAY, "lan"), Entry("pass", DAY, "lan", told_on=DAY + timedelta(days=20))]
    assert stand(typed_back, STEPS, DAY + timedelta(days=27)).state == "notice"
    assert stand(typed_back, STEPS, DAY + timedelta(days=28)).state == "waiting"


def test_nothing_passes_during_the_notice() -> None:
    with pytest.raises(ShidaiError, match="The public notice runs to 9 Jan 2006"):
        state(9, *THROUGH[:2], ("pass", 8, "zhou"))


def test_an_objection_holds_a_claim_up_until_it_is_settled_and_the_notice_begins_again() -> None:
    objected = (*THROUGH[:2], ("object", 8, "lan"))
    assert state(100, *objected) == "objected"
    settled = (*objected, ("settle", 20, "lan"))
    assert state(27, *settled) == "notice"
    assert state(28, *settled) == "waiting"


def test_an_objection_after_the_deadline_is_refused() -> None:
    with pytest.raises(ShidaiError, match="an objection comes too late"):
        state(9, *THROUGH[:2], ("object", 9, "lan"))


def test_nobody_does_two_steps_of_one_claim() -> None:
    with pytest.raises(ShidaiError, match="The same person did an earlier step"):
        state(11, *THROUGH[:3], ("pass", 11, "zhou"))


def test_a_refused_or_stopped_claim_can_be_appealed_and_goes_through_all_steps_again() -> None:
    refused = (*THROUGH[:1], ("refuse", 1, "lan"))
    assert state(1, *refused) == "refused"
    assert state(2, *refused, ("appeal", 2, "lan")) == "waiting"
    assert state(60, *THROUGH, ("stop", 50, "gu")) == "stopped"


def test_who_declines_is_asked_no_more_but_may_apply_again() -> None:
    declined = (*THROUGH, ("decline", 30, "lan"))
    assert state(30, *declined) == "declined"
    assert state(40, *declined, ("apply", 40, "lan")) == "waiting"


@pytest.mark.parametrize("act", [act for act in ACTS if act not in ("stop", "reverify", "decline")])
def test_what_does_not_fit_is_refused(act: Act) -> None:
    with pytest.raises(ShidaiError):
        state(50, *THROUGH, (act, 50, "ma"))


@given(
    st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 6), st.sampled_from(["lan", "zhou", "gu"])), max_size=30)
)
def test_whatever_is_tried_a_claim_is_in_force_only_after_every_step_by_another_hand(
    tries: list[tuple[Act, int, str]],
) -> None:
    now, day, passed = stand([], STEPS, DAY), DAY, 0
    for act, after, by in tries:
        day += timedelta(days=after)
        try:
            now = follow(now, Entry(act, day, by), STEPS)
        except ShidaiError:
            continue
        passed = 0 if act in ("apply", "appeal") else passed + (act == "pass")
        assert now.state in get_args(State)
        assert STATES[now.state].zh
        if now.state == "in_force":
            assert passed == len(STEPS)
            assert len(set(now.hands)) == len(STEPS)
