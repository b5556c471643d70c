"""The model for Chinese persons: signs and their reading, dates in parts, resident numbers without the date inside."""

from __future__ import annotations

from collections.abc import Collection

from shidai.linkage.aspects import STRANGERS, Aspect, Rung
from shidai.linkage.levels import both, either

_NUMBER_CHANGED = 0.0005
"""Share of true pairs with two different numbers that both hold: a number is given for life, and changed only where two
people had been given the same one (GB 11643-1999, 4.1)."""
_REGISTERED_TWICE = 0.5
"""The same within a register that lets no number stand twice: who is on it twice has another number there, or none."""

HOME, CLAN, PEERS = "one home", "one village and surname", "one sex and decade"


def contexts(known: Collection[str]) -> dict[str, str]:
    """The condition of each context; a pair is in the first that holds."""
    homes = [f"coalesce({column}_l = {column}_r, FALSE)" for column in ("phone", "address") if column in known]
    clan = both(*(f"coalesce({column}_l = {column}_r, FALSE)" for column in ("village", "surname")))
    return {
        HOME: either(*homes) if homes else "FALSE",
        CLAN: clan if {"village", "surname"} <= set(known) else "FALSE",
        PEERS: "coalesce(cohort_l = cohort_r, FALSE)" if "cohort" in known else "FALSE",
        STRANGERS: "TRUE",
    }


def aspects(known: Collection[str], *, numbers_once: bool = False) -> list[Aspect]:
    """One for each thing that both lists have. numbers_once: within one list in which no number stands twice."""
    found = []
    if "name" in known:
        found.append(_name())
    if "birth_year" in known:
        found.append(_birth())
    if "number" in known:
        found.append(_number(_REGISTERED_TWICE if numbers_once else _NUMBER_CHANGED))
    if "phone" in known:
        found.append(_phone())
    if "address" in known:
        found.append(_address(known))
    if "village" in known or "town" in known:
        found.append(_place(known))
    if "child" in known:
        found.append(_child())
    if "sex" in known:
        rungs = (Rung("sex alike", "sex_l = sex_r", 0.99), Rung("other sex", "TRUE", 0.01))
        found.append(Aspect("sex", _missing("sex"), rungs))
    return found


def _missing(*columns: str) -> str:
    return either(*(f"{column}_l IS NULL OR {column}_r IS NULL" for column in columns))


def _name() -> Aspect:
    surname = "surname_l = surname_r"
    differing = " + ".join(
        f"CASE WHEN substr(name_l, {at}, 1) <> substr(name_r, {at}, 1) THEN 1 ELSE 0 END" for at in range(1, 5)
    )
    one_sign = both("length(name_l) = length(name_r)", f"{differing} = 1")
    rungs = (
        Rung(
            "name alike",
            "name_l = name_r",
            0.93,
            {CLAN: "name_in_clan", PEERS: "name_in_cohort", STRANGERS: "name"},
        ),
        Rung("same reading", "pinyin_l = pinyin_r", 0.025, {PEERS: "pinyin_in_cohort", STRANGERS: "pinyin"}),
        Rung("given name turned", both(surname, "given_l = reverse(given_r)"), 0.005),
        Rung("given name alike", "given_l = given_r", 0.003),
        Rung("one sign differs", one_sign, 0.03),
        Rung("surname", surname, 0.003, {PEERS: "surname", STRANGERS: "surname"}),
        Rung("other name", "TRUE", 0.007),
    )
    return Aspect("name", _missing("name"), rungs, (HOME, CLAN, PEERS, STRANGERS))


def _birth() -> Aspect:
    year, month, day = (f"birth_{part}_l = birth_{part}_r" for part in ("year", "month", "day"))
    turned = both(year, "birth_month_l = birth_day_r", "birth_day_l = birth_month_r")
    rungs = (
        Rung("same day", both(year, month, day), 0.95, equal=("birth_year", "birth_month", "birth_day")),
        Rung("day and month turned", turned, 0.003),
        Rung("same month", both(year, month), 0.025),
        Rung("same day of another year", both(month, day), 0.01),
        Rung("same year", year, 0.007),
        Rung("other date", "TRUE", 0.005),
    )
    return Aspect("birth", _missing("birth_year"), rungs, (HOME, CLAN, STRANGERS))


def _number(changed: float) -> Aspect:
    """Without the date inside it, which is compared by itself. Two numbers that both hold are two people's."""
    two_people = both("number_l <> number_r", "number_holds_l", "number_holds_r")
    near = either(
        both("number_area_l = number_area_r", "damerau_levenshtein(number_tail_l, number_tail_r) <= 1"),
        both("damerau_levenshtein(number_area_l, number_area_r) <= 1", "number_tail_l = number_tail_r"),
    )
    but_date = both("number_area_l = number_area_r", "number_tail_l = number_tail_r")
    rungs = (
        Rung("same number", "number_l = number_r", 0.9, equal=("number",)),
        Rung("two numbers that hold", two_people, changed, fixed=True),
        Rung("same but for the date", but_date, 0.04),
        Rung("one slip", near, 0.04),
        Rung("same area", "number_area_l = number_area_r", 0.01),
        Rung("other number", "TRUE", 0.01),
    )
    return Aspect("number", _missing("number_area"), rungs, (HOME, CLAN, STRANGERS))


def _phone() -> Aspect:
    rungs = (
        Rung("phone alike", "phone_l = phone_r", 0.6, equal=("phone",)),
        Rung("phone with a slip", "damerau_levenshtein(phone_l, phone_r) <= 1", 0.03),
        Rung("other phone", "TRUE", 0.37),
    )
    return Aspect("phone", _missing("phone"), rungs)


def _address(known: Collection[str]) -> Aspect:
    """Where the phone agrees already, the address is the same family's and tells nothing more."""
    missing = _missing("address")
    if "phone" in known:
        missing = either(missing, "coalesce(phone_l = phone_r, FALSE)")
    rungs = (
        Rung("address alike", "address_l = address_r", 0.7, equal=("address",)),
        Rung("other address", "TRUE", 0.3),
    )
    return Aspect("address", missing, rungs)


def _place(known: Collection[str]) -> Aspect:
    """Where the phone or the address agrees already, the village is the same family's and tells nothing more."""
    columns = [column for column in ("village", "town") if column in known]
    missing = either(_missing(columns[0]), contexts(known)[HOME])
    rungs = (
        *(Rung(f"{column} alike", f"{column}_l = {column}_r", 0.85, equal=(column,)) for column in columns[:1]),
        *(Rung(f"{column} alike", f"{column}_l = {column}_r", 0.05) for column in columns[1:]),
        Rung("other place", "TRUE", 0.1),
    )
    return Aspect("place", missing, rungs)


def _child() -> Aspect:
    """Two mothers, or two fathers, of one eldest child are one person; of a mother and a father it tells nothing."""
    rungs = (
        Rung("child alike", "child_l = child_r", 0.8, equal=("child",)),
        Rung("other child", "TRUE", 0.2),
    )
    return Aspect("child", either(_missing("child"), "sex_l <> sex_r"), rungs)


BLOCKS: tuple[tuple[str, ...], ...] = (
    ("number",),
    ("pinyin", "birth"),
    ("birth", "village"),
    ("pinyin", "village"),
    ("phone",),
    ("address", "pinyin"),
    ("address", "birth"),
    ("pinyin", "birth_year", "town"),
    ("pinyin", "birth_year", "birth_month"),
    ("pinyin", "birth_month", "birth_day"),
    ("number_tail", "surname", "birth_year"),
    ("surname", "birth", "sex"),
    ("village", "surname", "birth_year", "birth_month"),
    ("child", "surname"),
)
"""A pair is compared when it agrees on all of one of these; a slip in one leaves the others."""
