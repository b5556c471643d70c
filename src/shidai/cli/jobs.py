"""`shidai jobs`: long work beside the site."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer
from rich.table import Table

from shidai.cli.app import DEFAULT_DATA, DataOption, app, out, say, start_site
from shidai.words import Exit, Text

jobs_app = typer.Typer(help="Long work: what waits, runs and was done.", no_args_is_help=True)
app.add_typer(jobs_app, name="jobs")


@jobs_app.callback()
def _jobs() -> None:
    """Long work: what waits, runs and was done."""


@jobs_app.command()
def work(
    data: DataOption = DEFAULT_DATA,
    once: Annotated[bool, typer.Option("--once", help="Stop when the queue is empty.")] = False,
) -> int:
    """Do queued jobs beside the server's own worker, until Ctrl-C. A killed worker's jobs are done by the next.

    Example: shidai jobs work --data demo-city
    """
    from shidai.cli.serve import require_city

    require_city(data)
    start_site(data)
    from shidai.core.worker import work as do_jobs

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    do_jobs(stop, once=once)
    return Exit.OK


@jobs_app.command(name="list")
def list_jobs(
    data: DataOption = DEFAULT_DATA,
    limit: Annotated[int, typer.Option(help="So many, newest first.", min=1)] = 20,
) -> int:
    """Show jobs with their progress.

    Example: shidai jobs list --data demo-city
    """
    from shidai.cli.serve import require_city

    require_city(data)
    start_site(data)
    from shidai.core.queries import jobs, operator

    titles = (("任务", "job"), ("状态", "state"), ("进度", "progress"), ("发起人", "started by"), ("说明", "message"))
    table = Table(*(say(Text(zh=zh, en=en)) for zh, en in titles), box=None, pad_edge=False)
    for job in jobs(operator())[:limit]:
        progress = "" if job.percent is None else f"{job.percent} %"
        table.add_row(say(job.title), job.state, progress, job.started_by, say(job.message))
    out.print(table)
    return Exit.OK
