"""Takes files over, chunk by chunk, with a checkpoint in every chunk, or all or nothing.

- `rejects="list"`: every chunk is committed with its checkpoint. A kill loses at most the chunk in work; the same file
  run again continues behind the checkpoint. Rejected rows are listed, the others stored.
- `rejects="none"`: one transaction around everything. Any reject, Ctrl-C or kill leaves the register as it was.
- `dry_run`: the same with a rollback at the end, so that it says exactly what would happen.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Literal

from django.db import transaction
from django.utils import timezone

from shidai.core import audit, queries
from shidai.core.access import Scope, require
from shidai.core.queries import AreaBook
from shidai.packs.schema.limits import Limits
from shidai.registry.citypack import city_limits
from shidai.registry.importing.batch import Batch, Reject
from shidai.registry.importing.chunks import Counts, take_chunk
from shidai.registry.importing.columns import FILE_KINDS, FileKind
from shidai.registry.importing.links import note_missing, settle_links
from shidai.registry.importing.locking import one_importer
from shidai.registry.importing.reading import RowFile, open_rows, survey
from shidai.registry.importing.rejects import keep_rejects
from shidai.registry.models import ImportRun, Source
from shidai.words import Problem, ShidaiError

Mode = Literal["none", "list"]
Progress = Callable[[str, int, int | None], None]  # file name, rows done, rows in all (None: unknown)
CHUNK = 25_000
KEPT_REJECTS = 10_000  # so many are held in memory; the rest only counted (and stored, in list mode)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with the files."""

    source: str
    by: Scope
    mode: Mode = "none"
    dry_run: bool = False
    encoding: str | None = None
    methods: tuple[tuple[str, str], ...] = ()  # spelling → method id, from the pack
    today: date | None = None
    progress: Progress = lambda name, done, total: None
    chunk: int = CHUNK
    limits: Limits | None = None  # of a life; None: those of the city's pack

    @property
    def keeps(self) -> bool:
        """Whether chunks are committed as they come."""
        return self.mode == "list" and not self.dry_run


@dataclass(slots=True)
class Outcome:
    """What became of one file."""

    kind: str
    file: str
    counts: Counts = field(default_factory=Counts)
    rejects: list[Reject] = field(default_factory=list)
    notes: int = 0  # parts of rows that were left out or wait for another file
    ignored: list[str] = field(default_factory=list)
    resumed_after: int = 0
    seconds: float = 0.0
    run_id: int = 0


@dataclass(slots=True)
class ImportReport:
    """What became of all files. `stored` is False for a dry run and for all-or-nothing with rejects."""

    outcomes: list[Outcome]
    stored: bool = True

    @property
    def rejected(self) -> int:
        return sum(outcome.counts.rejected for outcome in self.outcomes)

    @property
    def notes(self) -> int:
        return sum(outcome.notes for outcome in self.outcomes)


class _Undo(Exception):  # noqa: N818  carries control out of the transaction
    gc.disable()


def import_files(files: Sequence[tuple[str, Path]], order: Order) -> ImportReport:
    """Take files (kind, path) over in this order. Raises ShidaiError for what makes a whole file unreadable."""
    require(order.by, "record.import")
    opened = _open_all(files, order)
    report = ImportReport([])
    with one_importer():
        try:
            with collecting_less(), nullcontext() if order.keeps else transaction.atomic():
                report.outcomes += [_import_one(file, order) for file in opened]
                _finish(report, order)
                if order.dry_run or (order.mode == "none" and report.rejected):
                    raise _Undo
        except _Undo:
            report.stored = False
            deed = "import.dry_run" if order.dry_run else "import.refused"
            audit.record(order.by, deed, f"source:{order.source}", files=[path.name for _, path in files])
    return report


@contextmanager
def collecting_less() -> Iterator[None]:
    """Rows make no reference cycles; looking for some among hundreds of thousands took an eighth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _open_all(files: Sequence[tuple[str, Path]], order: Order) -> list[RowFile]:
    """Read every header before anything is stored; all problems at once."""
    opened: list[RowFile] = []
    problems: list[Problem] = []
    for kind, path in files:
        try:
            opened.append(open_rows(survey(path, order.encoding), FILE_KINDS[kind]))
        except ShidaiError as error:
            problems += error.problems
    if problems:
        raise ShidaiError(problems)
    return opened


def _import_one(file: RowFile, order: Order) -> Outcome:
    began = time.monotonic()
    run = _run_of(file, order)
    outcome = Outcome(
        file.kind.id, file.facts.path.name, ignored=file.ignored, resumed_after=run.rows_done, run_id=run.pk
    )
    outcome.counts = Counts(run.new, run.changed, run.unchanged, run.rejected)
    done = run.rows_done
    rows = islice(file.rows(), done, None)
    areas = queries.area_book()
    try:
        while lines := list(islice(rows, order.chunk)):
            with transaction.atomic():
                batch = _batch(file.kind, run, order, areas)
                outcome.counts.add(take_chunk(lines, file, batch))
                done += len(lines)
                _checkpoint(run, done, outcome.counts)
                _keep(batch, outcome, run, order)
            order.progress(outcome.file, done, file.facts.rows)
    except (KeyboardInterrupt, ShidaiError):
        if order.keeps:
            _stop(run, order)
        raise
    with transaction.atomic():
        batch = _batch(file.kind, run, order, areas)
        settle_links(batch)
        outcome.counts.rejected += len(batch.rejects) if order.mode == "none" else 0
        outcome.notes += len(batch.rejects)
        _keep(batch, outcome, run, order)
        run.state, run.finished_at = ImportRun.State.DONE, timezone.now()
        run.save(update_fields=("state", "finished_at"))
        _told(run, outcome, order)
    outcome.seconds = time.monotonic() - began
    return outcome


def _run_of(file: RowFile, order: Order) -> ImportRun:
    """The unfinished run of the same file, or a new one."""
    with transaction.atomic():
        source = Source.objects.get_or_create(name=order.source)[0]
        same = ImportRun.objects.filter(source=source, kind=file.kind.id, file_hash=file.facts.hash)
        open_run = same.exclude(state=ImportRun.State.DONE).first() if order.keeps else None
        if open_run is not None:
            open_run.state = ImportRun.State.RUNNING
            open_run.save(update_fields=("state",))
            return open_run
        return ImportRun.objects.create(
            source=source,
            kind=file.kind.id,
            file_name=file.facts.path.name[-200:],
            file_hash=file.facts.hash,
            by=order.by.username,
        )


def _batch(kind: FileKind, run: ImportRun, order: Order, areas: AreaBook | None = None) -> Batch:
    return Batch(
        kind=kind,
        source_id=run.source_id,
        run_id=run.pk,
        prefixes=order.by.prefixes("record.import"),
        areas=areas or queries.area_book(),
        today=order.today or timezone.localdate(),
        now=timezone.now().strftime("%Y-%m-%d %H:%M:%S.%f"),
        limits=order.limits or city_limits(),
        methods=dict(order.methods),
        readers={column.id: column.read for column in kind.columns},
        required=tuple(column.id for column in kind.columns if column.required),
    )


def _checkpoint(run: ImportRun, done: int, counts: Counts) -> None:
    run.rows_done = done
    run.new, run.changed, run.unchanged, run.rejected = counts.new, counts.changed, counts.unchanged, counts.rejected
    run.save(update_fields=("rows_done", "new", "changed", "unchanged", "rejected"))


def _keep(batch: Batch, outcome: Outcome, run: ImportRun, order: Order) -> None:
    room = KEPT_REJECTS - len(outcome.rejects)
    outcome.rejects += batch.rejects[: max(0, room)]
    if order.keeps:
        keep_rejects(run, batch.rejects)


def _finish(report: ImportReport, order: Order) -> None:
    """After the last file: what still waits for a person who didn't come."""
    for outcome in report.outcomes:
        run = ImportRun.objects.get(pk=outcome.run_id)
        with transaction.atomic():
            batch = _batch(FILE_KINDS[outcome.kind], run, order, AreaBook({}, {}))
            outcome.notes += note_missing(batch)
            _keep(batch, outcome, run, order)


def _stop(run: ImportRun, order: Order) -> None:
    """Ctrl-C or an unreadable rest of the file: what was committed stays, running it again continues."""
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.STOPPED)
    audit.record(order.by, "import.stopped", f"import:{run.uuid}", file=run.file_name)


def _told(run: ImportRun, outcome: Outcome, order: Order) -> None:
    counts = outcome.counts
    audit.record(
        order.by,
        "import",
        f"import:{run.uuid}",
        source=order.source,
        kind=run.kind,
        file=run.file_name,
        sha256=run.file_hash,
        new=counts.new,
        changed=counts.changed,
        unchanged=counts.unchanged,
        rejected=counts.rejected,
    )
