"""Cleaning: texts as offices write them become columns that can be compared."""

from __future__ import annotations

import pyarrow as pa
import pytest

from shidai.linkage.cleaning import clean_han, clean_latin, plain_child, plain_date, plain_han, plain_latin, plain_sex
from shidai.linkage.residentnumber import check_character, holds, lengthen


def test_traditional_signs_become_simplified_ones() -> None:
    assert plain_han("張 偉龍") == "张伟龙"
    assert plain_han("阿依努尔•买买提") == plain_han("阿依努尔·买买提")


def test_latin_names_lose_accents_and_case() -> None:
    assert plain_latin("  O'Connor,  José ") == "o connor jose"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1950-03-07", (1950, 3, 7)),
        ("19500307", (1950, 3, 7)),
        ("1950/3/7", (1950, 3, 7)),
        ("1950年3月7日", (1950, 3, 7)),
        ("1950年3月", (1950, 3, None)),
        ("195003", (1950, 3, None)),
        ("1950", (1950, None, None)),
        ("不详", (None, None, None)),
    ],
)
def test_a_date_may_be_half_known(text, parts) -> None:
    assert plain_date(text) == parts


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("王梓涵1986-03-04", "王梓涵1986-03-04"),
        ("王梓涵 1986年3月4日", "王梓涵1986-03-04"),
        ("張偉龍（19860304）", "张伟龙1986-03-04"),
        ("王梓涵1986年", "王梓涵1986"),
        ("王梓涵", "王梓涵"),
        ("未命名1986-03-04", None),
        ("1986-03-04", None),
        ("不详", "不详"),
    ],
)
def test_a_child_is_its_name_and_what_is_known_of_its_birth(text, plain) -> None:
    assert plain_child(text) == plain


def test_sexes_in_either_language() -> None:
    assert [plain_sex(text) for text in ("男", "女", "F", "male", "?")] == ["1", "2", "2", "1", None]


def test_a_number_of_fifteen_digits_becomes_the_eighteen_that_replaced_it() -> None:
    first = "99020619500307101"
    assert lengthen("990206500307101") == first + check_character(first)


def test_one_digit_mistyped_breaks_a_number() -> None:
    first = "99020619500307101"
    number = first + check_character(first)
    assert holds(number)
    for at in range(17):
        for other in "0123456789":
            assert other == number[at] or not holds(number[:at] + other + number[at + 1 :])


def test_a_full_name_is_parted() -> None:
    han = clean_han(pa.table({"id": ["1", "2"], "name": ["欧阳修文", "曾国"]}))
    assert han["surname"].to_pylist() == ["欧阳", "曾"]
    assert han["given"].to_pylist() == ["修文", "国"]
    assert han["pinyin"].to_pylist() == ["ouyangxiuwen", "zengguo"]
    latin = clean_latin(pa.table({"id": ["1"], "name": ["Ana María Ortiz"]}))
    assert (latin["given_name"].to_pylist(), latin["family_name"].to_pylist()) == (["ana maria"], ["ortiz"])
