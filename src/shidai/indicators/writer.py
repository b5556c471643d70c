"""Writing the record tables: part by part, seen by readers only after one atomic step."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from shidai.indicators.locks import lock_for_writing, nobody_reads
from shidai.indicators.manifest import Manifest, Part, Source, file_hash, sync_folder
from shidai.indicators.tables import TABLES, RecordTable
from shidai.words import ShidaiError, problem


class RecordWriter:
    """Writes parts of the record tables; nothing changes for readers until `commit`.

    Use it as a context manager: a clean exit commits, an exception discards. Partitions that are neither written nor
    dropped keep their files, so an incremental extract writes only what changed.
    """

    def __init__(self, records_dir: Path, *, cutoff: date, source: Source, anew: bool = False) -> None:
        """`cutoff`: events up to and including this day are in the records.

        anew: begin with no partitions, whatever the state before was, even when its manifest is damaged.
        """
        self._folder = Path(records_dir)
        self._cutoff = cutoff
        self._source = source
        self._anew = anew
        self._lock: IO[bytes] | None = None
        self._parts: dict[str, dict[str, Part]] = {}

    def __enter__(self) -> RecordWriter:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = lock_for_writing(self._folder)
        if not self._anew and (self._folder / "manifest.json").exists():
            known = Manifest.read(self._folder).tables
            self._parts = {table: dict(parts) for table, parts in known.items()}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and self._lock is not None:
                self.commit()
        finally:
            self._release()

    def write(self, table: str, partition: str, data: pa.Table | Iterable[pa.RecordBatch]) -> None:
        """Write one partition of a table, replacing it. Raises ShidaiError when rows don't fit the table's schema."""
        declared = _declared(table)
        folder = self._folder / table
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f".{partition}.{os.getpid()}.new"
        try:
            rows = _write_parquet(fresh, declared, data)
            digest = file_hash(fresh)
            part = Part(file=f"{partition}-{digest[:8]}.parquet", rows=rows, size=fresh.stat().st_size, sha256=digest)
            fresh.replace(folder / part.file)
        finally:
            fresh.unlink(missing_ok=True)
        self._parts.setdefault(table, {})[partition] = part

    def drop(self, table: str, partition: str) -> None:
        """Leave a partition out of the next state; silent when it doesn't exist."""
        _declared(table)
        self._parts.get(table, {}).pop(partition, None)

    def commit(self) -> Manifest:
        """Make everything written so far the state that readers see, in one atomic step."""
        for table in self._parts:
            sync_folder(self._folder / table)
        tables = {table: parts for table, parts in sorted(self._parts.items()) if parts}
        manifest = Manifest.describe(tables, cutoff=self._cutoff, source=self._source)
        manifest.write(self._folder)
        _remove_old_files(self._folder, manifest)
        return manifest

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _declared(table: str) -> RecordTable:
    if table not in TABLES:
        raise ValueError(f"unknown record table {table!r}; known: {', '.join(TABLES)}")
    return TABLES[table]


def _write_parquet(path: Path, declared: RecordTable, data: pa.Table | Iterable[pa.RecordBatch]) -> int:
    batches: Iterable[pa.RecordBatch] = data.to_batches(max_chunksize=1 << 20) if isinstance(data, pa.Table) else data
    rows = 0
    with path.open("wb") as file:
        with pq.ParquetWriter(file, declared.schema, compression="zstd", compression_level=1) as writer:
            for batch in batches:
                fitted = _fit(batch, declared)
                writer.write_table(fitted)
                rows += fitted.num_rows
        file.flush()
        os.fsync(file.fileno())
    return rows


def _fit(batch: pa.RecordBatch, declared: RecordTable) -> pa.Table:
    """The batch in the declared column order and types; every misfit is named at once."""
    schema = declared.schema
    problems = [
        problem(
            f"{declared.name}.{name}",
            zh="记录表缺少这一列。" if name in schema.names else "记录表没有声明这一列。",
            en="The record table lacks this column."
            if name in schema.names
            else "The record table has no such column.",
        )
        for name in sorted(set(schema.names) ^ set(batch.schema.names))
    ]
    if problems:
        raise ShidaiError(problems)
    table = pa.Table.from_batches([batch]).select(schema.names)
    problems += [
        problem(f"{declared.name}.{field.name}", zh="这一列不得为空。", en="This column must not be empty.")
        for field in schema
        if not field.nullable and table.column(field.name).null_count
    ]
    if problems:
        raise ShidaiError(problems)
    try:
        return table.cast(schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ShidaiError(
            problem(
                declared.name,
                zh=f"数据类型与记录表不符：{error}。",
                en=f"A type doesn't fit the record table: {error}.",
            )
        ) from error


def _remove_old_files(folder: Path, manifest: Manifest) -> None:
    """Remove files that no state names, unless someone still reads: then the next commit removes them."""
    if not nobody_reads(folder):
        return
    named = {name for table in manifest.tables for name in manifest.files(table)}
    for path in _record_files(folder):
        if str(path.relative_to(folder)) not in named:
            path.unlink(missing_ok=True)


def _record_files(folder: Path) -> Iterator[Path]:
    for table in TABLES:
        yield from (folder / table).glob("*.parquet")
        yield from (folder / table).glob(".*.new")
