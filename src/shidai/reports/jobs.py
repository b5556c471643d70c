"""The long work of this room."""

from __future__ import annotations

from django.conf import settings

from shidai.core.worker import JobRun, job_function
from shidai.indicators.outlook.running import Wish, run_outlook
from shidai.indicators.records import Records
from shidai.packs import load_pack
from shidai.reports.outlookfiles import write_run
from shidai.reports.outlooks import KIND, outlook_folder, records_folder
from shidai.words import Text

READING = Text(zh="正在读取记录", en="reading the records")
DRAWING = Text(zh="正在推算轨迹", en="drawing trajectories")


@job_function(KIND)
def make_outlook(run: JobRun) -> dict[str, object]:
    """Make a run and keep it. Raises ShidaiError when there are no record tables or the scenario doesn't fit them."""
    asked, pack = run.arguments, load_pack(settings.PACK)
    wish = Wish(pack.scenarios[asked["scenario"]], asked["until"], asked["trajectories"], asked["seed"])
    run.report(0, wish.trajectories, READING)
    with Records.open(records_folder()) as records:
        made = run_outlook(records, pack, wish, lambda done: run.report(done, wish.trajectories, DRAWING))
    write_run(made, outlook_folder() / made.head.id)
    return {"run": made.head.id, "manifest": made.head.manifest}
