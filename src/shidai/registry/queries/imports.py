"""What was imported, and what was rejected."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from shidai.core.access import Scope, require
from shidai.registry.models import Household, ImportReject, ImportRun, Person, Source, SourceRow


def import_runs(scope: Scope) -> QuerySet[ImportRun]:
    """Runs, newest first, for those who import."""
    require(scope, "record.import")
    runs = ImportRun.objects.select_related("source")
    return runs if scope.prefixes("record.import") == ("",) else runs.filter(by=scope.username)


def rejects_of(scope: Scope, run: UUID) -> QuerySet[ImportReject]:
    """The rejected rows of one run in the order of the file."""
    return ImportReject.objects.filter(run__in=import_runs(scope), run__uuid=run)


def records_of(scope: Scope, source: str, kind: str, keys: Iterable[str]) -> dict[str, int]:
    """The row numbers of the records ('person', 'household' …) that a source's keys stand for, if it gave them."""
    require(scope, "record.import")
    wanted = sorted(set(keys))
    found: dict[str, int] = {}
    for at in range(0, len(wanted), 500):
        rows = SourceRow.objects.filter(source__name=source, kind=kind, key__in=wanted[at : at + 500])
        found |= {key: record for key, record in rows.values_list("key", "record_id") if record > 0}
    return found


def sources(scope: Scope) -> list[str]:
    """The names of the systems and offices that have sent files, for those who import."""
    require(scope, "record.import")
    return list(Source.objects.order_by("name").values_list("name", flat=True))


def areas_of(scope: Scope, kind: str, numbers: Iterable[int]) -> dict[int, str]:
    """The villages of 'person' or 'household' records by row number: where people are registered, else live."""
    require(scope, "record.import")
    wanted = sorted(set(numbers))
    found: dict[int, str] = {}
    for at in range(0, len(wanted), 500):
        some = wanted[at : at + 500]
        if kind == "household":
            found |= dict(Household.objects.filter(pk__in=some).values_list("pk", "area"))
        else:
            people = Person.objects.filter(pk__in=some).values_list("pk", "registered_area", "living_area")
            found |= {number: registered or living for number, registered, living in people}
    return found
