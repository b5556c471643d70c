"""The kept runs of the city's outlook, and the jobs that make more: for whoever may read figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from shidai.core import queries as core
from shidai.core.access import Scope, require
from shidai.core.records import published_manifest
from shidai.indicators.outlook.running import RunHead, Wish, run_id
from shidai.indicators.outlook.stored import SCENARIO, WORKBOOK, KeptRun, kept_runs
from shidai.packs import load_pack
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scenario import Scenario
from shidai.words import ShidaiError, Text, problem

KIND = "outlook"
FILES = {
    WORKBOOK: Text(zh="全部数字（XLSX）", en="all figures (XLSX)"),
    "report.zh.html": Text(zh="报告（中文）", en="report (Chinese)"),
    "report.en.html": Text(zh="报告（英文）", en="report (English)"),
    "figures.parquet": Text(zh="数字（Parquet）", en="figures (Parquet)"),
    SCENARIO: Text(zh="方案（JSON）", en="scenario (JSON)"),
}
"""What a reader takes along of a run; the ages of small counties stay, they are in no list of hers."""


@dataclass(frozen=True, slots=True)
class OutlookJob:
    """A run that waits or is under way."""

    id: UUID
    title: Text
    percent: int | None
    started_by: str
    own: bool


def outlook_folder() -> Path:
    return Path(settings.DATA) / "outlook"


def city_code() -> str:
    """The city of this installation: an outlook is of all of it, and who starts one is posted to all of it."""
    roots = core.children("")
    return roots[0].code if roots else load_pack(settings.PACK).city


def runs(by: Scope, area: str) -> tuple[RunHead, ...]:
    """All runs kept, the newest first. Raises NoAccess."""
    require(by, "aggregate.read", area)
    return kept_runs(outlook_folder())


def open_run(by: Scope, area: str, id_: str) -> KeptRun:
    """A run for reading. Raises NoAccess, and ShidaiError when there is none."""
    require(by, "aggregate.read", area)
    if not any(head.id == id_ for head in kept_runs(outlook_folder())):
        raise ShidaiError(
            problem(
                id_,
                zh="没有这次推算。",
                en="There is no such run.",
                mend_zh="请从列表中选择。",
                mend_en="Choose one from the list.",
            )
        )
    return _open(outlook_folder() / id_, (outlook_folder() / id_).stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _open(folder: Path, _: int) -> KeptRun:
    return KeptRun.read(folder)


def run_file(by: Scope, area: str, id_: str, name: str) -> Path:
    """One file of a run. Raises NoAccess, and ShidaiError when there is none."""
    open_run(by, area, id_)
    path = outlook_folder() / id_ / name
    if name not in FILES or not path.is_file():
        raise ShidaiError(
            problem(
                name,
                zh="这次推算没有这个文件。",
                en="The run has no such file.",
                mend_zh="请重新推算。",
                mend_en="Make the run again.",
            )
        )
    return path


def run_of(pack: Pack, scenario: Scenario, until: int, trajectories: int, seed: int) -> str | None:
    """The id of the kept run with these inputs over the records in force; None where there is none yet.

    One that can't be read, or was left half-written, is none: it is made again.
    """
    manifest = published_manifest()
    if manifest is None:
        return None
    wanted = run_id(pack, Wish(scenario, until, trajectories, seed), manifest.id)
    whole = all((outlook_folder() / wanted / name).is_file() for name in FILES)
    return wanted if whole and any(head.id == wanted for head in kept_runs(outlook_folder())) else None


def last_recorded_year() -> int | None:
    """The last full year on record; None when nothing was published yet."""
    manifest = published_manifest()
    if manifest is None:
        return None
    cutoff = manifest.cutoff
    return cutoff.year if (cutoff.month, cutoff.day) == (12, 31) else cutoff.year - 1


def open_outlook_jobs(by: Scope) -> list[OutlookJob]:
    """Runs that wait or are under way, whoever started them: what comes of them concerns all who read figures."""
    return [
        OutlookJob(
            job.pk, job.title, job.percent, job.started_by, by.staff_id is not None and job.staff_id == by.staff_id
        )
        for job in core.open_jobs(core.operator()).filter(kind=KIND)
    ]
