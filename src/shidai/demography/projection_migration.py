"""Migration for projections: model ages, rates, flows between areas, and sums that agree.

A cohort is counted by the age that it reaches at the year's end; those born in the year do not move.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, match_shapes, read_counts, read_numbers, read_share, refuse_cells
from shidai.demography.migration_schedule import MigrationSchedule
from shidai.words import ShidaiError, problem

# Rogers & Castro (1981) Model Migration Schedules, IIASA RR-81-30: the seven-parameter standard of its averages.
_STANDARD = MigrationSchedule(a1=0.02, alpha1=0.10, a2=0.06, alpha2=0.10, mu2=20.0, lambda2=0.40, c=0.003)

Migrate = Callable[[int, Array], Array]
"""(year's index, population (…, 2, ages) at its start) → net migrants (…, 2, ages)."""


def model_profile(ages: int) -> Array:
    """Shares of migrants by sex and single age (2, ages), summing to 1: the Rogers–Castro standard schedule, the
    sexes alike. For migrants known by number only; never for flows whose ages are known.
    Errors: none. Source: Rogers & Castro (1981), the constants above.
    """
    curve = _STANDARD.rate(np.arange(ages) + 0.5)
    both = np.stack([curve, curve])
    return np.asarray(both / both.sum(), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class NetRates:
    """Net migrants as a share of each cohort: rates (years, …, 2, ages), from −1 to 1.

    Where newcomers outnumber those who are there, their number doesn't hang on them: give it in `Components.migration`.
    """

    rates: Array

    def __post_init__(self) -> None:
        rates = read_numbers("net rates", self.rates, axes=3)
        refuse_cells(
            "net rates",
            rates,
            np.asarray(np.abs(rates) > 1),
            zh="净迁移率{value}：迁移的人多于在那里的人。",
            en="a net rate of {value}: more people move than are there.",
            mend_zh="请给出每人每年的率，例如-0.02；新来的人确实更多时，请给出人数。",
            mend_en="Give a rate a person-year, for example -0.02; where newcomers really are more, give their number.",
        )

    def __call__(self, year: int, people: Array) -> Array:
        return np.asarray(self.rates[year] * reach_ages(people), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Flows:
    """Moves between areas: shares (years, areas from, areas to, 2, ages) of the cohort that move in the year.

    The net migrants of all areas sum to zero in every cell. Moves from and to the outside stand beside them, in
    `Components.migration`.
    Source: Rogers (1995) Multiregional Demography, ch. 4 (its one-step form).
    """

    shares: Array

    def __post_init__(self) -> None:
        shares = read_share("flows", self.shares)
        if shares.size == 0 or shares.ndim != 5 or shares.shape[1] != shares.shape[2]:
            raise ShidaiError(
                problem(
                    "flows",
                    zh=f"流动率的形状是{shares.shape}。",
                    en=f"the flows have the shape {shares.shape}.",
                    mend_zh="各轴依次为年、迁出地区、迁入地区、性别、年龄，两个地区轴等长。",
                    mend_en="The axes are year, area from, area to, sex, age; both area axes have the same length.",
                )
            )
        leaving = shares.sum(2)
        refuse_cells(
            "flows (year, area from, sex, age)",
            leaving,
            np.asarray(leaving > 1),
            zh="迁出率合计{value}，大于1。",
            en="the shares that leave add up to {value}, above 1.",
            mend_zh="请核对单位（每人每年）。",
            mend_en="Check the unit (a person-year).",
        )

    def __call__(self, year: int, people: Array) -> Array:
        return net_of_flows(self.shares[year] * reach_ages(people)[:, None])


def net_of_flows(moves: npt.ArrayLike) -> Array:
    """Net migrants (areas, …) of moves (areas from, areas to, …), persons; staying on the diagonal counts nowhere.

    Errors: negative, missing or infinite cells, a matrix that is not square. Source: the balancing equation.
    """
    counted = read_counts("moves", moves, axes=2)
    if counted.shape[0] != counted.shape[1]:
        raise ShidaiError(
            problem(
                "moves",
                zh=f"迁移矩阵的形状是{counted.shape}，前两维须等长。",
                en=f"the moves have the shape {counted.shape}; the first two axes must be the same areas.",
                mend_zh="依次为迁出地区、迁入地区。",
                mend_en="They are the area left and the area reached.",
            )
        )
    return np.asarray(counted.sum(0) - counted.sum(1), dtype=np.float64)


def reach_ages(people: Array) -> Array:
    """The cohorts of a population (…, ages) by the age that they reach in a year; the first cell is 0.

    persons; checks nothing. Source: the definition of a cohort.
    """
    reached = np.zeros_like(people)
    reached[..., 1:] = people[..., :-1]
    reached[..., -1] += people[..., -1]
    return reached


def fit_net_to_total(net: npt.ArrayLike, total: npt.ArrayLike) -> Array:
    """Net migrants (areas, …) changed so that they sum to `total` (…) over the areas.

    Gains are scaled by one factor and losses by its reciprocal, the plus–minus method, so that no area changes sign.
    Where gains or losses alone cannot reach the total, ShidaiError names the cell.
    Source: Shryock & Siegel (1976) The Methods and Materials of Demography, ch. 22; solved exactly here.
    """
    given, wanted = read_numbers("net", net, axes=1), read_numbers("total", total)
    match_shapes(net=given[0], total=wanted)
    gains, losses = np.maximum(given, 0).sum(0), -np.minimum(given, 0).sum(0)
    wanted = np.broadcast_to(wanted, gains.shape)
    refuse_cells(
        "total",
        wanted,
        np.asarray(((wanted > 0) & (gains == 0)) | ((wanted < 0) & (losses == 0))),
        zh="各地区的净迁移都不能凑成{value}：没有这一方向的迁移。",
        en="the areas cannot reach {value}: none has migration in that direction.",
        mend_zh="请先给出分布，例如按人口分摊。",
        mend_en="Give a distribution first, for example by population.",
    )
    root = np.sqrt(wanted**2 + 4 * gains * losses)
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.where(wanted >= 0, (wanted + root) / (2 * gains), 2 * losses / (root - wanted))
        factor = np.where(given >= 0, up, 1 / up)
    return np.asarray(np.where(given == 0, 0, given * factor), dtype=np.float64)
