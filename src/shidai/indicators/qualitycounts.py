"""What the record tables say of their own quality: counts by area, every area holding the sum of its subtree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from shidai.demography.registration import close_births, repeated_rows
from shidai.indicators.clock import DAY
from shidai.indicators.engines import Records
from shidai.indicators.oneday import DayCubes
from shidai.indicators.persontime import OLDEST, SEXES, dense, sex_class
from shidai.indicators.spells import RecordSource, residence_spells
from shidai.indicators.tree import AreaTree
from shidai.indicators.vitals import is_move
from shidai.packs.schema.quality import Quality

Counts = npt.NDArray[np.float64]
COHORTS = 5
"""Years of birth that are compared with the children there, the year itself the last."""
_DAYS = 32  # 0: not known to the day


@dataclass(frozen=True, slots=True)
class QualityCounts:
    """Counts at the end of a year, and of that year."""

    tree: AreaTree
    people: Counts  # (areas, 2, ages 0 … 100): men and women; 100 and over in the last
    birthdays: Counts  # (areas, 32): people by day of the month of birth; in 0 those not known to the day
    births_by_sex: Counts  # (areas, 2): of the year
    births: Counts  # (areas, COHORTS): of the year and the four before, the latest first
    moved_in: Counts  # (areas, COHORTS): children who moved in, less those who moved out, by year of birth
    survival: Counts  # (COHORTS,): share of a year's births alive at the end, in the whole city
    first_cohort_year: int  # births of earlier years aren't on the record in full
    in_time: Counts  # (areas, 2 events, 2): births and deaths of the year with a day of entry; those of them in time
    close: Counts  # (areas,): births of the cohorts too soon after the mother's previous delivery
    repeated: Counts  # (areas,): births of the cohorts that equal another


def count_quality(
    records: Records, year: int, *, residence: str, rules: Quality, twin_days: int, down_to: str = "county"
) -> QualityCounts:
    """Counts of the areas down to a level; births at most `twin_days` apart are one delivery."""
    cubes = DayCubes(records, date(year, 12, 31), down_to=down_to)
    stock = cubes.stock("population", residence)[:2, : OLDEST + 1, :, 0]
    roots = np.flatnonzero(cubes.tree.parent_of < 0)
    dead = cubes.deaths(residence)[:, :COHORTS, roots].sum((0, 2, 3))
    alive = stock[:, :COHORTS, roots].sum((0, 2))
    reader = _Reader(records, cubes.source, cubes.tree, residence, year)
    births, close, repeated = reader.births(twin_days, rules.close_birth_days)
    return QualityCounts(
        cubes.tree,
        np.moveaxis(stock, -1, 0).astype(np.float64),
        reader.birthdays(),
        births[:, 0, :2],
        births.sum(-1),
        reader.moved_in(),
        _survival(dead.astype(np.float64), alive.astype(np.float64)),
        reader.first_full_year(),
        np.stack([reader.in_time(event, rules.registration_days) for event in ("birth", "death")], axis=1),
        close,
        repeated,
    )


class _Reader:
    """Queries of one year over one kind of residence; each fetches a small table and makes an array of it."""

    def __init__(self, records: Records, source: RecordSource, tree: AreaTree, residence: str, year: int) -> None:
        self.records, self.source, self.tree = records, source, tree
        self.residence, self.year = residence, year

    def birthdays(self) -> Counts:
        rows = self.source.table("residence")
        rows = rows.filter(rows.kind == self.residence).join(self.source.places, "area")
        last = DAY.of_date(date(self.year, 12, 31))
        start, end = DAY.of(rows.start_date), DAY.of(rows.end_date)
        rows = rows.filter(start <= last, end.isnull() | (end > last))
        known = (rows.birth_precision == "day") & rows.birth_date.notnull()
        rows = rows.mutate(dom=known.ifelse(rows.birth_date.day(), 0).fill_null(0).cast("int32"))
        found = self.records.fetch(rows.group_by("place", "dom").aggregate(n=rows.count()))
        return self._cells((found["place"], found["dom"]), found["n"], (len(self.tree), _DAYS))

    def births(self, twin_days: int, close_days: int) -> tuple[Counts, Counts, Counts]:
        """By area: births of each cohort (the latest first) by sex; too soon after a sibling's; equal to another."""
        rows = self._placed("birth", "birth_date")
        cohort = self.year - rows.day.year()
        rows = rows.filter(cohort >= 0, cohort < COHORTS).mutate(cohort=cohort.cast("int32"), kind=sex_class(rows.sex))
        found = self.records.fetch(rows.group_by("place", "cohort", "kind").aggregate(n=rows.count()))
        at = (found["place"], found["cohort"], found["kind"])
        born = self._cells(at, found["n"], (len(self.tree), COHORTS, SEXES))
        known = rows.filter(rows.mother_id.notnull(), rows.birth_precision == "day")
        each = self.records.fetch(
            known.select("place", "mother_id", "day", "sex", order=known.birth_order.fill_null(0))
        )
        place = each["place"].to_numpy()
        mother, day = each["mother_id"].to_numpy(), each["day"].to_numpy().astype("datetime64[D]")
        close = close_births(mother, day, twin_days=twin_days, interval_days=close_days)
        same = repeated_rows(mother, day, each["sex"].to_numpy(), each["order"].to_numpy())
        marked = [self._cells((place[m],), np.ones(int(m.sum())), (len(self.tree),)) for m in (close, same)]
        return born, marked[0], marked[1]

    def moved_in(self) -> Counts:
        """Recorded moves of the cohorts' children up to the year's end; those inside an area cancel out in it."""
        spells = residence_spells(self.source, self.residence)
        spells = spells.mutate(cohort=(self.year - spells.born.year()).cast("int32"))
        spells = spells.filter(spells.cohort >= 0, spells.cohort < COHORTS)
        last = DAY.of_date(date(self.year, 12, 31))
        came = spells.filter(is_move(spells.start_reason), spells.start <= last)
        left = spells.filter(is_move(spells.end_reason), spells.end <= last)
        total = np.zeros((len(self.tree), COHORTS))
        for moves, sign in ((came, 1), (left, -1)):
            found = self.records.fetch(moves.group_by("place", "cohort").aggregate(n=moves.count()))
            total += sign * self._cells((found["place"], found["cohort"]), found["n"], total.shape)
        return total

    def in_time(self, event: str, days: int) -> Counts:
        """(areas, 2): births or deaths of the year with a day of entry, and those of them entered within `days`."""
        rows = self._placed(event, f"{event}_date")
        rows = rows.filter(
            rows.day.year() == self.year, rows[f"{event}_precision"] == "day", rows.recorded_on.notnull()
        )
        lag = DAY.of(rows.recorded_on) - DAY.of(rows.day)
        rows = rows.filter(lag >= 0).mutate(prompt=(lag <= days).cast("int32"))
        found = self.records.fetch(rows.group_by("place").aggregate(n=rows.count(), prompt=rows.prompt.sum()))
        columns = [self._cells((found["place"],), found[name], (len(self.tree),)) for name in ("n", "prompt")]
        return np.stack(columns, axis=-1)

    def first_full_year(self) -> int:
        """The year after the first birth on record; of the first year itself a part may be missing."""
        rows = self.source.table("birth")
        first = self.records.fetch(rows.aggregate(first=rows.birth_date.min()))["first"][0].as_py()
        return first.year + 1 if first else self.year + 1

    def _placed(self, table: str, date_column: str) -> Any:
        rows = self.source.table(table)
        rows = rows.filter(rows[date_column].notnull()).mutate(day=rows[date_column])
        return rows.join(self.source.places, rows[f"{self.residence}_area"] == self.source.places.area)

    def _cells(self, at: tuple[Any, ...], values: Any, shape: tuple[int, ...]) -> Counts:
        index = tuple(np.asarray(one).astype(np.int64) for one in at)
        return self.tree.roll_up(dense(shape, [(index, np.asarray(values))]).astype(np.float64))


def _survival(dead: Counts, alive: Counts) -> Counts:
    """Share of births alive at the end of their year and of the four after, by the year's own deaths of children."""
    rate = np.divide(dead, alive, out=np.zeros_like(dead), where=alive > 0)
    to_birthday = np.concatenate([[1.0], np.cumprod(np.exp(-rate))])
    return np.asarray((to_birthday[:-1] + to_birthday[1:]) / 2, dtype=np.float64)
