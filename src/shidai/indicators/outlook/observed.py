"""What the records show of a city's counties over several years, as arrays by sex and single year of age."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array
from shidai.demography.projection_migration import reach_ages
from shidai.indicators.cubes import RecordCubes
from shidai.indicators.engines import Records
from shidai.indicators.persontime import AGES as CLASSES
from shidai.indicators.persontime import SEXES, age_class, dense
from shidai.indicators.results import years_covered
from shidai.indicators.spells import RecordSource, residence_spells
from shidai.indicators.vitals import is_move
from shidai.words import ShidaiError, Text, problem

AGES = 101
"""Single years 0 to 99, and 100 and over: those of unknown age are spread over them."""
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Observed:
    """Years of a city by county. Sexes male, female. Rows of unknown sex or age are spread over the known ones.

    start: (years, areas, 2, AGES) present on 1 January; end: (areas, 2, AGES) at the end of the last year.
    lived: (years, areas, 2, AGES) person-years. births: (years, areas, AGES) by the mother's age; born: (years,
    areas, 2) by the child's sex. deaths: (years, areas, 2, AGES).
    arrivals, departures: (years, areas, 2, AGES) across the city's border, by the age reached in the year.
    moves: (years, areas from, areas to, 2, AGES) between counties.
    """

    city: str
    areas: tuple[str, ...]
    names: dict[str, Text]
    years: tuple[int, ...]
    manifest: str
    start: Array
    end: Array
    lived: Array
    births: Array
    born: Array
    deaths: Array
    arrivals: Array
    departures: Array
    moves: Array

    @property
    def cohorts(self) -> Array:
        """Those present at a year's start by the age that they reach in it, (years, areas, 2, AGES)."""
        return reach_ages(self.start)

    def until(self, year: int) -> Observed:
        """The same records as if they ended with a year."""
        kept = [at for at, one in enumerate(self.years) if one <= year]
        later = [at for at, one in enumerate(self.years) if one == year + 1]
        end = self.start[later[0]] if later else self.end
        yearly = ("start", "lived", "births", "born", "deaths", "arrivals", "departures", "moves")
        return replace(
            self,
            years=tuple(self.years[at] for at in kept),
            end=end,
            **{one: getattr(self, one)[kept] for one in yearly},
        )


def full_years(records: Records) -> tuple[int, int]:
    """First and last full year of the records. Raises ShidaiError when there is none."""
    first, last = years_covered(records)
    if records.manifest.cutoff < date(last, 12, 31):
        last -= 1
    if last < first:
        raise ShidaiError(
            problem(
                str(records.folder),
                zh="记录里没有一个完整的年份。",
                en="The records don't cover one full year.",
                mend_zh="请在登记满一年后再推算。",
                mend_en="Project when a full year has been recorded.",
            )
        )
    return first, last


def observe(records: Records, years: range, residence: str = "living") -> Observed:
    """Read some years of the record tables. residence: 'living' or 'registered'."""
    per_year = [RecordCubes(records, year, down_to="county") for year in years]
    tree = per_year[0].tree
    rows = np.array([at for at, one in enumerate(tree.areas) if one.level == "county"], dtype=np.int64)
    if rows.size == 0:  # a city that isn't divided is its own only county
        rows = np.array([0], dtype=np.int64)
    stocks = [cubes.stock("population", residence) for cubes in per_year]
    births = [cubes.births(residence) for cubes in per_year]
    units = [cubes.clock.years(np.ones(1), year)[0] for cubes, year in zip(per_year, years, strict=True)]
    lived = [cubes.time("population", residence).sum(-1) * unit for cubes, unit in zip(per_year, units, strict=True)]
    arrivals, departures, moves = _read_moves(per_year[0].source, years, residence, records.fetch, len(tree), rows)
    return Observed(
        city=tree.codes[0],
        areas=tuple(tree.codes[at] for at in rows),
        names={tree.codes[at]: Text(zh=tree.areas[at].name_zh, en=tree.areas[at].name_en) for at in (0, *rows)},
        years=tuple(years),
        manifest=records.manifest.id,
        start=np.array([_known(stock[..., 0], rows) for stock in stocks]),
        end=_known(stocks[-1][..., -1], rows),
        lived=np.array([_known(one, rows) for one in lived]),
        births=np.array([_known(one[0].sum(-1), rows).sum(1) for one in births]),
        born=np.array([_known(one[0].sum(-1), rows).sum(-1) for one in births]),
        deaths=np.array([_known(cubes.deaths(residence).sum(-1), rows) for cubes in per_year]),
        arrivals=arrivals,
        departures=departures,
        moves=moves,
    )


def _known(cells: npt.NDArray[Any], rows: npt.NDArray[np.int64]) -> Array:
    """(areas, 2, AGES) of a cube (sexes, age classes, areas); what is unknown is spread as the known are."""
    chosen = np.moveaxis(np.asarray(cells, dtype=np.float64)[:, :, rows], -1, 0)
    return _spread(chosen)


def _spread(cells: Array) -> Array:
    """(…, 2, AGES) of (…, sexes, age classes), with the sums of the leading axes."""
    known = cells[..., :2, :AGES]
    total, placed = cells.sum((-2, -1)), known.sum((-2, -1))
    factor = np.divide(total, placed, out=np.zeros_like(total), where=placed > 0)
    return np.asarray(known * factor[..., None, None], dtype=np.float64)


def _read_moves(
    source: RecordSource, years: range, kind: str, fetch: Any, places: int, rows: npt.NDArray[np.int64]
) -> tuple[Array, Array, Array]:
    """Arrivals from and departures to the outside, and moves between counties."""
    found = fetch(_moves(source, years, kind))
    columns = {name: found[name].to_numpy() for name in ("out", "into", "year", "sex", "age", "n")}
    place = np.full(places + 1, NOWHERE, dtype=np.int64)  # the last for NOWHERE itself
    place[rows] = np.arange(rows.size)
    out, into = place[columns["out"]], place[columns["into"]]
    areas, shape = rows.size, (SEXES, CLASSES)
    cell = (columns["sex"], columns["age"])
    came, left = (out == NOWHERE) & (into >= 0), (into == NOWHERE) & (out >= 0)
    inside = (out >= 0) & (into >= 0)

    def count(chosen: Any, *axes: Any) -> Array:
        at = tuple(axis[chosen] for axis in (columns["year"], *axes, *cell))
        size = (len(years), *[areas] * len(axes), *shape)
        return _spread(np.asarray(dense(size, [(at, columns["n"][chosen])]), dtype=np.float64))

    return count(came, into), count(left, out), count(inside, out, into)


def _moves(source: RecordSource, years: range, kind: str) -> Any:
    """Every change of residence across a county's line: from, to (NOWHERE: outside), year, sex, age reached, number.

    A spell's end and the next one's beginning on the same day are one move; a beginning alone is an arrival, an end
    alone a departure.
    """
    import ibis

    clock = source.clock
    edges = [clock.of_date(date(year, 1, 1)) for year in (*years, years[-1] + 1)]
    spells = residence_spells(source, kind)
    spells = spells.filter(spells.start < spells.end)
    came = spells.filter(spells.start >= edges[0], spells.start < edges[-1])
    came = came.select("person_id", "sex", "born", "weight", day="start", into="place", came=is_move(came.start_reason))
    left = spells.filter(spells.end >= edges[0], spells.end < edges[-1])
    left = left.select(
        who="person_id", sex_left="sex", born_left="born", weight_left="weight", day_left="end", out="place",
        left=is_move(left.end_reason),
    )  # fmt: skip
    both = came.join(left, [came.person_id == left.who, came.day == left.day_left], how="outer")
    both = both.filter(both.came.fill_null(False) | both.left.fill_null(False))
    day, born = both.day.fill_null(both.day_left), both.born.fill_null(both.born_left)
    year = sum(((day >= edge).cast("int32") for edge in edges[1:-1]), ibis.literal(0))
    told = both.mutate(
        out=both.out.fill_null(NOWHERE),
        into=both.into.fill_null(NOWHERE),
        sex=both.sex.fill_null(both.sex_left),
        year=year.cast("int32"),
        age=age_class(year + years[0] - born.year()),
        n=both.weight.fill_null(both.weight_left),
    )
    told = told.filter(told.out != told.into)
    return told.group_by("out", "into", "year", "sex", "age").aggregate(n=told.n.sum())
