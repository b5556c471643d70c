"""A country's population by single year of age on 1 January, from the UN's five-year groups at mid-year."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.interpolate import PchipInterpolator

from shidai.demography.cells import Array
from shidai.demography.outcome import Outcome
from shidai.demography.projection import Components, project
from shidai.demography.wpp import Country, Variant
from shidai.demography.wpp_inputs import AGES, build_components, total_fertility

_ROUNDS = 40
_CLOSE = 1e-7
_LEAST = 1e-9


def project_country(country: Country, first: int, last: int, variant: Variant = "medium") -> Outcome:
    """Project a country by calendar years from its population at mid-`first`; thousands.

    The population of year t in the UN's tables is that of 1 July; it is the mean of the two 1 January populations
    around it, and `Outcome.mid_year` gives it back.
    Outcome (years, 2, AGES). Errors: years that the tables do not hold, more emigrants than people.
    Source: United Nations (2024) World Population Prospects 2024: Methodology; the steps are in
    docs/reference/projection.md.
    """
    components = build_components(country, first, last, variant)
    return project(estimate_base(country, first, variant, components), components)


def estimate_base(country: Country, first: int, variant: Variant, components: Components) -> Array:
    """The population (2, AGES) on 1 January of `first` whose mean with that a year later has the published groups.

    The first guess gives every cohort its births, and survivors of the first year's life table; smooth factors of
    age are then applied until all groups fit. So cohorts keep the unevenness they were born with.
    Errors: none of its own. Source: our own: cohorts at birth times survivors, raked to the groups.
    """
    key = (variant, first) if (variant, first) in country.population else ("estimate", first)
    wanted = np.maximum(country.population[key], _LEAST)
    starts = country.pop_ages.astype(np.int64)
    centres = np.append((starts[:-1] + starts[1:]) / 2, AGES - 0.5)
    people = _cohorts_at_birth(country, first, variant) * _survivors(components.survival[0])
    one_year = _take_first_year(components)
    for _ in range(_ROUNDS):
        middle = project(people, one_year).mid_year[0]
        ratio = wanted / np.maximum(np.add.reduceat(middle, starts, axis=-1), _LEAST)
        if np.abs(ratio - 1).max() < _CLOSE:
            break
        curve = PchipInterpolator(centres, np.log(ratio), axis=-1)
        people = people * np.exp(curve(np.clip(np.arange(AGES) + 0.5, centres[0], centres[-1])))
    return people


def estimate_base_from(country: Country, first: int, survival: Array, fertility: Array, sex_ratio: float) -> Array:
    """The same from one year's survival (2, AGES + 1), fertility (AGES,) and sex ratio alone, its migrants left out:
    for a projection that knows nothing of the years after.
    Errors: none of its own. Source: as `estimate_base`.
    """
    nobody = np.zeros((1, 2, AGES))
    one_year = Components(survival[None], fertility[None], np.array([sex_ratio]), nobody, migrants_bear=False)
    return estimate_base(country, first, "medium", one_year)


def _cohorts_at_birth(country: Country, first: int, variant: Variant) -> Array:
    """Births of the cohorts aged 0, 1, … on 1 January of `first`, any unit; those before the tables are even."""
    births = np.full(AGES, np.nan)
    for age in range(AGES):
        year = first - 1 - age
        if year in country.years:
            change = total_fertility(country, year, variant) / country.at("tfr", year)
            births[age] = country.at("births", year) * change
    known = births[np.isfinite(births)]
    return np.where(np.isnan(births), known[-1] if known.size else 1.0, births)


def _survivors(survival: Array) -> Array:
    lived = np.cumprod(survival[..., :-1], axis=-1)
    lived[..., -1] /= np.maximum(1 - survival[..., -1], _LEAST)
    return np.asarray(lived, dtype=np.float64)


def _take_first_year(all_years: Components) -> Components:
    return replace(
        all_years,
        survival=all_years.survival[:1],
        fertility=all_years.fertility[:1],
        sex_ratio=all_years.sex_ratio[:1],
        migration=all_years.migration[:1],
    )
