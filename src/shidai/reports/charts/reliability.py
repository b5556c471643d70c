"""A reliability plot: what was said against what came true; honest probabilities lie on the diagonal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shidai.linkage.reliability import Class, calibration_error
from shidai.reports.charts.drawing import Drawing
from shidai.words import Text

SIZE, LEFT, TOP, BOTTOM = 380.0, 56.0, 34.0, 62.0
MARKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def draw_reliability(classes: Sequence[Class], say: Callable[[Text], str], language: str) -> str:
    """SVG: a point for each class with its 95 % interval, the larger the more pairs it holds."""
    title = say(Text(zh="说的概率与实际的比例", en="Probability said and share that is true"))
    drawn = say(
        Text(zh="每点一组记录对，短线为 95% 区间。", en="A point for each class of pairs; lines: 95% interval.")
    )
    error = Text(zh="不确定的记录对平均偏差 {error}。", en="Unsure pairs are off by {error} on average.")
    off = say(error.filled(error=f"{calibration_error(classes):.3f}"))
    sheet = Drawing(LEFT + SIZE + 20, TOP + SIZE + BOTTOM, title, f"{drawn} {off}", language)

    def x(share: float) -> float:
        return LEFT + SIZE * share

    def y(share: float) -> float:
        return TOP + SIZE * (1 - share)

    sheet.write(title, 8, 20, size=14)
    for mark in MARKS:
        sheet.line("zero" if mark == 0 else "rule", x(mark), y(0), x(mark), y(1))
        sheet.line("zero" if mark == 0 else "rule", x(0), y(mark), x(1), y(mark))
        sheet.write(f"{mark:.0%}", x(mark), y(0) + 16, kind="muted", size=11, anchor="middle")
        sheet.write(f"{mark:.0%}", x(0) - 6, y(mark) + 4, kind="muted", size=11, anchor="end")
    sheet.line("line-third", x(0), y(0), x(1), y(1))
    most = max((one.pairs for one in classes), default=1)
    for one in classes:
        sheet.line("whisker", x(one.said), y(one.least), x(one.said), y(one.most))
        sheet.dot("first", x(one.said), y(one.true), 3 + 5 * (one.pairs / most) ** 0.5)
    for at, line in enumerate((drawn, off)):
        sheet.write(line, 8, TOP + SIZE + 36 + 16 * at, kind="muted", size=11)
    return sheet.text()
