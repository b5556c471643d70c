"""The standard schedules of a scenario: deaths and births by age from a pack's CSV files."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shidai.demography.cells import Array
from shidai.demography.projection_survival import single_year_fertility, single_year_mortality
from shidai.indicators.outlook.observed import AGES
from shidai.packs.schema.scenario import Standard
from shidai.words import ShidaiError, problem

SEX_CODES = np.array([1, 2])
_PERIOD = 5


@dataclass(frozen=True, slots=True)
class Schedules:
    """middles: (periods,) the years of which mortality (periods, 2, AGES), deaths a person-year, is typical.
    fertility: (AGES,) births a woman-year."""

    middles: Array
    mortality: Array
    fertility: Array

    def mortality_at(self, year: float) -> Array:
        """Rates (2, AGES) at a time: logarithms linear between the periods' middles, the nearest beyond them."""
        place = np.interp(year, self.middles, np.arange(self.middles.size))
        low = int(place)
        high = min(low + 1, self.middles.size - 1)
        logs = np.log(np.maximum(self.mortality, 1e-12))
        return np.asarray(np.exp(logs[low] * (1 - place + low) + logs[high] * (place - low)), dtype=np.float64)


def read_schedules(folder: Path, standard: Standard, year: float) -> Schedules:
    """The schedules of a pack; fertility is that of the year nearest to `year`. Raises ShidaiError for a bad file."""
    deaths = _read(folder / standard.mortality, ("period_start", "age_start", "male", "female"))
    births = _read(folder / standard.fertility, ("year", "age_start", "births_per_1000"))
    periods, ages = np.unique(deaths["period_start"]), np.unique(deaths["age_start"])
    by_sex = np.stack([deaths[sex].reshape(periods.size, ages.size) for sex in ("male", "female")], axis=1)
    years, groups = np.unique(births["year"]), np.unique(births["age_start"])
    rates = births["births_per_1000"].reshape(years.size, groups.size)[np.abs(years - year).argmin()] / 1000
    ends = np.append(groups, groups[-1] + _PERIOD)
    return Schedules(
        middles=periods + (_PERIOD + 1) / 2,  # a period runs from 1 July to 30 June five years on
        mortality=single_year_mortality(by_sex, ages, sex=SEX_CODES),
        fertility=single_year_fertility(rates, ends, AGES),
    )


def _read(path: Path, columns: tuple[str, ...]) -> dict[str, Array]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
        found = {name: np.array([float(row[name]) for row in rows]) for name in columns}
        groups = np.unique(found[columns[0]]).size * np.unique(found["age_start"]).size
    except (KeyError, ValueError, FileNotFoundError):
        groups, rows = -1, []
    if groups != len(rows) or not rows:
        raise ShidaiError(
            problem(
                str(path),
                zh=f"这不是标准表：每行须有 {'、'.join(columns)}，各时期须有同样的年龄。",
                en=f"This is no standard: rows need {', '.join(columns)}, and all times the same ages.",
                mend_zh="请对照随附政策包的 scenarios/mortality.csv 和 rates/fertility.csv。",
                mend_en="See scenarios/mortality.csv and rates/fertility.csv of the pack that comes with Shidai.",
            )
        )
    return found
