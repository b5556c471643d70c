"""The resident number of GB 11643, old and new. The region 999999 in these examples doesn't exist."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shidai.linkage.residentnumber import check_character
from shidai.registry.mistyped import Mistyped
from shidai.registry.residentnumber import parse_resident_number

FIRST = "99999919870305123"
NUMBER = FIRST + check_character(FIRST)


def test_a_number_says_where_when_and_which_sex():
    read = parse_resident_number(NUMBER)
    assert (read.region, read.birth_date, read.sex) == ("999999", date(1987, 3, 5), 1)


def test_the_check_character_is_that_of_iso_7064_mod_11_2():
    assert check_character("11010519491231002") == "X"  # the example printed in GB 11643-1999
    assert check_character("44052418800101001") == "4"  # its second example


def test_an_old_number_of_15_digits_gets_its_new_form():
    assert parse_resident_number("999999870305123").number == NUMBER


@pytest.mark.parametrize(
    "text", [NUMBER[:6] + " " + NUMBER[6:14] + " " + NUMBER[14:], "".join(chr(ord(c) + 0xFEE0) for c in NUMBER)]
)
def test_spaces_and_full_width_digits_are_read(text):
    assert parse_resident_number(text).number == NUMBER


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_mistyped_digit_is_always_noticed(place, shift):
    wrong = NUMBER[:place] + str((int(NUMBER[place]) + shift) % 10) + NUMBER[place + 1 :]
    with pytest.raises(Mistyped):
        parse_resident_number(wrong)


@given(st.integers(0, 15))
def test_two_swapped_neighbours_are_always_noticed(place):
    swapped = NUMBER[:place] + NUMBER[place + 1] + NUMBER[place] + NUMBER[place + 2 :]
    if swapped != NUMBER:
        with pytest.raises(Mistyped):
            parse_resident_number(swapped)


@pytest.mark.parametrize(
    ("text", "what"),
    [("123", "18 characters"), ("99999919870230123", "18 characters"), ("99999987023012A", "18 characters")],
)
def test_a_wrong_length_or_sign_is_refused(text, what):
    with pytest.raises(Mistyped, match=what):
        parse_resident_number(text)


def test_a_date_that_does_not_exist_is_refused():
    first = "99999919870230123"
    with pytest.raises(Mistyped, match="doesn't exist"):
        parse_resident_number(first + check_character(first))
