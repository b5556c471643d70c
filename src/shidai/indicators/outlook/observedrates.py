"""Fertility and length of life as they were on record, year by year, with how far chance alone may have moved them."""

from __future__ import annotations

import numpy as np
from scipy import special

from shidai.demography.cells import Array
from shidai.demography.lifetable import e0_standard_error, life_table_from_deaths
from shidai.indicators.outlook.observed import Observed

LEAST_LIVED = 5_000
"""Person-years of one sex and year below which no life expectancy is given: its error would be several years, and age
groups would be empty. The bound that small-area life tables usually keep."""
_LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
_GROUPS = np.array([0, 1, *range(5, 90, 5)])
_SEXES = ("e0_m", "e0_f")


def observed_rates(observed: Observed, place: slice) -> dict[str, Array]:
    """TFR and life expectancies of some areas together: (levels, years), lo95, lo80, the value, hi80, hi95.

    NaN where a year can't have one: no women of some age at which there were births, too few person-years, a group of
    ages in which nobody lived. Births are Poisson; the error of e0 is Chiang's with that of the open group.
    """
    women, births = observed.lived[:, place, 1].sum(1), observed.births[:, place].sum(1)
    found = {"tfr": _tfr(births, women)}
    for sex, name in enumerate(_SEXES):
        lived, deaths = (cells[:, place, sex].sum(1) for cells in (observed.lived, observed.deaths))
        found[name] = np.stack([_e0(each, of, sex) for each, of in zip(deaths, lived, strict=True)], axis=-1)
    return found


def _tfr(births: Array, women: Array) -> Array:
    counted = women > 0
    rates = np.divide(births, women, out=np.zeros_like(births), where=counted)
    variance = np.divide(rates, women, out=np.zeros_like(births), where=counted).sum(-1)
    value = np.where((births > 0).any(-1) & ~((births > 0) & ~counted).any(-1), rates.sum(-1), np.nan)
    return np.maximum(_spread(value, np.sqrt(variance)), 0)


def _e0(deaths: Array, lived: Array, sex: int) -> Array:
    """(levels,) of one year and sex."""
    died, years = (np.add.reduceat(cells, _GROUPS) for cells in (deaths, lived))
    if years.sum() < LEAST_LIVED or (years <= 0).any() or died[-1] <= 0:
        return np.full(len(_LEVELS), np.nan)
    table, _ = life_table_from_deaths(died, years, _GROUPS, sex="female" if sex else "male")
    return _spread(table.e0, e0_standard_error(table, died, open_group=True))


def _spread(value: Array, error: Array) -> Array:
    return np.stack([value + special.ndtri(level) * error for level in _LEVELS])
