"""What was imported, and what was rejected."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from shidai.core.access import Scope, require
from shidai.registry.models import ImportReject, ImportRun


def import_runs(scope: Scope) -> QuerySet[ImportRun]:
    """Runs, newest first, for those who import."""
    require(scope, "record.import")
    runs = ImportRun.objects.select_related("source")
    return runs if scope.prefixes("record.import") == ("",) else runs.filter(by=scope.username)


def rejects_of(scope: Scope, run: UUID) -> QuerySet[ImportReject]:
    """The rejected rows of one run in the order of the file."""
    return ImportReject.objects.filter(run__in=import_runs(scope), run__uuid=run)
