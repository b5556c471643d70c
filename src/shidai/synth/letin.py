"""Whom conditions let in by what a person's own birth, sex and registration say: a first sieve of a large city."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from shidai.packs.schema.scheme import Ruled
from shidai.rules import Columns, compile_conditions
from shidai.rules.arrays import Fact
from shidai.synth.city import City

OWN = ("birth_date", "sex", "registration", "age", "months_old")
Flags = npt.NDArray[np.bool_]


def let_in(city: City, version: Ruled, columns: Columns, day: date) -> Flags:
    """Who meets, on a day, the conditions that read nothing else. Shape (people,)."""
    alone = [version.model_copy(update={"condition": (one,)}) for one in version.condition]
    rules = [compile_conditions(one, columns) for one in alone]
    people = city.people
    facts = {
        "birth_date": Fact(people["birth"]),
        "sex": Fact(people["sex"]),
        "registration": Fact(people["rural"].astype(np.int8), None, ("urban", "rural")),
        "age": Fact(_completed_years(people["birth"], day)),
        "months_old": Fact(_months(people["birth"], day)),
    }
    met = np.ones(len(people["birth"]), np.bool_)
    for one in rules:
        if set(one.columns) <= {*OWN}:
            met &= one.on_arrays(facts).eligible
    return met


def _months(birth: npt.NDArray[np.int32], day: date) -> npt.NDArray[np.int32]:
    month = birth.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(day.year * 12 + day.month - 1 - 1970 * 12 - month, np.int32)


def _completed_years(birth: npt.NDArray[np.int32], day: date) -> npt.NDArray[np.int32]:
    dates = birth.astype("datetime64[D]")
    of_month = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    return np.asarray((_months(birth, day) - (day.day < of_month)) // 12, np.int32)
