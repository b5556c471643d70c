"""Several years of a few figures: lines with their intervals as bands, named at their ends rather than in a legend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shidai.reports.charts.drawing import Drawing, text_width, ticks

KINDS = ("first", "second", "third")
TOP, BOTTOM, LEFT = 16.0, 26.0, 40.0


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
    height = 300.0
    right = 22 + max((text_width(_shown(line, decimals)) for line in lines), default=0) if width >= 500 else 14.0
    sheet = Drawing(width, height, title, description, language)
    marks = ticks(*_reach(lines), 5)
    span = marks[-1] - marks[0] or 1
    step = (width - LEFT - right) / max(len(periods) - 1, 1)

    def x(period: str) -> float:
        return LEFT + step * periods.index(period)

    def y(value: float) -> float:
        return TOP + (height - TOP - BOTTOM) * (marks[-1] - value) / span

    for mark in marks:
        sheet.line("zero" if mark == 0 else "rule", LEFT, y(mark), width - right, y(mark))
        sheet.write(f"{mark:g}".replace("-", "−"), LEFT - 7, y(mark) + 4, kind="muted", size=11, anchor="end")
    for at, period in enumerate(periods):
        if width >= 500 or at % 3 == 0 or at == len(periods) - 1:
            sheet.write(period, x(period), height - 8, kind="muted", size=11, anchor="middle")
    for kind, line in zip(KINDS, lines, strict=False):
        _draw_line(sheet, kind, line, x, y)
    _name_lines(sheet, lines, x, y, decimals=decimals, beside=width >= 500)
    return sheet.text()


def _shown(line: TrendLine, decimals: int) -> str:
    return f"{line.name} {line.points[-1].value:.{decimals}f}" if line.points else line.name


def _reach(lines: Sequence[TrendLine]) -> tuple[float, float]:
    values = [value for line in lines for point in line.points for value in _of(point)]
    return min([0.0, *values]), max([0.0, *values])


def _top(point: TrendPoint) -> float:
    return max(_of(point))


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


def _name_lines(
    sheet: Drawing,
    lines: Sequence[TrendLine],
    x: Callable[[str], float],
    y: Callable[[float], float],
    *,
    decimals: int,
    beside: bool,
) -> None:
    """Names at the lines' ends, kept apart; above the ends where there is no room beside."""
    drawn = [(y(line.points[-1].value), line) for line in lines if line.points]
    last = -100.0
    for place, line in sorted(drawn, key=lambda item: item[0]):
        shown, point = _shown(line, decimals), line.points[-1]
        if beside:
            last = max(place + 4, last + 15)
            sheet.write(shown, x(point.period) + 9, last, size=12)
        else:
            near = min(y(_top(other)) for other in line.points[-6:])
            sheet.write(shown, x(point.period), max(near - 7, 11), size=12, anchor="end")
