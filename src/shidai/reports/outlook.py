"""A run of the outlook as one HTML file: what would follow, what it assumes, and how to make it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from shidai.indicators.outlook.running import NeedHead
from shidai.indicators.outlook.stored import Interval, KeptRun
from shidai.indicators.outlook.wording import MEASURE_WORDS, MeasureWords
from shidai.packs.schema.scenario import Scenario
from shidai.reports.atomic import write_atomically
from shidai.reports.charts import PyramidData, TrendLine, TrendPoint, draw_pyramid, draw_trend
from shidai.reports.charts.pyramid import PyramidWords
from shidai.reports.document import Block, Cell, Chart, Document, Heading, Paragraph, Table, Words
from shidai.reports.htmlpage import html_page
from shidai.reports.plots import NARROW, WIDE
from shidai.reports.reform import LABELS
from shidai.reports.wording import day_words
from shidai.words import Language, Text

STEP = 5  # years between two points of a chart
COLUMNS = (0, 20)
_MANY = 10_000  # from here on charts count thousands
SUMMED_UP = ("population", "births", "deaths", "migration", "share_65", "old_age_ratio")
DRAWN = ("population", "births", "share_65")
HIDDEN = "*"
_BAND = 5  # years of age in a bar of the pyramid


def write_report(run: KeptRun, scenario: Scenario, language: Language, path: Path) -> Path:
    """Write the report; one file that needs nothing from outside."""
    return write_atomically(path.absolute(), html_page(outlook_document(run, scenario, language)).encode())


def outlook_document(run: KeptRun, scenario: Scenario, language: Language) -> Document:
    """The report as a document: charts, figures, consequences, counties, assumptions, how to make it again."""
    head = run.head
    title = Text(zh="{city}人口展望：{title}", en="Outlook of {city}: {title}")
    named = title.filled(city=head.city.name.text, title=head.title.text)
    made = LABELS["made"].said(language).format(day=day_words(f"{datetime.now(UTC).astimezone().date()}", language))
    return Document(
        language=language,
        title=named.said(language),
        subtitle=f"{run.years[0]}–{run.years[-1]}",
        organisation=head.city.name.text.said(language),
        notice=_NOTICE.said(language),
        made="",
        words={name: text.said(language) for name, text in LABELS.items()} | {"made": made},
        blocks=tuple(_blocks(run, scenario, language)),
    )


def outlook_summary(run: KeptRun, area: str, language: Language) -> Table:
    """The few rows of the annual summary: medians with 80% intervals, and what they rest on."""
    years = columns_of(run)
    rows = []
    for name in SUMMED_UP:
        words, found = MEASURE_WORDS[name], {one.year: one for one in run.figure(area, name)}
        title = titled(words.title, words.unit, language)
        rows.append((Cell.of(title), *(Cell.of(_with_interval(found[year], words), number=True) for year in years)))
    named = Text(zh="人口展望：{title}，中位数与 80% 区间", en="Outlook: {title}; medians with 80% intervals")
    note = Text(
        zh="{definition}如果这些假设成立，结果会是这样；不是目标。记录清单 {manifest}，轨迹 {n}，种子 {seed}。",
        en="{definition} This is what would follow if the assumptions held, and no aim. Manifest {manifest}, "
        "{n} trajectories, seed {seed}.",
    ).filled(
        definition=run.head.definition.text, manifest=run.head.manifest[:16], n=f"{run.head.trajectories:,}",
        seed=run.head.seed,
    )  # fmt: skip
    heads = ("", *(f"{year}" for year in years))
    return Table(named.filled(title=run.head.title.text).said(language), heads, tuple(rows), note.said(language))


_NOTICE = Text(
    zh="如果这些假设成立，结果会是这样。它不是目标，也不对任何人提出要求。",
    en="This is what would follow if the assumptions held. It is no aim, and asks nothing of anybody.",
)


def columns_of(run: KeptRun) -> list[int]:
    """The years that a table shows: the first, that twenty years after it, the last."""
    first, last = run.years[0], run.years[-1]
    return sorted({first + after for after in COLUMNS if first + after < last} | {last})


def show(value: float | None, words: MeasureWords) -> str:
    """A figure as text; an asterisk for a small count."""
    return HIDDEN if value is None else f"{value * words.times:,.{words.decimals}f}".replace("-", "−")


def titled(title: Text, unit: Text, language: Language) -> str:
    """A measure with its unit."""
    return Text(zh="{title}（{unit}）", en="{title} ({unit})").filled(title=title, unit=unit).said(language)


def need_words(need: NeedHead) -> MeasureWords:
    return MeasureWords(need.title.text, need.unit.text, need.decimals)


def _blocks(run: KeptRun, scenario: Scenario, language: Language) -> Iterator[Block]:
    city = run.head.city.code

    def say(zh: str, en: str) -> str:
        return Text(zh=zh, en=en).said(language)

    yield Paragraph((Words(run.head.definition.text.said(language)),))
    yield Heading(1, say("主要数字", "The figures"), "figures")
    yield _figures(run, city, language)
    for measure in DRAWN:
        yield _fan(run, city, measure, language)
    yield Heading(1, say("年龄结构", "Ages"), "ages")
    for year in dict.fromkeys((run.years[0], run.years[-1])):
        yield _pyramid(run, city, year, language)
    yield Heading(1, say("对服务和资金的影响", "What follows for services and purses"), "needs")
    yield _needs(run, city, language)
    if run.head.areas:
        yield Heading(1, say("各县（市、区）", "Counties"), "counties")
        yield _counties(run, language)
    yield Heading(1, say("假设与限度", "Assumptions and limits"), "assumptions")
    if scenario.note is not None:
        yield Paragraph((Words(scenario.note.text.said(language)),))
    if scenario.uncertainty.note is not None:
        yield Paragraph((Words(scenario.uncertainty.note.text.said(language)),))
    yield _again(run, language)


def _figures(run: KeptRun, area: str, language: Language) -> Table:
    rows = [
        _row(titled(words.title, words.unit, language), run.figure(area, name), words, run)
        for name, words in MEASURE_WORDS.items()
        if run.figure(area, name)
    ]
    title = Text(zh="中位数，括号内为 80% 区间", en="Medians, with 80% intervals in brackets").said(language)
    return Table(title, ("", *(f"{year}" for year in columns_of(run))), tuple(rows))


def _row(title: str, found: Sequence[Interval], words: MeasureWords, run: KeptRun) -> tuple[Cell, ...]:
    by_year = {one.year: one for one in found}
    cells = (_with_interval(by_year[year], words) for year in columns_of(run))
    return (Cell.of(title), *(Cell.of(text, number=True) for text in cells))


def _with_interval(one: Interval, words: MeasureWords) -> str:
    if one.median is None:
        return HIDDEN
    return f"{show(one.median, words)} ({show(one.lo80, words)}–{show(one.hi80, words)})"


def _fan(run: KeptRun, area: str, measure: str, language: Language) -> Chart:
    words = MEASURE_WORDS[measure]
    marked = {year for year in run.years if year % STEP == 0 or year in (run.years[0], run.years[-1])}
    kept = [one for one in run.figure(area, measure) if one.year in marked and one.median is not None]
    many = max(((one.hi95 or 0) for one in kept), default=0) >= _MANY
    times = words.times / 1000 if many else words.times
    points = [
        TrendPoint(f"{one.year}", (one.median or 0) * times, (one.lo95 or 0) * times, (one.hi95 or 0) * times)
        for one in kept
    ]
    unit = Text(zh="千{unit}", en="thousand {unit}").filled(unit=words.unit) if many else words.unit
    title = titled(words.title, unit, language)
    described = Text(zh="中位数与 95% 区间；数值见上表。", en="Median and 95% interval; the figures are in the table.")
    wide, narrow = (
        draw_trend(
            [TrendLine("", points)], [point.period for point in points], title=title,
            description=described.said(language), width=width, language=language,
            decimals=1 if many else words.decimals,
        )
        for width in (WIDE, NARROW)
    )  # fmt: skip
    return Chart(measure, title, described.said(language), wide, narrow)


def _pyramid(run: KeptRun, area: str, year: int, language: Language) -> Chart:
    male, female = run.pyramids(area)[year]
    starts = range(0, len(male), _BAND)
    bands = [f"{start}+" if start + _BAND > len(male) else f"{start}–{start + _BAND - 1}" for start in starts]
    sums = [[round(sum(side[start : start + _BAND])) for start in starts] for side in (male, female)]
    title = Text(zh=f"{year}年年中人口的性别和年龄", en=f"Population by sex and age at mid-{year}").said(language)
    words = PyramidWords(
        title, title, *(text.said(language) for text in (Text(zh="男", en="men"), Text(zh="女", en="women"),
        Text(zh="人", en="people"), Text(zh="岁", en="age"))),
    )  # fmt: skip
    wide, narrow = (
        draw_pyramid(PyramidData(bands, *sums), words, width=width, language=language) for width in (WIDE, NARROW)
    )
    return Chart(f"ages-{year}", title, title, wide, narrow)


def _needs(run: KeptRun, area: str, language: Language) -> Table:
    rows = []
    for need in run.head.needs:
        words, found = need_words(need), run.need(area, need.id)
        rows.append(_row(titled(words.title, words.unit, language), found, words, run))
        if need.fen is not None:
            yuan = MeasureWords(need.title.text, Text(zh="元", en="yuan"), 0, need.fen / 100)
            cost = Text(zh="{title}：一年的金额（元）", en="{title}: cost a year (yuan)").filled(title=need.title.text)
            rows.append(_row(cost.said(language), found, yuan, run))
    title = Text(zh="全市；中位数，括号内为 80% 区间", en="The city; medians, with 80% intervals in brackets")
    return Table(title.said(language), ("", *(f"{year}" for year in columns_of(run))), tuple(rows))


def _counties(run: KeptRun, language: Language) -> Table:
    """The last year by county."""
    chosen, last = ("population", "births", "share_65"), run.years[-1]
    rows = []
    for area in run.head.areas:
        cells = [Cell.of(area.name.text.said(language))]
        for name in chosen:
            by_year = {one.year: one for one in run.figure(area.code, name)}
            cells.append(Cell.of(_with_interval(by_year[last], MEASURE_WORDS[name]), number=True))
        rows.append(tuple(cells))
    heads = [titled(MEASURE_WORDS[name].title, MEASURE_WORDS[name].unit, language) for name in chosen]
    title = Text(zh=f"{last}年，中位数，括号内为 80% 区间", en=f"In {last}; medians, with 80% intervals in brackets")
    return Table(title.said(language), ("", *heads), tuple(rows))


def _again(run: KeptRun, language: Language) -> Table:
    head = run.head
    facts = (
        (Text(zh="方案", en="scenario"), head.scenario),
        (Text(zh="政策包", en="pack"), f"{head.pack} {head.pack_version}"),
        (Text(zh="记录清单", en="manifest of the records"), head.manifest),
        (Text(zh="轨迹数", en="trajectories"), f"{head.trajectories:,}"),
        (Text(zh="种子", en="seed"), f"{head.seed}"),
        (Text(zh="版本", en="version"), f"Shidai {head.version}"),
        (Text(zh="编号", en="id"), head.id),
    )
    title = Text(zh="用同样的输入可得到同样的结果", en="The same inputs give the same figures")
    rows = tuple((Cell.of(name.said(language)), Cell.of(value)) for name, value in facts)
    return Table(title.said(language), ("", ""), rows)
