"""`shidai survey`: fertility and child mortality with sampling errors from DHS-layout microdata."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from shidai.cli.app import app, out

COLUMNS = ("measure", "subgroup", "value", "se", "low", "high")


class SurveyFormat(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@app.command("survey")
def show_survey(
    folder: Annotated[Path, typer.Argument(help="Folder with recode files: *IR*.csv[.gz] and/or *BR*.csv[.gz].")],
    women: Annotated[
        str | None, typer.Option(help="Which women's recode, for example EMIR70; default: the all-women sample.")
    ] = None,
    form: Annotated[SurveyFormat, typer.Option("--format", help="table, csv or json.")] = SurveyFormat.TABLE,
) -> None:
    """Estimate ASFR, TFR, GFR (36 months) and child mortality (60 months) for the sample, and for urban and rural.

    Rates are per 1,000, TFR is children a woman; the interval is 95%.

    Example: [bold]shidai survey recode-files --format csv[/bold]
    """
    from shidai.indicators.survey.estimate import estimate

    rows = [asdict(one) for one in estimate(folder, women)]
    if form is SurveyFormat.JSON:
        json.dump(rows, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return
    shown = [[row["measure"], row["subgroup"], *(f"{row[name]:.3f}" for name in COLUMNS[2:])] for row in rows]
    if form is SurveyFormat.CSV:
        csv.writer(sys.stdout, lineterminator="\n").writerows([COLUMNS, *shown])
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in COLUMNS:
        table.add_column(name, justify="left" if name in COLUMNS[:2] else "right")
    for line in shown:
        table.add_row(*line)
    out.print(table)
