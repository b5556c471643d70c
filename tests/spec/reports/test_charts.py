"""Charts are true to their numbers: zero baselines, lengths in proportion, intervals drawn, never colour alone."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from shidai.reports.charts import (
    PyramidData,
    TargetBar,
    Tile,
    TrendLine,
    TrendPoint,
    draw_pyramid,
    draw_targets,
    draw_tile_map,
    draw_trend,
)  # fmt: skip
from shidai.reports.charts.drawing import ticks
from shidai.reports.charts.pyramid import PyramidWords

WORDS = PyramidWords("t", "d", "男", "女", "人", "岁")
SVG = "{http://www.w3.org/2000/svg}"


def marks(svg: str, tag: str, kind: str) -> list[dict[str, str]]:
    return [m.attrib for m in ElementTree.fromstring(svg).iter(SVG + tag) if m.get("class") == kind]


def words(svg: str) -> list[str]:
    return [mark.text or "" for mark in ElementTree.fromstring(svg).iter(SVG + "text")]


@pytest.mark.parametrize("width", [340.0, 700.0])
def test_pyramid_bars_are_in_proportion_to_persons(width: float) -> None:
    svg = draw_pyramid(PyramidData(["0–4", "5–9"], [100, 50], [80, 40]), WORDS, width=width, language="zh")
    men = [float(bar["width"]) for bar in marks(svg, "rect", "first")]
    women = [float(bar["width"]) for bar in marks(svg, "rect", "second")]
    assert men[1] / men[0] == pytest.approx(0.5, abs=0.01)
    assert women[0] / men[0] == pytest.approx(0.8, abs=0.01)


def test_women_are_hatched_so_that_colour_is_not_alone() -> None:
    svg = draw_pyramid(PyramidData(["0–4"], [100], [80]), WORDS, width=700, language="zh")
    assert len(marks(svg, "line", "hatch")) > 10


def test_a_trend_draws_its_interval_and_names_the_line() -> None:
    line = TrendLine("出生率", [TrendPoint("2005", 7.0, 6.8, 7.2), TrendPoint("2006", 7.1, 6.9, 7.3)])
    svg = draw_trend([line], ["2005", "2006"], title="t", description="d", width=700, language="zh")
    assert len(marks(svg, "path", "band-first")) == 1
    assert "出生率 7.10" in words(svg)
    assert "0" in words(svg)  # the axis holds zero


@pytest.mark.parametrize("width", [340.0, 700.0])
def test_names_never_lie_on_each_other(width: float) -> None:
    """Two lines that end at the same height still have their names apart."""
    lines = [TrendLine(name, [TrendPoint("2005", 7.0), TrendPoint("2006", 7.1)]) for name in ("births", "deaths")]
    svg = draw_trend(lines, ["2005", "2006"], title="t", description="d", width=width, language="en")
    texts = ElementTree.fromstring(svg).iter(SVG + "text")
    heights = [float(mark.get("y", "0")) for mark in texts if "7.10" in (mark.text or "")]
    assert len(heights) == 2
    assert abs(heights[0] - heights[1]) >= 14


def test_a_long_target_name_gets_a_line_of_its_own_on_a_phone() -> None:
    bar = TargetBar("Coverage of the second round of infection control", 50, "≥50%", None, "not yet recorded")
    svg = draw_targets([bar], title="t", description="d", width=340, language="en")
    heights = [m.get("y") for m in ElementTree.fromstring(svg).iter(SVG + "text") if "%" not in (m.text or "")]
    assert len(set(heights)) == 2


def test_years_without_a_figure_are_gaps() -> None:
    line = TrendLine("a", [TrendPoint("2006", 1.0)])
    svg = draw_trend([line], ["2004", "2005", "2006"], title="t", description="d", width=700, language="en")
    assert len(marks(svg, "circle", "first")) == 1


def test_a_target_without_records_has_no_bar_but_its_published_mark() -> None:
    bar = TargetBar("筛查", 60, "目标≥60%", None, "尚未记录", published=62.62)
    svg = draw_targets([bar], title="t", description="d", width=700, language="zh")
    assert marks(svg, "rect", "first") == []
    assert len(marks(svg, "circle", "hollow")) == 1
    assert len(marks(svg, "line", "aim")) == 1
    assert "尚未记录" in words(svg)


def test_a_tile_says_its_figure_and_interval() -> None:
    tiles = [Tile(0, 0, "江阴市", 1.2, "1.20", "1.0～1.4"), Tile(1, 0, "新区", None, "—")]
    svg = draw_tile_map(tiles, title="t", description="d", width=340, language="zh")
    assert {"江阴市", "1.20", "1.0～1.4", "—"} <= set(words(svg))
    assert len(marks(svg, "rect", "tile-0")) == 1


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-2.2, 9.7), (0, 463_211), (0, 3)])
def test_ticks_are_round_and_hold_both_ends(low: float, high: float) -> None:
    found = ticks(low, high)
    assert found[0] <= low
    assert found[-1] >= high
    assert 2 <= len(found) <= 9


def test_names_are_escaped() -> None:
    svg = draw_tile_map([Tile(0, 0, "<b>&", 1, "1")], title="<t>", description="d", width=340, language="en")
    assert "<b>&" in words(svg)
    assert not re.search("<b>", svg)
