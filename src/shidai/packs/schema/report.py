"""Reports: which template, which figures, which charts."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from shidai.packs.schema.base import Cited, Id, PackModel, Words, wrong
from shidai.words import Text

ChartKind = Literal["pyramid", "ten-years", "targets", "county-map"]


class Unit(PackModel):
    """A unit as it follows the value in each language; empty where a language writes none."""

    zh: str = ""
    en: str = ""

    @property
    def text(self) -> Text:
        return Text(zh=self.zh, en=self.en)


class Baseline(PackModel):
    """The range in which a figure usually lies, by a source; the text says on which side of it the figure is."""

    low: float
    high: float
    source: str = Field(description="id of a source in sources.toml")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.high < self.low:
            raise wrong(
                zh=f"high {self.high} 小于 low {self.low}。",
                en=f"high {self.high} is less than low {self.low}.",
                mend_zh="两端都包括在内；请改正。",
                mend_en="Both ends are included; correct one.",
            )
        return self


class ReportFigure(PackModel):
    """A figure that the text names with `{{ figure("id") }}`.

    `indicator` computes it from records; `published` is the series that stated it in its day, shown to compare
    and labelled so. With neither records nor indicator the text says 'not yet recorded'.
    """

    id: Id
    title: Words
    unit: Unit
    section: str = Field(pattern=r"^\d(\.\d)?$")
    decimals: int = Field(default=0, ge=0, le=6)
    indicator: str | None = None
    breakdown: str = Field(default="", description="as in results: '' for the total, else 'sex=1', 'age5=20'")
    published: str | None = Field(default=None, description="id of a published series with the same meaning")
    baseline: Baseline | None = Field(default=None, description="where the figure usually lies, by a source")
    awaits: Words | None = Field(default=None, description="which records will make it, when there are none yet")


class ReportChart(PackModel):
    """A chart that the text places with `{{ chart("id") }}`, and which figures it draws."""

    id: Id
    kind: ChartKind
    title: Words
    figure: tuple[str, ...] = Field(default=(), description="ids of the report's figures (ten-years: at most three)")
    note: Words | None = None


class ReportCase(PackModel):
    """What the text of a rendered report must contain whatever the figures are."""

    language: Literal["zh", "en"]
    contains: tuple[str, ...] = Field(min_length=1)


class Report(Cited):
    id: Id
    title: Words
    template: Words = Field(description="file names of the Jinja templates beside this file, one a language")
    figure: tuple[ReportFigure, ...]
    chart: tuple[ReportChart, ...] = ()
    history: tuple[str, ...] = Field(default=(), description="archive series shown as history, apart from the text")
    case: tuple[ReportCase, ...] = Field(min_length=1)
