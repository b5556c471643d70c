"""A report's figures with what is known about each: computed from records, or why it can't be given. Published values
of their day stand beside them for comparison and are never taken for computed ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from shidai.indicators.standing import SAYINGS, Standing, standing_of
from shidai.packs.schema.indicator import Indicator
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.report import Report, ReportFigure
from shidai.reports.chance import Estimate, may_be_chance, outside_range
from shidai.reports.wording import (
    Measure,
    beside_range,
    change,
    in_sentence,
    interval,
)
from shidai.words import Language


class ResultLike(Estimate, Protocol):
    """A row of results (see `shidai.indicators`): what the report needs of it."""

    @property
    def area(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def breakdown(self) -> str: ...
    @property
    def suppressed(self) -> bool: ...


class Reading(Protocol):
    """Where the figures come from: `shidai.reports.results.StoredReading`, or a stand-in in tests."""

    manifest_id: str
    cutoff: str  # '' when the figures rest on an earlier extract, whose cut-off isn't kept
    stale: bool  # the figures rest on an earlier extract, or on older definitions
    invented: bool  # a demonstration city of synthetic people

    def result(self, indicator: str, area: str, period: str, breakdown: str = "") -> ResultLike | None: ...

    def pyramid(self, area: str, year: int) -> tuple[list[str], list[int], list[int]] | None: ...


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the report, for one area and year."""

    definition: ReportFigure
    measure: Measure
    area: str
    period: str
    standing: Standing
    result: ResultLike | None
    before: ResultLike | None
    indicator: Indicator | None
    published: float | None

    @property
    def id(self) -> str:
        return self.definition.id

    @property
    def value(self) -> float | None:
        return self.result.value if self.result is not None and self.standing is Standing.COMPUTED else None

    def title(self, language: Language) -> str:
        return self.definition.title.text.said(language)

    def shown(self, language: Language) -> str:
        """The figure as the text says it, or why there is none."""
        if self.value is None:
            return SAYINGS[self.standing].sentence.said(language)
        return in_sentence(self.value, self.measure, language)

    def briefly(self, language: Language) -> str:
        """The figure as a cell or a tile says it."""
        if self.value is None:
            return SAYINGS[self.standing].cell.said(language)
        return in_sentence(self.value, self.measure, language)

    def why(self, language: Language) -> str:
        """Why there is no value; '' when there is one."""
        return "" if self.value is not None else SAYINGS[self.standing].why.said(language)

    def interval(self, language: Language) -> str:
        if self.value is None or self.result is None:
            return ""
        return interval(self.result.low, self.result.high, self.measure, language)

    def change(self, language: Language) -> str:
        """The difference from the year before, and whether chance alone may explain it; '' when one is unknown."""
        before = self.before.value if self.before is not None and not self.before.suppressed else None
        return change(self.value, before, self.measure, language, noise=self._may_be_noise())

    def beside_baseline(self, language: Language) -> str:
        """On which side of its usual range the figure lies, and whether chance alone may explain it; '' without one."""
        usual = self.definition.baseline
        if usual is None or self.result is None or self.value is None:
            return ""
        side, touches = outside_range(self.result, usual.low, usual.high)
        return beside_range(side, usual.low, usual.high, language, noise=touches)

    def _may_be_noise(self) -> bool | None:
        if self.indicator is None or self.result is None or self.before is None:
            return None
        return may_be_chance(self.indicator, self.result, self.before)


def read_figures(report: Report, pack: Pack, reading: Reading, *, area: str, year: int) -> dict[str, Figure]:
    """Every figure that the report defines, in its order."""
    return {definition.id: _read(definition, pack, reading, area=area, year=year) for definition in report.figure}


def _read(definition: ReportFigure, pack: Pack, reading: Reading, *, area: str, year: int) -> Figure:
    indicator = pack.indicators.get(definition.indicator or "")
    result = before = None
    if definition.indicator is not None:
        result = reading.result(definition.indicator, area, str(year), definition.breakdown)
        before = reading.result(definition.indicator, area, str(year - 1), definition.breakdown)
    return Figure(
        definition=definition,
        measure=Measure(definition.unit.text, definition.decimals),
        area=area,
        period=str(year),
        standing=standing_of(indicator, result),
        result=result,
        before=before,
        indicator=indicator,
        published=_published(definition, pack, area, str(year)),
    )


def _published(definition: ReportFigure, pack: Pack, area: str, period: str) -> float | None:
    series = pack.series.get(definition.published or "")
    return series.value(period) if series is not None and series.area == area else None
