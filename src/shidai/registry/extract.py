"""What the registry contributes to the record tables: people, residence, births, deaths, unions, contraception.

By county and incremental: only counties written to since the last extract are read again. Rows are streamed; names,
numbers and addresses stay behind; every id becomes a pseudonym of the purpose 'analysis'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from django.db import transaction

from shidai.core import audit, bulk
from shidai.core.access import Scope, after, require
from shidai.core.actions import mark_extracted
from shidai.core.extract import write_areas
from shidai.core.pseudonyms import pseudonyms
from shidai.core.queries import all_changes, changed_counties, counties
from shidai.core.tree import OUTSIDE
from shidai.indicators.manifest import Manifest
from shidai.indicators.records import RecordWriter
from shidai.indicators.tables import TABLES
from shidai.packs import Pack
from shidai.registry.extractsql import COLUMNS, QUERIES

PURPOSE = "analysis"
SIZE = 50_000
Progress = Callable[[str, int, int], None]  # partition, partitions done, partitions in all


@dataclass(frozen=True, slots=True)
class Extracted:
    """What an extract wrote: partitions, rows by table, and the manifest (None when nothing had changed)."""

    partitions: tuple[str, ...]
    rows: dict[str, int]
    manifest: Manifest | None


def extract_records(
    folder: Path,
    *,
    by: Scope,
    pack: Pack,
    cutoff: date,
    everything: bool = False,
    progress: Progress = lambda partition, done, total: None,
) -> Extracted:
    """Publish the record tables of all counties, or of those that changed. Atomic: a kill leaves the former state."""
    require(by, "record.export")
    known = counties()
    changes = _changes(folder, cutoff, everything=everything)
    wanted = [code for code in (*known, OUTSIDE) if changes is None or code in changes]
    if not wanted and changes is not None and "all" not in changes:
        return Extracted((), {}, Manifest.read(folder) if (folder / "manifest.json").exists() else None)
    noted = all_changes()  # before reading: what is written meanwhile stays marked
    rows: dict[str, int] = {}
    with RecordWriter(folder, cutoff=cutoff, source="registry") as writer:
        rows["area"] = write_areas(writer)
        for done, partition in enumerate(wanted):
            progress(partition, done, len(wanted))
            _write_partition(writer, partition, known, pack, cutoff, rows)
    progress("", len(wanted), len(wanted))
    _told(by, noted, wanted, everything=changes is None, rows=rows)
    return Extracted(tuple(wanted), rows, Manifest.read(folder))


def _changes(folder: Path, cutoff: date, *, everything: bool) -> set[str] | None:
    """Partitions to be written; None for all of them: no extract yet, another cut-off, or asked for."""
    if everything or not (folder / "manifest.json").exists():
        return None
    manifest = Manifest.read(folder)
    if manifest.cutoff != cutoff or manifest.source != "registry":
        return None
    known = set(counties())
    return {code if code in known or code == "all" else OUTSIDE for code in changed_counties()}


@transaction.atomic
def _told(by: Scope, noted: dict[str, int], wanted: list[str], *, everything: bool, rows: dict[str, int]) -> None:
    known = set(counties())
    done = {code: n for code, n in noted.items() if everything or code in wanted or code == "all" or code not in known}
    mark_extracted(done)
    audit.record(by, "extract", "records", partitions=wanted, rows=rows)


def _write_partition(
    writer: RecordWriter, partition: str, known: list[str], pack: Pack, cutoff: date, rows: dict[str, int]
) -> None:
    for table, query in QUERIES.items():
        count = 0

        def counted(table: str = table, query: str = query) -> Iterator[pa.RecordBatch]:
            nonlocal count
            for batch in _batches(table, query, partition, known, pack, cutoff):
                count += batch.num_rows
                yield batch

        writer.write(table, partition, counted())
        if count == 0:
            writer.drop(table, partition)
        rows[table] = rows.get(table, 0) + count


def _batches(
    table: str, query: str, partition: str, known: list[str], pack: Pack, cutoff: date
) -> Iterator[pa.RecordBatch]:
    where, parameters = _place(partition, known)
    sql = query.format(area=where, cutoff=f"'{cutoff.isoformat()}'")
    for rows in bulk.stream(sql, parameters * query.count("{area}"), size=SIZE):
        columns = dict(zip(COLUMNS[table], zip(*rows, strict=True), strict=True))
        yield _arrow(table, columns, len(rows), pack, cutoff)


def _place(partition: str, known: list[str]) -> tuple[str, list[str]]:
    """SQL over the row's area (AREA stands for its expression): inside the county, or inside none of ours."""
    if partition != OUTSIDE:
        return "AREA >= %s AND AREA < %s", [partition, after(partition)]
    inside = " OR ".join(["(AREA >= %s AND AREA < %s)"] * len(known)) or "1 = 0"
    return f"NOT ({inside})", [bound for county in known for bound in (county, after(county))]
