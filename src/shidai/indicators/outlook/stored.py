"""Runs on disk: a folder each, named by what it was made from; read by pages and reports."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import ValidationError

from shidai.indicators.manifest import sync_folder
from shidai.indicators.outlook.running import NEED, Run, RunHead
from shidai.packs.schema.pack import Pack
from shidai.words import ShidaiError, problem

HEAD, FIGURES, AGES, SCENARIO = "run.json", "figures.parquet", "ages.parquet", "scenario.json"
WORKBOOK = "figures.xlsx"


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure of one year; all None where a small count is hidden."""

    year: int
    lo95: float | None
    lo80: float | None
    median: float | None
    hi80: float | None
    hi95: float | None


def keep_run(folder: Path, run: Run) -> Path:
    """Write a run to its own folder in one step; the same inputs replace what they made before."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    pq.write_table(run.figures, fresh / FIGURES, compression="zstd")
    pq.write_table(run.ages, fresh / AGES, compression="zstd")
    (fresh / HEAD).write_text(run.head.model_dump_json(indent=1) + "\n", encoding="utf-8")
    told = json.dumps(run.scenario.model_dump(mode="json"), ensure_ascii=False, indent=1)
    (fresh / SCENARIO).write_text(told + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.replace(folder)
    sync_folder(folder.parent)
    return folder


def kept_runs(folder: Path) -> tuple[RunHead, ...]:
    """The runs kept in a folder, the newest first; what can't be read isn't one."""
    return tuple(sorted(_heads(folder), key=lambda head: (head.made_at, head.id), reverse=True))


def _heads(folder: Path) -> Iterator[RunHead]:
    for path in folder.glob(f"[!.]*/{HEAD}"):
        try:
            yield RunHead.model_validate_json(path.read_bytes())
        except ValidationError:
            continue  # of another version: `shidai project` makes it again


def latest_run(folder: Path, pack: Pack, year: int) -> RunHead | None:
    """The newest run of the pack's first scenario that goes on from the end of a year; None where there is none."""
    first = next(iter(pack.scenarios), None)
    found = (head for head in kept_runs(folder) if (head.pack, head.scenario, head.last_year) == (pack.id, first, year))
    return next(found, None)


@dataclass(frozen=True)
class KeptRun:
    """One run for reading."""

    head: RunHead
    figures: pa.Table
    ages: pa.Table

    @classmethod
    def read(cls, folder: Path) -> KeptRun:
        """Raises ShidaiError when there is no such run."""
        try:
            head = RunHead.model_validate_json((folder / HEAD).read_bytes())
            return cls(head, pq.read_table(folder / FIGURES), pq.read_table(folder / AGES))
        except (FileNotFoundError, NotADirectoryError, ValidationError):
            raise ShidaiError(
                problem(
                    folder.name,
                    zh="没有这次推算，或它由另一版本所做。",
                    en="There is no such run, or another version made it.",
                    mend_zh="请用同样的方案、轨迹数和种子重新推算。",
                    mend_en="Run the same scenario, trajectories and seed again.",
                )
            ) from None

    @property
    def years(self) -> range:
        return range(self.head.last_year + 1, self.head.until + 1)

    def figure(self, area: str, measure: str) -> tuple[Interval, ...]:
        """A measure of an area, year by year; empty where the run has none."""
        chosen = self.figures.filter((pc.field("area") == area) & (pc.field("measure") == measure)).sort_by("year")
        names = ("year", "lo95", "lo80", "median", "hi80", "hi95")
        return tuple(Interval(*(row[name] for name in names)) for row in chosen.select(names).to_pylist())

    def need(self, area: str, id_: str) -> tuple[Interval, ...]:
        """A consequence of an area, year by year."""
        return self.figure(area, NEED + id_)

    def pyramids(self, area: str) -> dict[int, tuple[list[float], list[float]]]:
        """Medians by single age, men and women, of every year; what is hidden counts as none."""
        chosen = self.ages.filter(pc.field("area") == area).sort_by([("year", "ascending"), ("age", "ascending")])
        found: dict[int, tuple[list[float], list[float]]] = {}
        columns = (chosen[name].to_pylist() for name in ("year", "sex", "median"))
        for year, sex, median in zip(*columns, strict=True):
            found.setdefault(year, ([], []))[sex - 1].append(median or 0.0)
        return found
