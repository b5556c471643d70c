"""The list of records behind a figure: pseudonyms of the record tables become people again, for those with access."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from shidai.core.access import Scope
from shidai.core.language import say
from shidai.core.records import records_folder
from shidai.indicators.opening import count_records, list_records
from shidai.indicators.records import Records
from shidai.packs.schema.indicator import PROGRAMMES, WITH_KIND, Indicator
from shidai.registry import queries as registry
from shidai.registry.villages import name_places
from shidai.registry.wording import SEX, say_date
from shidai.site.figures import current_pack, store
from shidai.site.names import MEASURES
from shidai.words import Text

PAGE = 50
UNKNOWN = Text(zh="（不在您的权限内）", en="(outside your access)")
BORNE = Text(zh="出生（列出母亲及其年龄、孩子性别）", en="birth (the mother, her age, the child's sex)")
EVENTS = ("births", "deaths", "moves_in", "moves_out", *PROGRAMMES, *WITH_KIND)
HEAD = (
    Text(zh="姓名", en="Name"),
    Text(zh="计入", en="Counted as"),
    Text(zh="性别", en="Sex"),
    Text(zh="年龄", en="Age"),
    Text(zh="村（社区）", en="Village"),
    Text(zh="起", en="From"),
    Text(zh="止", en="To"),
)


@dataclass(frozen=True, slots=True)
class Opened:
    """One page of the records behind a figure."""

    total: int
    head: tuple[Text, ...]
    rows: list[dict[str, Any]]
    page: int
    outdated: bool  # the stored figure rests on an earlier extract, so that the list may disagree with it

    @property
    def has_more(self) -> bool:
        return self.page * PAGE < self.total


def open_records(
    indicator: Indicator,
    *,
    scope: Scope,
    area: str,
    period: str,
    breakdown: str,
    side: Literal["numerator", "denominator"],
    page: int,
) -> Opened:
    """The records that one side of the figure counts. The caller has checked access; names are looked up in scope."""
    asked: dict[str, Any] = {
        "indicator": indicator.id,
        "area": area,
        "period": period,
        "breakdown": breakdown,
        "side": side,
    }
    with Records.open(records_folder()) as records:
        outdated = _is_outdated(records, period)
        total = count_records(records, current_pack(), **asked)
        listed = list_records(records, current_pack(), **asked, limit=PAGE, offset=PAGE * (page - 1)).to_pylist()
    counted = {row["person_id"] for row in listed if row["person_id"] is not None}
    people = registry.people_behind(scope, counted, area=area, indicator=indicator.id, period=period, side=side)
    places = name_places(row["area"] for row in listed)
    return Opened(total, HEAD, [_row(row, people, places) for row in listed], page, outdated)


def _is_outdated(records: Records, period: str) -> bool:
    """Whether the figure of the period was made from other records than those that are listed."""
    results = store()
    made = results.made(int(period[:4])) if results else None
    return made is not None and made.manifest != records.manifest.id


def _row(row: dict[str, Any], people: dict[int, Any], places: dict[str, str]) -> dict[str, Any]:
    who = people.get(row["person_id"])
    cells = (
        "–" if row["person_id"] is None else who.name if who else say(UNKNOWN),
        say(BORNE if row["measure"] == "births" else MEASURES[row["measure"]]),
        "–" if row["sex"] is None else say(SEX.get(row["sex"], SEX[9])),
        "–" if row["age"] is None or row["age"] < 0 else str(row["age"]),
        places.get(row["area"], row["area"] or "–"),
        say_date(row["start"]) if row["start"] else "–",
        say_date(row["end"]) if row["end"] and row["measure"] not in EVENTS else "–",
    )
    return {"url": f"/people/{who.uuid}/" if who else "", "cells": cells}
