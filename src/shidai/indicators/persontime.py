"""Population and person-time of one year in one pass: by place, month, sex and single year of age.

The rule: N(t), the number present in a cell at the end of unit t, changes only by entries, exits and birthdays. So the
population at the year's start and the year's changes give N at every month's end, and, because a change at t still has
(end of month - t) units to run in its month,

    person-time of a month = N(start) x length of the month + sum over its changes of ±(end of month - t).

One aggregate over the spells replaces one row a person, month and age.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from shidai.indicators.clock import Clock, Months

AGES = 102
"""Single years 0 to 99, 100 and over, and unknown."""
OLDEST = 100
UNKNOWN_AGE = 101
SEXES = 3
"""Male, female, not stated."""

Cells = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class PersonTime:
    """`stock`: (places, 13, sexes, ages) present at the end of the unit before each month edge.

    `time`: (places, 12, sexes, ages) units lived in each month.
    """

    stock: Cells
    time: Cells


def sex_class(sex: Any) -> Any:
    """0 male, 1 female, 2 not stated (an Ibis expression)."""
    import ibis

    return ibis.cases((sex == 1, 0), (sex == 2, 1), else_=2).cast("int32")


def age_class(age: Any) -> Any:
    """An age in completed years as its class (an Ibis expression); null is the unknown class."""
    return age.clip(0, OLDEST).fill_null(UNKNOWN_AGE).cast("int32")


def person_time(
    spells: Any, year: int, clock: Clock, fetch: Any, places: int, group: str = "group"
) -> Iterator[tuple[int, PersonTime]]:
    """Person-time of a year for every value of the column `group`, one after the other: each is large.

    spells: Ibis table with the columns group (int), place (int, 0 to `places` - 1), sex (class), born (date), start and
    end (units; end is FAR when open), weight. `fetch` runs an expression and returns an Arrow table.
    """
    edges = clock.month_edges(year)
    first, last = int(edges[0]), int(edges[-1])
    lived = spells.filter(spells.start < last, spells.end >= first, spells.start < spells.end)
    lived = lived.mutate(
        birthday=clock.birthday(lived.born, year),
        cohort=(year - lived.born.year()).cast("int32"),
        turn=clock.turning_month(lived.born, year),
    )
    whole, enter, leave = (
        fetch(query)
        for query in (
            _standing(lived, first),
            _entering(lived, edges, clock, year),
            _leaving(lived, edges, clock, year),
        )
    )
    groups = sorted(
        {value for table in (whole, enter, leave) for value in np.unique(table["group"].to_numpy()).tolist()}
    )
    for key in groups:
        yield key, _assemble(key, whole, enter, leave, edges, places)


def _standing(lived: Any, first: int) -> Any:
    """Who was there before the year, and whose birthday fell inside a spell, by age reached in the year."""
    here = (lived.start < first).cast("float64") * lived.weight
    turned = ((lived.start < lived.birthday) & (lived.birthday < lived.end)).fill_null(False)
    turned = turned.cast("float64") * lived.weight
    return lived.group_by("group", "place", "sex", "cohort", "turn").aggregate(
        stock=here.sum(), turned=turned.sum(), moment=(turned * (lived.birthday - first).fill_null(0)).sum()
    )


def _entering(lived: Any, edges: Months, clock: Clock, year: int) -> Any:
    """Entries of the year by age on the day."""
    first = int(edges[0])
    came = lived.filter(lived.start >= first)
    age = came.cohort - (came.start < came.birthday).cast("int32")
    came = came.mutate(age=age_class(age), month=clock.month_of(came.start, year))
    return came.group_by("group", "place", "sex", "age", "month").aggregate(
        n=came.weight.sum(), moment=(came.weight * (came.start - first)).sum()
    )


def _leaving(lived: Any, edges: Months, clock: Clock, year: int) -> Any:
    """Exits of the year by age on the day before."""
    first, last = int(edges[0]), int(edges[-1])
    left = lived.filter(lived.end < last)
    age = left.cohort - (left.end <= left.birthday).cast("int32")
    left = left.mutate(age=age_class(age), month=clock.month_of(left.end, year))
    return left.group_by("group", "place", "sex", "age", "month").aggregate(
        n=left.weight.sum(), moment=(left.weight * (left.end - first)).sum()
    )


def _assemble(key: int, whole: Any, enter: Any, leave: Any, edges: Any, places: int) -> PersonTime:
    standing, came, left = (_columns(table, key) for table in (whole, enter, leave))
    place, sex = standing["place"], standing["sex"]
    known = ~np.isnan(standing["cohort"])
    cohort = np.where(known, standing["cohort"], 0).astype(np.int64)
    younger, older = (np.where(known, np.clip(cohort - less, 0, OLDEST), UNKNOWN_AGE) for less in (1, 0))
    turn = np.where(known, np.nan_to_num(standing["turn"]), 0).astype(np.int64)
    before = dense((places, SEXES, AGES), [((place, sex, younger), standing["stock"])])
    at = [(place, turn, sex, younger), (place, turn, sex, older)]
    at += [(side["place"], side["month"], side["sex"], side["age"]) for side in (came, left)]
    n = (-standing["turned"], standing["turned"], came["n"], -left["n"])
    moments = (-standing["moment"], standing["moment"], came["moment"], -left["moment"])
    change, moment = (dense((places, 12, SEXES, AGES), zip(at, amounts, strict=True)) for amounts in (n, moments))
    time = change * (edges[1:] - edges[0])[None, :, None, None] - moment
    del moment
    stock = np.empty((places, 13, SEXES, AGES))
    stock[:, 0] = before
    np.cumsum(change, axis=1, out=stock[:, 1:])
    stock[:, 1:] += before[:, None]
    time += stock[:, :-1] * np.diff(edges)[None, :, None, None]
    return PersonTime(stock, time)


def _columns(table: Any, key: int) -> dict[str, Any]:
    chosen = np.flatnonzero(table["group"].to_numpy() == key)
    return {name: table[name].to_numpy()[chosen] for name in table.column_names if name != "group"}


def dense(shape: tuple[int, ...], parts: Iterable[tuple[tuple[Any, ...], Any]]) -> Cells:
    """An array of sums from parts of (indices, one array an axis; amounts); several amounts may fall on one cell."""
    flat, amounts = [], []
    for at, amount in parts:
        flat.append(np.ravel_multi_index(tuple(np.asarray(index, dtype=np.int64) for index in at), shape))
        amounts.append(amount)
    cells = np.bincount(np.concatenate(flat), weights=np.concatenate(amounts), minlength=int(np.prod(shape)))
    return cells.reshape(shape)
