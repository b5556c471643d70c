"""Recode files into record tables: a survey becomes a small register of whole months.

Century months become the 15th of the month with precision 'month'. A woman's residence is the stretch in which she was
observed; its weight is her sampling weight times the all-women factor (1 in an all-women sample), because a sample of
the ever-married stands for more women than it holds, but for no more births.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shidai.indicators.records import RecordWriter
from shidai.indicators.survey.layout import Numbers, Recode
from shidai.indicators.tables import TABLES

AREAS = ("urban", "rural")
WINDOW = 36
"""Months before the interview that fertility is counted in."""


def fill_women(folder: Path, women: Recode, factor: str = "awfactt") -> None:
    """Write area, residence and birth from a women's recode; `factor` names the column of all-women factors."""
    column, rows = women.columns, women.rows
    weight = column["v005"] / 1e6
    factors = column.get(factor, np.full(rows, 100.0)) / 100
    ids = np.arange(rows, dtype=np.int64)
    design = {"cluster": column["v021"], "stratum": column["v022"]}
    residence = _table(
        "residence", rows, person_id=ids, kind="living", area=women.residence, start_date=_day(column["v008"] - WINDOW),
        end_date=_day(column["v008"]), migrant=False, sex=np.full(rows, 2), birth_date=_day(column["v011"]),
        birth_precision="month", weight=weight * factors, **design,
    )  # fmt: skip
    children = [column[name] for name in sorted(column) if name.startswith("b3_")]
    born = np.concatenate(children)
    mother = np.tile(ids, len(children))
    known = ~np.isnan(born)
    born, mother = born[known], mother[known]
    births = _table(
        "birth", born.size, birth_id=np.arange(born.size), mother_id=mother, sex=np.full(born.size, 9),
        birth_date=_day(born), birth_precision="month", plurality=np.ones(born.size),
        living_area=women.residence[mother],
        mother_birth_date=_day(column["v011"][mother]), mother_birth_precision="month", weight=weight[mother],
        cluster=design["cluster"][mother], stratum=design["stratum"][mother],
    )  # fmt: skip
    _write(folder, column["v008"], {"residence": residence, "birth": births})


def fill_births(folder: Path, births: Recode) -> None:
    """Write area, residence and death from a births' recode: a child's residence runs from birth to the interview."""
    column, rows = births.columns, births.rows
    ids = np.arange(rows, dtype=np.int64)
    facts: dict[str, Any] = {
        "person_id": ids, "sex": np.full(rows, 9), "birth_date": _day(column["b3"]), "birth_precision": "month",
        "weight": column["v005"] / 1e6, "cluster": column["v021"], "stratum": column["v022"],
    }  # fmt: skip
    residence = _table(
        "residence", rows, kind="living", area=births.residence, start_date=_day(column["b3"]),
        end_date=_day(column["v008"]), migrant=False, **facts,
    )  # fmt: skip
    dead = np.flatnonzero(~np.isnan(column["b7"]))
    chosen = {name: value if isinstance(value, str) else value.take(dead) for name, value in facts.items()}
    deaths = _table(
        "death", dead.size, death_date=_day(column["b3"][dead] + column["b7"][dead]), death_precision="month",
        living_area=births.residence[dead], **chosen,
    )  # fmt: skip
    _write(folder, column["v008"], {"residence": residence, "death": deaths})


def _write(folder: Path, interview: Numbers, tables: dict[str, pa.Table]) -> None:
    last = _months(np.array([interview.max()]))[0]
    cutoff = date(last // 12, last % 12 + 1, 15)
    with RecordWriter(folder, cutoff=cutoff, source="survey") as writer:
        writer.write("area", "all", _areas())
        for table, rows in tables.items():
            writer.write(table, "all", rows)


def _areas() -> pa.Table:
    count = len(AREAS)
    return _table(
        "area", count, code=np.array(AREAS), level="county", name_zh=np.array(("城镇", "乡村")),
        name_en=np.array(AREAS),
        urban=np.array([True, False]), position=np.arange(count), start_date=_day(np.full(count, 1.0)),
    )  # fmt: skip


def _months(century: Numbers) -> npt.NDArray[np.int64]:
    """Century months (January 1900 is 1) as months since January of the year 0."""
    return century.astype(np.int64) - 1 + 1900 * 12


def _day(century: Numbers) -> pa.Array:
    """The 15th of each century month."""
    months = (_months(century) - 1970 * 12).astype("datetime64[M]")
    return pa.array(months.astype("datetime64[D]") + 14)


def _table(name: str, rows: int, **given: Any) -> pa.Table:
    """A record table from arrays, and from single values that hold for every row; what isn't given is empty."""
    columns = {}
    for field in TABLES[name].schema:
        value = given.get(field.name)
        if value is None:
            columns[field.name] = pa.nulls(rows, field.type)
        elif isinstance(value, str | bool):
            columns[field.name] = pa.array([value] * rows, field.type)
        else:
            columns[field.name] = pa.array(value).cast(field.type)
    return pa.table(columns, schema=TABLES[name].schema)
