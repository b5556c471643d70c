"""Exact person-days and person-years from spells: the NumPy reference of the measure that DuckDB and Spark
compute."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, match_shapes, read_ages, refuse_cells
from shidai.words import ShidaiError, problem

Days = npt.NDArray[np.int64]
OPEN_END = np.iinfo(np.int32).max  # an end day that no period reaches: the spell is still open


def person_days(
    birth: npt.ArrayLike,
    start: npt.ArrayLike,
    end: npt.ArrayLike,
    *,
    period: tuple[object, object],
    age_start: npt.ArrayLike,
    group: npt.ArrayLike | None = None,
    groups: int = 1,
) -> Days:
    """Days lived in a period by group and age: (groups, ages), int64.

    birth, start, end: (spells,) days (datetime64 or days since 1970-01-01); spells are half-open, an end of
    NaT or
    `OPEN_END` is open. period: (first day, day after the last). age_start: whole first ages, the last group
    open.
    group: (spells,) whole numbers below `groups`, for example area × sex; a negative one is left out.
    A person is a year older from the birthday on; one born on 29 February from 1 March in common years.
    Errors: a spell that ends before it starts, columns of other lengths, what is no date. A count: no source.
    """
    born, first, last = read_days("birth", birth), read_days("start", start), read_days("end", end)
    ages = read_ages(age_start).astype(np.int64)
    where = np.zeros(born.size, dtype=np.int64) if group is None else np.asarray(group, dtype=np.int64)
    _require_one_each(birth=born, start=first, end=last, group=where)
    _refuse_reversed(first, last)
    opening, closing = (int(read_days("period", day)) for day in period)  # type: ignore[arg-type]
    lo, hi = np.maximum(first, np.maximum(opening, born)), np.minimum(last, closing)
    inside = (hi > lo) & (where >= 0)
    born, lo, hi, where = born[inside], lo[inside], hi[inside], where[inside]
    counted = np.zeros(groups * ages.size, dtype=np.int64)
    age = completed_age(born, lo)
    while lo.size:
        turn = np.minimum(birthday(born, age + 1), hi)
        cell = np.searchsorted(ages, age, side="right") - 1
        known = cell >= 0
        np.add.at(counted, where[known] * ages.size + cell[known], (turn - lo)[known])
        rest = turn < hi
        born, lo, hi, where, age = born[rest], turn[rest], hi[rest], where[rest], age[rest] + 1
    return counted.reshape(groups, ages.size)


def person_years(
    birth: npt.ArrayLike,
    start: npt.ArrayLike,
    end: npt.ArrayLike,
    *,
    period: tuple[object, object],
    age_start: npt.ArrayLike,
    group: npt.ArrayLike | None = None,
    groups: int = 1,
    year: Literal["period", "mean"] = "period",
) -> Array:
    """Person-years by group and age, (groups, ages): person-days over the length of a year.

    year='period' divides by the mean length of a year in the period when it is whole calendar years (365 or
    366 for one year), so that a person present throughout counts exactly 1 a year; 'mean' divides by
    365.2425.
    Errors: as `person_days`. Source: the definition of a person-year.
    """
    days = person_days(birth, start, end, period=period, age_start=age_start, group=group, groups=groups)
    opening, closing = (read_days("period", day).astype("datetime64[D]") for day in period)  # type: ignore[arg-type]
    length = 365.2425
    if year == "period":
        years = int(closing.astype("datetime64[Y]").astype(int) - opening.astype("datetime64[Y]").astype(int))
        whole = opening.astype("datetime64[Y]") == opening and closing.astype("datetime64[Y]") == closing
        if whole and years > 0:
            length = int((closing - opening).astype(int)) / years
    return np.asarray(days / length, dtype=np.float64)


def completed_age(birth: npt.ArrayLike, day: npt.ArrayLike) -> Days:
    """Age in completed years on a day; both (…) as days.

    Errors: what is no date. The law's reckoning of age: no source.
    """
    born, now = read_days("birth", birth), read_days("day", day)
    guess = _year(now) - _year(born)
    return np.asarray(guess - (birthday(born, guess) > now), dtype=np.int64)


def birthday(birth: npt.ArrayLike, age: npt.ArrayLike) -> Days:
    """The day on which one born on `birth` completes `age` years; 29 February gives 1 March in common
    years.
    birth, age: (…), whole years; the result in days since 1970-01-01. Errors: what is no date. No source.
    """
    born = read_days("birth", birth).astype("datetime64[D]")
    month = born.astype("datetime64[M]")
    of_month = (born - month.astype("datetime64[D]")).astype(np.int64)
    then = month.astype(np.int64) + 12 * np.asarray(age, dtype=np.int64)
    return np.asarray(then.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + of_month)


def read_days(name: str, days: npt.ArrayLike) -> Days:
    """Days since 1970-01-01 as int64; NaT becomes `OPEN_END`.

    days: (…) datetime64, ISO texts or whole numbers. Errors: what is no date, numbers that are not finite. No source.
    """
    array = np.asarray(days)
    if array.dtype == object or array.dtype.kind == "U":
        array = _read_dates(name, array)
    if array.dtype.kind == "M":
        whole = array.astype("datetime64[D]")
        return np.where(np.isnat(whole), OPEN_END, whole.astype(np.int64))
    refuse_cells(
        name,
        array.astype(np.float64),
        ~np.isfinite(array.astype(np.float64)),
        zh="日期必须是有限数，这里是{value}。",
        en="a day must be a finite number; here it is {value}.",
        mend_zh="未结束的时段请用 NaT。",
        mend_en="Use NaT for an open spell.",
    )
    return array.astype(np.int64)


def _read_dates(name: str, texts: npt.NDArray[Any]) -> npt.NDArray[np.datetime64]:
    try:
        return texts.astype("datetime64[D]")
    except (TypeError, ValueError):
        raise ShidaiError(
            problem(
                name,
                zh="其中有不是日期的内容。",
                en="there is something that is no date.",
                mend_zh="日期请写作2006-12-31；没有的用 NaT。",
                mend_en="Write dates as 2006-12-31, and NaT for none.",
            )
        ) from None


def _require_one_each(**columns: Days) -> None:
    if any(column.ndim != 1 or column.size != columns["birth"].size for column in columns.values()):
        shapes = ", ".join(f"{name} {column.shape}" for name, column in columns.items())
        raise ShidaiError(
            problem(
                " / ".join(columns),
                zh=f"各列的长度不同：{shapes}。",
                en=f"the columns differ in length: {shapes}.",
                mend_zh="每个时段各一项。",
                mend_en="Give one of each for every spell.",
            )
        )


def _year(days: Days) -> Days:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)


def _refuse_reversed(start: Days, end: Days) -> None:
    match_shapes(start=start.astype(np.float64), end=end.astype(np.float64))
    refuse_cells(
        "end",
        np.asarray(end, dtype=np.float64),
        end < start,
        zh="时段的结束早于开始（结束日序号{value}）。",
        en="the spell ends before it starts (end day number {value}).",
        mend_zh="请核对起止日期。",
        mend_en="Check both dates.",
    )
