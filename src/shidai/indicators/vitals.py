"""Births, deaths, moves and households of one year as cells: an Ibis query each, and the array made of its rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from shidai.indicators.clock import Clock
from shidai.indicators.persontime import AGES, SEXES, age_class, dense, sex_class
from shidai.indicators.spells import RecordSource, residence_spells
from shidai.indicators.tree import AreaTree

ORDERS = 6
"""Birth orders 1 to 4, 5 and over, and unknown."""
NOT_A_MOVE = ("birth", "death", "correction", "boundary")
"""Reasons of a spell's start or end that are no change of residence."""

Cells = npt.NDArray[Any]


def births(source: RecordSource, year: int, kind: str, fetch: Any, places: int) -> tuple[Cells, Cells]:
    """Live births by child's sex: with the mother's age class and with the order, (places, 12, sex, age | order)."""
    rows = in_year(source, "birth", "birth_date", f"{kind}_area", year)
    rows = rows.mutate(
        sex=sex_class(rows.sex),
        order=(rows.birth_order.clip(1, ORDERS - 1) - 1).fill_null(ORDERS - 1).cast("int32"),
        age=_age_at(rows.day, rows.mother_birth_date, source.clock, year),
    )
    found = fetch(rows.group_by("place", "month", "sex", "order", "age").aggregate(n=rows.weight.sum()))
    return (
        _cells(found, ("place", "month", "sex", "age"), (places, 12, SEXES, AGES)),
        _cells(found, ("place", "month", "sex", "order"), (places, 12, SEXES, ORDERS)),
    )


def deaths(source: RecordSource, year: int, kind: str, fetch: Any, places: int) -> Cells:
    """Deaths: (places, 12, sex, age class)."""
    rows = in_year(source, "death", "death_date", f"{kind}_area", year)
    rows = rows.mutate(sex=sex_class(rows.sex), age=_age_at(rows.day, rows.birth_date, source.clock, year))
    found = fetch(rows.group_by("place", "month", "sex", "age").aggregate(n=rows.weight.sum()))
    return _cells(found, ("place", "month", "sex", "age"), (places, 12, SEXES, AGES))


def moves(source: RecordSource, year: int, kind: str, fetch: Any, tree: AreaTree) -> tuple[Cells, Cells]:
    """Moves into and out of every area, already rolled up: two arrays (places, 12, sexes).

    A move inside an area is neither into nor out of it: when a person's spell ends on the day on which another of hers
    begins, the pair is taken out of the lowest area that holds both ends, and so out of all areas above it.
    """
    edges = source.clock.month_edges(year)
    spells = residence_spells(source, kind)
    spells = spells.filter(spells.start < spells.end)
    came = spells.filter(spells.start >= int(edges[0]), spells.start < int(edges[-1]))
    left = spells.filter(spells.end >= int(edges[0]), spells.end < int(edges[-1]))
    came = came.mutate(month=source.clock.month_of(came.start, year), counts=is_move(came.start_reason))
    left = left.mutate(month=source.clock.month_of(left.end, year), counts=is_move(left.end_reason))
    arrivals, departures = (
        _cells(
            fetch(side.filter(side.counts).group_by("place", "month", "sex").aggregate(n=side.weight.sum())),
            ("place", "month", "sex"),
            (len(tree), 12, SEXES),
        )
        for side in (came, left)
    )
    inside_in, inside_out = _inside_moves(came, left, fetch, tree)
    return tree.roll_up(arrivals) - tree.roll_up(inside_in), tree.roll_up(departures) - tree.roll_up(inside_out)


def _inside_moves(came: Any, left: Any, fetch: Any, tree: AreaTree) -> tuple[Cells, Cells]:
    """Pairs of a departure and an arrival on one day, at the lowest area that holds both."""
    came = came.select("person_id", "start", "month", "sex", to="place", came="counts", weight="weight")
    left = left.select(left.person_id, left.end, left.place, left=left.counts)
    pairs = came.join(left, [came.person_id == left.person_id, came.start == left.end])
    found = fetch(
        pairs.group_by("place", "to", "month", "sex").aggregate(
            came=(pairs.weight * pairs.came.cast("float64")).sum(),
            left=(pairs.weight * pairs.left.cast("float64")).sum(),
        )
    )
    shared = tree.common_areas(found["place"].to_numpy(), found["to"].to_numpy())
    known = shared >= 0
    at = tuple(index[known] for index in (shared, found["month"].to_numpy(), found["sex"].to_numpy()))
    shape = (len(tree), 12, SEXES)
    came_inside, left_inside = (dense(shape, [(at, found[side].to_numpy()[known])]) for side in ("came", "left"))
    return came_inside, left_inside


def households(source: RecordSource, year: int, kind: str, fetch: Any, places: int) -> Cells:
    """Households with at least one member present: (places, 13), at the end of the unit before each month edge."""
    return households_on(source, [int(edge) - 1 for edge in source.clock.month_edges(year)], kind, fetch, places)


def households_on(source: RecordSource, edges: list[int], kind: str, fetch: Any, places: int) -> Cells:
    """The same at the end of each of some units, in their order: (places, units).

    Most households have a member who stays all the time: they are counted in one go, and only the others edge by edge.
    """
    spells = residence_spells(source, kind)
    spells = spells.filter(
        spells.household_id.notnull(), spells.start <= edges[-1], spells.end > edges[0], spells.start < spells.end
    )
    all_year = (spells.start <= edges[0]) & (spells.end > edges[-1])
    steady = spells.filter(all_year).select("place", "household_id").distinct()
    others = spells.filter(~all_year).anti_join(steady, ["place", "household_id"])
    there = {f"edge{i}": ((others.start <= edge) & (others.end > edge)).cast("int32") for i, edge in enumerate(edges)}
    others = others.select("place", "household_id", **there)
    each = others.group_by("place", "household_id").aggregate(**{name: others[name].max() for name in there})
    changing = fetch(each.group_by("place").aggregate(**{name: each[name].sum() for name in there}))
    staying = fetch(steady.group_by("place").aggregate(n=steady.count()))
    cells = dense((places, 1), [((staying["place"].to_numpy(), np.zeros(staying.num_rows)), staying["n"].to_numpy())])
    cells = np.repeat(cells, len(edges), axis=1).astype(np.float64)  # of no rows at all, dense makes integers
    for i, name in enumerate(there):
        cells[changing["place"].to_numpy(), i] += changing[name].to_numpy().astype(np.float64)
    return cells


def in_year(source: RecordSource, table: str, date_column: str, area_column: str, year: int) -> Any:
    """The rows of a table that fall in a year, with `day`, `month` and `place`."""
    edges = source.clock.month_edges(year)
    rows = source.table(table)
    rows = rows.mutate(day=source.clock.of(rows[date_column]))
    rows = rows.filter(rows.day >= int(edges[0]), rows.day < int(edges[-1]))
    rows = rows.join(source.places, rows[area_column] == source.places.area)
    return rows.mutate(month=source.clock.month_of(rows.day, year))


def _age_at(day: Any, born: Any, clock: Clock, year: int) -> Any:
    """Age class on a day of `year` of one born on `born`."""
    return age_class(year - born.year() - (day < clock.birthday(born, year)).cast("int32"))


def is_move(reason: Any) -> Any:
    """Whether a spell's reason is a change of residence (an Ibis expression)."""
    return (reason.notnull() & ~reason.isin(NOT_A_MOVE)).fill_null(False)


def _cells(found: Any, axes: tuple[str, ...], shape: tuple[int, ...]) -> Cells:
    return dense(shape, [(tuple(found[axis].to_numpy() for axis in axes), found["n"].to_numpy())])
