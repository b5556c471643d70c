"""The long work of this room."""

from __future__ import annotations

from django.utils import timezone

from shidai.benefits.queries.proving import KIND, proofs_folder
from shidai.core.records import records_folder
from shidai.core.worker import JobRun, job_function
from shidai.indicators.proofs import prove
from shidai.indicators.proofstore import KeptProofs, keep_proofs
from shidai.indicators.records import Records
from shidai.registry.citypack import city_pack


@job_function(KIND)
def make_proofs(run: JobRun) -> dict[str, object]:
    """Prove an area's year and keep what comes of it. Raises ShidaiError when there are no record tables."""
    year, area = run.arguments["year"], run.arguments["area"]
    with Records.open(records_folder()) as records:
        made = prove(records, city_pack(), year, area=area, report=run.report)
    keep_proofs(proofs_folder(), area, KeptProofs(timezone.now(), made))
    return {"manifest": made.manifest, "seal": made.seal, "holds": made.hold}
