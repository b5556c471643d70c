"""Long work: queued in the database, shown with progress, done once, and continued after a kill."""

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

import shidai
from shidai.core import actions, queries, worker
from shidai.core.access import NoAccess
from shidai.core.ids import new_id
from shidai.core.models import Job
from shidai.words import ShidaiError, Text, problem

TITLE = Text(zh="试验", en="trial")
SOURCE = Path(shidai.__file__).parent


@pytest.fixture
def kind(monkeypatch):
    """Registers a function as the kind 'trial'."""

    def register(function):
        monkeypatch.setitem(worker.FUNCTIONS, "trial", function)

    register(lambda run: {"counted": run.arguments.get("to", 0)})
    return register


def start(by, **more):
    return actions.start_job(by=by, kind="trial", title=TITLE, **more)


def work():
    worker.work(threading.Event(), once=True, interval=0)


def test_a_job_waits_runs_and_is_done_with_its_result(cast, kind):
    job = start(cast.gu, arguments={"to": 3})
    assert job.state == Job.State.WAITING
    work()
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.DONE, {"counted": 3})


def test_progress_is_seen_while_it_runs(cast, kind):
    seen = []

    def count(run):
        run.report(5, 20, Text(zh="第五步", en="step five"))
        seen.append(Job.objects.get(pk=run.id))

    kind(count)
    start(cast.gu)
    work()
    assert (seen[0].percent, seen[0].message.zh, seen[0].state) == (25, "第五步", Job.State.RUNNING)


def test_the_same_id_queues_it_once(cast, kind):
    id = new_id()
    assert start(cast.gu, id=id).pk == start(cast.gu, id=id).pk
    assert DBTaskResult.objects.count() == 1


def test_what_the_reader_can_mend_is_shown_in_both_languages(cast, kind):
    def fail(run):
        raise ShidaiError(problem("x", zh="缺文件。", en="The file is missing."))

    kind(fail)
    job = start(cast.gu)
    work()
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "缺文件" in job.error
    assert "missing" in job.error


def test_a_cancelled_job_stops_at_its_next_report(cast, kind):
    def endless(run):
        actions.cancel_job(by=cast.gu, job=Job.objects.get(pk=run.id))
        run.report(1)
        raise AssertionError("it went on")

    kind(endless)
    job = start(cast.gu)
    work()
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_a_job_cancelled_before_it_starts_never_starts(cast, kind):
    kind(lambda run: pytest.fail("it started"))
    job = start(cast.gu)
    actions.cancel_job(by=cast.gu, job=job)
    work()
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_a_killed_workers_job_is_done_by_the_next(cast, kind):
    job = start(cast.gu, arguments={"to": 4})
    silent = timezone.now() - timedelta(minutes=5)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, alive_at=silent)
    DBTaskResult.objects.update(status="RUNNING")
    work()
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.DONE, {"counted": 4})


def test_a_running_job_with_a_heartbeat_is_left_alone(cast, kind):
    job = start(cast.gu)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, alive_at=timezone.now())
    assert worker.requeue_dead() == 0


def test_one_sees_ones_own_jobs_and_administrators_all(cast, kind):
    job = start(cast.gu)
    assert queries.job(cast.gu, job.pk) == job
    assert queries.job(cast.zhou, job.pk) is None
    assert list(queries.open_jobs(cast.admin)) == [job]
    with pytest.raises(NoAccess):
        actions.cancel_job(by=cast.zhou, job=job)


def test_a_fresh_worker_knows_every_kind_of_job(tmp_path):
    """A worker begins with no room's pages read: what isn't in a room's module `jobs` would be unknown to it."""
    written = [path for path in SOURCE.rglob("*.py") if "@job_function(" in path.read_text("utf-8")]
    assert written
    assert all(path.name == "jobs.py" for path in written)
    code = "import django; django.setup(); from shidai.core import worker; print(len(worker.known_functions()))"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shidai.site.settings",
        "SHIDAI_DATA": str(tmp_path),
    }
    asked = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert int(asked.stdout) == sum(path.read_text("utf-8").count("@job_function(") for path in written)
