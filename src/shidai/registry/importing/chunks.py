"""One chunk of raw rows: which are new, changed, unchanged or twice in the file; their cells read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from operator import itemgetter

from shidai.core import bulk
from shidai.registry.importing.batch import SOURCE_FIELDS, Batch, Row
from shidai.registry.importing.kinds import TAKERS
from shidai.registry.importing.reading import Cells, RowFile
from shidai.registry.mistyped import Mistyped
from shidai.registry.models import SourceRow
from shidai.words import Text

Known = dict[str, tuple[int, int, int, int]]  # key → record, fingerprint, run, line


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


def take_chunk(lines: Sequence[tuple[int, Cells]], file: RowFile, batch: Batch) -> Counts:
    """Check and store one chunk inside the caller's transaction."""
    rows = _keyed(lines, file, batch)
    known = _known(rows, batch)
    waiting = _once(rows, known, batch)
    same = [row for row in waiting if row.key in known and known[row.key][1] == row.fingerprint]
    fresh = [row for row in waiting if row.key not in known or known[row.key][1] != row.fingerprint]
    cells = dict(lines)
    for row in fresh:
        record = known[row.key][0] if row.key in known else 0
        row.known = record if record > 0 else None
    _read_cells(fresh, cells, file, batch)
    fresh = [row for row in fresh if row.alive]
    if fresh:
        TAKERS[batch.kind.id](fresh, batch)
    accepted = [row for row in fresh if row.alive]
    _remember(accepted, same, known, batch)
    changed = sum(1 for row in accepted if row.known is not None)
    return Counts(len(accepted) - changed, changed, len(same), len(lines) - len(accepted) - len(same))


def _keyed(lines: Sequence[tuple[int, Cells]], file: RowFile, batch: Batch) -> list[Row]:
    """Rows with their keys and fingerprints; a wrong number of cells or a missing key is a reject."""
    places = sorted(file.places)
    key_place = dict(places)["key"]
    told = itemgetter(*(seat for _, seat in places))
    columns = blake2b("|".join(name for name, _ in places).encode(), digest_size=16).digest()
    rows = []
    for line, cells in lines:
        if len(cells) != file.width and (len(cells) < file.width or any(cells[file.width :])):
            batch.note(
                line,
                "",
                "",
                Text(
                    zh=f"应有 {file.width} 列，这一行有 {len(cells)} 列。",
                    en=f"{file.width} cells expected, {len(cells)} found.",
                ),
                Text(
                    zh="多半是内容里有逗号：请把那一格放进引号。",
                    en="Most likely a cell holds a comma: put that cell in quotes.",
                ),
            )
            continue
        key = cells[key_place]
        if not key:
            batch.note(
                line,
                "",
                "key",
                Text(zh="缺少编号。", en="The key is missing."),
                Text(zh="每行都要有编号。", en="Every row needs one."),
            )
            continue
        mark = blake2b("\x1f".join(told(cells)).encode(), digest_size=8, person=columns).digest()
        rows.append(Row(line, key, int.from_bytes(mark, "big") >> 1))
    return rows


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
        _, _, run, line = known.get(row.key, (0, 0, 0, 0))
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


def _read_cells(rows: Sequence[Row], cells: dict[int, Cells], file: RowFile, batch: Batch) -> None:
    """Read every cell; all that can't be read are noted, not only the first."""
    seats = [(name, seat, batch.readers[name]) for name, seat in file.places]
    empty = dict.fromkeys(batch.readers)
    for row in rows:
        row.update(empty)
        own = cells[row.line]
        for name, seat, read in seats:
            if text := own[seat]:
                try:
                    row[name] = read(text)
                except Mistyped as error:
                    batch.mistyped(row, name, error)
        if row.alive:
            for name in batch.required:
                if row[name] is None:
                    batch.reject(row, name, _EMPTY, _FILL)


_EMPTY = Text(zh="必填内容为空。", en="A required cell is empty.")
_FILL = Text(zh="请补填。", en="Fill it in.")


def _remember(accepted: Sequence[Row], same: Sequence[Row], known: Known, batch: Batch) -> None:
    """Note which record each key stands for, and that this run has seen it."""
    rows = [(batch.source_id, batch.kind.id, r.key, r.record, r.fingerprint, batch.run_id, r.line) for r in accepted]
    rows += [
        (batch.source_id, batch.kind.id, r.key, known[r.key][0], r.fingerprint, batch.run_id, r.line) for r in same
    ]
    bulk.upsert(SourceRow, SOURCE_FIELDS, rows, key=("source_id", "kind", "key"))
    _take_the_rest(batch, [known[row.key][0] for row in accepted if row.key in known and known[row.key][0] < 0])


def _take_the_rest(batch: Batch, withdrawn: list[int]) -> None:
    """A withdrawn child comes back with a corrected row: the child's other rows are taken over again, too."""
    if withdrawn:
        bulk.execute(
            f"UPDATE registry_sourcerow SET fingerprint = -1 WHERE source_id = %s AND {bulk.among('record_id')}",
            [batch.source_id, bulk.listed(withdrawn)],
        )
