"""pack.toml, and the loaded pack as everyone else sees it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Self, TypeVar

from pydantic import Field, model_validator

from shidai.packs.schema.area import AreaTree, Level, PackArea
from shidai.packs.schema.base import Cited, Id, PackModel, Sentence, Words, wrong
from shidai.packs.schema.checklist import Checklist
from shidai.packs.schema.commodity import Commodity
from shidai.packs.schema.demonstration import Demonstration
from shidai.packs.schema.equipment import EquipmentKind
from shidai.packs.schema.holidays import HolidayYear
from shidai.packs.schema.indicator import Indicator
from shidai.packs.schema.limits import Limits
from shidai.packs.schema.map import AreaMap
from shidai.packs.schema.programme import Programme
from shidai.packs.schema.quality import Quality
from shidai.packs.schema.report import Report
from shidai.packs.schema.rule import DisclosureRule, Method, MethodList, MigrantRule
from shidai.packs.schema.scenario import Consequence, Scenario
from shidai.packs.schema.scheme import AttestedFact, Scheme
from shidai.packs.schema.series import Series
from shidai.packs.schema.source import Source
from shidai.packs.schema.target import Target
from shidai.packs.schema.training import Training
from shidai.packs.schema.whatif import WhatIf


class Reviewer(PackModel):
    name: Sentence
    on: date


class PackHeader(PackModel):
    """pack.toml: what the pack is, when it holds, and the rules that hold for all of it."""

    id: Id
    title: Words
    authority: Words = Field(description="whose policy this is")
    version: Sentence
    valid_from: date
    valid_to: date = Field(description="first day on which the pack no longer holds")
    city: str = Field(description="code of the root of the area tree")
    reviewer: tuple[Reviewer, ...] = Field(min_length=1)
    note: Words | None = None
    key_indicators: tuple[str, ...] = Field(
        default=(), description="ids of the figures shown first on pages, most important first"
    )
    areas: AreaTree
    migrant: MigrantRule
    disclosure: DisclosureRule
    limits: Limits
    map: AreaMap | None = Field(default=None, description="each county's square in a map of squares")
    quality: Quality | None = Field(default=None, description="what the data's quality is judged by")

    @property
    def last_day(self) -> date:
        return self.valid_to - timedelta(days=1)

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.valid_to <= self.valid_from:
            raise wrong(
                zh=f"valid_to {self.valid_to} 不晚于 valid_from {self.valid_from}。",
                en=f"valid_to {self.valid_to} is not later than valid_from {self.valid_from}.",
                mend_zh="valid_to 是不再有效的第一天，请改为较晚的日期。",
                mend_en="valid_to is the first day out of validity: give a later date.",
            )
        return self


CitedPart = TypeVar(
    "CitedPart", Indicator, Series, Target, Report, Commodity, Scenario, Consequence, WhatIf, Training, Checklist,
    EquipmentKind,
)  # fmt: skip


class Pack(PackModel):
    """A pack, read and checked. Indicators, series, targets, reports: those in force on the day `on`."""

    header: PackHeader
    folder: Path
    on: date
    areas: tuple[PackArea, ...]
    sources: dict[str, Source]
    method_list: MethodList | None
    all_indicators: tuple[Indicator, ...]
    all_series: tuple[Series, ...]
    all_targets: tuple[Target, ...]
    all_reports: tuple[Report, ...]
    all_schemes: tuple[Scheme, ...]
    all_programmes: tuple[Programme, ...]
    all_commodities: tuple[Commodity, ...]
    all_scenarios: tuple[Scenario, ...] = ()
    all_consequences: tuple[Consequence, ...] = ()
    all_whatifs: tuple[WhatIf, ...] = ()
    all_trainings: tuple[Training, ...] = ()
    all_checklists: tuple[Checklist, ...] = ()
    all_equipment: tuple[EquipmentKind, ...] = ()
    attested: dict[str, AttestedFact]
    holidays: tuple[HolidayYear, ...]
    demonstration: Demonstration | None

    def in_force(self, on: date) -> Pack:
        """The same pack as of another day: only definitions in force that day."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Pack.model_construct(**{**fields, "on": on})

    @property
    def id(self) -> str:
        return self.header.id

    @property
    def title(self) -> Words:
        return self.header.title

    @property
    def version(self) -> str:
        return self.header.version

    @property
    def valid_from(self) -> date:
        return self.header.valid_from

    @property
    def valid_to(self) -> date:
        return self.header.valid_to

    @property
    def last_day(self) -> date:
        return self.header.last_day

    @property
    def city(self) -> str:
        return self.header.city

    @property
    def migrant(self) -> MigrantRule:
        return self.header.migrant

    @property
    def disclosure(self) -> DisclosureRule:
        return self.header.disclosure

    @property
    def limits(self) -> Limits:
        return self.header.limits

    @property
    def map(self) -> AreaMap | None:
        return self.header.map

    @property
    def quality(self) -> Quality | None:
        return self.header.quality

    @property
    def methods(self) -> tuple[Method, ...]:
        return self.method_list.method if self.method_list is not None else ()

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        return self._in_force(self.all_indicators)

    @cached_property
    def series(self) -> dict[str, Series]:
        return self._in_force(self.all_series)

    @cached_property
    def targets(self) -> dict[str, Target]:
        return self._in_force(self.all_targets)

    @cached_property
    def schemes(self) -> dict[str, Scheme]:
        """All schemes by id: each knows its own versions through time."""
        return {scheme.id: scheme for scheme in self.all_schemes}

    @cached_property
    def programmes(self) -> dict[str, Programme]:
        """All programmes by id: each knows its own versions through time."""
        return {programme.id: programme for programme in self.all_programmes}

    @cached_property
    def commodities(self) -> dict[str, Commodity]:
        return self._in_force(self.all_commodities)

    @cached_property
    def trainings(self) -> dict[str, Training]:
        return self._in_force(self.all_trainings)

    @cached_property
    def checklists(self) -> dict[str, Checklist]:
        return self._in_force(self.all_checklists)

    @cached_property
    def equipment(self) -> dict[str, EquipmentKind]:
        return self._in_force(self.all_equipment)

    @cached_property
    def reports(self) -> dict[str, Report]:
        return self._in_force(self.all_reports)

    @cached_property
    def scenarios(self) -> dict[str, Scenario]:
        return self._in_force(self.all_scenarios)

    @cached_property
    def consequences(self) -> dict[str, Consequence]:
        return self._in_force(self.all_consequences)

    @cached_property
    def whatifs(self) -> dict[str, WhatIf]:
        return self._in_force(self.all_whatifs)

    def _in_force(self, parts: Iterable[CitedPart]) -> dict[str, CitedPart]:
        return {part.id: part for part in parts if part.in_force(self.on)}

    @cached_property
    def _areas_by_code(self) -> dict[str, tuple[PackArea, ...]]:
        by_code: dict[str, list[PackArea]] = {}
        for area in self.areas:
            by_code.setdefault(area.code, []).append(area)
        return {code: tuple(found) for code, found in by_code.items()}

    def area(self, code: str, on: date | None = None) -> PackArea | None:
        """The unit with this code that is valid on the day (default: `on`); None if there is none."""
        day = on or self.on
        return next((area for area in self._areas_by_code.get(code, ()) if area.valid_on(day)), None)

    def areas_at(self, level: Level, on: date | None = None) -> tuple[PackArea, ...]:
        """The valid units of a level, in the pack's order."""
        day = on or self.on
        found = (area for area in self.areas if area.level == level and area.valid_on(day))
        return tuple(sorted(found, key=lambda area: area.position))

    def children(self, code: str, on: date | None = None) -> tuple[PackArea, ...]:
        """The valid units directly below one, in the pack's order."""
        day = on or self.on
        found = (area for area in self.areas if area.parent == code and area.valid_on(day))
        return tuple(sorted(found, key=lambda area: area.position))

    def definitions(self) -> tuple[tuple[str, Cited], ...]:
        """Every cited definition with its kind, for lists and for the test of cases."""
        own: list[tuple[str, Cited]] = [
            ("areas", self.header.areas),
            ("migrant", self.header.migrant),
            ("disclosure", self.header.disclosure),
            ("limits", self.header.limits),
        ]
        if self.method_list is not None:
            own.append(("methods", self.method_list))
        own += [("indicator", part) for part in self.all_indicators]
        own += [("series", part) for part in self.all_series]
        own += [("target", part) for part in self.all_targets]
        own += [("report", part) for part in self.all_reports]
        own += [("commodity", part) for part in self.all_commodities]
        own += [("training", part) for part in self.all_trainings]
        own += [("checklist", part) for part in self.all_checklists]
        own += [("equipment", part) for part in self.all_equipment]
        own += [("scenario", part) for part in self.all_scenarios]
        own += [("consequence", part) for part in self.all_consequences]
        own += [("fact", fact) for fact in self.attested.values()]
        return tuple(own)
