"""Population by age and sex: men left, women right, women hatched, so that position and pattern tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shidai.reports.charts.drawing import Drawing, ticks

ROW = 17.0


@dataclass(frozen=True, slots=True)
class PyramidData:
    ages: Sequence[str]  # youngest first: '0–4', …, '85+'
    male: Sequence[int]
    female: Sequence[int]


@dataclass(frozen=True, slots=True)
class PyramidWords:
    title: str
    description: str
    male: str
    female: str
    unit: str
    age: str


def draw_pyramid(data: PyramidData, words: PyramidWords, *, width: float, language: str) -> str:
    """Bars in persons; the axis begins at zero in the middle and is the same on both sides."""
    total = sum(data.male) + sum(data.female)
    gap = 44.0
    half = (width - gap) / 2 - 24
    top, height = 34.0, ROW * len(data.ages)
    sheet = Drawing(width, top + height + 34, words.title, words.description, language)
    marks = ticks(0, max([*data.male, *data.female, 1]), 3 if width < 500 else 4)
    scale = half / marks[-1]
    left, right = width / 2 - gap / 2, width / 2 + gap / 2
    sheet.write(f"{words.male} {_share(sum(data.male), total)}", left, 20, anchor="end", size=13)
    sheet.write(f"{words.female} {_share(sum(data.female), total)}", right, 20, size=13)
    sheet.write(words.age, width / 2, 20, anchor="middle", kind="muted", size=11)
    for mark in marks:
        for x in {left - mark * scale, right + mark * scale}:
            sheet.line("zero" if mark == 0 else "rule", x, top, x, top + height)
            if mark:
                shown = _shown(mark, language)
                sheet.write(shown, x, top + height + 15, kind="muted", size=11, anchor="middle")
    for at, age in enumerate(data.ages):
        y = top + height - ROW * (at + 1) + 1.5
        sheet.write(age, width / 2, y + 11, kind="muted", size=10.5, anchor="middle")
        _bar(sheet, "first", left - data.male[at] * scale, y, data.male[at] * scale, hatched=False)
        _bar(sheet, "second", right, y, data.female[at] * scale, hatched=True)
    sheet.write(words.unit, width / 2, top + height + 30, kind="muted", size=11, anchor="middle")
    return sheet.text()


def _bar(sheet: Drawing, kind: str, x: float, y: float, width: float, *, hatched: bool) -> None:
    tall = ROW - 3
    sheet.rect(kind, x, y, width, tall)
    if not hatched:
        return
    at = 6.0
    while at < width:
        sheet.line("hatch", x + at, y, max(x + at - tall / 2, x), y + tall)
        at += 6


def _share(part: int, total: int) -> str:
    return f"{100 * part / total:.1f}%" if total else ""


def _shown(value: float, language: str) -> str:
    """'20万' or '200k': short enough to stand side by side."""
    if value < 10_000:
        return f"{value:,.0f}"
    return f"{value / 1000:g}k" if language == "en" else f"{value / 10_000:g}万"
