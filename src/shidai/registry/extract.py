"""What the registry contributes to the record tables: people, residence, births, deaths, unions, contraception.

By county and incremental: only counties written to since the last extract are read again. Records follow the changes
of the area tree (`following`). Rows are streamed; names, numbers and addresses stay behind; every id becomes a
pseudonym of the purpose 'analysis'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import transaction

from shidai.core import audit, bulk
from shidai.core.access import Scope, after, require
from shidai.core.actions import mark_extracted
from shidai.core.extract import write_areas
from shidai.core.pseudonyms import pseudonyms
from shidai.core.queries import area_heirs, change_counts, counties
from shidai.core.tree import AREAS, OUTSIDE, county_of
from shidai.indicators.manifest import Manifest, check_parts
from shidai.indicators.records import RecordWriter
from shidai.indicators.tables import TABLES
from shidai.packs import Pack
from shidai.registry.extractsql import EMPTY_IS_NULL, LATER, PLACES, PSEUDONYM_KINDS, QUERIES
from shidai.registry.following import STAY, Following

PURPOSE = "analysis"  # queries.behind inverts it
SIZE = 50_000
Progress = Callable[[str, int, int], None]  # partition, partitions done, partitions in all
Contribution = Callable[[RecordWriter, str, Following], dict[str, int]]
"""What a room above adds to a partition: it writes its own tables, and returns their rows."""


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
    more: Sequence[Contribution] = (),
    progress: Progress = lambda partition, done, total: None,
) -> Extracted:
    """Publish the record tables of all counties, or of those that changed. Atomic: a kill leaves the former state.

    everything: all counties, without a look at what is there, so that it also mends damaged record tables.
    more: what rooms above write beside the registry's tables.

    The counters of changes are read before the rows, so that what is written meanwhile stays marked for the next time.
    """
    require(by, "record.export")
    known = counties()
    noted = change_counts()
    following = Following(area_heirs(), pack.city, cutoff)
    changed = _changed(folder, known, noted, following) if not everything else None
    wanted = [code for code in (*known, OUTSIDE) if changed is None or code in changed]
    if changed is not None and not changed:
        return Extracted((), {}, Manifest.read(folder))
    rows: dict[str, int] = {}
    with RecordWriter(folder, cutoff=cutoff, source="registry", anew=changed is None) as writer:
        rows["area"] = write_areas(writer)
        for done, partition in enumerate(wanted):
            progress(partition, done, len(wanted))
            for table in QUERIES:
                rows[table] = rows.get(table, 0) + _write_part(writer, table, partition, pack, following)
            for contribute in more:
                for table, count in contribute(writer, partition, following).items():
                    rows[table] = rows.get(table, 0) + count
    progress("", len(wanted), len(wanted))
    with transaction.atomic():
        mark_extracted(
            {code: changes for code, (changes, _) in noted.items() if changed is None or _part(code, known) in changed}
        )
        audit.record(by, "extract", "records", partitions=wanted, rows=rows, cutoff=cutoff)
    return Extracted(tuple(wanted), rows, Manifest.read(folder))


def count_later(cutoff: date, *, by: Scope) -> dict[str, int]:
    """How many events the register holds that happened after the day, by record table; such records aren't extracted.

    Of residence only moves count: a spell that begins with a birth or a registration is told by that event.
    """
    require(by, "record.export")
    return {table: int(bulk.select(sql, [cutoff.isoformat()])[0][0]) for table, sql in LATER.items()}


def _changed(
    folder: Path, known: list[str], noted: dict[str, tuple[int, int]], following: Following
) -> set[str] | None:
    """Partitions to be written anew; None for all of them: there is no extract yet, or one with another cut-off.

    Raises ShidaiError when what is there is damaged: the partitions that are kept would stay damaged.
    """
    if not (folder / "manifest.json").exists():
        return None
    manifest = Manifest.read(folder)
    check_parts(folder, manifest, hashes=False)
    if manifest.cutoff != following.cutoff or manifest.source != "registry":
        return None
    touched = {_part(code, known) for code, (changes, extracted) in noted.items() if changes > extracted}
    heirs = {code for code in known if touched & set(map(county_of, following.sources(code)))}
    return touched | heirs


def _part(county: str, known: list[str]) -> str:
    return county if county in known or county == AREAS else OUTSIDE


def _write_part(writer: RecordWriter, table: str, partition: str, pack: Pack, following: Following) -> int:
    """Write one partition of one table; returns its rows. An empty one is left out."""
    batches = _batches(table, partition, pack, following)
    first = next(batches, None)
    if first is None:
        writer.drop(table, partition)
        return 0
    count = 0

    def counted() -> Iterator[pa.RecordBatch]:
        nonlocal count
        for batch in chain((first,), batches):
            count += batch.num_rows
            yield batch

    writer.write(table, partition, counted())
    return count


def _batches(table: str, partition: str, pack: Pack, following: Following) -> Iterator[pa.RecordBatch]:
    names = following.columns(table)
    for place, parameters in _branches(PLACES[table], partition, following):
        sql = QUERIES[table].format(place=place, cutoff=f"'{following.cutoff.isoformat()}'")
        for read in bulk.stream(sql, parameters, size=SIZE):
            rows = following.rows(table, read, partition)
            if rows:
                columns = dict(zip(names, zip(*rows, strict=True), strict=True))
                yield _arrow(table, columns, len(rows), pack, following.cutoff)


def _branches(columns: tuple[str, ...], partition: str, following: Following) -> Iterator[tuple[str, list[str]]]:
    """SQL for a row's own area: its first column that lies in the city decides; indexes serve the ranges."""
    inside = [following.city, after(following.city)]
    if partition == OUTSIDE:
        yield " AND ".join(f"NOT ({column} >= %s AND {column} < %s)" for column in columns), inside * len(columns)
        return
    for number, column in enumerate(columns):
        before = columns[:number]
        none_before = "".join(f" AND NOT ({each} >= %s AND {each} < %s)" for each in before)
        for prefix in following.sources(partition):
            yield f"{column} >= %s AND {column} < %s{none_before}", [prefix, after(prefix), *inside * len(before)]


def _arrow(table: str, columns: dict[str, tuple[Any, ...]], rows: int, pack: Pack, cutoff: date) -> pa.RecordBatch:
    """Rows of the database as a batch of the record table."""
    schema = TABLES[table].schema
    modern = {method.id: method.modern for method in pack.methods}
    if table == "residence":
        columns["migrant"] = tuple(_migrants(columns, pack, cutoff))
    if table == "contraception":
        columns["modern"] = tuple(modern.get(method, False) for method in columns["method"])
    arrays = []
    for field in schema:
        if field.name == "weight":
            arrays.append(pa.array(np.ones(rows)))
        elif field.name in columns:
            arrays.append(_array(field, columns[field.name]))
        else:
            arrays.append(pa.nulls(rows, field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(field: pa.Field, values: Sequence[Any]) -> pa.Array:
    if field.name in PSEUDONYM_KINDS:
        return _pseudonyms(values, PSEUDONYM_KINDS[field.name])
    if field.type == pa.date32():
        return pa.array([str(value)[:10] if value is not None else None for value in values]).cast(pa.date32())
    if field.name in EMPTY_IS_NULL:
        return pa.array([value or None for value in values], type=field.type)
    return pa.array(values, type=field.type)


def _pseudonyms(ids: Sequence[int | None], kind: str) -> pa.Array:
    absent = np.fromiter((each is None for each in ids), dtype=bool, count=len(ids))
    numbers = np.fromiter((each or 0 for each in ids), dtype=np.int64, count=len(ids))
    return pa.array(pseudonyms(numbers, PURPOSE, kind), mask=absent)


def _migrants(columns: dict[str, tuple[Any, ...]], pack: Pack, cutoff: date) -> Iterator[bool]:
    """The pack's rule for every spell: living elsewhere than registered, for long enough by the cut-off."""
    still_open = cutoff.toordinal() + 1
    spells = zip(
        columns["kind"],
        columns["area"],
        columns["registered_area"],
        *(columns[name] for name in STAY),
        strict=True,
    )
    for kind, area, registered, start, end in spells:
        if kind != "living" or not registered:
            yield False
        else:
            days = (_ordinal(end) if end else still_open) - _ordinal(start)
            yield pack.migrant.is_migrant(registered=registered, living=area, days=days)


def _ordinal(day: date | str) -> int:
    return (date.fromisoformat(day[:10]) if isinstance(day, str) else day).toordinal()
