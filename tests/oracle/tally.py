"""The slow and obvious engine: every person, every day, one at a time, in plain Python.

It shares no code with `shidai.indicators`. Records are lists of dicts with the columns of the record tables.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

Records = dict[str, list[dict]]
ONE_DAY = timedelta(days=1)
FOREVER = date(9000, 1, 1)
NO_MOVE = (None, "birth", "death", "correction", "boundary")


@dataclass
class Tally:
    """Counts of one year. Keys: (measure, residence, area, month or edge, sex, order, age)."""

    year: int
    counts: Counter = field(default_factory=Counter)
    records: Records = field(default_factory=dict)  # for what is counted straight from its rows: benefits, visits
    programmes: dict = field(default_factory=dict)
    covered: dict = field(default_factory=dict)

    def rows_of(self, measure: str, residence: str, area: str) -> list[tuple]:
        """(month or edge, sex, order, age, n) of one measure in one area."""
        if not self._by_area:
            for (name, kind, where, *rest), n in self.counts.items():
                self._by_area.setdefault((name, kind, where), []).append((*rest, n))
        return self._by_area.get((measure, residence, area), [])

    _by_area: dict[tuple, list[tuple]] = field(default_factory=dict)


def tally(records: Records, year: int) -> Tally:
    """Count everything that indicators may ask for, for every area and the areas above it."""
    result = Tally(year, records=records)
    above = _areas_above(records["area"])
    for spell in records["residence"]:
        for day in _days_of(spell, year):
            _count_resident(result, above, spell, day)
    for woman in sorted({u["wife_id"] for u in records["union_"] if u["wife_id"] is not None}):
        _count_couple(result, above, records, woman, year)
    for birth in records["birth"]:
        _count_birth(result, above, birth, year)
    for death in records["death"]:
        _count_death(result, above, death, year)
    for area in above:
        _count_moves(result, above, records, area, year)
        _count_households(result, above, records, area, year)
    return result


def age_on(born: date | None, day: date) -> int | None:
    """Completed years, 0 to 100 (open); one born on 29 February completes a year on 1 March of common years."""
    if born is None:
        return None
    had_birthday = (day.month, day.day) >= (born.month, born.day)
    return min(max(day.year - born.year - (0 if had_birthday else 1), 0), 100)


def sex_of(code: int) -> int:
    return code if code in (1, 2) else 9


def covers(spell: dict, day: date) -> bool:
    return spell["start_date"] <= day < (spell["end_date"] or FOREVER)


def edges(year: int) -> list[date]:
    """The last day before each month of the year, and the year's last day: 13 days."""
    return [date(year, month, 1) - ONE_DAY for month in range(1, 13)] + [date(year, 12, 31)]


def _days_of(spell: dict, year: int) -> list[date]:
    day, days = date(year, 1, 1) - ONE_DAY, []
    while day.year <= year:
        if covers(spell, day):
            days.append(day)
        day += ONE_DAY
    return days


def _areas_above(areas: list[dict]) -> dict[str, list[str]]:
    parent = {area["code"]: area["parent"] for area in areas}
    found = {}
    for code in parent:
        line, at = [], code
        while at is not None:
            line.append(at)
            at = parent[at]
        found[code] = line
    return found


def _count_resident(result: Tally, above: dict, spell: dict, day: date) -> None:
    sex, age = sex_of(spell["sex"]), age_on(spell["birth_date"], day)
    names = [("population", spell["kind"])]
    if spell["kind"] == "living" and spell["migrant"]:
        names.append(("migrants", "living"))
    for area in above.get(spell["area"], []):
        for name, residence in names:
            if day in edges(result.year):
                result.counts[name, residence, area, edges(result.year).index(day), sex, None, age] += 1
        if day.year == result.year:
            result.counts["person_days", spell["kind"], area, day.month - 1, sex, None, age] += 1


def _count_couple(result: Tally, above: dict, records: Records, woman: int, year: int) -> None:
    unions = [u for u in records["union_"] if u["wife_id"] == woman and u["start_date"] is not None]
    methods = [c for c in records["contraception"] if c["person_id"] == woman]
    homes = [s for s in records["residence"] if s["person_id"] == woman and s["kind"] == "registered" and s["sex"] == 2]
    for home in homes:
        for day in _days_of(home, year):
            if not any(covers(union, day) for union in unions):
                continue
            using = [method for method in methods if covers(method, day)]
            facts = {"women_in_union": True, "users_any": bool(using), "users_modern": any(m["modern"] for m in using)}
            age = age_on(home["birth_date"], day)
            for area in above.get(home["area"], []):
                for name, true in facts.items():
                    if true and day in edges(year):
                        result.counts[name, "registered", area, edges(year).index(day), 2, None, age] += 1
                    if true and day.year == year:
                        result.counts[f"{name}_days", "registered", area, day.month - 1, 2, None, age] += 1


def _count_birth(result: Tally, above: dict, birth: dict, year: int) -> None:
    day = birth["birth_date"]
    if day is None or day.year != year:
        return
    order = None if birth["birth_order"] is None else min(birth["birth_order"], 5)
    age = age_on(birth["mother_birth_date"], day)
    for residence in ("registered", "living"):
        for area in above.get(birth[f"{residence}_area"], []):
            result.counts["births", residence, area, day.month - 1, sex_of(birth["sex"]), order, age] += 1


def _count_death(result: Tally, above: dict, death: dict, year: int) -> None:
    day = death["death_date"]
    if day is None or day.year != year:
        return
    for residence in ("registered", "living"):
        for area in above.get(death[f"{residence}_area"], []):
            age = age_on(death["birth_date"], day)
            result.counts["deaths", residence, area, day.month - 1, sex_of(death["sex"]), None, age] += 1


def _count_moves(result: Tally, above: dict, records: Records, area: str, year: int) -> None:
    """A spell's start counts as a move into the area unless another spell of the person inside it ends that day."""

    def inside(spell: dict) -> bool:
        return area in above.get(spell["area"], [])

    for spell in records["residence"]:
        if not inside(spell) or spell["start_date"] >= (spell["end_date"] or FOREVER):
            continue
        same = [
            other
            for other in records["residence"]
            if other["person_id"] == spell["person_id"] and other["kind"] == spell["kind"] and inside(other)
            and other["start_date"] < (other["end_date"] or FOREVER)
        ]  # fmt: skip
        start, end, key = spell["start_date"], spell["end_date"], (spell["kind"], area)
        if start.year == year and spell["start_reason"] not in NO_MOVE:
            came = 1 - sum(other["end_date"] == start for other in same)
            result.counts["moves_in", *key, start.month - 1, sex_of(spell["sex"]), None, None] += came
        if end is not None and end.year == year and spell["end_reason"] not in NO_MOVE:
            left = 1 - sum(other["start_date"] == end for other in same)
            result.counts["moves_out", *key, end.month - 1, sex_of(spell["sex"]), None, None] += left


def _count_households(result: Tally, above: dict, records: Records, area: str, year: int) -> None:
    """Households are counted where they are: one with members in two villages counts in both."""
    for edge, day in enumerate(edges(year)):
        for kind in ("registered", "living"):
            there = {
                (spell["area"], spell["household_id"])
                for spell in records["residence"]
                if spell["kind"] == kind and covers(spell, day) and area in above.get(spell["area"], [])
                and spell["household_id"] is not None
            }  # fmt: skip
            result.counts["households", kind, area, edge, 9, None, None] += len(there)
