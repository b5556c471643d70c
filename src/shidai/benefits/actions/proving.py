"""Proving an area's year as a job: it reads every period of the year, which takes a large city a while."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from shidai.benefits.queries.proving import KIND, last_run, proofs_folder, records_folder
from shidai.core.access import Scope, require
from shidai.core.actions import start_job
from shidai.core.worker import JobRun, job_function
from shidai.indicators.proofs import prove
from shidai.indicators.proofstore import KeptProofs, keep_proofs
from shidai.indicators.records import Records
from shidai.registry.citypack import city_pack
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


@job_function(KIND)
def make_proofs(run: JobRun) -> dict[str, object]:
    """Prove and keep what comes of it. Raises ShidaiError when there are no record tables."""
    year, area = run.arguments["year"], run.arguments["area"]
    with Records.open(records_folder()) as records:
        made = prove(records, city_pack(), year, area=area, report=run.report)
    keep_proofs(proofs_folder(), area, KeptProofs(timezone.now(), made))
    return {"manifest": made.manifest, "seal": made.seal, "holds": made.hold}
