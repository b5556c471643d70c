"""The year against its targets: a bar for what records give, a dot for the published figure, a line for the aim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shidai.reports.charts.drawing import Drawing, text_width

ROW = 50.0
LINE = 16.0


@dataclass(frozen=True, slots=True)
class TargetBar:
    name: str
    aim: float
    aim_words: str  # '≥ 60%（假定）'
    value: float | None
    value_words: str  # '62.62%' or 'not yet recorded'
    low: float | None = None
    high: float | None = None
    published: float | None = None
    published_words: str = ""


def _crowded(bar: TargetBar, width: float) -> bool:
    """Whether name and value need a line each."""
    return text_width(bar.name, 12.5) + text_width(bar.value_words, 12.5) + 24 > width


def _write_aim(sheet: Drawing, bar: TargetBar, y: float) -> None:
    """The aim beside the name, where both and the value have room."""
    start = 4 + text_width(bar.name, 12.5) + 14
    if start + text_width(bar.aim_words, 11) + text_width(bar.value_words, 12.5) + 24 < sheet.width:
        sheet.write(bar.aim_words, start, y, kind="muted", size=11)


def draw_targets(bars: Sequence[TargetBar], *, title: str, description: str, width: float, language: str) -> str:
    """Percentages from 0 to 100; zero baseline."""
    below = LINE if any(_crowded(bar, width) for bar in bars) else 0.0
    row = ROW + below
    sheet = Drawing(width, row * len(bars) + 26, title, description, language)
    span = width - 12

    def x(value: float) -> float:
        return 4 + span * min(max(value, 0), 100) / 100

    for at, bar in enumerate(bars):
        top = row * at + below
        sheet.write(bar.name, 4, top - below + 15, size=12.5)
        if not below:
            _write_aim(sheet, bar, top + 15)
        sheet.write(bar.value_words, width - 8, top + 15, size=12.5, anchor="end", kind="ink")
        sheet.rect("track", 4, top + 22, span, 12, round_=2)
        if bar.value is not None:
            sheet.rect("first", 4, top + 22, x(bar.value) - 4, 12, round_=2)
        if bar.low is not None and bar.high is not None:
            sheet.line("whisker", x(bar.low), top + 28, x(bar.high), top + 28)
        if bar.published is not None:
            sheet.dot("hollow", x(bar.published), top + 28, 5)
        sheet.line("aim", x(bar.aim), top + 18.5, x(bar.aim), top + 37.5)
    for mark in (0, 25, 50, 75, 100):
        anchor = {0: "start", 100: "end"}.get(mark, "middle")
        sheet.write(f"{mark}%", x(mark), row * len(bars) + 12, kind="muted", size=11, anchor=anchor)
    return sheet.text()
