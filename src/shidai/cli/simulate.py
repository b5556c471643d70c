"""`shidai scheme simulate`: what a reform would cost, who would gain and who would lose."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from shidai.cli.app import DEFAULT_DATA, DataOption, out, say
from shidai.cli.scheme import PackOption, scheme_app
from shidai.words import ShidaiError, Text, in_yuan, inert_cell, problem, reader_language

if TYPE_CHECKING:
    from shidai.indicators.reformreport import Report

COLUMNS = (
    "part", "year", "side", "area", "by", "group", "change", "scheme", "version", "incompatible", "subjects", "both",
    "fen", "expected_fen", "low_fen", "high_fen", "hidden",
)  # fmt: skip
LONGEST = 100  # years: more is a slip of the keyboard


class SimulationFormat(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@scheme_app.command("simulate")
def simulate_reform(
    a: Annotated[str, typer.Argument(metavar="A", help="scheme[:version][@parameter=value,…]")],
    b: Annotated[str, typer.Argument(metavar="B", help="what it is compared with, written the same way")],
    years: Annotated[str, typer.Option("--years", help="First and last year: 2026..2035, or one year.")],
    data: DataOption = DEFAULT_DATA,
    pack: PackOption = "wuxi-2006",
    take_up: Annotated[
        float, typer.Option("--take-up", help="The share of those entitled who apply, above 0 and up to 1.")
    ] = 1.0,
    form: Annotated[SimulationFormat, typer.Option("--format", help="table, csv or json.")] = SimulationFormat.TABLE,
    report_file: Annotated[
        Path | None, typer.Option("--out", help="Also write a report for people: one HTML file.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--lang", help="Language of the report: zh, en or zh-hant.", show_default=False)
    ] = None,
    unprotected: Annotated[
        bool, typer.Option("--unprotected", help="Show small counts too; only for those with access to the records.")
    ] = False,
) -> None:
    """Compare two schemes, versions or parameter values over the same people: cost, who gains, who loses.

    After the records' last day the same people grow older: nobody dies or is born.

    Example: [bold]shidai scheme simulate rural-reward rural-reward@age=58 --years 2006..2010 --data demo-city[/bold]
    """
    from shidai.indicators.records import Records
    from shidai.indicators.reform import simulate
    from shidai.indicators.reformreport import report
    from shidai.packs import load_pack

    span, loaded, spoken = _read_years(years), load_pack(pack), _language(language)
    with Records.open(Path(data) / "records") as records:
        made = report(simulate(records, loaded, a, b, span), loaded, take_up=take_up, protect=not unprotected)
    if report_file is not None:
        from shidai.reports.reform import write_report

        write_report(made, loaded, spoken, report_file)
    if form is SimulationFormat.CSV:
        _write_csv(made)
    elif form is SimulationFormat.JSON:
        _write_json(made)
    else:
        _write_tables(made)


def _read_years(text: str) -> range:
    first, dots, last = text.partition("..")
    if first.isdigit() and len(first) == 4 and (not dots or (last.isdigit() and len(last) == 4)):
        span = range(int(first), int(last if dots else first) + 1)
        if 0 < len(span) <= LONGEST and span[0] > 0:
            return span
    raise ShidaiError(
        problem(
            "--years",
            zh=f"读不懂年份“{text}”。",
            en=f"'{text}' is no span of years.",
            mend_zh=f"写成 2026..2035 或 2026，不超过 {LONGEST} 年。",
            mend_en=f"Write 2026..2035 or 2026, at most {LONGEST} years.",
        )
    )


def _language(wish: str | None) -> Any:
    from shidai.words import LANGUAGES

    if wish is not None and wish not in LANGUAGES:
        raise typer.BadParameter(f"{wish}: {', '.join(LANGUAGES)}")
    return wish or reader_language()


def _lines(made: Report) -> Iterator[dict[str, Any]]:
    """Every row of every table as columns; what is hidden has no figures."""
    for cost in made.costs:
        shown = {
            "subjects": cost.entitled, "fen": cost.fen, "expected_fen": cost.expected,
            "low_fen": cost.low, "high_fen": cost.high,
        }  # fmt: skip
        place = {"part": "cost", "year": cost.year, "side": cost.side, "area": cost.area}
        yield {**place, **({} if cost.hidden else shown), "hidden": cost.hidden}
    for row in made.changes:
        shown = {"subjects": row.subjects, "fen": row.fen}
        place = {"part": "change", "by": row.by, "group": row.group, "change": row.change}
        yield {**place, **({} if row.hidden else shown), "hidden": row.hidden}
    for other in made.overlaps:
        shown = {"subjects": other.entitled, "both": other.both, "fen": other.fen}
        place = {
            "part": "overlap", "year": other.year, "side": other.side, "scheme": other.scheme,
            "version": other.version, "incompatible": other.incompatible,
        }  # fmt: skip
        yield {**place, **({} if other.hidden else shown), "hidden": other.hidden}


def _write_csv(made: Report) -> None:
    writer = csv.DictWriter(sys.stdout, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for line in _lines(made):
        plain = {name: inert_cell(value) if isinstance(value, str) else value for name, value in line.items()}
        writer.writerow({name: str(one).lower() if isinstance(one, bool) else one for name, one in plain.items()})


def _write_json(made: Report) -> None:
    simulation = made.simulation
    parts: dict[str, list[dict[str, Any]]] = {"cost": [], "change": [], "overlap": []}
    for line in _lines(made):
        parts[line.pop("part")].append(line)
    told = {
        "a": simulation.sides[0].choice.text,
        "b": simulation.sides[1].choice.text,
        "years": list(simulation.years),
        "carried_forward": list(simulation.carried),
        "take_up": made.take_up,
        "protected": made.protected,
        "cutoff": str(simulation.cutoff),
        "manifest": simulation.manifest,
        "notes": [{"zh": note.zh, "en": note.en} for note in made.notes],
        **parts,
    }
    json.dump(told, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")


def _write_tables(made: Report) -> None:
    from shidai.indicators.reformwords import BREAKDOWNS, CHANGE_WORDS, SIDE_WORDS, chosen

    sides = made.simulation.sides
    for name, side in zip(("a", "b"), sides, strict=True):
        out.print(f"{say(SIDE_WORDS[name])}: {side.choice.text} — {say(chosen(side))}", highlight=False)
    costs = _table(
        Text(zh="各年金额（元）", en="Cost by year (yuan)"),
        (Text(zh="年份", en="year"), Text(zh="方案", en="side"), Text(zh="符合人（户、村）数", en="entitled")),
        (
            Text(zh="应发", en="due"),
            Text(zh="预计", en="expected"),
            Text(zh="下限", en="low"),
            Text(zh="上限", en="high"),
        ),
    )
    for cost in made.costs:
        if cost.area == made.city:
            money = [in_yuan(fen) for fen in (cost.fen, cost.expected, cost.low, cost.high)]
            figures = ["*"] * 5 if cost.hidden else [f"{cost.entitled:,}", *money]
            costs.add_row(str(cost.year), say(SIDE_WORDS[cost.side]), *figures)
    out.print(costs)
    changes = _table(
        Text(zh="谁增加、谁减少（全部年份合计，元）", en="Who gains, who loses (all years together, yuan)"),
        (Text(zh="分组", en="by"), Text(zh="组", en="group")),
        tuple(Text(zh=f"{one.zh}（人数；金额）", en=f"{one.en} (number; sum)") for one in CHANGE_WORDS.values()),
    )
    for by, group, title in dict.fromkeys((row.by, row.group, row.title) for row in made.changes):
        cells = [row for row in made.changes if (row.by, row.group) == (by, group)]
        if any(row.subjects for row in cells):
            shown = ["*" if row.hidden else f"{row.subjects:,}; {in_yuan(row.fen)}" for row in cells]
            changes.add_row(say(BREAKDOWNS[by]), say(title), *shown)
    out.print(changes)
    _write_overlaps(made)
    for note in made.notes:
        out.print(f"· {say(note)}", highlight=False, markup=False)


def _write_overlaps(made: Report) -> None:
    from shidai.indicators.reformwords import SIDE_WORDS

    if not made.overlaps:
        return
    table = _table(
        Text(zh="与其他方案重叠", en="Overlap with other schemes"),
        (Text(zh="年份", en="year"), Text(zh="方案", en="side"), Text(zh="其他方案", en="other scheme")),
        (Text(zh="符合", en="entitled"), Text(zh="其中也符合其他方案", en="of them to the other too")),
    )
    both = Text(zh="（不得同时享受）", en=" (can't be held together)")
    for row in made.overlaps:
        figures = ["*", "*"] if row.hidden else [f"{row.entitled:,}", f"{row.both:,}"]
        named = f"{row.scheme}:{row.version}{say(both) if row.incompatible else ''}"
        table.add_row(str(row.year), say(SIDE_WORDS[row.side]), named, *figures)
    out.print(table)


def _table(title: Text, words: tuple[Text, ...], numbers: tuple[Text, ...]) -> Table:
    table = Table(title=say(title), title_justify="left")
    for head in words:
        table.add_column(say(head))
    for head in numbers:
        table.add_column(say(head), justify="right")
    return table
