"""The long work of this room."""

from __future__ import annotations

from django.conf import settings

from shidai.core.records import records_folder
from shidai.core.worker import JobRun, job_function
from shidai.indicators.outlook.running import Wish, run_outlook
from shidai.indicators.records import Records
from shidai.indicators.reform import simulate
from shidai.indicators.reformreport import Report, report
from shidai.packs import load_pack
from shidai.packs.schema.pack import Pack
from shidai.registry.citypack import city_pack
from shidai.reports import outlooks, reforms
from shidai.reports.annual import write_summary
from shidai.reports.atomic import write_atomically
from shidai.reports.htmlpage import html_body, html_page
from shidai.reports.outlookfiles import REPORT_LANGUAGES, write_run
from shidai.reports.outlooks import outlook_folder
from shidai.reports.reform import reform_document
from shidai.reports.reforms import reform_folder
from shidai.words import LANGUAGES, Text

READING = Text(zh="正在读取记录", en="reading the records")
WRITING = Text(zh="正在重写年度总结", en="writing the annual summary anew")
DRAWING = Text(zh="正在推算轨迹", en="drawing trajectories")


@job_function(reforms.KIND)
def make_reform(run: JobRun) -> dict[str, object]:
    """Simulate a reform over the record tables and keep its report. Raises ShidaiError when there are no tables.

    Its figures are protected whoever asks: the report is read by all who may simulate.
    """
    asked, pack = run.arguments, city_pack()
    years = range(asked["first"], asked["last"] + 1)
    with Records.open(records_folder()) as records:
        found = simulate(records, pack, asked["a"], asked["b"], years, tell=run.report)
    _keep(run, report(found, pack, take_up=asked["take_up"]), pack)
    return {"manifest": found.manifest}


def _keep(run: JobRun, made: Report, pack: Pack) -> None:
    """The report in every language: a whole file to take along, and the part that the site shows."""
    folder = reform_folder(run.id)
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        document = reform_document(made, pack, language)
        write_atomically(folder / f"report.{language}.html", html_page(document).encode())
        write_atomically(folder / f"body.{language}.html", html_body(document).encode())


@job_function(outlooks.KIND)
def make_outlook(run: JobRun) -> dict[str, object]:
    """Make a run and keep it; where asked for, write the annual summary that quotes it anew.

    Raises ShidaiError when there are no record tables or the scenario doesn't fit them.
    """
    asked, pack = run.arguments, load_pack(settings.PACK)
    wish = Wish(pack.scenarios[asked["scenario"]], asked["until"], asked["trajectories"], asked["seed"])
    run.report(0, wish.trajectories, READING)
    with Records.open(records_folder()) as records:
        made = run_outlook(records, pack, wish, lambda done: run.report(done, wish.trajectories, DRAWING))
    write_run(made, outlook_folder() / made.head.id)
    if asked.get("summary"):
        run.report(wish.trajectories, wish.trajectories, WRITING)
        for language in REPORT_LANGUAGES:
            write_summary(outlook_folder().parent, pack, asked["summary"], language)
    return {"run": made.head.id, "manifest": made.head.manifest}
