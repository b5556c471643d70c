"""Columns of the record tables as numpy arrays, straight from their files: what counting in memory starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from shidai.indicators.engines import Records
from shidai.indicators.tables import TABLES

Days = npt.NDArray[np.int32]
Ids = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
NEVER = np.int32(2**31 - 1)  # later than any day: what has no end


def read_columns(records: Records, table: str, columns: Sequence[str]) -> pa.Table:
    """Some columns of all rows; texts as places in a list of words."""
    schema = TABLES[table].schema
    texts = [name for name in columns if pa.types.is_string(schema.field(name).type)]
    files = [str(records.folder / file) for file in records.manifest.files(table)]
    if not files:
        return schema.empty_table().select(columns)
    reading = ds.ParquetFileFormat(dictionary_columns=texts)
    return ds.dataset(files, format=reading).to_table(columns=list(columns)).unify_dictionaries()


def days_of(column: pa.ChunkedArray, *, unknown: np.int32 = NEVER) -> Days:
    """Days since 1970-01-01; `unknown` where there is none."""
    return np.asarray(pc.fill_null(column.cast(pa.int32()), pa.scalar(unknown, pa.int32())).to_numpy(), np.int32)


def ids_of(column: pa.ChunkedArray) -> tuple[Ids, Mask | None]:
    """Numbers, and where there is one; None: everywhere."""
    if not column.null_count:
        return np.asarray(column.to_numpy(), np.int64), None
    return np.asarray(pc.fill_null(column, 0).to_numpy(), np.int64), np.asarray(pc.is_valid(column).to_numpy())


@dataclass(frozen=True, slots=True)
class Words:
    """Texts as places in a sorted list of words, so that the greatest place is the greatest text; -1 is unknown."""

    places: npt.NDArray[np.int32]
    words: tuple[str, ...]

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> Words:
        coded: Any = column.combine_chunks()
        coded = coded if isinstance(coded, pa.DictionaryArray) else coded.dictionary_encode()
        words = coded.dictionary.to_pylist()
        places = np.asarray(coded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False), np.int32)
        return cls(places, (*words,)).among(tuple(sorted(set(words) - {None})))

    def among(self, words: tuple[str, ...]) -> Words:
        """The same texts as places in another list, which has them all."""
        at = {word: place for place, word in enumerate(words)}
        moved = np.array([*(at.get(word, -1) for word in self.words), -1], np.int32)
        return Words(moved[self.places], words)


def in_one_list(one: Words, other: Words) -> tuple[Words, Words]:
    """Both as places in one list of words."""
    words = tuple(sorted({*one.words, *other.words}))
    return one.among(words), other.among(words)
