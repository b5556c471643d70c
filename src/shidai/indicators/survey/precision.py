"""How many records an estimate rests on and what the sample's design did to its error.

A design effect needs the spread of single records, which the measures that count a register do not keep; so women's
births and months are counted here once more, woman by woman, straight from the recode file. That both agree is tested.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide
from shidai.demography.survey import random_sample_error, ratio_error, sum_by_unit
from shidai.indicators.survey.cohorts import SPANS, Children, count_segment
from shidai.indicators.survey.fill import WINDOW
from shidai.indicators.survey.layout import Recode

FIRST_AGES = np.arange(15, 50, 5)


@dataclass(frozen=True, slots=True)
class Precision:
    """Records below the line, plain and weighted (woman-years, or children exposed), the design effect DEFT, and the
    clusters of the (sub)sample."""

    exposure: float
    weighted_exposure: float
    deft: float
    clusters: int


@dataclass(frozen=True, slots=True)
class Respondents:
    """Women one by one: births and woman-years (women, 7) in the groups 15–19 to 45–49, weights and design."""

    births: Array
    years: Array
    weight: Array
    cluster: Array
    stratum: Array

    def inside(self, women: npt.NDArray[np.bool_]) -> Respondents:
        return Respondents(*(getattr(self, name)[women] for name in self.__slots__))


def count_respondents(women: Recode, factor: str) -> Respondents:
    """Births and woman-years of each woman in the months before the interview; years times her all-women factor."""
    column = women.columns
    end, born = column["v008"][:, None], column["v011"][:, None]
    low, high = FIRST_AGES * 12, (FIRST_AGES + 5) * 12
    months = np.clip(np.minimum(high, end - born) - np.maximum(low, end - WINDOW - born), 0, None)
    births = np.zeros(months.shape)
    for name in column:
        if name.startswith("b3_"):
            child = column[name][:, None]
            recent = (end - child >= 1) & (end - child <= WINDOW)
            births += recent & (child - born >= low) & (child - born < high)
    factors = column.get(factor, np.full(women.rows, 100.0))[:, None] / 100
    return Respondents(births, months / 12 * factors, column["v005"] / 1e6, column["v021"], column["v022"])


def fertility_precision(women: Respondents) -> dict[str, Precision]:
    """By measure: the seven age-specific rates, the general rate and total fertility.

    Total fertility is no ratio; its design effect is that of all births over all woman-years, as the DHS prints it.
    """
    both = (women.births > 0) | (women.years > 0)
    found = {
        f"ASFR {age}-{age + 4}": _of_women(women, women.births[:, [i]], women.years[:, [i]], both[:, [i]])
        for i, age in enumerate(FIRST_AGES)
    }
    below = np.where(FIRST_AGES < 45, women.years, 0.0)
    found["GFR"] = _of_women(women, women.births, below, both)
    found["TFR"] = _of_women(women, women.births, women.years, both)
    return found


def _of_women(women: Respondents, births: Array, years: Array, counted: npt.NDArray[np.bool_]) -> Precision:
    """A record is a woman in an age group."""
    groups = births.shape[1]
    design = (np.repeat(column, groups) for column in (women.weight, women.cluster, women.stratum))
    return ratio_of_records(births.ravel(), years.ravel(), *design, counted=counted.ravel())[2]


def ratio_of_records(
    top: Array, bottom: Array, weight: Array, cluster: Array, stratum: Array, *, counted: npt.NDArray[np.bool_]
) -> tuple[float, float, Precision]:
    """A ratio of weighted sums over records, its Taylor error and what it rests on; all (records,).

    Records that `counted` leaves out add nothing, but their clusters are in the design.
    """
    totals, clusters = sum_by_unit(np.stack([top * weight, bottom * weight], axis=1), cluster)
    _, first = np.unique(cluster, return_index=True)
    ratio, error = ratio_error(totals[:, 0], totals[:, 1], stratum[first], lonely="certain")
    random = random_sample_error(top[counted], bottom[counted], weight[counted]) if counted.any() else np.nan
    rests_on = Precision(
        float(bottom.sum()), float((bottom * weight).sum()), float(divide(error, random)), int(clusters.size)
    )
    return float(ratio), float(error), rests_on


def child_precision(children: Children, stratum: npt.NDArray[np.int64]) -> dict[str, Precision]:
    """By measure of child mortality; stratum: (places,).

    Rates built from segments of age are no ratios; as in the DHS's own tool the design effect is that of deaths over
    exposed children in the whole span of ages at once, half of either where only half of it lies in the period; every
    birth of the file that reached the span is a record of the sample.
    """
    present, place = np.unique(children.place, return_inverse=True)
    found: dict[str, Precision] = {}
    for name, (low, high) in SPANS.items():
        dying, exposed = count_segment(children, low, high, last_deaths=0.5)
        totals, _ = sum_by_unit(np.stack([dying, exposed], axis=1) * children.weight[:, None], place)
        _, error = ratio_error(totals[:, 0], totals[:, 1], stratum[present], lonely="certain")
        alive = children.died_at >= low
        random = random_sample_error(
            dying[alive], exposed[alive], children.weight[alive], records=children.records[alive]
        )
        found[name] = Precision(
            float((exposed * children.records).sum()),
            float((exposed * children.weight).sum()),
            float(divide(error, random)),
            int(present.size),
        )
    return found
