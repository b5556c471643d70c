"""The columns of everybody who ever lived in one county's simulation, and the log of what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from shidai.synth.days import LONG_AGO, NEVER
from shidai.synth.places import NOWHERE

Ids = npt.NDArray[np.int32]
NOBODY = np.int32(-1)
NEVER_YEAR = np.int16(32_000)

# What is known of a person: column → (type, value of one of whom nothing is known)
COLUMNS: dict[str, tuple[type[np.generic], Any]] = {
    "birth": (np.int32, LONG_AGO),
    "birth_year": (np.int16, 0),
    "sex": (np.int8, 1),
    "mother": (np.int32, NOBODY),
    "father": (np.int32, NOBODY),
    "death": (np.int32, NEVER),
    "order": (np.int8, 0),
    "origin": (np.int8, -1),  # number of the place a migrant comes from; -1 for the city's own
    "rural": (np.bool_, False),
    "fecund": (np.bool_, True),
    "spouse": (np.int32, NOBODY),
    "union": (np.int32, -1),
    "union_start": (np.int32, NEVER),
    "seek_year": (np.int16, NEVER_YEAR),  # from this year on looks for a spouse
    "parity": (np.int8, 0),
    "son": (np.bool_, False),  # has borne a son
    "last_birth": (np.int32, LONG_AGO),
    "registered": (np.int16, NOWHERE),  # village of registration; NOWHERE is outside the city
    "registered_home": (np.int32, -1),  # household there
    "registered_from": (np.int32, LONG_AGO),
    "registered_why": (np.int8, 0),
    "living": (np.int16, NOWHERE),
    "living_home": (np.int32, -1),
    "living_from": (np.int32, LONG_AGO),
    "living_why": (np.int8, 0),
    "back_year": (np.int16, NEVER_YEAR),  # a student outside comes back in this year
    "home_village": (np.int16, NOWHERE),  # where a student was registered before
    "gone": (np.bool_, False),  # has left the city for good
}


class People:
    """Growable columns, indexed by person number; new people are added at the end."""

    birth: npt.NDArray[np.int32]
    birth_year: npt.NDArray[np.int16]
    sex: npt.NDArray[np.int8]
    mother: Ids
    father: Ids
    death: npt.NDArray[np.int32]
    order: npt.NDArray[np.int8]
    origin: npt.NDArray[np.int8]
    rural: npt.NDArray[np.bool_]
    fecund: npt.NDArray[np.bool_]
    spouse: Ids
    union: npt.NDArray[np.int32]
    union_start: npt.NDArray[np.int32]
    seek_year: npt.NDArray[np.int16]
    parity: npt.NDArray[np.int8]
    son: npt.NDArray[np.bool_]
    last_birth: npt.NDArray[np.int32]
    registered: npt.NDArray[np.int16]
    registered_home: npt.NDArray[np.int32]
    registered_from: npt.NDArray[np.int32]
    registered_why: npt.NDArray[np.int8]
    living: npt.NDArray[np.int16]
    living_home: npt.NDArray[np.int32]
    living_from: npt.NDArray[np.int32]
    living_why: npt.NDArray[np.int8]
    back_year: npt.NDArray[np.int16]
    home_village: npt.NDArray[np.int16]
    gone: npt.NDArray[np.bool_]

    def __init__(self, room: int = 1024) -> None:
        self.count = 0
        self._room = 0
        for name, (kind, _) in COLUMNS.items():
            setattr(self, name, np.empty(0, kind))
        self._make_room(room)

    def add(self, count: int, **values: npt.ArrayLike) -> Ids:
        """New people with the given columns; everything else is unknown. Their numbers come back."""
        if self.count + count > self._room:
            self._make_room(max(self.count + count, self._room + self._room // 2))
        numbers = np.arange(self.count, self.count + count, dtype=np.int32)
        for name, value in values.items():
            getattr(self, name)[self.count : self.count + count] = value
        self.count += count
        return numbers

    def _make_room(self, room: int) -> None:
        for name, (kind, unknown) in COLUMNS.items():
            fresh = np.full(room, unknown, dtype=kind)
            fresh[: self.count] = getattr(self, name)[: self.count]
            setattr(self, name, fresh)
        self._room = room


class Log:
    """Rows of one kind of event, kept as chunks of columns until they are asked for."""

    def __init__(self, **columns: type[np.generic]) -> None:
        self._types = columns
        self._chunks: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in columns}
        self.count = 0

    def add(self, count: int, values: Mapping[str, npt.ArrayLike]) -> npt.NDArray[np.int32]:
        """Append `count` rows; their numbers come back."""
        if count:
            for name, kind in self._types.items():
                column = np.empty(count, kind)
                column[:] = values[name]
                self._chunks[name].append(column)
        numbers = np.arange(self.count, self.count + count, dtype=np.int32)
        self.count += count
        return numbers

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """All rows, column by column."""
        joined = {
            name: np.concatenate(self._chunks[name]) if self._chunks[name] else np.empty(0, kind)
            for name, kind in self._types.items()
        }
        self._chunks = {name: [column] for name, column in joined.items()}
        return joined
