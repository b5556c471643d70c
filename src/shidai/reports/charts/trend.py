"""Several years of a few figures: lines with their intervals as bands, named at their ends rather than in a legend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shidai.reports.charts.drawing import Drawing, text_width, ticks

KINDS = ("first", "second", "third")
TOP, BOTTOM, LEFT, ROW = 16.0, 26.0, 40.0, 19.0


@dataclass(frozen=True, slots=True)
class TrendPoint:
    period: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class TrendLine:
    name: str
    points: Sequence[TrendPoint]


def draw_trend(
    lines: Sequence[TrendLine],
    periods: Sequence[str],
    *,
    title: str,
    description: str,
    width: float,
    language: str,
    decimals: int = 2,
) -> str:
    """At most three lines over the same periods; the vertical axis holds zero and every interval."""
    beside = width >= 500  # room for the names at the lines' ends; else they are listed above
    top = TOP if beside else TOP + ROW * len(lines)
    height = 284.0 + top
    right = 22 + max((text_width(_shown(line, decimals)) for line in lines), default=0) if beside else 14.0
    sheet = Drawing(width, height, title, description, language)
    marks = ticks(*_reach(lines), 5)
    span = marks[-1] - marks[0] or 1
    step = (width - LEFT - right) / max(len(periods) - 1, 1)

    def x(period: str) -> float:
        return LEFT + step * periods.index(period)

    def y(value: float) -> float:
        return top + (height - top - BOTTOM) * (marks[-1] - value) / span

    for mark in marks:
        sheet.line("zero" if mark == 0 else "rule", LEFT, y(mark), width - right, y(mark))
        sheet.write(f"{mark:g}".replace("-", "−"), LEFT - 7, y(mark) + 4, kind="muted", size=11, anchor="end")
    for at, period in enumerate(periods):
        if beside or at % 3 == 0 or at == len(periods) - 1:
            sheet.write(period, x(period), height - 8, kind="muted", size=11, anchor="middle")
    for kind, line in zip(KINDS, lines, strict=False):
        _draw_line(sheet, kind, line, x, y)
    if beside:
        _name_at_ends(sheet, lines, x, y, decimals)
    else:
        _list_names(sheet, lines, decimals)
    return sheet.text()


def _shown(line: TrendLine, decimals: int) -> str:
    return f"{line.name} {line.points[-1].value:.{decimals}f}".replace("-", "−") if line.points else line.name


def _reach(lines: Sequence[TrendLine]) -> tuple[float, float]:
    values = [value for line in lines for point in line.points for value in _of(point)]
    return min([0.0, *values]), max([0.0, *values])


def _of(point: TrendPoint) -> list[float]:
    return [value for value in (point.value, point.low, point.high) if value is not None]


def _draw_line(
    sheet: Drawing, kind: str, line: TrendLine, x: Callable[[str], float], y: Callable[[float], float]
) -> None:
    upper = [(x(point.period), y(point.high)) for point in line.points if point.high is not None]
    lower = [(x(point.period), y(point.low)) for point in line.points if point.low is not None]
    if len(upper) > 1 and len(lower) > 1:
        sheet.path(f"band-{kind}", [*upper, *reversed(lower)], closed=True)
    sheet.path(f"line-{kind}", [(x(point.period), y(point.value)) for point in line.points])
    for point in line.points:
        sheet.dot(kind, x(point.period), y(point.value), 2.6)


def _name_at_ends(
    sheet: Drawing,
    lines: Sequence[TrendLine],
    x: Callable[[str], float],
    y: Callable[[float], float],
    decimals: int,
) -> None:
    """Names right of the lines' ends, kept apart."""
    drawn = [(y(line.points[-1].value), line) for line in lines if line.points]
    last = -100.0
    for place, line in sorted(drawn, key=lambda item: item[0]):
        last = max(place + 4, last + 15)
        sheet.write(_shown(line, decimals), x(line.points[-1].period) + 9, last, size=12)


def _list_names(sheet: Drawing, lines: Sequence[TrendLine], decimals: int) -> None:
    """Names above the chart, each behind a sample of its line."""
    for at, (kind, line) in enumerate(zip(KINDS, lines, strict=False)):
        middle = 10 + ROW * at
        sheet.line(f"line-{kind}", 4, middle, 30, middle)
        sheet.write(_shown(line, decimals), 38, middle + 4, size=12)
