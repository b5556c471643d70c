"""The pack's national rates as single-year schedules by calendar year."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

from shidai.demography.lifetable import life_table
from shidai.packs.schema.demonstration import RateFiles

Floats = npt.NDArray[np.float64]
OLDEST = 111  # ages 0 … 110
FERTILE = range(15, 50)
_TODDLERS = np.array([2.0, 0.95, 0.6, 0.45])  # deaths at 1, 2, 3, 4 relative to the rate of ages 1–4


@dataclass(frozen=True)
class Rates:
    """National schedules; the first axis is the year, from `first_year` on."""

    first_year: int
    mx: Floats  # (years, 2 sexes, OLDEST): deaths a person-year
    infant: Floats  # (years, 2): probability of dying before the first birthday
    fx: Floats  # (years, OLDEST): births a woman-year
    start_people: Floats  # (2, OLDEST): people at the start, thousands

    def at(self, year: int) -> int:
        return min(max(year - self.first_year, 0), len(self.mx) - 1)


def read_rates(folder: Path, files: RateFiles, first_year: int, last_year: int) -> Rates:
    """Schedules for every year from the first to the last."""
    years = np.arange(first_year, last_year + 1)
    mx, infant = _mortality(folder, files, years)
    return Rates(first_year, mx, infant, _fertility(folder, files, years), _start_people(folder, files))


def _mortality(folder: Path, files: RateFiles, years: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Five-year rates, interpolated between periods' middles, scaled to the annual life expectancy, by single age."""
    rows = _read(folder / files.mortality)
    ages = np.unique(rows["age_start"])
    periods = np.unique(rows["period_start"])
    by_period = np.stack([rows[s].reshape(len(periods), len(ages)) for s in ("male", "female")], axis=1)
    middle = periods + 3.0  # a period runs from 1 July to 30 June five years on
    logs = np.log(by_period)
    place = np.clip(np.interp(years + 0.5, middle, np.arange(len(periods))), 0, len(periods) - 1)
    low = np.floor(place).astype(int)
    part = (place - low)[:, None, None]
    mixed = np.exp(logs[low] * (1 - part) + logs[np.minimum(low + 1, len(periods) - 1)] * part)
    annual = _read(folder / files.annual)
    wanted = np.stack([np.interp(years, annual["year"], annual[f"e0_{s}"]) for s in ("male", "female")], 1)
    level = _level_for(mixed, ages, wanted)
    scaled = mixed * level[..., None]
    table = life_table(scaled, ages, sex=np.array([1, 2]), ax="greville")
    return _single_ages(scaled, ages), np.asarray(table.qx[..., 0])


def _level_for(mx: Floats, ages: Floats, wanted: Floats) -> Floats:
    """The factor on all rates that gives each wanted life expectancy, by bisection."""
    low, high = np.full(wanted.shape, 0.3), np.full(wanted.shape, 4.0)
    for _ in range(40):
        middle = np.sqrt(low * high)
        e0 = life_table(mx * middle[..., None], ages, sex=np.array([1, 2]), ax="greville").e0
        low, high = np.where(e0 > wanted, middle, low), np.where(e0 > wanted, high, middle)
    return np.asarray(np.sqrt(low * high))


def _single_ages(mx: Floats, ages: Floats) -> Floats:
    """Single-year rates: stated shape below 5, log-linear between the middles of the groups above."""
    single = np.empty((*mx.shape[:-1], OLDEST))
    single[..., 0] = mx[..., 0]
    single[..., 1:5] = mx[..., 1:2] * _TODDLERS
    middles = np.append(ages[2:-1] + 2.5, 102.0)
    flat = np.log(mx[..., 2:]).reshape(-1, len(middles))
    older = np.stack([np.interp(np.arange(5, OLDEST) + 0.5, middles, row) for row in flat])
    single[..., 5:] = np.exp(older).reshape(*mx.shape[:-1], -1)
    return single


def _fertility(folder: Path, files: RateFiles, years: npt.NDArray[np.int64]) -> Floats:
    """Single-year rates from the five-year ones: a monotone curve through the cumulated rates."""
    rows = _read(folder / files.fertility)
    ages, known = np.unique(rows["age_start"]), np.unique(rows["year"])
    table = rows["births_per_1000"].reshape(len(known), len(ages)) / 1000
    cumulated = np.concatenate([np.zeros((len(known), 1)), np.cumsum(table * 5, axis=1)], axis=1)
    edges = np.append(ages, ages[-1] + 5)
    curve = PchipInterpolator(edges, cumulated, axis=1)
    single = np.zeros((len(known), OLDEST))
    inside = np.arange(FERTILE.start, FERTILE.stop + 1)
    single[:, FERTILE.start : FERTILE.stop] = np.diff(curve(inside), axis=1)
    return single[np.searchsorted(known, np.clip(years, known[0], known[-1]))]


def _start_people(folder: Path, files: RateFiles) -> Floats:
    rows = _read(folder / files.population)
    people = np.zeros((2, OLDEST))
    for age, male, female in zip(rows["age_start"].astype(int), rows["male"], rows["female"], strict=True):
        people[:, age : age + 5] = np.array([[male], [female]]) / 5
    return people


def _read(path: Path) -> dict[str, Floats]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
