"""A scenario's assumptions as yearly paths and bounds for each county."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shidai.demography.cells import Array
from shidai.demography.lifetable import life_table
from shidai.demography.trajectories import Bounds, bounds_from_history
from shidai.indicators.outlook.ingredients import Ingredients
from shidai.indicators.outlook.observed import AGES
from shidai.indicators.outlook.standard import SEX_CODES
from shidai.packs.schema.scenario import Measure, Scenario, Spread
from shidai.words import ShidaiError, Text, problem

LEAST_TFR = 0.1
_POSSIBLE: dict[Measure, tuple[float, float, Text]] = {
    "tfr": (0, 20, Text(zh="每名妇女的孩子数", en="children a woman")),
    "e0_male": (5, 120, Text(zh="岁", en="years of life")),
    "e0_female": (5, 120, Text(zh="岁", en="years of life")),
    "sex_ratio": (0.5, 2, Text(zh="每名女婴对应的男婴数，105写作1.05", en="boys for each girl, 105 written 1.05")),
}
_OWN_YEARS = 15  # as many as `bounds_from_history` asks for


@dataclass(frozen=True, slots=True)
class Paths:
    """Medium values of every projected year. tfr: (years, areas); e0: (years, areas, 2); sex_ratio: (years,);
    migration: (years,) multiple of the moves on record; fertility: (years, areas, AGES) births a woman-year."""

    years: tuple[int, ...]
    tfr: Array
    e0: Array
    sex_ratio: Array
    migration: Array
    fertility: Array


def follow(scenario: Scenario, given: Ingredients, until: int) -> Paths:
    """The scenario's paths from the year after the last observed one. The rates on record are typical of the middle
    of the years that they are of."""
    last = given.observed.years[-1]
    since = last - (min(scenario.observed_years, len(given.observed.years)) - 1) // 2
    years = range(last + 1, until + 1)

    def path(measure: Measure, now: float) -> list[float]:
        values = [scenario.value(measure, now, since, year) for year in years]
        _require_possible(scenario, measure, dict(zip(years, values, strict=True)))
        return values

    now_e0 = life_table(given.mortality, np.arange(AGES), sex=SEX_CODES).e0
    e0 = [[path("e0_male", male), path("e0_female", female)] for male, female in now_e0]
    tfr = np.array([path("tfr", now) for now in given.fertility.sum(-1)]).T
    shape = given.fertility / np.maximum(given.fertility.sum(-1, keepdims=True), 1e-12)
    later = path("timing", 0.0)
    schedules = np.stack([shift_ages(shape, years_later) for years_later in later])
    return Paths(
        years=tuple(years),
        tfr=np.maximum(tfr, LEAST_TFR),
        e0=np.moveaxis(np.array(e0), -1, 0),
        sex_ratio=np.array(path("sex_ratio", given.sex_ratio)),
        migration=np.array(path("migration", 1.0)),
        fertility=schedules * np.maximum(tfr, LEAST_TFR)[..., None],
    )


def _require_possible(scenario: Scenario, measure: Measure, values: dict[int, float]) -> None:
    """Raises ShidaiError for the first year in which the scenario leads where nothing can be."""
    low, high, unit = _POSSIBLE.get(measure, (-np.inf, np.inf, Text(zh="", en="")))
    for year, value in values.items():
        if not low <= value <= high:
            raise ShidaiError(
                problem(
                    f"{scenario.id} / {measure} / {year}",
                    zh=f"方案使它成为{value:.4g}，应在{low:g}与{high:g}之间。",
                    en=f"the scenario makes it {value:.4g}; it lies between {low:g} and {high:g}.",
                    mend_zh=f"单位是{unit.zh}；请检查这一年前后写在 by 里的数。",
                    mend_en=f"The unit is {unit.en}: check the figures in `by` around this year.",
                )
            )


def shift_ages(schedule: Array, years: float) -> Array:
    """A schedule (…, ages) whose events come so many years of age later (earlier if negative); its sum stays.

    Cumulated rates are linear within a year of age. What would come before age 0 or after the last age stays there.
    """
    ages = schedule.shape[-1]
    cumulated = np.concatenate([np.zeros_like(schedule[..., :1]), np.cumsum(schedule, axis=-1)], axis=-1)
    place = np.clip(np.arange(ages + 1) - years, 0, ages)
    place[0], place[-1] = 0, ages
    low = np.minimum(place.astype(np.int64), ages - 1)
    part = place - low
    moved = cumulated[..., low] * (1 - part) + cumulated[..., low + 1] * part
    return np.asarray(np.maximum(np.diff(moved, axis=-1), 0), dtype=np.float64)


def spread_tfr(scenario: Scenario, given: Ingredients, medium: Array) -> Bounds:
    """Bounds around an area's TFR (years,)."""
    spread = scenario.uncertainty.tfr
    if spread.own and given.tfr.size >= _OWN_YEARS:
        return bounds_from_history(given.tfr, medium, least=LEAST_TFR)
    return _bounds(medium, _distances(spread, medium.size) * medium[:, None], spread.persistence, LEAST_TFR)


def spread_e0(scenario: Scenario, medium: Array) -> Bounds:
    """Bounds around an area's life expectancy (years,) of one sex."""
    spread = scenario.uncertainty.e0
    return _bounds(medium, _distances(spread, medium.size), spread.persistence)


def spread_migration(scenario: Scenario, given: Ingredients, times: Array, medium: Array, people: Array) -> Bounds:
    """Bounds around an area's net migrants (years,) across the city's border, by the medium path's people (years,).

    times: (years,) the multiple of the moves on record; where nobody moves, that is sure.
    """
    people = people * times
    spread = scenario.uncertainty.migration
    if spread.own and given.net_rate.size >= _OWN_YEARS:
        own = bounds_from_history(given.net_rate, np.zeros(medium.size))
        return _bounds(medium, np.delete(own.values, 2, axis=1) * people[:, None], own.persistence)
    return _bounds(medium, _distances(spread, medium.size) / 1000 * people[:, None], spread.persistence)


def _distances(spread: Spread, years: int) -> Array:
    """(years, 4): of the lower and upper bounds from the medium."""
    return np.array([spread.at(after) for after in range(1, years + 1)])


def _bounds(medium: Array, distances: Array, persistence: float, least: float = -np.inf) -> Bounds:
    around = np.insert(distances, 2, 0.0, axis=1)
    return Bounds(np.maximum(medium[:, None] + around, least), persistence, least)
