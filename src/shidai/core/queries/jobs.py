"""What runs beside the site."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from shidai.core.access import Scope
from shidai.core.models import Job


def jobs(scope: Scope) -> QuerySet[Job]:
    """Jobs that the person may see: her own, or all for those who manage jobs; newest first."""
    if scope.allows("job.manage") or scope.allows("audit.read"):
        return Job.objects.all()
    return Job.objects.filter(Q(staff_id=scope.staff_id) & ~Q(staff_id=None))


def open_jobs(scope: Scope) -> QuerySet[Job]:
    """Jobs that wait or run."""
    return jobs(scope).filter(state__in=(Job.State.WAITING, Job.State.RUNNING))


def job(scope: Scope, id: UUID) -> Job | None:
    return jobs(scope).filter(pk=id).first()
