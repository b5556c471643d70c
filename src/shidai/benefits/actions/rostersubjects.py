"""For whom a roster's rows are: what the register knows of them, and the areas in which they may be taken over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from shidai.benefits.actions.rosterfaults import foreign_area, other_area, stranger, unknown_area
from shidai.benefits.actions.rosterfile import ClaimRow, FactRow, Whom
from shidai.core.access import Scope
from shidai.core.queries import area_book
from shidai.core.tree import county_of
from shidai.packs.schema.scheme import Subject
from shidai.registry.queries import areas_of, records_of
from shidai.registry.queries.factsofday import Lives
from shidai.words import Problem

RECORDS: tuple[Subject, ...] = ("person", "household")


@dataclass(frozen=True, slots=True)
class Found:
    """A subject: the record's row number (none of a village), and the village that it belongs to today."""

    kind: Subject
    number: int | None
    area: str

    @property
    def fields(self) -> dict[str, Any]:
        """As a claim or an attestation names it."""
        return {
            "person_id": self.number if self.kind == "person" else None,
            "household_id": self.number if self.kind == "household" else None,
            "village": self.area if self.kind == "village" else "",
        }


class Subjects:
    """The subjects of all rows, looked up together."""

    def __init__(self, rows: Iterable[ClaimRow | FactRow], source: str, by: Scope) -> None:
        self._book, self._mine = area_book(), by.prefixes("benefit.import")
        whoms = {row.whom for row in rows}
        self._found = {
            one: Found("village", None, one.key)
            for one in whoms
            if one.kind == "village" and self._book.is_village(one.key)
        }
        for kind in RECORDS:
            numbers = records_of(by, source, kind, (one.key for one in whoms if one.kind == kind))
            areas = areas_of(by, kind, numbers.values())
            self._found |= {
                Whom(kind, key): Found(kind, number, areas[number])
                for key, number in numbers.items()
                if number in areas
            }

    def find(self, row: ClaimRow | FactRow, faults: list[Problem]) -> Found | None:
        """A row's subject; one that isn't on the register is a fault."""
        found = self._found.get(row.whom)
        if found is None:
            faults.append(stranger(row.place, row.whom.kind, row.whom.key))
        return found

    def may_take(self, place: str, area: str, faults: list[Problem]) -> bool:
        """Whether rows of an area may be taken over; one of another area is a fault."""
        mine = area.startswith(self._mine)
        if not mine:
            faults.append(foreign_area(place, self._book.said(area)))
        return mine

    def counties_of(self, areas: Iterable[str]) -> set[str]:
        """The counties of the areas that are villages of the city: whom the register has from elsewhere has none."""
        return {county_of(one) for one in areas if self._book.is_village(one)}

    def check_areas(self, rows: list[tuple[ClaimRow, Found]], faults: list[Problem]) -> set[str]:
        """The places of the rows whose area is where their subject belongs today, or did on the day of application."""
        fine = [(row, found) for row, found in rows if self._is_mine(row, faults)]
        right = {row.place for row, found in fine if row.area == found.area}
        moved: defaultdict[date, list[tuple[ClaimRow, Found]]] = defaultdict(list)
        for row, found in fine:
            if row.place not in right:
                moved[row.acts[0].day].append((row, found))
        for day, some in moved.items():
            people = {found.number for _, found in some if found.kind == "person" and found.number is not None}
            then = Lives(people).on(day)
            for row, found in some:
                facts = then.get(found.number or 0, {})
                if row.area in (facts.get("registered_area"), facts.get("living_area")):
                    right.add(row.place)
                else:
                    faults.append(other_area(row.place, self._book.said(row.area), found.kind))
        return right

    def _is_mine(self, row: ClaimRow, faults: list[Problem]) -> bool:
        if self._book.is_village(row.area):
            return self.may_take(row.place, row.area, faults)
        faults.append(unknown_area(row.place, row.area))
        return False
