"""The model for Chinese persons: signs and their reading, dates in parts, resident numbers without the date inside."""

from __future__ import annotations

from collections.abc import Collection

from shidai.linkage.levels import Comparison, both, comparison, either, fixed, level, missing, mistyped, same

_NUMBER_CHANGED = 0.0005
"""Share of true pairs with two different numbers that both hold: a number is given for life, and changed only where two
people had been given the same one (GB 11643-1999, 4.1)."""


def comparisons(known: Collection[str]) -> list[Comparison]:
    """One comparison for each thing that both lists have."""
    found = []
    if "name" in known:
        found.append(_name())
    if "birth_year" in known:
        found.append(_birth())
    if "number" in known:
        found.append(_number())
    if "village" in known or "town" in known:
        found.append(_place(known))
    if "phone" in known:
        found.append(comparison("phone", missing("phone"), same("phone"), mistyped("phone", 1)))
    if "sex" in known:
        found.append(comparison("sex", missing("sex"), same("sex")))
    return found


def _name() -> Comparison:
    surname = "surname_l = surname_r"
    signs = range(1, 5)
    differing = " + ".join(
        f"CASE WHEN substr(name_l, {at}, 1) <> substr(name_r, {at}, 1) THEN 1 ELSE 0 END" for at in signs
    )
    return comparison(
        "name",
        missing("name"),
        same("name", frequency=True),
        level("same reading", "pinyin_l = pinyin_r", frequency_of="pinyin"),
        level("given name turned", both(surname, "given_l = reverse(given_r)")),
        level("one sign differs", both("length(name_l) = length(name_r)", f"{differing} = 1")),
        level("surname", surname, frequency_of="surname"),
    )


def _birth() -> Comparison:
    year, month, day = (f"birth_{part}_l = birth_{part}_r" for part in ("year", "month", "day"))
    turned = both(year, "birth_month_l = birth_day_r", "birth_day_l = birth_month_r")
    return comparison(
        "birth",
        missing("birth_year"),
        level("same day", both(year, month, day)),
        level("day and month turned", turned),
        level("same month", both(year, month)),
        level("same day of another year", both(month, day)),
        level("same year", year),
    )


def _number() -> Comparison:
    """Without the date inside it, which is compared by itself. Two numbers that both hold are two people's."""
    two_people = "number_l <> number_r AND number_holds_l AND number_holds_r"
    near = either(
        both("number_area_l = number_area_r", "damerau_levenshtein(number_tail_l, number_tail_r) <= 1"),
        both("damerau_levenshtein(number_area_l, number_area_r) <= 1", "number_tail_l = number_tail_r"),
    )
    return comparison(
        "number",
        missing("number_area"),
        level("same number", "number_l = number_r"),
        fixed(level("two numbers that hold", two_people), _NUMBER_CHANGED),
        level("same but for the date", both("number_area_l = number_area_r", "number_tail_l = number_tail_r")),
        level("one slip", near),
        level("same area", "number_area_l = number_area_r"),
    )


def _place(known: Collection[str]) -> Comparison:
    columns = [column for column in ("village", "town") if column in known]
    return comparison("place", missing(columns[0]), *(same(column, frequency=True) for column in columns))


BLOCKS: tuple[tuple[str, ...], ...] = (
    ("number",),
    ("pinyin", "birth"),
    ("birth", "village"),
    ("pinyin", "village"),
    ("phone",),
    ("pinyin", "birth_year", "town"),
    ("pinyin", "birth_year", "birth_month"),
    ("pinyin", "birth_month", "birth_day"),
    ("number_tail", "surname", "birth_year"),
    ("surname", "birth", "sex"),
    ("village", "surname", "birth_year", "birth_month"),
)
"""A pair is compared when it agrees on all of one of these; a slip in one leaves the others."""

TRAINING: tuple[tuple[str, ...], ...] = (("number",), ("pinyin", "birth"), ("pinyin", "village"))
"""Pairs that agree on these teach how often all else agrees in true pairs. Not a phone or a birthday in one village:
those are a family's, and siblings would be learned as one person."""

SURE: tuple[tuple[str, ...], ...] = (("number",), ("name", "birth", "village"), ("name", "birth", "sex"))
"""Pairs that agree on these are taken as true when the share of true pairs is first guessed."""
