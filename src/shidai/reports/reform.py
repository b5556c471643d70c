"""A simulated reform as one HTML file: the figures first, the rules' own words beside them, what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from shidai.indicators.reform import Side
from shidai.indicators.reformreport import CHANGES, ChangeRow, CostRow, OverlapRow, Report, SideName
from shidai.indicators.reformwords import BREAKDOWNS, CHANGE_WORDS, SIDE_WORDS, chosen
from shidai.packs.schema.pack import Pack
from shidai.packs.schemewords import say_value, say_version
from shidai.reports.atomic import write_atomically
from shidai.reports.document import Block, Cell, Document, Heading, Paragraph, Table, Words
from shidai.reports.htmlpage import html_page
from shidai.reports.reformcharts import HIDDEN, SIDES, Say, chart_changes, chart_costs
from shidai.reports.wording import day_words
from shidai.rules import RuleSet
from shidai.words import Language, Text, in_yuan

LABELS = {
    "contents": Text(zh="目录", en="Contents"),
    "show_table": Text(zh="查看数据表", en="Show the table"),
    "definition": Text(zh="指标页", en="Indicator page"),
    "records": Text(zh="记录清单", en="List of records"),
    "swipe": Text(zh="左右滑动看全表", en="Swipe sideways for the whole table"),
    "made": Text(zh="{day}生成", en="made on {day}"),
}


def write_report(report: Report, pack: Pack, language: Language, path: Path) -> Path:
    """Write the report; one file that needs nothing from outside."""
    return write_atomically(path.absolute(), html_page(reform_document(report, pack, language)).encode())


def reform_document(report: Report, pack: Pack, language: Language) -> Document:
    """The report as a document: cost, who gains and loses, overlap, a chart, the rules, the notes."""
    simulation = report.simulation

    def say(text: Text) -> str:
        return text.said(language)

    return Document(
        language=language,
        title=_title(report, say),
        subtitle=_span(report, say) + day_words(f"{simulation.cutoff}", language),
        organisation=say(pack.header.authority.text),
        notice=_notice(report, say),
        made="",
        words={name: say(text) for name, text in LABELS.items()} | {"made": _made(language, say)},
        blocks=tuple(_blocks(report, pack, language, say)),
    )


def _title(report: Report, say: Say) -> str:
    titles = dict.fromkeys(say(side.scheme.title.text) for side in report.simulation.sides)
    return say(Text(zh="方案测算：", en="What a reform would do: ")) + say(Text(zh="与", en=" and ")).join(titles)


def _span(report: Report, say: Say) -> str:
    first, last = report.simulation.years[0], report.simulation.years[-1]
    span = f"{first}" if first == last else f"{first}–{last}"
    return say(Text(zh=f"{span}年，记录截至", en=f"{span}, records up to "))


def _notice(report: Report, say: Say) -> str:
    if all(one.version.status != "draft" for side in report.simulation.sides for one in side.versions):
        return ""
    draft = Text(
        zh="含有草案：只供测算，不可据以发放。", en="With a draft: for comparison only; nothing can be paid by it."
    )
    return say(draft)


def _made(language: Language, say: Say) -> str:
    return say(LABELS["made"].filled(day=day_words(f"{datetime.now(UTC).astimezone().date()}", language)))


def _blocks(report: Report, pack: Pack, language: Language, say: Say) -> Iterator[Block]:
    yield _compared(report, say)
    yield Heading(1, say(Text(zh="金额", en="Cost")), "cost")
    yield _cost_table(report, say)
    yield chart_costs(report, language, say)
    yield _county_table(report, say)
    yield Heading(1, say(Text(zh="谁增加，谁减少", en="Who gains, who loses")), "changes")
    yield from chart_changes(report, language, say)
    for by in dict.fromkeys(row.by for row in report.changes):
        yield _change_table(by, [row for row in report.changes if row.by == by], say)
    if report.overlaps:
        yield Heading(1, say(Text(zh="与其他方案重叠", en="Overlap with other schemes")), "overlap")
        yield _overlap_table(report.overlaps, pack, say)
    yield Heading(1, say(Text(zh="条文与数值", en="The rules and their numbers")), "rules")
    yield from _rules(report, pack, say)
    yield Heading(1, say(Text(zh="这些数字的前提", en="What the figures rest on")), "notes")
    for note in report.notes:
        yield Paragraph((Words(say(note)),))


def _compared(report: Report, say: Say) -> Table:
    rows = [
        (Cell.of(say(SIDE_WORDS[name])), Cell.of(say(chosen(side))), Cell.of(say(side.scheme.definition.text)))
        for name, side in zip(("a", "b"), report.simulation.sides, strict=True)
    ]
    heads = (Text(zh="", en=""), Text(zh="方案", en="scheme"), Text(zh="谁得到什么", en="who gets what"))
    return Table(say(Text(zh="比较什么", en="What is compared")), tuple(say(head) for head in heads), tuple(rows))


def _money(fen: int) -> Cell:
    return Cell.of(in_yuan(fen).replace("-", "−"), number=True)


def _figures(row: CostRow) -> tuple[Cell, ...]:
    if row.hidden:
        return tuple(Cell.of(HIDDEN, number=True) for _ in range(5))
    sums = (row.fen, row.expected, row.low, row.high)
    return (Cell.of(f"{row.entitled:,}", number=True), *(_money(fen) for fen in sums))


def _cost_heads(say: Say) -> tuple[str, ...]:
    heads = (
        Text(zh="方案", en="side"),
        Text(zh="符合（差额：有变动）", en="entitled (B − A: changed)"),
        Text(zh="应发", en="due"),
        Text(zh="预计", en="expected"),
        Text(zh="下限", en="low"),
        Text(zh="上限", en="high"),
    )
    return tuple(say(head) for head in heads)


def _cost_table(report: Report, say: Say) -> Table:
    rows = [
        (Cell.of(f"{row.year}"), Cell.of(say(SIDE_WORDS[row.side])), *_figures(row))
        for row in report.costs
        if row.area == report.city
    ]
    title = Text(zh="全市各年（元）", en="The city by year (yuan)")
    return Table(say(title), (say(Text(zh="年份", en="year")), *_cost_heads(say)), tuple(rows))


def _county_table(report: Report, say: Say) -> Table:
    names = report.simulation.counties
    rows = [
        (Cell.of(f"{row.year}"), Cell.of(say(names[row.area])), Cell.of(say(SIDE_WORDS[row.side])), *_figures(row))
        for row in report.costs
        if row.area != report.city
    ]
    heads = (say(Text(zh="年份", en="year")), say(BREAKDOWNS["county"]), *_cost_heads(say))
    return Table(say(Text(zh="各县（市、区）各年（元）", en="Counties by year (yuan)")), heads, tuple(rows))


def _change_table(by: str, rows: Sequence[ChangeRow], say: Say) -> Table:
    lines = []
    for group, title in dict.fromkeys((row.group, row.title) for row in rows):
        own = {row.change: row for row in rows if row.group == group}
        if any(row.subjects for row in own.values()):
            lines.append((Cell.of(say(title)), *(cell for change in CHANGES for cell in _change_cells(own[change]))))
    number, total = Text(zh="人（户、村）数", en="number"), Text(zh="金额（元）", en="yuan")
    heads = [f"{say(CHANGE_WORDS[change])} · {say(one)}" for change in CHANGES[:2] for one in (number, total)]
    last = f"{say(CHANGE_WORDS[CHANGES[2]])} · {say(number)}"
    name = Text(zh=f"按{BREAKDOWNS[by].zh}", en=f"By {BREAKDOWNS[by].en}")
    whole = Text(zh="全部，全部年份合计", en="Everybody, all years together")
    return Table(say(whole if by == "all" else name), ("", *heads, last), tuple(lines))


def _change_cells(row: ChangeRow) -> tuple[Cell, ...]:
    number = Cell.of(HIDDEN if row.hidden else f"{row.subjects:,}", number=True)
    if row.change == "same":
        return (number,)
    return number, Cell.of(HIDDEN, number=True) if row.hidden else _money(row.fen)


def _overlap_table(overlaps: Sequence[OverlapRow], pack: Pack, say: Say) -> Table:
    together = Text(zh="不得同时享受", en="can't be held together")
    rows = tuple(
        (
            Cell.of(f"{row.year}"),
            Cell.of(say(SIDE_WORDS[row.side])),
            Cell.of(say(pack.schemes[row.scheme].title.text)),
            Cell.of(say(together) if row.incompatible else ""),
            Cell.of(HIDDEN if row.hidden else f"{row.entitled:,}", number=True),
            Cell.of(HIDDEN if row.hidden else f"{row.both:,}", number=True),
        )
        for row in overlaps
    )
    heads = (
        Text(zh="年份", en="year"),
        Text(zh="方案", en="side"),
        Text(zh="其他方案", en="other scheme"),
        Text(zh="", en=""),
        Text(zh="符合", en="entitled"),
        Text(zh="其中也符合其他方案", en="of them to the other too"),
    )
    return Table(
        say(Text(zh="每年最后一个应发日", en="On the last due day of each year")), tuple(map(say, heads)), rows
    )


def _rules(report: Report, pack: Pack, say: Say) -> Iterator[Block]:
    """For each version used: its conditions with their clauses, its parameters with the values of this run."""
    for name, side in zip(SIDES, report.simulation.sides, strict=False):
        for rules in side.versions:
            anchor = f"rules-{name}-{rules.version.id}"
            said = f"{say(side.scheme.title.text)} · {say(say_version(side.scheme, rules.version))}"
            yield Heading(2, f"{say(SIDE_WORDS[name])} · {said}", anchor)
            yield _met_table(report, name, side, rules, pack, say)
            yield _parameter_table(rules, say)


def _met_table(report: Report, name: SideName, side: Side, rules: RuleSet, pack: Pack, say: Say) -> Table:
    version = rules.version
    rows = tuple(
        (
            Cell.of(say(one.title.text)),
            Cell.of(say(one.clause.text)),
            Cell.of(say(pack.sources[one.source or version.source].title.text)),
            Cell.of(one.when),
        )
        for one in version.condition
    )
    heads = (
        Text(zh="条件", en="condition"),
        Text(zh="条文", en="clause"),
        Text(zh="出处", en="source"),
        Text(zh="算式", en="as reckoned"),
    )
    years = dict.fromkeys(day.year for day, one in side.rules.items() if one.version.id == version.id)
    note = say(Text(zh="；", en="; ")).join(_figure_of_year(report.cost(year, name), say) for year in years)
    return Table(say(Text(zh="须全部符合", en="All of these must hold")), tuple(map(say, heads)), rows, note=note)


def _figure_of_year(row: CostRow, say: Say) -> str:
    """What these rules come to, to stand beside them."""
    if row.hidden:
        return f"{row.year}: {HIDDEN}"
    text = Text(zh="{year}年：符合 {n}，应发 {yuan} 元", en="{year}: {n} entitled, {yuan} yuan due")
    return say(text.filled(year=row.year, n=f"{row.entitled:,}", yuan=in_yuan(row.fen)))


def _parameter_table(rules: RuleSet, say: Say) -> Table:
    changed = Text(zh="（原为 {value}）", en=" (was {value})")
    lines = []
    for one in rules.version.parameter:
        value = rules.values[one.id]
        was = say(changed.filled(value=say(say_value(one, one.value)))) if value != one.value else ""
        clause = say(one.clause.text) if one.clause is not None else ""
        lines.append(
            (Cell.of(say(one.title.text)), Cell.of(say(say_value(one, value)) + was), Cell.of(clause), Cell.of(one.id))
        )
    heads = (Text(zh="数值", en="number"), Text(zh="本次采用", en="used here"), Text(zh="条文", en="clause"))
    name = Text(zh="参数名", en="parameter")
    title = Text(zh="条文中的数值", en="Numbers in the rules")
    return Table(say(title), tuple(say(head) for head in (*heads, name)), tuple(lines))
