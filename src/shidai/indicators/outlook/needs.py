"""What follows for services and purses: measures counted in every trajectory, by the pack's consequences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from shidai.demography.borrowing import shrink_ratios
from shidai.demography.cells import Array, divide
from shidai.indicators.coverage import cover_persons
from shidai.indicators.cubes import RecordCubes
from shidai.indicators.engines import Records
from shidai.indicators.entitled import determine, find_scheme
from shidai.indicators.everybody import Everybody
from shidai.indicators.outlook.observed import AGES, Observed
from shidai.indicators.persontime import UNKNOWN_AGE, age_class
from shidai.indicators.programmes import Persons, find_programme, rules_of, version_on
from shidai.indicators.spells import residence_spells
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scenario import Consequence
from shidai.words import ShidaiError, Text, problem

_A_YEAR = {"month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True, slots=True)
class Need:
    """A consequence made countable: `factor` times the births, or the people at mid-year by weights (areas, 2, AGES).

    fen: what one of them costs a year; None where the pack doesn't say and no scheme does.
    """

    id: str
    title: Text
    unit: Text
    source: str
    decimals: int
    factor: float
    weights: Array | None
    fen: float | None


@dataclass(frozen=True, slots=True)
class Residents:
    """Who lives in the counties on a day: keys in order, and the place of each in (areas, 2, AGES)."""

    keys: npt.NDArray[np.int64]
    cells: npt.NDArray[np.int64]
    areas: int

    def count(self, keys: npt.NDArray[Any]) -> Array:
        """How many of these persons live where, (areas, 2, AGES); who isn't resident isn't counted."""
        at = np.searchsorted(self.keys, keys)
        at = np.minimum(at, max(len(self.keys) - 1, 0))
        found = self.cells[at[self.keys[at] == keys]] if len(self.keys) else self.cells
        size = self.areas * 2 * AGES
        return np.bincount(found[found >= 0], minlength=size).astype(np.float64).reshape(self.areas, 2, AGES)


def read_needs(records: Records, pack: Pack, observed: Observed, residence: str) -> list[Need]:
    """The pack's consequences, shares of people as they are on the last day of what was observed.

    Raises ShidaiError for a scheme whose subject isn't a person or whose amount is set case by case.
    """
    day = date(observed.years[-1], 12, 31)
    asked = tuple(pack.consequences.values())
    here = None
    if any(one.of in ("method", "programme", "scheme") for one in asked):
        here = _residents(records, observed, residence, day)
    return [need for one in asked for need in _needs_of(one, records, pack, observed, here, day)]


def share_of(counted: Array, people: Array) -> Array:
    """Shares (areas, 2, AGES) of people who are counted: the city's at each age, times each county's level, which is
    shrunk towards the city's. The number that they give for `people` is that which was counted."""
    city = np.nan_to_num(divide(counted.sum(0), people.sum(0)))
    level = shrink_ratios(counted.sum((1, 2)), (people * city).sum((1, 2)))
    shares = level[:, None, None] * city
    given = (shares * people).sum()
    return np.asarray(shares * (counted.sum() / given if given > 0 else 0.0), dtype=np.float64)


def _needs_of(
    one: Consequence, records: Records, pack: Pack, observed: Observed, here: Residents | None, day: date
) -> Iterator[Need]:
    if one.of == "births":
        yield _need(one, None)
    elif one.of == "people":
        chosen = np.zeros((len(observed.areas), 2, AGES))
        sexes = slice(None) if one.sex is None else slice(one.sex - 1, one.sex)
        chosen[:, sexes, one.from_age : min(one.to_age, AGES)] = one.factor
        yield _need(one, chosen)
    elif here is not None and one.of == "method":
        yield from _methods(one, records, pack, observed, here, day)
    elif here is not None and one.of == "programme":
        keys = _offered(records, pack, one.name or "", day)
        yield _need(one, one.factor * share_of(here.count(keys), observed.end))
    elif here is not None:
        keys, fen = _entitled(records, pack, one.name or "", day)
        yield _need(one, one.factor * share_of(here.count(keys), observed.end), fen)


def _need(one: Consequence, weights: Array | None, fen: float | None = None, title: Text | None = None) -> Need:
    return Need(
        one.id, title or one.title.text, one.unit.text, one.source, one.decimals, one.factor, weights,
        fen if one.fen is None else one.fen,
    )  # fmt: skip


def _methods(
    one: Consequence, records: Records, pack: Pack, observed: Observed, here: Residents, day: date
) -> Iterator[Need]:
    """One need for each method in use on the day, by the users' ages."""
    use = records.table("contraception")
    use = use.filter(use.start_date <= day, use.end_date.isnull() | (use.end_date > day))
    found = records.fetch(use.select("person_id", "method").distinct())
    keys, used = found["person_id"].to_numpy(), np.array(found["method"].to_pylist(), dtype=object)
    for method in pack.methods:
        if one.name not in (None, method.id) or not (used == method.id).any():
            continue
        counted = here.count(keys[used == method.id])
        counted[:, 0] = 0  # use is kept by the woman of the couple
        title = Text(zh=f"{one.title.zh}：{method.zh}", en=f"{one.title.en}: {method.en}")
        made = _need(one, one.factor * share_of(counted, observed.end), title=title)
        yield Need(f"{one.id}.{method.id}", *(getattr(made, name) for name in Need.__slots__[1:]))


def _offered(records: Records, pack: Pack, programme: str, day: date) -> npt.NDArray[np.int64]:
    """Whom the programme concerned in the year that ends with the day."""
    chosen = find_programme(pack, programme)
    version = version_on(chosen, day)
    persons = Persons.on(records, day, rules_of(version).columns, Everybody(records, day))
    told = cover_persons(persons, chosen, version, date(day.year, 1, 1), day)
    return persons.keys[told.offered | told.declined]  # who said no this year may wish for it in another


def _entitled(records: Records, pack: Pack, scheme: str, day: date) -> tuple[npt.NDArray[np.int64], float]:
    """Who is entitled on the day, and the mean amount of a year, fen."""
    chosen = find_scheme(pack, scheme)
    version = chosen.version_on(day)
    per = version.amount.per if version is not None else None
    if chosen.subject != "person" or version is None or version.amount.granted or per not in _A_YEAR:
        raise ShidaiError(
            problem(
                f"consequence / {scheme}",
                zh=f"方案 {scheme} 在 {day} 没有按期发给个人的固定金额，不能推算。",
                en=f"On {day} the scheme {scheme} pays persons no fixed amount by period: it can't be projected.",
                mend_zh="请从 consequences 中去掉它，或用 people 写出人数。",
                mend_en="Take it out of the consequences, or write the number as people.",
            )
        )
    found = determine(records, pack, scheme, day)
    eligible = found["eligible"].to_numpy()
    fen = found["amount_fen"].to_numpy()[eligible]
    return found["person"].to_numpy()[eligible], float(fen.mean()) * _A_YEAR[per] if fen.size else 0.0


def _residents(records: Records, observed: Observed, residence: str, day: date) -> Residents:
    cubes = RecordCubes(records, day.year, down_to="county")
    clock, unit = cubes.clock, cubes.clock.of_date(day)
    spells = residence_spells(cubes.source, residence)
    spells = spells.filter(spells.start <= unit, spells.end > unit)
    age = day.year - spells.born.year() - (unit < clock.birthday(spells.born, day.year)).cast("int32")
    rows = records.fetch(spells.select("person_id", "place", "sex", age=age_class(age)))
    place = np.full(len(cubes.tree), -1, dtype=np.int64)
    place[[cubes.tree.at(code) for code in observed.areas]] = np.arange(len(observed.areas))
    area, sex, ages = place[rows["place"].to_numpy()], rows["sex"].to_numpy(), rows["age"].to_numpy()
    known = (area >= 0) & (sex < 2) & (ages != UNKNOWN_AGE)
    cells = np.where(known, (area * 2 + sex) * AGES + np.minimum(ages, AGES - 1), -1)
    keys = rows["person_id"].to_numpy()
    order = np.argsort(keys)
    return Residents(keys[order], cells[order], len(observed.areas))
