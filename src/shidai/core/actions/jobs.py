"""Start and cancel long work."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from shidai.core import audit, worker
from shidai.core.access import NoAccess, Scope
from shidai.core.ids import new_id
from shidai.core.models import Job
from shidai.words import Text, problem


@transaction.atomic
def start_job(
    *,
    by: Scope,
    kind: str,
    title: Text,
    arguments: dict[str, Any] | None = None,
    area: str = "",
    id: UUID | None = None,
) -> Job:
    """Queue a job; again with the same id it isn't queued twice. The caller has checked that `by` may do the work."""
    functions = worker.known_functions()
    if kind not in functions:
        raise ValueError(f"unknown kind of job {kind!r}; known: {', '.join(sorted(functions))}")
    known = Job.objects.filter(pk=id).first() if id else None
    if known is not None:
        return known
    job = Job.objects.create(
        id=id or new_id(),
        kind=kind,
        title_zh=title.zh,
        title_en=title.en,
        arguments=arguments or {},
        area=area,
        staff_id=by.staff_id,
        started_by=by.username,
    )
    worker.run_job.enqueue(str(job.pk))
    audit.record(by, "job.start", f"job:{job.pk}", area=area, kind=kind)
    return job


@transaction.atomic
def cancel_job(*, by: Scope, job: Job) -> None:
    """A waiting job won't start; a running one stops at its next report of progress, what it finished is kept."""
    if by.staff_id != job.staff_id and not by.allows("job.manage"):
        raise NoAccess(
            problem(
                "",
                zh="只能取消自己的任务。",
                en="You can cancel only your own jobs.",
                mend_zh="请联系系统管理员。",
                mend_en="Ask the administrator.",
            )
        )
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
    waiting.update(state=Job.State.CANCELLED, finished_at=timezone.now())
    Job.objects.filter(pk=job.pk).update(cancel_asked=True)
    audit.record(by, "job.cancel", f"job:{job.pk}")
