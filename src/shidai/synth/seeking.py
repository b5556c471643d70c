"""When people look for a spouse: planned once in youth, and again after a union ends."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.packs.schema.demonstration import Timeline
from shidai.synth.county import County
from shidai.synth.people import NEVER_YEAR, Ids

_COHORT_AT = 22  # timelines of marriage give the ages of those who are 22 in that year
_OLDEST_TO_SEEK = 60


def plan_seeking(
    county: County, sexes: npt.NDArray[np.int8], birth_years: npt.NDArray[np.int16]
) -> npt.NDArray[np.int16]:
    """The year from which each person looks for a spouse; NEVER_YEAR for those who never do."""
    rules = county.params.marriage
    plan = np.full(len(sexes), NEVER_YEAR, np.int16)
    for sex, mean, least in (
        (1, rules.male_age, rules.male_minimum),
        (2, rules.female_age, rules.female_minimum),
    ):
        own = np.flatnonzero(sexes == sex)
        if not len(own):
            continue
        ages = _by_cohort(mean, birth_years[own]) + rules.spread * _skewed(county.rng, len(own))
        first = np.maximum(ages, _by_cohort(least, birth_years[own]))
        plan[own] = np.floor(birth_years[own] + first + 0.5).astype(np.int16)
        plan[own[county.rng.random(len(own)) < rules.never[sex - 1]]] = NEVER_YEAR
    return plan


def seek_again(county: County, ids: Ids, year: int) -> None:
    """The widowed and divorced: some look again after one to some years."""
    p, shares = county.people, np.array(county.params.marriage.remarry)
    young = year - p.birth_year[ids] < _OLDEST_TO_SEEK
    again = young & (county.rng.random(len(ids)) < shares[p.sex[ids] - 1])
    wait = county.rng.geometric(0.4, len(ids))
    p.seek_year[ids] = np.where(again, year + wait, NEVER_YEAR).astype(np.int16)


def _by_cohort(timeline: Timeline, birth_years: npt.NDArray[np.int16]) -> npt.NDArray[np.float64]:
    known = sorted(timeline)
    return np.interp(birth_years.astype(np.int32) + _COHORT_AT, known, [timeline[year] for year in known])


def _skewed(rng: np.random.Generator, count: int) -> npt.NDArray[np.float64]:
    """Mean 0, variance 1, a long right tail as ages at marriage have."""
    return np.asarray((rng.gamma(4.0, 1.0, count) - 4.0) / 2.0)
