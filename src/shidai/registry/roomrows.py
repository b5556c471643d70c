"""Rows of a room above as a record table: numbers become pseudonyms, and a county's part is written or left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

import numpy as np
import pyarrow as pa

from shidai.core.pseudonyms import pseudonyms
from shidai.indicators.records import RecordWriter
from shidai.indicators.tables import ID, TABLES
from shidai.registry.extract import PURPOSE

AT_ONCE = 10_000
"""Rows that are in memory at a time: a city's don't fit."""
Row = dict[str, Any]
Kinds = Mapping[str, str]
"""Column → of which kind its pseudonym is. A column that isn't named is written as it is."""


def write_rows(
    writer: RecordWriter,
    table: str,
    partition: str,
    rows: Iterable[Row],
    kinds: Kinds,
    *more: tuple[Iterable[Row], Kinds],
) -> int:
    """Write a county's part of a table, or leave it out when there is no row; the number of rows.

    more: further rows of the same table, with kinds of their own.
    """
    batches = chain.from_iterable(_batches(table, each, named) for each, named in ((rows, kinds), *more))
    first, count = next(batches, None), 0
    if first is None:
        writer.drop(table, partition)
        return 0

    def counted() -> Iterator[pa.RecordBatch]:
        nonlocal count
        for batch in chain([first], batches):
            count += batch.num_rows
            yield batch

    writer.write(table, partition, counted())
    return count


def _batches(table: str, rows: Iterable[Row], kinds: Kinds) -> Iterator[pa.RecordBatch]:
    left = iter(rows)
    while chunk := list(islice(left, AT_ONCE)):
        yield _as_batch(table, chunk, kinds)


def _as_batch(table: str, rows: Sequence[Row], kinds: Kinds) -> pa.RecordBatch:
    schema, columns = TABLES[table].schema, []
    for field in schema:
        values = [row.get(field.name) for row in rows]
        named = field.name in kinds
        columns.append(_pseudonyms(values, kinds[field.name]) if named else pa.array(values, field.type))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _pseudonyms(ids: Sequence[int | None], kind: str) -> pa.Array:
    numbers = np.array([each or 0 for each in ids], dtype=np.int64)
    return pa.array(pseudonyms(numbers, PURPOSE, kind), ID, mask=np.array([each is None for each in ids], dtype=bool))
