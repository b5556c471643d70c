"""Columns of the record tables as numpy arrays, straight from their files: what counting in memory starts from."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shidai.indicators.engines import Records
from shidai.indicators.tables import TABLES

Days = npt.NDArray[np.int32]
Ids = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
T = TypeVar("T")
NEVER = np.int32(2**31 - 1)  # later than any day: what has no end


def read_parts(records: Records, table: str, columns: Sequence[str], make: Callable[[pa.Table], T]) -> list[T]:
    """What `make` makes of some columns of each file, in the order of the files; texts as places in a list of words.

    Several at a time, one for each core, so that little is in memory that isn't kept.
    """
    schema = TABLES[table].schema
    texts = [name for name in columns if pa.types.is_string(schema.field(name).type)]
    files = [records.folder / file for file in records.manifest.files(table)]
    if not files:
        return [make(schema.empty_table().select(columns))]

    def made(file: Path) -> T:
        return make(pq.read_table(file, columns=list(columns), read_dictionary=texts, use_threads=len(files) == 1))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(made, files))


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
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        coded: Any = column.unify_dictionaries().combine_chunks()
        words = tuple(coded.dictionary.to_pylist())
        filled = coded.indices.fill_null(len(words)) if coded.null_count else coded.indices
        return cls(np.asarray(filled.to_numpy(), np.int32), words).among(tuple(sorted(words)))

    def among(self, words: tuple[str, ...]) -> Words:
        """The same texts as places in another list, which has them all."""
        at = {word: place for place, word in enumerate(words)}
        moved = np.array([*(at[word] for word in self.words), -1], np.int32)
        return Words(moved[self.places], words)

    def pick(self, rows: Any) -> Words:
        """Some of the texts."""
        return Words(self.places[rows], self.words)


def join_words(parts: Sequence[Words]) -> Words:
    """Texts below each other, in one list of words."""
    words = tuple(sorted({word for part in parts for word in part.words}))
    return Words(np.concatenate([part.among(words).places for part in parts]), words)


def in_one_list(one: Words, other: Words) -> tuple[Words, Words]:
    """Both as places in one list of words."""
    words = tuple(sorted({*one.words, *other.words}))
    return one.among(words), other.among(words)
