"""The outlook's charts: fans, the pyramid that moves, scenarios side by side, counties; each with its table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from shidai.core.language import say
from shidai.core.tilemap import County, Seen, Step, TileMap, draw_map
from shidai.indicators.outlook.stored import Interval, KeptRun
from shidai.indicators.outlook.wording import MEASURE_WORDS, MeasureWords
from shidai.packs.schema.map import AreaMap
from shidai.site.charts import Chart
from shidai.words import Text

HIDDEN = "*"
STEP = 5  # years between two rows of a table
HEADS = (
    Text(zh="年份", en="Year"),
    Text(zh="中位数", en="Median"),
    Text(zh="80% 区间", en="80% interval"),
    Text(zh="95% 区间", en="95% interval"),
)
WORDS = {
    "median": Text(zh="中位数", en="median"),
    "inner": Text(zh="80% 区间", en="80% interval"),
    "outer": Text(zh="95% 区间", en="95% interval"),
    "observed": Text(zh="实际", en="on record"),
    "male": Text(zh="男", en="men"),
    "female": Text(zh="女", en="women"),
    "people": Text(zh="人", en="people"),
    "aged": Text(zh="65岁及以上", en="aged 65+"),
    "first": Text(zh="起始年", en="first year"),
    "value": Text(zh="中位数", en="median"),
    "interval": Text(zh="80% 区间", en="80% interval"),
}


class Files(TypedDict):
    """Where a chart's figures can be had as files."""

    csv: str
    xlsx: str


ON_RECORD = Text(zh="{year}（实际）", en="{year} (on record)")
NOTHING_KNOWN = Interval(0, None, None, None, None, None)


def number(value: float | None, words: MeasureWords) -> str:
    """A figure as text; an asterisk for a hidden one."""
    if value is None:
        return HIDDEN
    return f"{value * words.times:,.{words.decimals}f}".replace("-", "−")


def span(low: float | None, high: float | None, words: MeasureWords) -> str:
    """An interval as text; empty where there is none."""
    return "" if low is None or high is None else f"{number(low, words)} – {number(high, words)}"


def titled(words: MeasureWords) -> str:
    """A measure with its unit."""
    return say(Text(zh="{title}（{unit}）", en="{title} ({unit})").filled(title=words.title, unit=words.unit))


def draw_fan(run: KeptRun, measure: str, found: Sequence[Interval], files: Files) -> Chart:
    """One measure over the years, the observed ones before it, with both intervals.

    A gap where a year has no figure; of a rate on record the interval is what chance may have done to it.
    """
    words = MEASURE_WORDS[measure]
    ahead = [one for one in found if one.year > run.head.last_year]
    past = [one for one in found if one.year <= run.head.last_year]
    bands = [*([NOTHING_KNOWN] * len(past)), *ahead]
    data = {
        "kind": "fan",
        "decimals": words.decimals,
        "years": [one.year for one in found],
        "observed": len(past),
        "median": [_times(one.median, words) for one in found],
        **{name: [_times(getattr(one, name), words) for one in bands] for name in ("lo95", "lo80", "hi80", "hi95")},
        "low": [_times(one.lo95, words) for one in past],
        "high": [_times(one.hi95, words) for one in past],
        "words": {name: say(text) for name, text in WORDS.items()},
    }
    shown = [one for one in ahead if one.year % STEP == 0 or one in (ahead[0], ahead[-1])]
    rows = [
        (f"{one.year}", number(one.median, words), span(one.lo80, one.hi80, words), span(one.lo95, one.hi95, words))
        for one in shown
    ]
    title = titled(words)
    sentence = f"{title}: " + "; ".join(f"{row[0]} {row[1]} ({row[2]})" for row in (rows[0], rows[-1]))
    known = [
        (say(ON_RECORD.filled(year=one.year)), number(one.median, words), span(one.lo80, one.hi80, words),
         span(one.lo95, one.hi95, words))
        for one in past
    ]  # fmt: skip
    return Chart(f"fan-{measure}", title, data, tuple(say(head) for head in HEADS), [*known, *rows], sentence, **files)


def _times(value: float | None, words: MeasureWords) -> float | None:
    return None if value is None else round(value * words.times, words.decimals + 2)


def draw_ages(run: KeptRun, area: str, files: Files) -> Chart:
    """The pyramid of every year, medians by single age; the page plays it."""
    found = run.pyramids(area)
    aged = {one.year: one.median for one in run.figure(area, "share_65")}
    years = list(found)
    data = {
        "kind": "ages",
        "years": years,
        "male": [[round(n, 1) for n in found[year][0]] for year in years],
        "female": [[round(n, 1) for n in found[year][1]] for year in years],
        "aged": [round(100 * (aged.get(year) or 0), 1) for year in years],
        "words": {name: say(text) for name, text in WORDS.items()},
    }
    shown = [year for year in years if year % STEP == 0 or year in (years[0], years[-1])]
    bands = ((0, 15), (15, 60), (60, 80), (80, len(found[years[0]][0])))
    rows = [
        (f"{year}", *(f"{sum(sum(side[low:high]) for side in found[year]):,.0f}" for low, high in bands))
        for year in shown
    ]
    heads = ("0–14", "15–59", "60–79", "80+")
    title = say(Text(zh="按年龄和性别的年中人口，中位数（人）", en="People by age and sex at mid-year, medians"))
    described = Text(zh="：{first}年与{last}年相比，见数据表。", en=": {first} beside {last}, see the table.")
    sentence = title + say(described.filled(first=years[0], last=years[-1]))
    return Chart("ages", title, data, (say(HEADS[0]), *heads), rows, sentence, "tall", **files)


def draw_compared(runs: Sequence[tuple[str, KeptRun]], area: str, measure: str, files: Files) -> Chart | None:
    """Several runs side by side: medians with 80 % intervals."""
    words = MEASURE_WORDS[measure]
    lines = [(name, [one for one in run.figure(area, measure) if one.year > run.head.last_year]) for name, run in runs]
    lines = [(name, found) for name, found in lines if found]
    if not lines:
        return None
    years = sorted({one.year for _, found in lines for one in found})
    data: dict[str, Any] = {
        "kind": "compare", "decimals": words.decimals, "years": years, "lines": [],
        "words": {name: say(text) for name, text in WORDS.items()},
    }  # fmt: skip
    columns = []
    for name, found in lines:
        by_year = {one.year: one for one in found}
        line: dict[str, Any] = {"name": name}
        line |= {
            level: [_times(getattr(by_year[year], level), words) if year in by_year else None for year in years]
            for level in ("lo80", "median", "hi80")
        }
        data["lines"].append(line)
        columns.append(by_year)
    shown = [year for year in years if year % STEP == 0 or year in (years[0], years[-1])]
    rows = [
        (f"{year}", *(number(by_year[year].median, words) if year in by_year else "" for by_year in columns))
        for year in shown
    ]
    title = titled(words)
    sentence = f"{title}, {years[-1]}: " + "; ".join(
        f"{name} {cell}" for (name, _), cell in zip(lines, rows[-1][1:], strict=True)
    )
    heads = (say(HEADS[0]), *(name for name, _ in lines))
    return Chart(f"compare-{measure}", title, data, heads, rows, sentence, **files)


def draw_counties(
    run: KeptRun, names: Sequence[tuple[str, str]], measure: str, year: int, files: Files
) -> Chart | None:
    """The areas below beside each other in one year, with 80 % intervals. names: code and name, in the pack's order."""
    words = MEASURE_WORDS[measure]
    found = [(name, one) for code, name in names for one in run.figure(code, measure) if one.year == year]
    if not found:
        return None
    data = {
        "kind": "bars",
        "decimals": words.decimals,
        "labels": [name for name, _ in found],
        "values": [_times(one.median, words) for _, one in found],
        "low": [_times(one.lo80, words) for _, one in found],
        "high": [_times(one.hi80, words) for _, one in found],
        "words": {name: say(text) for name, text in WORDS.items()},
    }
    rows = [(name, number(one.median, words), span(one.lo80, one.hi80, words)) for name, one in found]
    title = say(
        Text(zh="{title}，{year}年", en="{title}, {year}").filled(title=Text(titled(words), titled(words)), year=year)
    )
    sentence = f"{title}: " + "; ".join(f"{name} {value}" for name, value, _ in rows)
    heads = ("", say(HEADS[1]), say(HEADS[2]))
    return Chart(f"counties-{measure}", title, data, heads, rows, sentence, **files)


def draw_ageing(
    run: KeptRun, layout: AreaMap | None, below: Sequence[County], year: int | None, files: Files
) -> TileMap | None:
    """The counties' share of old people on the map, year by year on one scale; the years on record belong to it."""
    words = MEASURE_WORDS["share_65"]
    by_year: dict[int, dict[str, Seen]] = {}
    for one in below:
        for found in run.figure(one.code, "share_65"):
            value = _times(found.median, words)
            shown = Seen(value, number(found.median, words), span(found.lo80, found.hi80, words))
            by_year.setdefault(found.year, {})[one.code] = shown
    years = [each for each in sorted(by_year) if each >= run.head.last_year]
    if not years:
        return None
    steps = [Step(_year_told(each, run), by_year[each], each) for each in years]
    columns = [each for each in years if each % (2 * STEP) == 0 or each in (years[0], years[-1])]
    title = say(Text(zh="各地{title}", en="{title} by county").filled(title=Text(titled(words), titled(words))))
    return draw_map(
        "ageing", title, layout, below, steps, show=lambda value: f"{value:.{words.decimals}f}",
        at=year if year in by_year else years[-1], step_name="map", columns=columns, **files,
    )  # fmt: skip


def _year_told(year: int, run: KeptRun) -> str:
    return say(ON_RECORD.filled(year=year)) if year <= run.head.last_year else f"{year}"
