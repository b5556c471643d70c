"""Every household that somebody lives in on a day, as arrays: counted from the spells of living residence."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shidai.indicators.birtharrays import DaysOfBirth
from shidai.indicators.columnreading import Days, Ids, Mask, Words, days_of, ids_of, join_words, read_parts
from shidai.indicators.engines import Records
from shidai.rules.arrays import Fact

_ADULT, _OLD = 18, 60  # what the columns members_under_18 and members_60_or_older are named for


class _Living(NamedTuple):
    persons: Ids
    households: Ids
    births: Days
    areas: Words


def households_on(records: Records, on: date) -> tuple[Ids, dict[str, Fact]]:
    """The households' numbers, and all columns of `shidai.rules.columns` for them."""
    living = _living(records, (on - date(1970, 1, 1)).days)
    coded = pa.array(living.households).dictionary_encode()
    ids, places = coded.dictionary.to_numpy(), coded.indices.to_numpy()
    once = _each_once(living.persons, places)
    births, count = DaysOfBirth(living.births), len(ids)
    ages, known = births.ages(on), once if births.known is None else once & births.known
    areas = np.full(count, -1, np.int32)
    np.maximum.at(areas, places, living.areas.places)

    def members(which: Mask) -> Fact:
        return Fact(np.bincount(places[which], minlength=count).astype(np.int32))

    return ids, {
        "area": Fact(areas, None, living.areas.words),
        "members": members(once),
        "members_under_18": members(known & (ages < _ADULT)),
        "members_60_or_older": members(known & (ages >= _OLD)),
    }


def _living(records: Records, day: int) -> _Living:
    def now(part: pa.Table) -> _Living:
        kinds, start, end = Words.of(part["kind"]), days_of(part["start_date"]), days_of(part["end_date"])
        of_kind = np.array([*(word == "living" for word in kinds.words), False])[kinds.places]
        homes, known = ids_of(part["household_id"])
        here = of_kind & (start <= day) & (end > day)
        rows = np.flatnonzero(here if known is None else here & known)
        persons, births = ids_of(part["person_id"])[0][rows], days_of(part["birth_date"])[rows]
        return _Living(persons, homes[rows], births, Words.of(part["area"]).pick(rows))

    columns = ("person_id", "household_id", "birth_date", "area", "kind", "start_date", "end_date")
    parts = read_parts(records, "residence", columns, now)
    return _Living(
        np.concatenate([part.persons for part in parts]),
        np.concatenate([part.households for part in parts]),
        np.concatenate([part.births for part in parts]),
        join_words([part.areas for part in parts]),
    )


def _each_once(persons: Ids, places: npt.NDArray[np.int32]) -> Mask:
    """Every spell but those of somebody who lives in the same household by two of them: a person is one member."""
    once = np.ones(len(persons), np.bool_)
    ordered = np.sort(persons)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if len(twice):
        rows = np.flatnonzero(pc.is_in(pa.array(persons), pa.array(np.unique(twice))).to_numpy(zero_copy_only=False))
        _, first = np.unique(np.stack([persons[rows], places[rows]]), axis=1, return_index=True)
        once[rows] = False
        once[rows[first]] = True
    return once
