"""`shidai indicators`: the pack's indicators from the record tables, as a table, CSV or JSON."""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shidai.cli.app import DEFAULT_DATA, DataOption, app, out, say
from shidai.words import ShidaiError, Text, problem

if TYPE_CHECKING:
    import pyarrow as pa

    from shidai.packs import Pack

COLUMNS = (
    "indicator", "area", "period", "breakdown", "numerator", "denominator", "value", "low", "high", "suppressed",
)  # fmt: skip


_COUNTED = Text(zh="{n} 行，其中 {h} 行因人数过少而隐去。", en="{n} rows, {h} of them suppressed for small counts.")


class OutputFormat(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class EngineName(StrEnum):
    DUCKDB = "duckdb"
    SPARK = "spark"


class PeriodName(StrEnum):
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


@app.command("indicators")
def show_indicators(
    data: DataOption = DEFAULT_DATA,
    area: Annotated[
        str | None, typer.Option(help="Code of one area; with --level, of the area to look inside.")
    ] = None,
    level: Annotated[str | None, typer.Option(help="All areas of a level: city, county, township or village.")] = None,
    year: Annotated[int | None, typer.Option(help="The year; default: the last one in the records.")] = None,
    indicator: Annotated[list[str] | None, typer.Option(help="Id of an indicator; may be given several times.")] = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="A day: the population and what is made of it on that day."),
    ] = None,
    period: Annotated[PeriodName, typer.Option(help="Length of the periods.")] = PeriodName.YEAR,
    breakdown: Annotated[
        str, typer.Option(help="Classes to show: 'none' (totals), 'all', or one such as sex, age5, order.")
    ] = "all",
    engine: Annotated[EngineName, typer.Option(help="The engine that counts.")] = EngineName.DUCKDB,
    pack: Annotated[str, typer.Option(help="Id or folder of the pack that defines the indicators.")] = "wuxi-2006",
    unprotected: Annotated[
        bool, typer.Option("--unprotected", help="Show small counts too; only for those with access to the records.")
    ] = False,
    memory: Annotated[str | None, typer.Option(help="Memory limit of DuckDB, for example 4GB.")] = None,
    form: Annotated[OutputFormat, typer.Option("--format", help="table, csv or json.")] = OutputFormat.TABLE,
) -> None:
    """Compute indicators from the record tables of a data directory.

    Without --area and --level: the city. Small counts are suppressed, and enough others that they can't be inferred.

    Example: [bold]shidai indicators --data demo-city --level county --indicator natural_growth_rate --format csv[/bold]
    """
    from shidai.indicators.oneday import compute_on
    from shidai.indicators.records import Records
    from shidai.indicators.results import compute, years_covered
    from shidai.packs import load_pack

    chosen_pack = load_pack(pack)
    with Records.open(Path(data) / "records", engine.value, memory_limit=_check_memory(memory)) as records:
        asked: dict[str, Any] = {
            "area": area,
            "level": level if area or level else "city",
            "indicators": indicator or None,
            "breakdown": _read_breakdown(breakdown, chosen_pack),
            "protect": not unprotected,
        }
        if on is not None:
            rows = compute_on(records, chosen_pack, on.date(), **asked)
        else:
            last = years_covered(records)[1]
            rows = compute(records, chosen_pack, year=last if year is None else year, period=period.value, **asked)
    _write(rows.select(COLUMNS), form)


def _read_breakdown(text: str, pack: Pack) -> str | None:
    """None for everything, "" for totals only, else one breakdown that some indicator of the pack has."""
    known = sorted({name for indicator in pack.indicators.values() for name in indicator.breakdown})
    if text in ("all", "none"):
        return None if text == "all" else ""
    if text not in known:
        raise ShidaiError(
            problem(
                "--breakdown",
                zh=f"没有“{text}”这种分组。",
                en=f"There is no breakdown '{text}'.",
                mend_zh=f"可用：all、none、{'、'.join(known)}。",
                mend_en=f"Use one of: all, none, {', '.join(known)}.",
            )
        )
    return text


def _check_memory(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"\d+(\.\d+)? ?[KMGT]i?B", text, re.IGNORECASE):
        raise ShidaiError(
            problem(
                "--memory",
                zh=f"看不懂内存大小“{text}”。",
                en=f"'{text}' is not an amount of memory.",
                mend_zh="请写成 4GB 这样。",
                mend_en="Write it like 4GB.",
            )
        )
    return text


def _write(rows: pa.Table, form: OutputFormat) -> None:
    if form is OutputFormat.CSV:
        import pyarrow.csv

        plain = rows.cast(pyarrow.schema([(f.name, _plain(f.type)) for f in rows.schema]))
        sys.stdout.flush()
        pyarrow.csv.write_csv(plain, sys.stdout.buffer, pyarrow.csv.WriteOptions(quoting_style="needed"))
    elif form is OutputFormat.JSON:
        json.dump(rows.to_pylist(), sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        _write_table(rows.to_pylist())


def _plain(type_: Any) -> Any:
    return type_.value_type if hasattr(type_, "value_type") else type_


def _write_table(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in COLUMNS:
        number = column in ("numerator", "denominator", "value", "low", "high")
        table.add_column(column, justify="right" if number else "left", no_wrap=column in ("indicator", "breakdown"))
    for row in rows:
        table.add_row(*(_shown(row[column]) for column in COLUMNS))
    out.print(table)
    hidden = sum(row["suppressed"] for row in rows)
    out.print(say(_COUNTED.filled(n=len(rows), h=hidden)))


def _shown(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "*" if value else ""
    return f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
