"""The proofs that were made of an area, and the run that makes them anew: for whoever may read the area's records."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from shidai.core import queries as core
from shidai.core.access import Scope, require
from shidai.indicators.proofstore import KeptProofs, kept_proofs
from shidai.registry.citypack import city_pack

KIND = "proofs"


@dataclass(frozen=True, slots=True)
class ProofRun:
    """A job that proves an area's year. `error`: why it failed, in both languages; `percent`: None while unknown."""

    id: UUID
    state: str
    finished: bool
    percent: int | None
    started_by: str
    error: str


def proofs_folder() -> Path:
    return Path(settings.DATA) / "proofs"


def last_proofs(scope: Scope, *, year: int, area: str) -> KeptProofs | None:
    """The last proofs that were made of an area's year, whoever asked for them; of the pack's schemes. Raises NoAccess.

    None where there are none, or where they speak of a scheme that the pack hasn't got any more.
    """
    require(scope, "record.read", area)
    kept = kept_proofs(proofs_folder(), year, area)
    return kept if kept and {one.scheme for one in kept.made.rows} <= city_pack().schemes.keys() else None


def last_run(scope: Scope, *, year: int, area: str) -> ProofRun | None:
    """The latest job that proves an area's year: how far it is concerns all who may see what comes of it.

    Raises NoAccess.
    """
    require(scope, "record.read", area)
    job = core.jobs(core.operator()).filter(kind=KIND, area=area, arguments__year=year).first()
    if job is None:
        return None
    return ProofRun(job.pk, job.state, job.finished, job.percent, job.started_by, job.error)
