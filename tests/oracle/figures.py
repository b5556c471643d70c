"""Figures from the tally, one at a time, by the definitions of the pack, in plain Python."""

from __future__ import annotations

import math
from calendar import isleap, monthrange

from shidai.packs.schema.indicator import Indicator, Term
from tests.oracle import benefits, programmes, supplied, trained
from tests.oracle.tally import Tally

STOCKS = {"population", "migrants", "women_in_union", "users_any", "users_modern", "households"}
DAYS = {
    "person_years": "person_days", "union_years": "women_in_union_days", "user_years_any": "users_any_days",
    "user_years_modern": "users_modern_days",
}  # fmt: skip


def months_of(period: str) -> range:
    """Months 0 to 11 of '2004', '2004-Q2' or '2004-07'."""
    if len(period) == 4:
        return range(12)
    if "Q" in period:
        quarter = int(period[-1])
        return range(3 * quarter - 3, 3 * quarter)
    return range(int(period[-2:]) - 1, int(period[-2:]))


def counted(tally: Tally, term: Term, area: str, period: str, classes: dict[str, str]) -> float:
    """How much of a term there is in an area, a period and a class such as {'sex': '2', 'age5': '20'}."""
    months = months_of(period)
    if term.measure.startswith("benefit_"):
        return benefits.counted(tally.records, tally.year, term, area, months, classes)
    if term.measure.startswith("programme_"):
        return programmes.counted(tally, term, area, months)
    if term.measure in supplied.MEASURES:
        return supplied.counted(tally, term, area, months)
    if term.measure in trained.MEASURES:
        return trained.counted(tally, term, area, months)
    residence = "living" if term.measure == "migrants" else term.residence

    def total(name: str, times: range | list[int]) -> float:
        return sum(
            n
            for time, sex, order, age, n in tally.rows_of(name, residence, area)
            if time in times and _belongs(term, classes, name, sex, order, age)
        )

    if term.measure == "mean_population":
        length = sum(monthrange(tally.year, month + 1)[1] for month in months) / (366 if isleap(tally.year) else 365)
        return (total("population", [months[0]]) + total("population", [months[-1] + 1])) / 2 * length
    if term.measure in STOCKS:
        return total(term.measure, [months[-1] + 1])
    if term.measure in DAYS:
        return total(DAYS[term.measure], months) / (366 if isleap(tally.year) else 365)
    return total(term.measure, months)


def _belongs(term: Term, classes: dict[str, str], name: str, sex: int, order: int | None, age: int | None) -> bool:
    if name == "households":
        return True
    wanted_sex = term.sex or (int(classes["sex"]) if "sex" in classes else None)
    if wanted_sex is not None and sex != wanted_sex:
        return False
    if name == "births" and "order" in classes and (order or 9) != int(classes["order"]):
        return False
    if name.startswith("moves"):
        return True
    low, high = term.age_from, term.age_to
    for word, width in (("age", 1), ("age5", 5)):
        if classes.get(word) == "unknown":
            return age is None
        if word in classes:
            low, high = int(classes[word]), int(classes[word]) + width - 1
    if low is None and high is None:
        return True
    return age is not None and (low or 0) <= age <= (100 if high is None or high >= 100 else high)


def numerator(tally: Tally, indicator: Indicator, area: str, period: str, classes: dict[str, str]) -> float:
    return sum(term.sign * counted(tally, term, area, period, classes) for term in indicator.numerator)


def denominator(tally: Tally, indicator: Indicator, area: str, period: str, classes: dict[str, str]) -> float:
    return sum(term.sign * counted(tally, term, area, period, classes) for term in indicator.denominator)


def value(tally: Tally, indicator: Indicator, area: str, period: str, classes: dict[str, str]) -> float | None:
    """The figure, or None where there is none. Life-table figures aren't recomputed here."""
    above = numerator(tally, indicator, area, period, classes)
    if indicator.formula == "count":
        return above * indicator.per
    if indicator.formula == "ratio":
        below = denominator(tally, indicator, area, period, classes)
        return above / below * indicator.per if below > 0 else None
    rates, width = {}, indicator.age_width
    term = indicator.numerator[0]
    for age in range(term.age_from, term.age_to + 1, width):
        word = {"age" if width == 1 else "age5": str(age)}
        years = counted(tally, indicator.denominator[0], area, period, word)
        if years == 0:
            return None
        rates[age] = counted(tally, term, area, period, word) / years
    if indicator.formula in ("total_fertility_rate", "gross_reproduction_rate"):
        return sum(rates.values()) * width
    total = math.fsum(rates.values())
    return sum(rate * (age + width / 2) for age, rate in rates.items()) / total if total else None
