"""Reads one country from a folder with tables of the UN's World Population Prospects in the layout of its README.

Counts stay in the tables' unit (thousands); rates are turned into births or deaths a person-year.
"""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from shidai.demography.cells import Array
from shidai.words import Problem, ShidaiError, problem

Variant = Literal["medium", "low", "high"]
Row = dict[str, str]
_SEXES = ("m", "f")


@dataclass(frozen=True, slots=True)
class Country:
    """What the folder holds on one country. `None` of it is filled in or altered."""

    iso3: str
    years: tuple[int, ...]  # calendar years of `annual`
    annual: dict[str, Array]  # births, tfr, srb, e0_m, e0_f, net_mig … one value a year
    variant_tfr: dict[str, dict[int, float]]  # low and high, by year
    population: dict[tuple[str, int], Array]  # (variant, mid-year) → (2, groups of pop_ages), thousands
    pop_ages: Array
    periods: Array  # first mid-years of the five-year periods of `mortality`
    mortality: Array  # (periods, 2, groups) deaths a person-year
    mx_ages: Array
    fertility: dict[int, Array]  # calendar year → (groups,) births a woman-year
    asfr_ages: Array
    migration: dict[int, Array]  # calendar year → (2, single ages), thousands

    def at(self, name: str, year: int) -> float:
        """A yearly figure of `annual`."""
        return float(self.annual[name][self.years.index(year)])


def read_country(folder: Path, iso3: str) -> Country:
    """Read one country; raises ShidaiError for a missing folder, file, column, country or cell."""
    iso3 = iso3.upper()
    _require_country(folder, iso3)
    annual = list(_rows(folder, "annual", iso3, ("year", "births", "tfr", "srb", "e0_m", "e0_f", "net_mig")))
    _require_rows(annual, "annual")
    years = tuple(int(row["year"]) for row in annual)
    names = [name for name in annual[0] if name not in ("iso3", "year", "kind")]
    groups = list(_rows(folder, "pop5_mid", iso3, ("year", "variant", "age_start", "pop_m", "pop_f")))
    deaths = list(_rows(folder, "mx5", iso3, ("period_start", "age_start", "mx_m", "mx_f")))
    births = list(_rows(folder, "asfr5_annual", iso3, ("year", "age_start", "asfr")))
    moves = list(_rows(folder, "mig1_annual", iso3, ("year", "age", "mig_m", "mig_f")))
    population = _by_key(groups, "age_start", ("variant", "year"), ("pop_m", "pop_f"), "pop5_mid")
    mortality = _by_key(deaths, "age_start", ("period_start",), ("mx_m", "mx_f"), "mx5")
    fertility = _by_key(births, "age_start", ("year",), ("asfr",), "asfr5_annual")
    migration = _by_key(moves, "age", ("year",), ("mig_m", "mig_f"), "mig1_annual")
    return Country(
        iso3=iso3,
        years=years,
        annual={
            name: np.array([_number(row[name], f"annual / {name}", empty=True) for row in annual]) for name in names
        },
        variant_tfr=_variants(folder, iso3),
        population={(key[0], int(key[1])): cells for key, cells in population.items()},
        pop_ages=_ages(groups, "age_start"),
        periods=np.array([float(key[0]) for key in mortality]),
        mortality=np.array(list(mortality.values())),
        mx_ages=_ages(deaths, "age_start"),
        fertility={int(key[0]): cells[0] / 1000 for key, cells in fertility.items()},
        asfr_ages=_ages(births, "age_start"),
        migration={int(key[0]): cells for key, cells in migration.items()},
    )


def read_bounds(folder: Path, iso3: str, indicator: str) -> dict[int, Array]:
    """The published probabilistic bounds of an indicator by year: (lo95, lo80, medium, hi80, hi95)."""
    columns = ("lo95", "lo80", "medium", "hi80", "hi95")
    found: dict[int, Array] = {}
    for row in _rows(folder, "annual_intervals", iso3.upper(), ("year", "indicator", *columns)):
        if row["indicator"] == indicator:
            found[int(row["year"])] = np.array([_number(row[name], "annual_intervals") for name in columns])
    return found


def read_variant(name: str) -> Variant:
    for known in get_args(Variant):
        if name == known:
            return known  # type: ignore[no-any-return]
    raise ShidaiError(
        problem(
            "variant",
            zh=f"没有名为“{name}”的方案。",
            en=f"there is no variant '{name}'.",
            mend_zh="请用 medium、low 或 high。",
            mend_en="Use medium, low or high.",
        )
    )


def _variants(folder: Path, iso3: str) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {"low": {}, "high": {}}
    for row in _rows(folder, "annual_intervals", iso3, ("year", "indicator", "variant_low", "variant_high")):
        if row["indicator"] == "tfr":
            for variant, values in found.items():
                values[int(row["year"])] = _number(row[f"variant_{variant}"], f"annual_intervals / variant_{variant}")
    return found


def known_countries(folder: Path) -> list[str]:
    """The codes of the countries that the folder holds. Raises ShidaiError for a missing table."""
    return sorted(row["iso3"] for row in _rows(folder, "countries", "", ("iso3",)))


def _require_country(folder: Path, iso3: str) -> None:
    known = known_countries(folder)
    if iso3 not in known:
        raise ShidaiError(
            problem(
                iso3,
                zh="这个文件夹里没有该国家的数据。",
                en="this folder holds no such country.",
                mend_zh="可选：" + "、".join(known) + "。",
                mend_en=f"Choose one of {', '.join(known)}.",
            )
        )


def _rows(folder: Path, table: str, iso3: str, needed: tuple[str, ...]) -> Iterator[Row]:
    """The country's rows of a table, `.csv` or `.csv.gz`; a line is only parsed if it holds the code."""
    path = next((folder / f"{table}{end}" for end in (".csv.gz", ".csv") if (folder / f"{table}{end}").exists()), None)
    if path is None:
        raise ShidaiError(
            problem(
                str(folder / f"{table}.csv.gz"),
                zh="找不到这张表。",
                en="this table is missing.",
                mend_zh="请指向含有《世界人口展望》各表的文件夹。",
                mend_en="Name a folder with the tables of the World Population Prospects.",
            )
        )
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        header = next(lines).rstrip("\r\n").lstrip("\ufeff")
        _require_columns(path, header.split(","), needed)
        yield from (
            row
            for row in csv.DictReader((line for line in lines if iso3 in line), header.split(","))
            if not iso3 or row["iso3"] == iso3
        )


def _require_columns(path: Path, header: list[str], needed: tuple[str, ...]) -> None:
    found: list[Problem] = [
        problem(
            f"{path.name} / {name}",
            zh="缺少这一列。",
            en="this column is missing.",
            mend_zh="请保持原表的列名。",
            mend_en="Keep the column names of the original table.",
        )
        for name in needed
        if name not in header
    ]
    if found:
        raise ShidaiError(found)


def _by_key(
    rows: list[Row], age: str, keys: tuple[str, ...], columns: tuple[str, ...], table: str
) -> dict[tuple[str, ...], Array]:
    """For every key the columns by age, (columns, ages); all keys must have the same ages."""
    _require_rows(rows, table)
    ages = _ages(rows, age)
    found: dict[tuple[str, ...], dict[float, list[float]]] = {}
    for row in rows:
        place = f"{table} / {' '.join(row[key] for key in keys)} / {row[age]}"
        cells = [_number(row[name], place, signed=table == "mig1_annual") for name in columns]
        found.setdefault(tuple(row[key] for key in keys), {})[float(row[age])] = cells
    _require_ages(found, ages, table)
    return {key: np.array([by_age[a] for a in ages]).T for key, by_age in found.items()}


def _require_ages(found: dict[tuple[str, ...], dict[float, list[float]]], ages: Array, table: str) -> None:
    missing = [(key, a) for key, by_age in found.items() for a in ages if a not in by_age]
    if missing:
        raise ShidaiError(
            [
                problem(
                    f"{table} / {' '.join(key)}",
                    zh=f"缺少{a:g}岁这一行。",
                    en=f"the row of age {a:g} is missing.",
                    mend_zh="每个年份都要有全部年龄。",
                    mend_en="Every year needs all ages.",
                )
                for key, a in missing[:5]
            ]
        )


def _ages(rows: Iterable[Row], name: str) -> Array:
    return np.array(sorted({float(row[name]) for row in rows}))


def _require_rows(rows: list[Row], table: str) -> None:
    if not rows:
        raise ShidaiError(
            problem(
                table,
                zh="这张表里没有该国家。",
                en="this table has no row of the country.",
                mend_zh="请补上该国家的数据，或从 countries 中去掉它。",
                mend_en="Add the country's rows, or take it out of `countries`.",
            )
        )


def _number(text: str, place: str, *, empty: bool = False, signed: bool = True) -> float:
    """A finite number; raises ShidaiError that names the cell. `empty`: a blank is NaN. `signed`: may be negative."""
    if empty and not text:
        return float("nan")
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not math.isfinite(value) or (value < 0 and not signed):
        raise ShidaiError(
            problem(
                place,
                zh=f"这里应是{'有限数' if signed else '不小于0的数'}，却是“{text}”。",
                en=f"a {'finite number' if signed else 'number of at least 0'} is needed here; it is '{text}'.",
                mend_zh="请对照原表改正。",
                mend_en="Mend it from the original table.",
            )
        )
    return value
