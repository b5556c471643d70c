"""The facts of a day, person by person in plain Python: slow, obvious, and what every engine must agree with."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

Rows = dict[str, list[dict[str, Any]]]


def add_families(records: Rows, seed: int) -> None:
    """Give people of a random city parents, kinds of registration, spouses, and attested facts that begin and end."""
    rng = Random(seed)
    people = records["person"]
    ids = [person["person_id"] for person in people]
    for person in people:
        person["registration"] = rng.choice(["rural", "urban", None])
        if person["birth_precision"] == "day" and rng.random() < 0.2:
            person |= {"birth_date": person["birth_date"].replace(day=15), "birth_precision": "month"}
        for side in ("mother_id", "father_id"):
            others = [one for one in ids if one < person["person_id"]]
            person[side] = rng.choice(others) if others and rng.random() < 0.6 else None
    undated = {row["person_id"] for row in records["death"] if row["death_date"] is None}
    for person in people:
        if person["person_id"] in undated:
            person["death_date"] = None
    for union in records["union_"]:
        union["husband_id"] = rng.choice(ids)
    records["attested"] = [
        {
            "record_id": number,
            "person_id": rng.choice(ids),
            "fact": rng.choice(["hardship", "grade"]),
            "number": rng.randrange(0, 2),
            "start_date": rng.choice([date(2003, 1, 1), date(2005, 1, 1), date(2006, 3, 1)]),
            "end_date": rng.choice([None, date(2005, 12, 31), date(2006, 6, 1)]),
        }
        for number in range(60)
    ]


def facts_of(records: Rows, person: dict[str, Any], on: date) -> dict[str, Any]:
    """Every column of `shidai.rules.columns` for one person, and the bounds of what follows from the birth."""
    me = person["person_id"]
    now = [row for row in records["residence"] if row["person_id"] == me and _holds(row, on)]
    registered = [row["area"] for row in now if row["kind"] == "registered"]
    living = [row for row in now if row["kind"] == "living"]
    stated = [row["registered_area"] for row in living if row.get("registered_area")]
    children = [
        one
        for one in records["person"]
        if me in (one.get("mother_id"), one.get("father_id")) and (one["birth_date"] is None or one["birth_date"] <= on)
    ]
    # a child whose mother and father are one random person counts once for each side, as on the register
    twice = [one for one in children if one.get("mother_id") == one.get("father_id") == me]
    children += twice
    alive = [one for one in children if _alive(records, one, on)]
    months = [_months(one["birth_date"], on) for one in alive if one["birth_date"]]
    orders = [b["birth_order"] for b in records["birth"] if b.get("person_id") == me and b.get("birth_order")]
    spouses = _spouses(records, me, on)
    return {
        **_of_birth(person, on),
        "sex": person["sex"],
        "alive": _alive(records, person, on),
        "registration": person.get("registration"),
        "registered_area": max(registered, default=max(stated, default=None)),
        "living_area": max((row["area"] for row in living), default=None),
        "registered_here": bool(registered),
        "lives_here": bool(living),
        "children_ever": len(children),
        "surviving_children": len(alive),
        "surviving_sons": sum(one["sex"] == 1 for one in alive),
        "surviving_daughters": sum(one["sex"] == 2 for one in alive),
        "dead_children": len(children) - len(alive),
        "youngest_months": min(months, default=None),
        "in_union": spouses is not None,
        "spouse_age": max((_years(s["birth_date"], on) for s in spouses or () if s["birth_date"]), default=None),
        "spouse_registration": max((s["registration"] for s in spouses or () if s["registration"]), default=None),
        "birth_order": min(orders, default=None),
        "hardship": _attested(records, me, "hardship", on),
        "grade": _attested(records, me, "grade", on),
    }


def births_of(person: dict[str, Any]) -> list[date]:
    """Every day on which somebody may be born."""
    birth, precision = person["birth_date"], person["birth_precision"]
    if birth is None:
        return []
    days = [date(birth.year, 1, 1) + timedelta(days=n) for n in range(366)]
    if precision == "year":
        return [day for day in days if day.year == birth.year]
    if precision == "month":
        return [day for day in days if (day.year, day.month) == (birth.year, birth.month)]
    return [birth]


def _of_birth(person: dict[str, Any], on: date) -> dict[str, Any]:
    """What is the same for every possible birth is known; else it lies between the least and the greatest."""
    births, found = births_of(person), {}
    each = {
        "birth_date": births,
        "age": [_years(birth, on) for birth in births],
        "months_old": [_months(birth, on) for birth in births],
    }
    for name, values in each.items():
        found[name] = values[0] if len(set(values)) == 1 else None
        found[f"_{name}_least"], found[f"_{name}_most"] = min(values, default=None), max(values, default=None)
    return found


def _spouses(records: Rows, me: int, on: date) -> list[dict[str, Any]] | None:
    """The persons on the other side of the unions of a day; None when there is no union."""
    people = {person["person_id"]: person for person in records["person"]}
    now = [union for union in records["union_"] if union["start_date"] is not None and _holds(union, on)]
    others = [u.get("husband_id") for u in now if u.get("wife_id") == me]
    others += [u.get("wife_id") for u in now if u.get("husband_id") == me]
    others = [other for other in others if other not in people or _alive(records, people[other], on)]
    return [people[other] for other in others if other in people] if others else None


def _holds(row: dict[str, Any], on: date) -> bool:
    return row["start_date"] <= on and (row["end_date"] is None or row["end_date"] > on)


def _alive(records: Rows, person: dict[str, Any], on: date) -> bool:
    if person["death_date"] is not None:
        return bool(person["death_date"] > on)
    return not any(row["person_id"] == person["person_id"] and row["death_date"] is None for row in records["death"])


def _years(birth: date, on: date) -> int:
    years = on.year - birth.year
    return years if (on.month, on.day) >= (birth.month, birth.day) else years - 1


def _months(birth: date, on: date) -> int:
    return (on.year - birth.year) * 12 + on.month - birth.month


def _attested(records: Rows, me: int, fact: str, on: date) -> int | bool | None:
    """What was attested last of what holds on the day."""
    held = [r for r in records["attested"] if r["person_id"] == me and r["fact"] == fact and _holds(r, on)]
    if not held:
        return None
    number: int = max(held, key=lambda row: (row["start_date"], row["record_id"]))["number"]
    return number == 1 if fact == "hardship" else number
