"""One chunk of rows: which are new, changed, unchanged or twice in the file; those to store are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shidai.core import bulk
from shidai.registry.importing.ahead import Chunk
from shidai.registry.importing.batch import SOURCE_FIELDS, Batch, Row
from shidai.registry.importing.kinds import TAKERS
from shidai.registry.models import SourceRow
from shidai.words import Text

Known = dict[str, tuple[int, int, int, int]]  # key → record, fingerprint, run, line
_NOTHING = (0, 0, 0, 0)


@dataclass(slots=True)
class Counts:
    """What became of rows."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0

    def add(self, other: Counts) -> None:
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.rejected += other.rejected


def take_chunk(chunk: Chunk, batch: Batch) -> Counts:
    """Check and store one chunk inside the caller's transaction."""
    batch.rejects += chunk.rejects
    known = _known(chunk.rows, batch)
    waiting = _once(chunk.rows, known, batch)
    same, fresh = [], []
    for row in waiting:
        record, mark, _, _ = known.get(row.key, _NOTHING)
        row.known = record or None
        (same if record and mark == row.fingerprint else fresh).append(row)
    for row in fresh:
        for column, what, mend in row.faults:
            batch.reject(row, column, what, mend)
    fresh = [row for row in fresh if row.alive]
    if fresh:
        TAKERS[batch.kind.id](fresh, batch)
    accepted = [row for row in fresh if row.alive]
    _remember(accepted, same, batch)
    changed = sum(1 for row in accepted if row.known is not None)
    return Counts(len(accepted) - changed, changed, len(same), chunk.lines - len(accepted) - len(same))


def _known(rows: Sequence[Row], batch: Batch) -> Known:
    sql = (
        "SELECT key, record_id, fingerprint, run_id, line FROM registry_sourcerow"
        f" WHERE source_id = %s AND kind = %s AND {bulk.among('key')}"
    )
    found = bulk.select(sql, [batch.source_id, batch.kind.id, bulk.listed(row.key for row in rows)])
    return {key: (record, mark, run, line) for key, record, mark, run, line in found}


def _once(rows: Sequence[Row], known: Known, batch: Batch) -> list[Row]:
    """Rows whose key did not stand in this file before."""
    seen: dict[str, int] = {}
    fine = []
    for row in rows:
        _, _, run, line = known.get(row.key, _NOTHING)
        before = seen.setdefault(row.key, row.line)
        if run == batch.run_id and 0 < line < row.line:
            before = line
        if before != row.line:
            batch.reject(
                row,
                "key",
                Text(
                    zh=f"编号 {row.key} 已在第 {before} 行出现。",
                    en=f"The key {row.key} stands in row {before} already.",
                ),
                Text(zh="每个编号只能出现一次。", en="Every key may stand only once."),
            )
        else:
            fine.append(row)
    return fine


def _remember(accepted: Sequence[Row], same: Sequence[Row], batch: Batch) -> None:
    """Note which record each key stands for, and that this run has seen it."""
    source, kind, run = batch.source_id, batch.kind.id, batch.run_id
    rows = [(source, kind, r.key, r.record, r.fingerprint, run, r.line) for r in accepted]
    rows += [(source, kind, r.key, r.known, r.fingerprint, run, r.line) for r in same]
    bulk.upsert(SourceRow, SOURCE_FIELDS, rows, key=("source_id", "kind", "key"))
