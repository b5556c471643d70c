"""Asking for the proofs of an area's year: a job, for a large city's year takes a while."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from shidai.benefits.queries.proving import KIND, last_run
from shidai.core.access import Scope, require
from shidai.core.actions import start_job
from shidai.words import Text

TITLE = Text(zh="{year}年待遇四项核对", en="The four proofs of benefits, {year}")


@transaction.atomic
def start_proofs(*, by: Scope, year: int, area: str) -> UUID:
    """Queue the proofs of an area's year; one that waits or runs already serves all. The job's id. Raises NoAccess."""
    require(by, "record.read", area)
    known = last_run(by, year=year, area=area)
    if known is not None and not known.finished:
        return known.id
    asked = {"year": year, "area": area}
    return start_job(by=by, kind=KIND, title=TITLE.filled(year=year), arguments=asked, area=area).pk
