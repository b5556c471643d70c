"""`shidai survey`: fertility and child mortality with sampling errors from DHS-layout microdata."""

from __future__ import annotations

import csv
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from shidai.cli.app import app, out

COLUMNS = ("measure", "subgroup", "value", "se", "low", "high")
RESTS_ON = ("exposure", "weighted_exposure", "deft", "rse", "clusters")


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
    precision: Annotated[
        bool, typer.Option("--precision", help="Also exposure, design effect, relative error and clusters.")
    ] = False,
) -> None:
    """Estimate ASFR, TFR, GFR (36 months) and child mortality (60 months) for the sample, and for urban and rural.

    Rates are per 1,000, TFR is children a woman; the interval is 95%. Exposure is woman-years or children. Where the
    women's recode has the questions, also contraceptive prevalence, unmet need and demand satisfied (% of women in a
    union).

    Example: [bold]shidai survey recode-files --format csv[/bold]
    """
    from shidai.indicators.survey.estimate import estimate

    columns = (*COLUMNS, *RESTS_ON) if precision else COLUMNS
    rows = [{name: getattr(one, name) for name in columns} for one in estimate(folder, women)]
    if form is SurveyFormat.JSON:
        json.dump(rows, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return
    shown = [[row["measure"], row["subgroup"], *(_shown(row[name]) for name in columns[2:])] for row in rows]
    if form is SurveyFormat.CSV:
        csv.writer(sys.stdout, lineterminator="\n").writerows([columns, *shown])
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(name, justify="left" if name in COLUMNS[:2] else "right")
    for line in shown:
        table.add_row(*line)
    out.print(table)


def _shown(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"
