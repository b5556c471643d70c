"""Hand-outs, couple-years, acceptors and sites, row by row: slow and obvious."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from shidai.packs.schema.commodity import Commodity
from shidai.packs.schema.indicator import SUPPLY, Term
from tests.oracle.cities import awkward_day
from tests.oracle.tally import Tally

MEASURES = SUPPLY


def add_supply(
    records: dict[str, list[dict[str, Any]]], commodities: Sequence[Commodity], seed: int, year: int,
    areas: Sequence[str],
) -> None:  # fmt: skip
    """Sites at every level, some closed, some not yet open; hand-outs, some without a name; where a method began."""
    rng = Random(seed)
    for one in records["contraception"]:
        one["area"] = rng.choice([None, *areas])
    years = range(year - 1, year + 2)
    records["site"], records["dispensing"] = [], []
    for number, area in enumerate([*areas, *areas, areas[0][:9], areas[0][:6], areas[0][:4]]):
        opened = awkward_day(rng, years)
        closed = rng.choice((None, opened + timedelta(days=rng.choice((1, 30, 365)))))
        records["site"].append({
            "record_id": number + 1, "code": f"S{number}", "area": area,
            "kind": rng.choice(("room", "station", "store")), "start_date": opened, "end_date": closed,
        })  # fmt: skip
    people = [one["person_id"] for one in records["person"]]
    for number in range(40):
        site, commodity, units = rng.choice(records["site"]), rng.choice(commodities), rng.randrange(1, 60)
        records["dispensing"].append({
            "record_id": number + 1, "person_id": rng.choice([None, *people]), "area": site["area"],
            "day": awkward_day(rng, years), "kind": commodity.id, "quantity": units, "method": commodity.method,
            "couple_years": commodity.couple_years(units), "site": site["code"], "channel": "desk",
        })  # fmt: skip


def counted(tally: Tally, term: Term, area: str, months: range) -> float:
    """How much of a term there is in an area and in some months of the tally's year."""
    records, year = tally.records, tally.year
    if term.measure == "sites":
        last = last_day(year, months[-1])
        return sum(
            one["kind"] == term.kind and one["area"].startswith(area) and one["start_date"] <= last
            and (one["end_date"] is None or one["end_date"] > last)
            for one in records["site"]
        )  # fmt: skip
    if term.measure == "acceptors":
        return sum(
            one["method"] == term.kind and (one["area"] or "").startswith(area) and bool(one["area"])
            and one["start_date"].year == year and one["start_date"].month - 1 in months
            for one in records["contraception"]
        )  # fmt: skip
    if term.measure in ("begun_a_year_ago", "continuers"):
        begun = [
            (one, _a_year_on(one["start_date"], year)) for one in records["contraception"]
            if one["method"] == term.kind and one["area"] and one["area"].startswith(area)
            and one["start_date"].year == year - 1
        ]  # fmt: skip
        return sum(
            day.month - 1 in months
            and (term.measure == "begun_a_year_ago" or one["end_date"] is None or one["end_date"] > day)
            for one, day in begun
        )
    if term.measure == "takers":
        return sum(one["area"].startswith(area) for one in _last_of_each_taker(records, term.kind, year, months))
    amount = {"handouts": lambda _: 1, "units_dispensed": lambda one: one["quantity"],
              "couple_years": lambda one: one["couple_years"]}[term.measure]  # fmt: skip
    return sum(
        amount(one)
        for one in records["dispensing"]
        if term.kind in (None, one["kind"]) and one["area"].startswith(area)
        and one["day"].year == year and one["day"].month - 1 in months
    )  # fmt: skip


def _last_of_each_taker(
    records: dict[str, list[dict[str, Any]]], kind: str | None, year: int, months: range
) -> list[dict[str, Any]]:
    """The last hand-out of the period of each person; of one day that at the later area. Nameless ones are each one."""
    last: dict[Any, dict[str, Any]] = {}
    for one in records["dispensing"]:
        if kind not in (None, one["kind"]) or one["day"].year != year or one["day"].month - 1 not in months:
            continue
        taker = one["person_id"] or ("nobody", one["record_id"])
        known = last.get(taker)
        if known is None or (one["day"], one["area"]) > (known["day"], known["area"]):
            last[taker] = one
    return list(last.values())


def _a_year_on(day: date, year: int) -> date:
    """The same day of another year; of 29 February the day after the 28th."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def last_day(year: int, month: int) -> date:
    return (date(year + 1, 1, 1) if month == 11 else date(year, month + 2, 1)) - timedelta(days=1)
