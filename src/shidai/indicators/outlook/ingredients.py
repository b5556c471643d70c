"""The ingredients of a city's projection: its own rates of the last years, each county's leaning on the city's and the
city's on a standard (see `demography.borrowing`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shidai.demography.borrowing import fit_to_standard, shrink_ratios
from shidai.demography.cells import Array
from shidai.demography.projection_migration import model_profile
from shidai.indicators.outlook.observed import AGES, Observed
from shidai.indicators.outlook.standard import Schedules
from shidai.words import ShidaiError, problem

# Where patterns by age are compared with the standard's: childhood, working ages, old age.
DEATH_GROUPS = np.array([0, 1, 5, 15, 30, 45, 60, 70, 80, 90])
BIRTH_GROUPS = np.array([0, 15, 20, 25, 30, 35, 40, 45])
MOVE_GROUPS = np.array([0, 5, 15, 20, 25, 30, 40, 50, 65])


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What a projection starts from; sexes male, female, areas in the order of `Observed.areas`.

    base: (areas, 2, AGES) at the end of the last year. mortality: (areas, 2, AGES) deaths a person-year.
    fertility: (areas, AGES) births a woman-year. sex_ratio: boys for each girl, of the city.
    arrivals: (areas, 2, AGES) a year, by the age reached. leaving: (areas, 2, AGES) shares of the cohorts that leave
    the city in a year. flows: (areas from, areas to, 2, AGES) shares that move to another county.
    tfr, net_rate: (years,) the city's series: children a woman, and net migrants a resident.
    """

    observed: Observed
    base: Array
    mortality: Array
    fertility: Array
    sex_ratio: float
    arrivals: Array
    leaving: Array
    flows: Array
    tfr: Array
    net_rate: Array


def measure(observed: Observed, standard: Schedules, years: int) -> Ingredients:
    """Ingredients from the last `years` of what was observed. Raises ShidaiError for a city without women or births."""
    last = slice(max(len(observed.years) - years, 0), None)
    lived, cohorts = observed.lived[last].sum(0), observed.cohorts[last].sum(0)
    women, births = lived[:, 1], observed.births[last].sum(0)
    _require_births(births)
    chosen = observed.years[last]
    middle = (chosen[0] + chosen[-1] + 1) / 2
    profile = model_profile(AGES)
    span = np.full((len(observed.areas), 2, AGES), float(len(chosen)))  # so that arrivals come out a year
    boys, girls = observed.born[last].sum((0, 1))
    return Ingredients(
        observed=observed,
        base=observed.end,
        mortality=fit_to_standard(observed.deaths[last].sum(0), lived, standard.mortality_at(middle), DEATH_GROUPS),
        fertility=fit_to_standard(births, women, standard.fertility, BIRTH_GROUPS),
        sex_ratio=float(boys / girls) if girls > 0 else 1.06,
        arrivals=fit_to_standard(observed.arrivals[last].sum(0), span, profile, MOVE_GROUPS),
        leaving=_leaving(observed.departures[last].sum(0), cohorts, profile),
        flows=_flows(observed.moves[last].sum(0), cohorts, profile),
        tfr=_tfr(observed),
        net_rate=_net_rate(observed),
    )


def _leaving(departures: Array, cohorts: Array, profile: Array) -> Array:
    """Shares that leave; those born in the year stay for its rest in the projection, so none of them does here."""
    shape = profile.copy()
    shape[:, 0] = 0
    return np.minimum(fit_to_standard(departures, cohorts, shape, MOVE_GROUPS), 0.9)


def _flows(moves: Array, cohorts: Array, profile: Array) -> Array:
    """Shares that move from one county to another: each county's own rate of moving, spread over the others as all
    movers are, times a ratio for the pair that is shrunk over all pairs."""
    areas = moves.shape[0]
    rate = _leaving(moves.sum(1), cohorts, profile)
    drawn = moves.sum((0, 2, 3))
    pull = np.where(np.eye(areas, dtype=bool), 0.0, drawn[None, :])
    pull = np.divide(pull, pull.sum(1, keepdims=True), out=np.zeros_like(pull), where=pull.sum(1, keepdims=True) > 0)
    expected = pull * (rate * cohorts).sum((1, 2))[:, None]
    ratio = shrink_ratios(moves.sum((2, 3)).ravel(), expected.ravel()).reshape(areas, areas)
    share = pull * ratio
    share = np.divide(
        share, share.sum(1, keepdims=True), out=np.zeros_like(share), where=share.sum(1, keepdims=True) > 0
    )
    return np.asarray(share[:, :, None, None] * rate[:, None], dtype=np.float64)


def _tfr(observed: Observed) -> Array:
    """The city's TFR of every year observed: its births at each age by its woman-years."""
    women, births = observed.lived[:, :, 1].sum(1), observed.births.sum(1)
    return np.asarray(np.divide(births, women, out=np.zeros_like(births), where=women > 0).sum(-1), dtype=np.float64)


def _net_rate(observed: Observed) -> Array:
    net = (observed.arrivals - observed.departures).sum((1, 2, 3))
    return np.asarray(net / np.maximum(observed.lived.sum((1, 2, 3)), 1), dtype=np.float64)


def _require_births(births: Array) -> None:
    if births.sum() == 0:
        raise ShidaiError(
            problem(
                "birth",
                zh="所用年份的记录里没有出生。",
                en="The records of these years hold no birth.",
                mend_zh="请核对出生登记，或用 observed_years 取更长的年份。",
                mend_en="Check the registration of births, or take more years with observed_years.",
            )
        )
