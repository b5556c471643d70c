"""Arrow columns from the city's arrays: pseudonyms, dates with blanks, words from small dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shidai.synth.days import NEVER
from shidai.synth.places import Places

Ints = npt.NDArray[np.integer[Any]]
_MASK = np.uint64(2**63 - 1)
_MULTIPLIERS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_STEP = 0x9E3779B97F4A7C15


def pseudonyms(numbers: Ints, purpose: int) -> pa.Array:
    """63-bit pseudonyms of whole numbers, one to one and different for each purpose; negative numbers are null.

    Multiplying by an odd number and folding the high bits in (the finish of SplitMix64, Steele et al. 2014) are each
    one to one on 63 bits, so that no two numbers meet. The people are invented: nothing here is a secret.
    """
    x = (numbers.astype(np.int64).astype(np.uint64) + np.uint64(purpose * _STEP % 2**63)) & _MASK
    for multiplier, shift in zip(_MULTIPLIERS, (30, 27), strict=True):
        x = ((x ^ (x >> np.uint64(shift))) * multiplier) & _MASK
    x ^= x >> np.uint64(31)
    return pa.array(x.astype(np.int64), mask=numbers < 0)


def days_column(days: Ints, *, open_end: bool = False) -> pa.Array:
    """Dates; with `open_end` the day NEVER is null."""
    array = pa.array(days.astype(np.int32), pa.int32(), mask=days >= NEVER if open_end else None)
    return array.cast(pa.date32())


def words_column(places: Ints, words: Sequence[str]) -> pa.Array:
    """Strings by their place in `words`; a negative place, or an empty word, is null."""
    empty = np.array([word == "" for word in words], np.bool_)
    blank = (places < 0) | empty[np.maximum(places, 0)]
    indices = pa.array(np.where(blank, 0, places).astype(np.int16), mask=blank)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(words), pa.string()))


def plain_words(places: Ints, words: Sequence[str]) -> pa.Array:
    """The same as a plain column of strings, for files."""
    return words_column(places, words).cast(pa.string())


def same_word(word: str, rows: int) -> pa.Array:
    return words_column(np.zeros(rows, np.int16), [word])


def area_words(places: Places) -> list[str]:
    """Codes of all villages and, after them, of the migrants' origins."""
    return [*(str(code) for code in places.village_code), *places.origin_code]


def area_places(places: Places, village: Ints, origin: Ints | None = None) -> npt.NDArray[np.int16]:
    """The place in `area_words`: the village, else the origin, else -1."""
    outside = (
        np.full(len(village), -1)
        if origin is None
        else np.where(origin >= 0, origin.astype(np.int16) + len(places.weight), -1)
    )
    return np.where(village >= 0, village, outside).astype(np.int16)
