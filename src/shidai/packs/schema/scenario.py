"""Scenarios of a city's outlook: how fertility, length of life and migration go on from what the records show.

A scenario says what would follow if its assumptions held. It is no aim, and nothing in it is asked of anybody.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shidai.packs.schema.base import Cited, Id, PackModel, Sentence, Words, wrong
from shidai.packs.schema.demonstration import Share, Timeline, value_in

LEVELS = ("lo95", "lo80", "hi80", "hi95")
Measure = Literal["tfr", "e0_male", "e0_female", "sex_ratio", "migration", "timing"]


class Path(PackModel):
    """How a figure goes on from what it is in the last year on record; `by` is linear between the years given.

    `change`: it moves by as much as `by` does from the last year on record on; `factor`: in the same proportion;
    `level`: it goes to the first value given for a later year, and on from there.
    """

    kind: Literal["change", "factor", "level"] = "change"
    by: Timeline

    def value(self, now: float, since: int, year: int) -> float:
        """The value in a year of a figure that was `now` in the year `since`."""
        if self.kind == "level":
            later = {one: value for one, value in self.by.items() if one > since}
            return value_in({since: now, **later}, year)
        then, found = value_in(self.by, since), value_in(self.by, year)
        return now + found - then if self.kind == "change" else now * found / then

    @model_validator(mode="after")
    def _has_a_factor(self) -> Self:
        if self.kind == "factor" and min(self.by.values()) <= 0:
            raise wrong(
                zh="factor 的各年数值须大于0。",
                en="The values of a factor lie above 0.",
                mend_zh="要降到0，请用 level。",
                mend_en="To go down to 0, use a level.",
            )
        return self


class Spread(PackModel):
    """How far the 80 and 95 % bounds lie from the medium, by years since the last one on record.

    Of the TFR as shares of it, of life expectancy in years, of migration in net migrants for 1,000 residents.
    `own`: from the city's own series instead, where it has 15 years or more.
    """

    lo95: Timeline
    lo80: Timeline
    hi80: Timeline
    hi95: Timeline
    persistence: float = Field(default=0.95, ge=0, lt=1, description="autocorrelation from year to year")
    own: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for year in sorted({year for name in LEVELS for year in getattr(self, name)}):
            values = self.at(year)
            if list(values) != sorted(values) or not values[1] <= 0 <= values[2]:
                raise wrong(
                    zh=f"第{year}年的界限没有从小到大，或不含中间值：{values}。",
                    en=f"The bounds of year {year} do not rise around the medium: {values}.",
                    mend_zh="lo95 ≤ lo80 ≤ 0 ≤ hi80 ≤ hi95。",
                    mend_en="lo95 ≤ lo80 ≤ 0 ≤ hi80 ≤ hi95.",
                )
        return self

    def at(self, years: int) -> tuple[float, float, float, float]:
        """The four distances so many years after the last one on record."""
        return (
            value_in(self.lo95, years),
            value_in(self.lo80, years),
            value_in(self.hi80, years),
            value_in(self.hi95, years),
        )


class Uncertainty(PackModel):
    """The bounds of the three indicators, and how far the counties move together."""

    source: str
    tfr: Spread
    e0: Spread
    migration: Spread
    correlation: Share = Field(default=0.8, description="of the counties' deviations: 0 alone, 1 as one")
    note: Words | None = None


class Standard(PackModel):
    """Schedules by age whose patterns small areas lean on; CSV files below the pack's folder."""

    source: str
    mortality: str = Field(description="period_start, age_start, male, female: deaths a person-year")
    fertility: str = Field(description="year, age_start, births_per_1000: by five-year age group of the mother")


class Official(PackModel):
    """A published total that the projection is brought to: at the end of the last year on record or of a later one."""

    source: str
    area: str = Field(description="code of the city or of a county")
    year: int = Field(ge=1900, le=2200)
    population: int = Field(gt=0, description="residents at the end of the year")


class ScenarioCase(PackModel):
    """What the scenario makes of a figure: from its value in one year to that of another."""

    measure: Measure
    now: float
    since: int
    year: int
    value: float


class Scenario(Cited):
    """One set of assumptions for the years to come."""

    id: Id
    title: Words
    definition: Words
    residence: Literal["living", "registered"] = "living"
    observed_years: int = Field(default=5, ge=1, le=30, description="rates are those of so many last full years")
    standard: Standard
    tfr: Path
    e0_male: Path
    e0_female: Path
    sex_ratio: Path = Field(description="boys for each girl at birth")
    migration: Path = Field(
        description="multiple of the moves in, out and between counties that the records show, now 1"
    )
    timing: Path = Field(default=Path(by={0: 0.0}), description="years by which births come later; quantum unchanged")
    official: tuple[Official, ...] = ()
    uncertainty: Uncertainty
    note: Annotated[Words | None, Field(description="limits of the assumptions")] = None
    case: tuple[ScenarioCase, ...] = Field(min_length=1)

    def value(self, measure: Measure, now: float, since: int, year: int) -> float:
        """The figure in a year. Raises KeyError for none of the scenario's."""
        path: Path = {name: getattr(self, name) for name in type(self).model_fields}[measure]
        return path.value(now, since, year)

    @model_validator(mode="after")
    def _paths_make_sense(self) -> Self:
        if self.migration.kind != "level" or any(value < 0 for value in self.migration.by.values()):
            raise wrong(
                zh=f"方案 {self.id}：migration 是实有迁移的倍数，从1起变化，须为 level，不小于0。",
                en=f"Scenario {self.id}: migration multiplies the moves on record: a level from 1, of at least 0.",
                mend_zh='例如 migration = { kind = "level", by = { 2007 = 1.0 } }。',
                mend_en='For example migration = { kind = "level", by = { 2007 = 1.0 } }.',
            )
        if self.timing.kind != "change" or any(abs(value) > 10 for value in self.timing.by.values()):
            raise wrong(
                zh=f"方案 {self.id}：timing 是推迟的年数，须为 change，在−10与10之间。",
                en=f"Scenario {self.id}: timing is a change of between −10 and 10 years.",
            )
        return self


class Consequence(Cited):
    """A need that follows from people or births: how many of whom, and what one costs a year.

    `of`: `births` of the year; `people` at mid-year of a sex and ages, times the share; `method`: women by the share
    of them on record who use each method of contraception; `programme`: those who were offered it in the last year on
    record, by sex and age; `scheme`: those on record who are entitled, by sex and age.
    """

    id: Id
    title: Words
    unit: Words
    of: Literal["births", "people", "method", "programme", "scheme"]
    name: Sentence | None = Field(default=None, description="id of the programme or scheme; of a method, none is all")
    sex: Literal[1, 2] | None = None
    from_age: int = Field(default=0, ge=0, le=100)
    to_age: int = Field(default=200, description="first age no longer counted; 200: to the end of life")
    factor: float = Field(default=1.0, gt=0, description="how many of the unit for one of whom it counts")
    fen: int | None = Field(default=None, gt=0, description="what one costs a year")
    decimals: int = Field(default=0, ge=0, le=3)
    note: Words | None = None

    @model_validator(mode="after")
    def _names_its_own(self) -> Self:
        if (self.of in ("programme", "scheme")) != (self.name is not None) and self.of != "method":
            raise wrong(
                zh=f"后果 {self.id}：programme 和 scheme 须写 name，births 和 people 不写。",
                en=f"Consequence {self.id}: a programme or scheme has a name, births and people have none.",
            )
        if self.to_age <= self.from_age:
            raise wrong(zh=f"后果 {self.id}：to_age 不大于 from_age。", en=f"{self.id}: to_age is not above from_age.")
        return self
