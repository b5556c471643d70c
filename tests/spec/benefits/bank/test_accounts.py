"""Account numbers are checked before money goes to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shidai.benefits.bank import check_account, check_bank_code, masked, tidy_number
from shidai.benefits.bank.accounts import passes_luhn

from .making import card


def told(account: str, kind: str = "card") -> str:
    """What a clerk reads of an account number, in English; '' when it is right."""
    return " ".join(problem.said("en") for problem in check_account(account, kind))  # type: ignore[arg-type]


def test_the_published_examples_of_luhns_formula_hold() -> None:
    assert passes_luhn("79927398713")
    assert [end for end in range(10) if passes_luhn(f"7992739871{end}")] == [3]
    assert passes_luhn("4111111111111111")


def test_a_right_card_has_no_fault() -> None:
    assert told(card(1)) == ""


@given(st.integers(0, 10**12 - 1), st.integers(0, 18), st.integers(1, 9))
def test_one_wrong_digit_in_a_card_is_always_found(number: int, at: int, off: int) -> None:
    right = card(number)
    wrong = right[:at] + str((int(right[at]) + off) % 10) + right[at + 1 :]
    assert "check digit" in told(wrong)


@given(st.integers(0, 10**12 - 1), st.integers(0, 17))
def test_two_neighbours_swapped_in_a_card_are_found_unless_they_are_0_and_9(number: int, at: int) -> None:
    right = card(number)
    one, other = right[at], right[at + 1]
    swapped = right[:at] + other + one + right[at + 2 :]
    assert bool(told(swapped)) == (one != other and {one, other} != {"0", "9"})


def test_a_passbooks_number_needs_no_check_digit() -> None:
    assert told("12345678", kind="other") == ""
    assert "8 to 32 digits" in told("1234567", kind="other")
    assert "8 to 32 digits" in told("1" * 33, kind="other")


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ("", "digits only"),
        ("6222 0200 0000", "digits only"),
        ("６２２２０２００００００００００", "digits only"),
        ("622202000000000", "16 to 19 digits; this one has 15"),
        ("6.22202E+18", "scientific notation"),
        ("6E+18", "scientific notation"),
    ],
)
def test_a_wrong_number_is_refused_with_what_to_do(account: str, said: str) -> None:
    assert said in told(account)
    for problem in check_account(account, "card", "transfer 7"):
        assert problem.where == "transfer 7"
        assert problem.what.zh
        assert problem.mend.zh
        assert problem.mend.en


def test_blanks_hyphens_and_full_width_digits_can_be_tidied_before() -> None:
    assert tidy_number(" ６２２２-0200 0000 ") == "622202000000"


def test_a_message_shows_no_more_of_an_account_than_its_end() -> None:
    wrong = card(123)[:-1] + str((int(card(123)[-1]) + 1) % 10)
    assert wrong not in told(wrong)
    assert masked(wrong) in told(wrong)
    assert masked("1234") == "****"


@pytest.mark.parametrize(
    "code", ["", "10230200001", "1023020000181", "10230200001X", "中国工商银行无锡分行营业", "１０２３０２００００１８"]
)
def test_a_bank_code_has_twelve_digits(code: str) -> None:
    assert "12 digits" in check_bank_code(code)[0].said("en")


def test_a_bank_codes_last_digit_is_not_judged() -> None:
    """No official text of its formula was found: a wrong last digit is left to the bank."""
    assert [check_bank_code(f"10230200001{end}") for end in range(10)] == [[]] * 10
