"""All files of a run of the outlook: tables, workbook, and the report in both languages."""

from __future__ import annotations

from pathlib import Path

from shidai.indicators.outlook.running import Run
from shidai.indicators.outlook.stored import WORKBOOK, KeptRun, keep_run
from shidai.reports.outlook import write_report
from shidai.reports.outlookbook import write_workbook
from shidai.words import Language

REPORT_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def write_run(run: Run, folder: Path) -> Path:
    """The Parquet tables, `run.json`, `scenario.json`, `figures.xlsx`, `report.zh.html` and `report.en.html`."""
    keep_run(folder, run)
    kept = KeptRun(run.head, run.figures, run.ages)
    write_workbook(kept, folder / WORKBOOK)
    for language in REPORT_LANGUAGES:
        write_report(kept, run.scenario, language, folder / f"report.{language}.html")
    return folder
