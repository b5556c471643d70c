"""The blocks that a template asks for by name: charts with their tables, tables of figures, the method box."""

from __future__ import annotations

from collections.abc import Callable

from shidai.reports.appendix import definition_entries
from shidai.reports.document import Block, Box, Cell, Highlight, Highlights, Link, Paragraph, Table, Words
from shidai.reports.figures import Figure
from shidai.reports.matter import Matter
from shidai.reports.outlook import outlook_summary
from shidai.reports.plots import chart_block
from shidai.reports.wording import NOT_RECORDED, between, day_words, in_table, plain_number, sentence_case


def make_block(name: str, matter: Matter) -> Block:
    """'chart:<id>', 'table:figures|published|history|outlook', 'box:method' or 'definitions'."""
    kind, _, id_ = name.partition(":")
    if kind == "chart":
        chart = next(chart for chart in matter.report.chart if chart.id == id_)
        return chart_block(chart, matter)
    if kind == "definitions":
        return definition_entries(matter)
    if kind == "highlights":
        return highlights(id_.split(","), matter)
    makers: dict[str, Callable[[Matter], Block]] = {
        "table:figures": figure_table,
        "table:published": published_table,
        "table:history": history_table,
        "table:outlook": outlook_table,
        "box:method": method_box,
    }
    return makers[name](matter)


def highlights(ids: list[str], matter: Matter) -> Highlights:
    """The few figures that a reader looks for first, with their change."""
    items = []
    for figure in (matter.figures[id_] for id_ in ids):
        link = Link(figure.briefly(matter.language), figure.id, quiet=figure.value is None)
        items.append(Highlight(sentence_case(figure.title(matter.language)), link, figure.change(matter.language)))
    return Highlights(tuple(items))


def figure_table(matter: Matter) -> Table:
    """Every figure of the report: this year, the year before, the interval."""
    say = matter.say
    heads = (
        say("数字（单位）", "Figure (unit)"),
        f"{matter.year}{say('年', '')}",
        f"{matter.year - 1}{say('年', '')}",
        say("95%区间", "95% interval"),
    )
    rows = tuple(_figure_row(figure, matter) for figure in matter.figures.values())
    return Table(
        say("本年数字一览", "All figures of the year"), heads, rows, widths=(58, 20, 13, 21), name="figures-table"
    )


def _figure_row(figure: Figure, matter: Matter) -> tuple[Cell, ...]:
    known = figure.value is not None
    shown = in_table(figure.value, figure.measure) if known else figure.briefly(matter.language)
    before = figure.before
    then = before.value if before is not None and not before.suppressed else None
    return (
        Cell.of(_with_unit(figure, matter)),
        Cell((Link(shown, figure.id, quiet=not known),), number=True),
        Cell.of(in_table(then, figure.measure), number=True),
        Cell.of(_interval_cell(figure, matter), number=True),
    )


def _with_unit(figure: Figure, matter: Matter) -> str:
    title, unit = sentence_case(figure.title(matter.language)), figure.measure.unit.said(matter.language)
    if not unit or unit == figure.title(matter.language):
        return title
    return f"{title} ({unit})" if matter.language == "en" else f"{title}（{unit}）"


def _interval_cell(figure: Figure, matter: Matter) -> str:
    if figure.value is None or figure.result is None:
        return ""
    return between(figure.result.low, figure.result.high, figure.measure, matter.language)


def published_table(matter: Matter) -> Table:
    """What was published in its day beside what the records give: for comparison only."""
    say = matter.say
    source = _source_title(matter)
    heads = (
        say("数字（单位）", "Figure (unit)"),
        say("当年公布", "Published then"),
        say("由记录算出", "From records"),
    )
    rows = tuple(_published_row(figure, matter) for figure in matter.figures.values() if figure.published is not None)
    title = say("与当年公布数字的对照", "Beside what was published in its day")
    note = say(f"“当年公布”一列引自《{source}》，不是本系统算出的。", f"The published column quotes: {source}.")
    return Table(title, heads, rows, note, widths=(62, 17, 21))


def _published_row(figure: Figure, matter: Matter) -> tuple[Cell, ...]:
    now = in_table(figure.value, figure.measure) if figure.value is not None else figure.briefly(matter.language)
    return (
        Cell.of(_with_unit(figure, matter)),
        Cell.of(in_table(figure.published, figure.measure), number=True),
        Cell((Link(now, figure.id, quiet=figure.value is None),), number=True),
    )


def _source_title(matter: Matter) -> str:
    ids = {matter.pack.series[f.definition.published].source for f in matter.figures.values()
           if f.definition.published in matter.pack.series}  # fmt: skip
    titles = [matter.pack.sources[id_].title.text.said(matter.language) for id_ in sorted(ids)]
    return "; ".join(titles)


def history_table(matter: Matter) -> Table:
    """Archive series: figures of policies that the law has since abolished. Read-only, never computed."""
    say, period = matter.say, str(matter.year)
    heads = (say("历史数列", "Series"), say("单位", "Unit"), say(f"{period}年公布", f"Published, {period}"))
    rows = []
    for id_ in matter.report.history:
        series = matter.pack.series[id_]
        value = series.value(period)
        shown = NOT_RECORDED.said(matter.language) if value is None else plain_number(value, series.decimals)
        names = (series.title.text.said(matter.language), series.unit.text.said(matter.language))
        rows.append((Cell.of(sentence_case(names[0])), Cell.of(names[1]), Cell.of(shown, number=True)))
    title = say("历史数列（只读）", "Archive series (read-only)")
    return Table(title, heads, tuple(rows), _history_note(matter), widths=(56, 18, 26))


def _history_note(matter: Matter) -> str:
    return matter.say(
        "这些数字是当年政策的产物，政策已由法律废止。仅为读懂旧报告而保存，没有任何功能再产生它们，也不作为目标。",
        "Products of policies that the law has since abolished. Kept only so that old reports stay readable: "
        "nothing makes new ones, and none is a target.",
    )


def outlook_table(matter: Matter) -> Block:
    """What would follow if the pack's first scenario held; a sentence where no run of it is kept."""
    if matter.outlook is None:
        none = "人口展望尚未推算。", "The outlook hasn't been made yet."
        return Paragraph((Words(matter.say(*none)),))
    return outlook_summary(matter.outlook, matter.area, matter.language)


def method_box(matter: Matter) -> Box:
    """What a reader needs to judge and to repeat the figures."""
    say, pack = matter.say, matter.pack
    recorded = sum(figure.standing.is_recorded for figure in matter.figures.values())
    demonstration = pack.demonstration if matter.reading.invented else None
    invented = demonstration.note if demonstration is not None else None
    lines = (
        *(((say("数据性质", "Nature of the data"), invented.text.said(matter.language)),) if invented else ()),
        (say("数据截止", "Records up to"), _cutoff(matter)),
        (say("记录清单编号", "Manifest of the records"), matter.reading.manifest_id),
        (say("政策包", "Pack"), f"{pack.title.text.said(matter.language)} ({pack.id} {pack.version})"),
        (say("口径", "Population"), _population_note(matter)),
        (say("区间", "Intervals"), _interval_note(matter)),
        (say("小数目", "Small counts"), _disclosure_note(matter)),
        (say("已有记录", "Recorded so far"), say(
            f"{len(matter.figures)}项数字中有{recorded}项已有记录；其余写明“尚未记录”，不以任何数代替。",
            f"{recorded} of {len(matter.figures)} figures rest on records that are kept; "
            "the others say 'not yet recorded', and nothing stands in for them.",
        )),
    )  # fmt: skip
    return Box(say("方法与出处", "Method and provenance"), lines)


def _cutoff(matter: Matter) -> str:
    if not matter.reading.cutoff:
        return matter.say("较早的一次提取", "an earlier extract")
    return day_words(matter.reading.cutoff, matter.language)


def _population_note(matter: Matter) -> str:
    return matter.say(
        "户籍人口，除非另有说明；率的分母见附录各条定义。",
        "registered residents unless stated; denominators are given with each definition in the appendix.",
    )


def _interval_note(matter: Matter) -> str:
    return matter.say(
        "95%区间反映事件的随机波动。与上年之差按95%水平检验，不显著的写明“在随机波动范围内”；"
        "人口数等存量和登记内的比重不是抽样，不作检验。",
        "95% intervals reflect the chance variation of events. A change on the year before is tested at the 95% level, "
        "and the text says where chance may explain it; stocks and shares of a register aren't samples and aren't "
        "tested.",
    )


def _disclosure_note(matter: Matter) -> str:
    largest = matter.pack.disclosure.threshold - 1
    return matter.say(
        f"1至{largest}的计数不对外显示，必要时再隐去一格。",
        f"Counts of 1 to {largest} are withheld, with one more cell where a total would give one away.",
    )
