"""Reads one country from a folder with tables of the UN's World Population Prospects in the layout of its README.

Counts stay in the tables' unit (thousands); rates are turned into births or deaths a person-year. What a cell can't be
(a negative count, a rate above 1, a missing age) is refused with file, row and column: see `wpp_tables`.
Source: United Nations, DESA, Population Division (2024) World Population Prospects 2024.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from shidai.demography.cells import Array
from shidai.demography.wpp_tables import (
    COUNT,
    DEATH_RATE,
    FERTILITY,
    LIFE_EXPECTANCY,
    MIGRANTS,
    OLD,
    OLD_DEATH_RATE,
    OPEN_DEATH_RATE,
    SEX_RATIO,
    TOTAL_FERTILITY,
    Line,
    Range,
    read_by_age,
    read_lines,
    read_number,
    read_year,
    require_once,
    require_rows,
    require_steps,
)
from shidai.words import ShidaiError, Text, problem

Variant = Literal["medium", "low", "high"]
OPEN_AGE = 100
_VARIANTS = ("estimate", *get_args(Variant))
_ANNUAL = {
    "pop_mid": COUNT,
    "pop_end": COUNT,
    "births": COUNT,
    "deaths": COUNT,
    "tfr": TOTAL_FERTILITY,
    "srb": SEX_RATIO,
    "e0_m": LIFE_EXPECTANCY,
    "e0_f": LIFE_EXPECTANCY,
}
_AGE, _YEAR, _PERIOD = Text(zh="年龄", en="age"), Text(zh="年份", en="year"), Text(zh="时期", en="period")


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
        """A yearly figure of `annual`, in the table's unit."""
        return float(self.annual[name][self.years.index(year)])


def read_country(folder: Path, iso3: str) -> Country:
    """Read one country (ISO 3166-1 alpha-3 code); raises ShidaiError for a missing folder, file, column, country, row
    or age, and for a cell that can't be, with its file, row and column.
    Shapes and units: see `Country`.
    """
    iso3 = iso3.upper()
    _require_country(folder, iso3)
    years, annual = _read_annual(folder, iso3)
    population, pop_ages = _read_population(folder, iso3)
    mortality, mx_ages = _read_mortality(folder, iso3)
    fertility, asfr_ages = _read_fertility(folder, iso3)
    return Country(
        iso3=iso3,
        years=years,
        annual=annual,
        variant_tfr=_read_variants(folder, iso3),
        population=population,
        pop_ages=pop_ages,
        periods=np.array([float(period) for period in mortality]),
        mortality=np.array(list(mortality.values())),
        mx_ages=mx_ages,
        fertility=fertility,
        asfr_ages=asfr_ages,
        migration=_read_migration(folder, iso3),
    )


def read_bounds(folder: Path, iso3: str, indicator: str) -> dict[int, Array]:
    """The published probabilistic bounds of an indicator by year: (lo95, lo80, medium, hi80, hi95), rising.

    (5,) a year, in the table's unit. Errors: cells that can't be, years twice, bounds that fall.
    """
    columns = ("lo95", "lo80", "medium", "hi80", "hi95")
    found: dict[int, Array] = {}
    seen: dict[int, Line] = {}
    within = {"tfr": TOTAL_FERTILITY, "e0_m": LIFE_EXPECTANCY, "e0_f": LIFE_EXPECTANCY}.get(indicator, MIGRANTS)
    for line in read_lines(folder, "annual_intervals", iso3.upper(), ("year", "indicator", *columns)):
        if line["indicator"] == indicator:
            year = read_year(line, "year")
            require_once(line, "year", seen.get(year))
            seen[year] = line
            found[year] = np.array([read_number(line, name, within) for name in columns])
            _require_rising(line, columns, found[year])
    return found


def read_variant(name: str) -> Variant:
    """The variant of this name; raises ShidaiError for any other.

    A word in, a word out: no shape, no unit.
    """
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


def known_countries(folder: Path) -> list[str]:
    """The codes of the countries that the folder holds. Raises ShidaiError for a missing table.

    A list of ISO 3166-1 alpha-3 codes.
    """
    return sorted(line["iso3"] for line in read_lines(folder, "countries", "", ()))


def _read_annual(folder: Path, iso3: str) -> tuple[tuple[int, ...], dict[str, Array]]:
    """The years, one after the other, and the figures by name; blanks are NaN."""
    lines = list(read_lines(folder, "annual", iso3, ("year", "births", "tfr", "srb", "e0_m", "e0_f", "net_mig")))
    require_rows(lines, folder, "annual")
    by_year: dict[int, Line] = {}
    for line in lines:
        year = read_year(line, "year")
        require_once(line, "year", by_year.get(year))
        by_year[year] = line
    years = sorted(by_year)
    require_steps("annual", _YEAR, years, 1)
    names = [name for name in lines[0].cells if name not in ("iso3", "year", "kind")]
    ordered = [by_year[year] for year in years]
    return tuple(years), {
        name: np.array([read_number(line, name, _ANNUAL.get(name, MIGRANTS), empty=True) for line in ordered])
        for name in names
    }


def _read_population(folder: Path, iso3: str) -> tuple[dict[tuple[str, int], Array], Array]:
    lines = list(read_lines(folder, "pop5_mid", iso3, ("year", "variant", "age_start", "pop_m", "pop_f")))
    require_rows(lines, folder, "pop5_mid")
    for line in lines:
        read_year(line, "year")
        _require_variant(line)
    cells, ages = read_by_age(lines, "age_start", ("variant", "year"), {"pop_m": COUNT, "pop_f": COUNT})
    require_steps("pop5_mid / age_start", _AGE, ages, 5, (0, 5))
    return {(key[0], int(float(key[1]))): each for key, each in cells.items()}, ages


def _read_mortality(folder: Path, iso3: str) -> tuple[dict[int, Array], Array]:
    lines = list(read_lines(folder, "mx5", iso3, ("period_start", "age_start", "mx_m", "mx_f")))
    rates = {"mx_m": DEATH_RATE, "mx_f": DEATH_RATE}
    old = {float(OLD): OLD_DEATH_RATE, np.inf: OPEN_DEATH_RATE}
    found, ages = _read_by_year(lines, folder, "mx5", "period_start", "age_start", rates, old)
    require_steps("mx5 / age_start", _AGE, ages, 5, (0, 1, 5))
    require_steps("mx5 / period_start", _PERIOD, found, 5)
    return found, ages


def _read_fertility(folder: Path, iso3: str) -> tuple[dict[int, Array], Array]:
    lines = list(read_lines(folder, "asfr5_annual", iso3, ("year", "age_start", "asfr")))
    found, ages = _read_by_year(lines, folder, "asfr5_annual", "year", "age_start", {"asfr": FERTILITY})
    require_steps("asfr5_annual / age_start", _AGE, ages, 5)
    require_steps("asfr5_annual / year", _YEAR, found, 1)
    for year, rates in found.items():
        if not rates.any():
            raise _no_fertility(year)
    return {year: rates[0] / 1000 for year, rates in found.items()}, ages


def _read_migration(folder: Path, iso3: str) -> dict[int, Array]:
    lines = list(read_lines(folder, "mig1_annual", iso3, ("year", "age", "mig_m", "mig_f")))
    migrants = {"mig_m": MIGRANTS, "mig_f": MIGRANTS}
    found, ages = _read_by_year(lines, folder, "mig1_annual", "year", "age", migrants)
    require_steps("mig1_annual / age", _AGE, ages, 1, range(OPEN_AGE + 1))
    require_steps("mig1_annual / year", _YEAR, found, 1)
    return found


def _read_by_year(
    lines: list[Line],
    folder: Path,
    table: str,
    year: str,
    age: str,
    columns: dict[str, Range],
    others: dict[float, Range] | None = None,
) -> tuple[dict[int, Array], Array]:
    """The columns by age of every year, in the years' order."""
    require_rows(lines, folder, table)
    for line in lines:
        read_year(line, year)
    cells, ages = read_by_age(lines, age, (year,), columns, others)
    return dict(sorted((int(float(key[0])), each) for key, each in cells.items())), ages


def _read_variants(folder: Path, iso3: str) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {"low": {}, "high": {}}
    for line in read_lines(folder, "annual_intervals", iso3, ("year", "indicator", "variant_low", "variant_high")):
        if line["indicator"] == "tfr":
            year = read_year(line, "year")
            for variant, values in found.items():
                values[year] = read_number(line, f"variant_{variant}", TOTAL_FERTILITY)
    require_steps("annual_intervals / tfr", _YEAR, sorted(found["low"]), 1)
    return found


def _require_country(folder: Path, iso3: str) -> None:
    known = known_countries(folder)
    if iso3 not in known:
        raise ShidaiError(
            problem(
                iso3,
                zh="这个文件夹里没有该国家的数据。",
                en="this folder holds no such country.",
                mend_zh="可选：" + ("、".join(known) or "（无）") + "。",
                mend_en=f"Choose one of {', '.join(known) or '(none)'}.",
            )
        )


def _require_variant(line: Line) -> None:
    if line["variant"] not in _VARIANTS:
        raise ShidaiError(
            problem(
                line.place("variant"),
                zh=f"没有名为“{line['variant']}”的方案。",
                en=f"there is no variant '{line['variant']}'.",
                mend_zh=f"可用：{'、'.join(_VARIANTS)}。",
                mend_en=f"Use {', '.join(_VARIANTS)}.",
            )
        )


def _require_rising(line: Line, columns: tuple[str, ...], values: Array) -> None:
    falls = np.flatnonzero(np.diff(values) < 0)
    if falls.size:
        at = int(falls[0]) + 1
        raise ShidaiError(
            problem(
                line.place(columns[at]),
                zh=f"界限没有从小到大：{line[columns[at]]}小于{columns[at - 1]}的{line[columns[at - 1]]}。",
                en=f"the bounds do not rise: {line[columns[at]]} is below {columns[at - 1]}, {line[columns[at - 1]]}.",
                mend_zh="请对照原表改正。",
                mend_en="Mend it from the original table.",
            )
        )


def _no_fertility(year: int) -> ShidaiError:
    return ShidaiError(
        problem(
            f"asfr5_annual / {year}",
            zh="这一年各年龄的生育率都是0，没有分布可用。",
            en="all rates of this year are 0, so that there are no ages of mothers.",
            mend_zh="请对照原表改正。",
            mend_en="Mend it from the original table.",
        )
    )
