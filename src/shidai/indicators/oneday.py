"""Stocks at the end of any one day: population by age and sex, households, couples, and ratios made of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from shidai.indicators import vitals
from shidai.indicators.cells import STOCKS, Gatherer
from shidai.indicators.cubes import Cube, RecordCubes
from shidai.indicators.engines import Records
from shidai.indicators.periods import Period
from shidai.indicators.persontime import AGES, SEXES, PersonTime, age_class, dense
from shidai.indicators.results import (
    choose_areas,
    choose_indicators,
    protect_all,
    tabulate_open,
    without_hidden,
    years_covered,
)
from shidai.packs.schema.indicator import Indicator
from shidai.packs.schema.pack import Pack
from shidai.words import ShidaiError, problem


class DayCubes(RecordCubes):
    """Stocks at the end of one day; every edge is that day. Flows and person-time have no day and aren't asked for."""

    def __init__(self, records: Records, day: date, *, down_to: str | None = None) -> None:
        super().__init__(records, day.year, down_to=down_to)
        self._day = self.clock.of_date(day)

    def households(self, residence: str) -> Cube:
        def compute() -> Cube:
            found = vitals.households_on(self.source, [self._day], residence, self.records.fetch, len(self.tree))
            return np.broadcast_to(self.tree.roll_up(found), (len(self.tree), 13))

        return self._once(f"households {residence}", compute)

    def _person_time(self, table: Any) -> dict[int, PersonTime]:
        here = table.filter(table.start <= self._day, table.end > self._day)
        age = self.year - here.born.year() - (self._day < self.clock.birthday(here.born, self.year)).cast("int32")
        counted = here.mutate(age=age_class(age)).group_by("group", "place", "sex", "age")
        rows = self.records.fetch(counted.aggregate(n=here.weight.sum()))
        group, shape = rows["group"].to_numpy(), (len(self.tree), SEXES, AGES)
        found = {}
        for key in np.unique(group).tolist():
            chosen = np.flatnonzero(group == key)
            place, sex, ages, n = (rows[name].to_numpy()[chosen] for name in ("place", "sex", "age", "n"))
            stock = self._rolled(dense(shape, [((place, sex, ages), n)])[:, None])
            found[key] = PersonTime(np.broadcast_to(stock, (*stock.shape[:-1], 13)), np.zeros(()))
        return found


def compute_on(
    records: Records,
    pack: Pack,
    day: date,
    *,
    area: str | None = None,
    level: str | None = None,
    indicators: list[str] | None = None,
    breakdown: str | None = None,
    protect: bool = True,
) -> pa.Table:
    """Result rows at the end of a day; `period` is the day, '2006-08-15'. Other arguments as in `results.compute`.

    Only indicators made of stocks; asking for others by name, or for a day that the records don't cover, raises
    ShidaiError. So does a protected day inside a month: the difference of two days would show single births and moves.
    """
    chosen = choose_indicators(pack, indicators)
    of_stocks = {one.id: one for one in pack.indicators.values() if _is_of_stocks(one)}
    _check_stocks([one.id for one in chosen if indicators is not None and one.id not in of_stocks], list(of_stocks))
    _check_day(records, day)
    if protect:
        _check_month_end(day)
    cubes = DayCubes(records, day)
    areas = choose_areas(cubes, area, level)
    every = Gatherer(cubes, (Period(day.isoformat(), "day", day.year, 12, 12),))
    protection = protect_all(every, pack.indicators.values(), pack.disclosure) if protect else None
    wanted = tuple(one for one in chosen if one.id in of_stocks)
    rows = tabulate_open(every, wanted, protection, areas, ("day",), manifest=records.manifest.id, breakdown=breakdown)
    return without_hidden(rows)


def _is_of_stocks(indicator: Indicator) -> bool:
    measures = {term.measure for term in (*indicator.numerator, *indicator.denominator)}
    return "mean_population" not in measures and measures <= {*STOCKS, "households"}


def _check_stocks(others: list[str], known: list[str]) -> None:
    if others:
        raise ShidaiError(
            [
                problem(
                    "--on",
                    zh=f"指标 {one} 计的是一段时间，没有某一天的数。",
                    en=f"The indicator {one} counts over a time and has no figure of a day.",
                    mend_zh=f"请改用 --year，或选：{'、'.join(known)}。",
                    mend_en=f"Use --year instead, or one of: {', '.join(known)}.",
                )
                for one in others
            ]
        )


def _check_day(records: Records, day: date) -> None:
    first, cutoff = date(years_covered(records)[0], 1, 1), records.manifest.cutoff
    if not first <= day <= cutoff:
        raise ShidaiError(
            problem(
                "--on",
                zh=f"记录里没有 {day} 的数。",
                en=f"The records have no figure of {day}.",
                mend_zh=f"可用：{first} 至 {cutoff}；更晚的请先运行 shidai extract。",
                mend_en=f"They cover {first} to {cutoff}; for a later day run 'shidai extract' first.",
            )
        )


def _check_month_end(day: date) -> None:
    if (day + timedelta(days=1)).day != 1:
        raise ShidaiError(
            problem(
                "--on",
                zh="月中某一天的数会让人由两天之差看出单个的出生、死亡和迁移，只给有权看记录的人。",
                en="Two days inside a month would tell single births, deaths and moves by their difference; "
                "such figures are for those with access to the records.",
                mend_zh="请选月末的一天；有权看记录的，加上 --unprotected。",
                mend_en="Choose the last day of a month, or add --unprotected if you have that access.",
            )
        )
