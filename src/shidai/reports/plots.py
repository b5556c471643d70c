"""Charts of the report: the pack says which figures, here they are drawn, each with the table behind it."""

from __future__ import annotations

from shidai.indicators.standing import SAYINGS, Standing
from shidai.packs.schema.report import ReportChart
from shidai.packs.schema.target import Target
from shidai.reports.charts.ontarget import TargetBar, draw_targets
from shidai.reports.charts.pyramid import PyramidData, PyramidWords, draw_pyramid
from shidai.reports.charts.tilemap import Tile, draw_tile_map
from shidai.reports.charts.trend import TrendLine, TrendPoint, draw_trend
from shidai.reports.document import Block, Cell, Chart, Paragraph, Table, Words
from shidai.reports.figures import Figure, ResultLike
from shidai.reports.matter import Matter
from shidai.reports.wording import NOT_RECORDED, Measure, between, in_sentence, in_table, plain_number
from shidai.words import Language

WIDE, NARROW = 700.0, 340.0
TREND_YEARS = 10


def chart_block(chart: ReportChart, matter: Matter) -> Block:
    """The chart, or one sentence that says why there is none."""
    makers = {
        "pyramid": pyramid_chart,
        "ten-years": trend_chart,
        "targets": target_chart,
        "county-map": county_chart,
    }
    made = makers[chart.kind](chart, matter)
    if made is not None:
        return made
    title = _titled(chart, matter)
    unknown = NOT_RECORDED.said(matter.language)
    return Paragraph((Words(matter.say(f"（{title}：{unknown}。）", f"({title}: {unknown}.)")),))


def _titled(chart: ReportChart, matter: Matter) -> str:
    return chart.title.text.filled(year=matter.year, first=matter.year - TREND_YEARS + 1).said(matter.language)


def _noted(chart: ReportChart, matter: Matter) -> str:
    return chart.note.text.said(matter.language) if chart.note else ""


def pyramid_chart(chart: ReportChart, matter: Matter) -> Chart | None:
    read = matter.reading.pyramid(matter.area, matter.year)
    if read is None:
        return None
    data = PyramidData(*read)
    say, title = matter.say, _titled(chart, matter)
    men, women = sum(data.male), sum(data.female)
    description = say(
        f"男{men:,}人，女{women:,}人；各年龄组人数见表。",
        f"{men:,} men and {women:,} women; the table gives each age group.",
    )
    words = PyramidWords(
        title, description, say("男", "Men"), say("女", "Women"), say("人", "persons"), say("岁", "age")
    )
    wide, narrow = (draw_pyramid(data, words, width=width, language=matter.language) for width in (WIDE, NARROW))
    heads = (say("年龄", "Age"), say("男", "Men"), say("女", "Women"))
    rows = tuple(
        (Cell.of(age), Cell.of(f"{male:,}", number=True), Cell.of(f"{female:,}", number=True))
        for age, male, female in zip(data.ages, data.male, data.female, strict=True)
    )
    return Chart(chart.id, title, description, wide, narrow, Table(title, heads, rows), _noted(chart, matter))


def trend_chart(chart: ReportChart, matter: Matter) -> Chart | None:
    periods = [str(year) for year in range(matter.year - TREND_YEARS + 1, matter.year + 1)]
    figures = [matter.figures[id_] for id_ in chart.figure]
    lines = [_trend_line(figure, periods, matter) for figure in figures]
    if not any(line.points for line in lines):
        return None
    title = _titled(chart, matter)
    ends = [f"{line.name} {line.points[-1].value:.2f}" for line in lines if line.points]
    description = "; ".join(ends)
    decimals = figures[0].measure.decimals
    drawn = [
        draw_trend(lines, periods, title=title, description=description, width=width, language=matter.language,
                   decimals=decimals)
        for width in (WIDE, NARROW)
    ]  # fmt: skip
    table = _trend_table(title, figures, lines, periods, matter)
    return Chart(chart.id, title, description, drawn[0], drawn[1], table, _noted(chart, matter))


def _trend_line(figure: Figure, periods: list[str], matter: Matter) -> TrendLine:
    indicator = figure.definition.indicator
    points: list[TrendPoint] = []
    for period in periods if indicator is not None else ():
        result = matter.reading.result(indicator or "", matter.area, period, figure.definition.breakdown)
        if result is not None and result.value is not None and not result.suppressed:
            points.append(TrendPoint(period, result.value, result.low, result.high))
    return TrendLine(figure.title(matter.language), points)


def _trend_table(
    title: str, figures: list[Figure], lines: list[TrendLine], periods: list[str], matter: Matter
) -> Table:
    heads = (matter.say("年份", "Year"), *(line.name for line in lines))
    by_period = [{point.period: point for point in line.points} for line in lines]
    rows = []
    for period in periods:
        cells = [
            Cell.of(_with_interval(points.get(period), figure.measure, matter.language), number=True)
            for points, figure in zip(by_period, figures, strict=True)
        ]
        rows.append((Cell.of(period), *cells))
    return Table(title, heads, tuple(rows))


def _with_interval(point: TrendPoint | None, measure: Measure, language: Language) -> str:
    if point is None or point.value is None:
        return "—"
    shown = plain_number(point.value, measure.decimals)
    if point.low is None or point.high is None:
        return shown
    return f"{shown} ({between(point.low, point.high, measure, language)})"


def target_chart(chart: ReportChart, matter: Matter) -> Chart | None:
    targets = [t for t in matter.pack.targets.values() if t.year == matter.year and t.area == matter.area]
    if not targets:
        return None
    title = _titled(chart, matter)
    bars = [_target_bar(target, matter) for target in targets]
    description = "; ".join(f"{bar.name} {bar.value_words} ({bar.aim_words})" for bar in bars)
    drawn = [
        draw_targets(bars, title=title, description=description, width=width, language=matter.language)
        for width in (WIDE, NARROW)
    ]
    return Chart(
        chart.id, title, description, drawn[0], drawn[1], _target_table(title, bars, matter), _noted(chart, matter)
    )


def _target_bar(target: Target, matter: Matter) -> TargetBar:
    measure = Measure(target.unit.text, target.decimals)
    figure = _figure_of(target, matter)
    value = figure.value if figure is not None else None
    result = figure.result if figure is not None and value is not None else None
    series = matter.pack.series.get(target.figure)
    published = series.value(str(target.year)) if series is not None else figure.published if figure else None
    whole = Measure(measure.unit, 0) if float(target.value).is_integer() else measure
    aim = in_sentence(target.value, whole, matter.language)
    sign = {">=": "≥", "<=": "≤"}[target.comparison]
    assumed = matter.say("，假定", ", assumed") if target.assumed else ""
    return TargetBar(
        name=target.title.text.said(matter.language),
        aim=target.value,
        aim_words=f"{matter.say('目标', 'target ')}{sign}{aim}{assumed}",
        value=value,
        value_words=in_sentence(value, measure, matter.language)
        if value is not None
        else (figure.briefly(matter.language) if figure is not None else NOT_RECORDED.said(matter.language)),
        low=result.low if result is not None else None,
        high=result.high if result is not None else None,
        published=published,
        published_words=in_table(published, measure),
    )


def _figure_of(target: Target, matter: Matter) -> Figure | None:
    for figure in matter.figures.values():
        if target.figure in (figure.definition.indicator, figure.definition.published):
            return figure
    return None


def _target_table(title: str, bars: list[TargetBar], matter: Matter) -> Table:
    say = matter.say
    heads = (
        say("目标", "Target"),
        say("目标值", "Aim"),
        say("由记录算出", "From records"),
        say("当年公布", "Published then"),
    )
    rows = tuple(
        (
            Cell.of(bar.name),
            Cell.of(bar.aim_words.removeprefix(say("目标", "target ")), number=True),
            Cell.of(bar.value_words, number=True),
            Cell.of(bar.published_words, number=True),
        )
        for bar in bars
    )
    return Table(title, heads, rows)


def county_chart(chart: ReportChart, matter: Matter) -> Chart | None:
    if matter.pack.map is None:
        return None
    figure, layout = matter.figures[chart.figure[0]], matter.pack.map.tile
    results = {tile.area: _county_result(figure, tile.area, matter) for tile in layout}
    if all(result is None for result in results.values()):
        return None
    tiles = []
    for tile in layout:
        result = results[tile.area]
        value = result.value if result is not None and not result.suppressed else None
        hidden = result is not None and result.suppressed
        words = SAYINGS[Standing.HIDDEN].cell.said(matter.language) if hidden else in_table(value, figure.measure)
        known = result if value is not None else None
        span = between(known.low, known.high, figure.measure, matter.language) if known is not None else ""
        tiles.append(Tile(tile.column, tile.row, tile.name.text.said(matter.language), value, words, span))
    title = _titled(chart, matter)
    description = "; ".join(f"{tile.name} {tile.value_words}" for tile in tiles)
    drawn = [
        draw_tile_map(tiles, title=title, description=description, width=width, language=matter.language)
        for width in (WIDE, NARROW)
    ]
    return Chart(chart.id, title, description, drawn[0], drawn[1], _county_table(chart, matter), _noted(chart, matter))


def _county_result(figure: Figure, area: str, matter: Matter) -> ResultLike | None:
    if figure.definition.indicator is None:
        return None
    return matter.reading.result(figure.definition.indicator, area, str(matter.year), figure.definition.breakdown)


def _county_table(chart: ReportChart, matter: Matter) -> Table:
    """Counties in the pack's order, all figures of the chart."""
    figures = [matter.figures[id_] for id_ in chart.figure]
    units = [figure.measure.unit.said(matter.language) for figure in figures]
    names = [f"{f.title(matter.language)} ({unit})" for f, unit in zip(figures, units, strict=True)]
    rows = []
    for area in matter.pack.areas_at("county"):
        cells = [_county_cell(figure, area.code, matter) for figure in figures]
        named = area.name_en if matter.language == "en" else area.name_zh
        rows.append((Cell.of(named), *cells))
    title = matter.say("各县（市、区）数字", "Figures by county")
    return Table(title, (matter.say("县（市、区）", "County"), *names), tuple(rows))


def _county_cell(figure: Figure, area: str, matter: Matter) -> Cell:
    result = _county_result(figure, area, matter)
    hidden = result is not None and result.suppressed
    value = result.value if result is not None and not hidden else None
    return Cell.of("*" if hidden else in_table(value, figure.measure), number=True)
