"""Charts of a simulated reform: pairs of bars from zero, the figures beside them in the report's tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from shidai.indicators.reformreport import ChangeRow, Report, SideName
from shidai.indicators.reformwords import BREAKDOWNS, CHANGE_WORDS, SIDE_WORDS
from shidai.reports.charts.drawing import Drawing, text_width, ticks
from shidai.reports.document import Chart
from shidai.words import Language, Text

Say = Callable[[Text], str]
SIDES: tuple[SideName, ...] = ("a", "b", "difference")
HIDDEN = "*"
_ROW, _BAR, _RIGHT = 46.0, 15.0, 14.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from zero, and its interval where it has one."""

    value: float
    low: float | None = None
    high: float | None = None


Pair = tuple[str, tuple[Bar | None, Bar | None]]
"""What a pair of bars is of, and the two; None: hidden."""


def chart_costs(report: Report, language: Language, say: Say) -> Chart:
    """Two bars for each year, A and B: the cost expected with its interval."""
    title = Text(zh="各年预计金额（元），短线为 95% 区间", en="Expected cost by year (yuan), lines: 95% interval")
    described = Text(
        zh="每年两条横柱：方案甲与方案乙的预计金额；数值见表。",
        en="Two bars a year, A and B; the figures are in the table.",
    )
    pairs = []
    for year in report.simulation.years:
        costs = [report.cost(year, side) for side in SIDES[:2]]
        bars = [None if one.hidden else Bar(one.expected / 100, one.low / 100, one.high / 100) for one in costs]
        pairs.append((str(year), (bars[0], bars[1])))
    names = (say(SIDE_WORDS["a"]), say(SIDE_WORDS["b"]))
    return _chart("cost-by-year", say(title), say(described), names, pairs, language)


def chart_changes(report: Report, language: Language, say: Say) -> Iterator[Chart]:
    """How many gain and how many lose, by age and by county; a breakdown without a figure to show has no chart."""
    described = Text(
        zh="每组两条横柱：金额增加的和减少的人（户、村）数；数值见表。",
        en="Two bars a group: how many get more, and how many less; the figures are in the table.",
    )
    names = (say(CHANGE_WORDS["gain"]), say(CHANGE_WORDS["lose"]))
    for by in ("age", "county"):
        pairs = _changes_by([row for row in report.changes if row.by == by], say)
        if any(bar is not None and bar.value for _, bars in pairs for bar in bars):
            title = Text(zh="增加和减少的人（户、村）数，按{by}", en="How many gain and lose, by {by}")
            words = say(title.filled(by=BREAKDOWNS[by]))
            yield _chart(f"changes-by-{by}", words, say(described), names, pairs, language)


def _changes_by(rows: Sequence[ChangeRow], say: Say) -> list[Pair]:
    """The groups in which somebody gains or loses."""
    pairs: list[Pair] = []
    for group in dict.fromkeys(row.group for row in rows):
        own = {row.change: row for row in rows if row.group == group}
        gain, lose = own["gain"], own["lose"]
        if gain.subjects or lose.subjects:
            bars = [None if one.hidden else Bar(one.subjects) for one in (gain, lose)]
            pairs.append((say(gain.title), (bars[0], bars[1])))
    return pairs


def _chart(
    anchor: str, title: str, described: str, names: tuple[str, str], pairs: Sequence[Pair], language: Language
) -> Chart:
    wide, narrow = (draw_pairs(title, described, names, pairs, width, language) for width in (720.0, 360.0))
    return Chart(anchor, title, described, wide, narrow)


def draw_pairs(
    title: str, described: str, names: tuple[str, str], pairs: Sequence[Pair], width: float, language: Language
) -> str:
    """Two bars for each pair, the second below the first; from zero. A hidden figure has no bar."""
    left = max(52.0, *(text_width(label) + 16 for label, _ in pairs)) if pairs else 52.0
    bottom = 30 + _ROW * len(pairs)
    sheet = Drawing(width, bottom + 24, title, described, language)
    shown = [bar for _, bars in pairs for bar in bars if bar is not None]
    marks = ticks(0, max((max(one.value, one.high or 0) for one in shown), default=0) or 1, 4 if width > 500 else 2)

    def x(value: float) -> float:
        return left + (width - left - _RIGHT) * value / marks[-1]

    _draw_legend(sheet, names, left)
    for mark in marks:
        sheet.line("zero" if mark == 0 else "rule", x(mark), 26, x(mark), bottom)
        anchor = "end" if mark == marks[-1] else "middle"
        sheet.write(f"{mark:,.0f}", x(mark), bottom + 16, kind="muted", size=11, anchor=anchor)
    for at, (label, bars) in enumerate(pairs):
        top = 34 + _ROW * at
        sheet.write(label, left - 8, top + _BAR + 5, size=12, anchor="end")
        for below, (kind, bar) in enumerate(zip(("first", "second"), bars, strict=True)):
            y = top + below * (_BAR + 3)
            if bar is None:
                sheet.write(HIDDEN, left + 6, y + 12, kind="muted", size=12)
                continue
            sheet.rect(kind, left, y, x(bar.value) - left, _BAR, round_=2)
            if bar.low is not None and bar.high is not None:
                sheet.line("whisker", x(bar.low), y + _BAR / 2, x(bar.high), y + _BAR / 2)
    return sheet.text()


def _draw_legend(sheet: Drawing, names: tuple[str, str], place: float) -> None:
    for kind, name in zip(("first", "second"), names, strict=True):
        sheet.rect(kind, place, 4, 12, 12, round_=2)
        sheet.write(name, place + 18, 14, size=12)
        place += 40 + text_width(name)
