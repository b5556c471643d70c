"""The readable parts of a pack, each with its place in a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from shidai.packs.files import Placed
from shidai.packs.schema.area import PackArea
from shidai.packs.schema.checklist import Checklist
from shidai.packs.schema.commodity import Commodity
from shidai.packs.schema.demonstration import Demonstration
from shidai.packs.schema.equipment import EquipmentKind
from shidai.packs.schema.holidays import HolidayYear
from shidai.packs.schema.indicator import Indicator
from shidai.packs.schema.pack import PackHeader
from shidai.packs.schema.programme import Programme
from shidai.packs.schema.report import Report
from shidai.packs.schema.rule import MethodList
from shidai.packs.schema.scenario import Consequence, Scenario
from shidai.packs.schema.scheme import AttestedFact, Scheme
from shidai.packs.schema.series import Series
from shidai.packs.schema.source import Source
from shidai.packs.schema.target import Target
from shidai.packs.schema.training import Training
from shidai.packs.schema.whatif import WhatIf

Model = TypeVar("Model", bound=BaseModel, covariant=True)


@dataclass(frozen=True, slots=True)
class Part(Generic[Model]):
    thing: Model
    placed: Placed

    def where(self, *path: str | int) -> str:
        return self.placed.where(*path)


@dataclass(frozen=True, slots=True)
class Parts:
    folder: Path
    header: Part[PackHeader] | None
    areas: list[Part[PackArea]]
    sources: list[Part[Source]]
    methods: Part[MethodList] | None
    indicators: list[Part[Indicator]]
    series: list[Part[Series]]
    targets: list[Part[Target]]
    reports: list[Part[Report]]
    schemes: list[Part[Scheme]]
    programmes: list[Part[Programme]]
    commodities: list[Part[Commodity]]
    trainings: list[Part[Training]]
    checklists: list[Part[Checklist]]
    scenarios: list[Part[Scenario]]
    consequences: list[Part[Consequence]]
    whatifs: list[Part[WhatIf]]
    equipment: list[Part[EquipmentKind]]
    facts: list[Part[AttestedFact]]
    holidays: list[Part[HolidayYear]]
    demonstration: Part[Demonstration] | None
    unread: frozenset[
        str
    ]  # ids, codes and file kinds that stand in the pack but can't be read: not unknown, only broken

    def all(self) -> Iterator[Part[Any]]:
        """Every part except areas and sources."""
        single = (self.header, self.methods, self.demonstration)
        yield from (part for part in single if part is not None)
        yield from self.indicators
        yield from self.series
        yield from self.targets
        yield from self.reports
        yield from self.schemes
        yield from self.programmes
        yield from self.commodities
        yield from self.trainings
        yield from self.checklists
        yield from self.scenarios
        yield from self.consequences
        yield from self.whatifs
        yield from self.equipment
        yield from self.facts
        yield from self.holidays
