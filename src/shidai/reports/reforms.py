"""Reforms that were simulated on the site: the runs, and the reports that they left in the data directory.

A report holds protected figures of the city and its counties, so that whoever may simulate reads every one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from shidai.core import queries as core
from shidai.core.access import Scope, require
from shidai.words import Language, ShidaiError, problem

KIND = "reform"
LISTED = 50
LONGEST = 30  # years


@dataclass(frozen=True, slots=True)
class ReformRun:
    """A reform that somebody asked for. `error`: why it failed, in both languages; `percent`: None while unknown."""

    id: UUID
    a: str
    b: str
    first: int
    last: int
    take_up: float
    state: str
    finished: bool
    percent: int | None
    asked_at: datetime
    asked_by: str
    error: str

    @property
    def done(self) -> bool:
        return self.state == "done"


def span_of(first: int, last: int) -> range:
    """The years of a simulation. Raises ShidaiError for years that are none."""
    if 0 <= last - first < LONGEST and first >= 1900:
        return range(first, last + 1)
    raise ShidaiError(
        problem(
            "last",
            zh=f"年份从 {first} 到 {last} 不对。",
            en=f"The years from {first} to {last} are none that can be simulated.",
            mend_zh=f"先写较早的一年，最多 {LONGEST} 年。",
            mend_en=f"Begin with the earlier one, {LONGEST} years at most.",
        )
    )


def reform_folder(id: UUID) -> Path:
    return Path(settings.DATA) / "reforms" / str(id)


def reforms(scope: Scope) -> list[ReformRun]:
    """The latest reforms that anybody asked for, the newest first. Raises NoAccess."""
    require(scope, "reform.simulate")
    return _runs(core.jobs(core.operator()).filter(kind=KIND)[:LISTED])


def reform(scope: Scope, id: UUID) -> ReformRun | None:
    """One of them; None when there is none of that id. Raises NoAccess."""
    require(scope, "reform.simulate")
    found = _runs(core.jobs(core.operator()).filter(kind=KIND, pk=id))
    return found[0] if found else None


def _runs(jobs: Iterable[Any]) -> list[ReformRun]:
    asked = list(jobs)
    names = core.staff_names(job.started_by for job in asked)
    return [_run(job, names[job.started_by]) for job in asked]


def _run(job: Any, asked_by: str) -> ReformRun:
    asked: Mapping[str, Any] = job.arguments
    return ReformRun(
        job.pk, asked["a"], asked["b"], asked["first"], asked["last"], asked["take_up"], job.state, job.finished,
        job.percent, job.made_at, asked_by, job.error,
    )  # fmt: skip


def report_body(scope: Scope, id: UUID, language: Language) -> str | None:
    """The report as a part of a page, escaped by its own writer; None when it isn't there."""
    path = report_file(scope, id, language, "body")
    return path.read_text(encoding="utf-8") if path is not None else None


def report_file(scope: Scope, id: UUID, language: Language, part: str = "report") -> Path | None:
    """A report's file: the whole page (`report`) or the part that the site shows (`body`). Raises NoAccess."""
    require(scope, "reform.simulate")
    path = reform_folder(id) / f"{part}.{language}.html"
    return path if path.is_file() else None
