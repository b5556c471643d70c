"""How `shidai project` shows its rows: as a table for people, CSV or JSON."""

from __future__ import annotations

import csv
import json
import math
import sys
from enum import StrEnum

from rich.table import Table

from shidai.cli.app import out

Cell = float | str


class ProjectFormat(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def print_rows(columns: tuple[str, ...], rows: list[tuple[Cell, ...]], form: ProjectFormat) -> None:
    """Rows as a table for people, CSV or JSON."""
    if form is ProjectFormat.JSON:
        json.dump([dict(zip(columns, map(_known, row), strict=True)) for row in rows], sys.stdout, indent=1)
        sys.stdout.write("\n")
        return
    digits = 6 if form is ProjectFormat.CSV else 3
    shown = [[_show(cell, digits) for cell in row] for row in rows]
    if form is ProjectFormat.CSV:
        csv.writer(sys.stdout, lineterminator="\n").writerows([columns, *shown])
        return
    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(name, justify="right")
    for line in shown:
        table.add_row(*line)
    out.print(table)


def _known(value: Cell) -> Cell | None:
    """What isn't known is null in JSON, which has no NaN."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _show(value: Cell, digits: int) -> str:
    if _known(value) is None:
        return ""
    return f"{value:.{digits}f}" if isinstance(value, float) else str(value)
