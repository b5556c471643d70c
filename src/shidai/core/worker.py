"""Runs the queued jobs: in the server's process or by `shidai jobs work`. A killed worker's jobs are queued again.

The queue is django-tasks' database backend; a job's own row says what people see of it and carries its heartbeat.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.module_loading import autodiscover_modules
from django_tasks import TaskResultStatus, task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from shidai.core.models import Job
from shidai.words import ShidaiError, Text

HEARTBEAT = 5.0  # seconds
LEASE = timedelta(seconds=30)  # a running job without a heartbeat for so long is dead


class Cancelled(Exception):  # noqa: N818  not an error: somebody asked for it
    """The job was cancelled; it ends at the next report of progress."""


class JobRun:
    """What a job's function gets: its arguments and a way to report progress."""

    def __init__(self, id: UUID, arguments: dict[str, Any]) -> None:
        self.id = id
        self.arguments = arguments

    def report(self, done: int, total: int | None = None, message: Text | None = None) -> None:
        """Show how far it is. Raises Cancelled when somebody asked to stop."""
        changes: dict[str, Any] = {"done": done, "alive_at": timezone.now()}
        if total is not None:
            changes["total"] = total
        if message is not None:
            changes |= {"message_zh": message.zh[:300], "message_en": message.en[:300]}
        Job.objects.filter(pk=self.id).update(**changes)
        if Job.objects.filter(pk=self.id, cancel_asked=True).exists():
            raise Cancelled


class JobFunction(Protocol):
    def __call__(self, run: JobRun) -> dict[str, Any] | None: ...


FUNCTIONS: dict[str, JobFunction] = {}


def job_function(kind: str) -> Callable[[JobFunction], JobFunction]:
    """Register the function that does a kind of job, in a room's module `jobs`."""

    def register(function: JobFunction) -> JobFunction:
        FUNCTIONS[kind] = function
        return function

    return register


def known_functions() -> dict[str, JobFunction]:
    """What every room can do as a job, by kind: their modules `jobs` are read when first asked for."""
    autodiscover_modules("jobs")
    return FUNCTIONS


@task()
def run_job(id: str) -> None:
    """Do one job to its end, whatever that is; a job that was done or cancelled isn't done again."""
    job = Job.objects.get(pk=UUID(id))
    if job.finished:
        return
    if job.cancel_asked:
        _finish(job.pk, Job.State.CANCELLED)
        return
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, started_at=now, alive_at=now
    )
    with _heartbeat(job.pk):
        try:
            result = known_functions()[job.kind](JobRun(job.pk, job.arguments))
        except Cancelled:
            _finish(job.pk, Job.State.CANCELLED)
        except ShidaiError as error:
            _finish(job.pk, Job.State.FAILED, error=f"{error.said('zh')}\n{error.said('en')}")
        except Exception as error:
            _finish(job.pk, Job.State.FAILED, error=f"{type(error).__name__}: {error}")
            raise
        else:
            _finish(job.pk, Job.State.DONE, result=result)


def _finish(id: UUID, state: str, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    Job.objects.filter(pk=id).update(state=state, finished_at=timezone.now(), result=result, error=error)


class _heartbeat:  # noqa: N801  reads as a word in `with`
    """Keeps the job's row alive while its function is busy, from a thread with its own connection."""

    def __init__(self, id: UUID) -> None:
        self.id = id
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        if not connection.in_atomic_block:  # inside a test's transaction the row is nobody else's to see
            self.thread.start()

    def __exit__(self, *error: object) -> None:
        self.stopped.set()
        if self.thread.ident:
            self.thread.join()

    def _beat(self) -> None:
        while not self.stopped.wait(HEARTBEAT):
            Job.objects.filter(pk=self.id, state=Job.State.RUNNING).update(alive_at=timezone.now())
        connection.close()


@transaction.atomic
def requeue_dead(lease: timedelta = LEASE) -> int:
    """Queue jobs again whose worker died; returns how many."""
    silent = timezone.now() - lease
    dead = Job.objects.filter(state=Job.State.RUNNING).filter(Q(alive_at=None) | Q(alive_at__lt=silent))
    ids = [str(id) for id in dead.values_list("pk", flat=True)]
    dead.update(state=Job.State.WAITING)
    for id in ids:
        DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, args_kwargs__args=[id]).update(
            status=TaskResultStatus.READY
        )
    return len(ids)


def work(stop: threading.Event, *, once: bool = False, interval: float = 1.0) -> None:
    """Do queued jobs until `stop` is set; with `once` until the queue is empty."""
    while not stop.is_set():
        requeue_dead()
        _turn().run()
        if once:
            return
        close_old_connections()
        stop.wait(interval)


def _turn() -> Worker:
    """One walk through the queue by django-tasks' own worker, without its signal handlers."""
    return Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
