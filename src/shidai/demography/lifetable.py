"""Period life tables, abridged or by single year, for any number of populations at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np
import numpy.typing as npt

from shidai.demography.ax import AxRule, InfantRule, choose_ax, constant_hazard_ax
from shidai.demography.cells import (
    Array,
    divide,
    match_shapes,
    read_ages,
    read_counts,
    read_rates,
    refuse_cells,
)
from shidai.words import ShidaiError, problem

Sex = Literal["male", "female", "both"]
_SEX_CODES = {"male": 1.0, "female": 2.0, "both": 3.0}


@dataclass(frozen=True, slots=True)
class LifeTable:
    """Columns of a life table, each (…, ages); the last age group is open. Radix 1: `lx[..., 0] == 1`."""

    age_start: Array  # (ages,) years
    width: Array  # (ages,) years; inf for the open group
    mx: Array  # deaths a person-year
    ax: Array  # years lived in the group by those who die in it
    qx: Array  # probability of dying in the group
    lx: Array  # survivors to the start of the group
    dx: Array  # deaths in the group
    Lx: Array  # person-years lived in the group
    Tx: Array  # person-years lived from the start of the group on
    ex: Array  # years of life expected at the start of the group

    @property
    def e0(self) -> Array:
        """Life expectancy at the first age, (…)."""
        return np.asarray(self.ex[..., 0], dtype=np.float64)

    def probability_of_dying(self, start: float, end: float) -> Array:
        """Probability, for one alive at exact age `start`, of dying before exact age `end`; both begin a
        group."""
        first, last = (int(np.searchsorted(self.age_start, age)) for age in (start, end))
        return np.asarray(1 - self.lx[..., last] / self.lx[..., first], dtype=np.float64)


def life_table(
    mx: npt.ArrayLike,
    age_start: npt.ArrayLike,
    *,
    sex: Sex | npt.ArrayLike,
    ax: AxRule | npt.ArrayLike = "half",
    infant: InfantRule = "andreev_kingkade",
    missing: Literal["raise", "nan"] = "raise",
) -> LifeTable:
    """Period life table from death rates.

    mx: (…, ages) deaths a person-year. age_start: (ages,) first ages, the last group open.
    sex: 'male', 'female', 'both', or codes 1/2/3 that broadcast with the leading axes (only the infant rule
    uses it).
    ax: a rule ('half', 'greville', 'constant_hazard') or given values (…, ages) in years; the value of the
    open group is not used (it is 1/m). infant: rule of age 0 (and 1–4 of abridged tables) where ax is a
    rule: see `ax.choose_ax`.
    missing: with 'nan' a population with a missing rate, or with no deaths in the open group, gets NaN;
    with 'raise' an error names the cell.
    Where a rule's ax would give a probability above 1, that cell's ax is that of a constant hazard; given
    ax raise.
    Source: Preston, Heuveline & Guillot (2001) Demography: Measuring and Modeling Population Processes, ch.
    3.
    """
    ages = read_ages(age_start)
    rates = _read_mx(mx, ages, missing)
    width = np.append(np.diff(ages), np.inf)
    finite = np.append(width[:-1], 1.0)
    if isinstance(ax, str):
        chosen = choose_ax(rates, finite, _sex_codes(sex), _read_rule(ax), infant)
        too_high = rates * chosen > 1
        chosen = np.where(too_high, constant_hazard_ax(rates, finite), chosen)
    else:
        chosen = _read_ax(ax, rates, finite)
    with np.errstate(divide="ignore", invalid="ignore"):
        chosen[..., -1] = np.where(rates[..., -1] > 0, 1 / rates[..., -1], np.nan)
        qx = finite * rates / (1 + (finite - chosen) * rates)
    qx[..., -1] = np.where(np.isnan(chosen[..., -1]), np.nan, 1.0)
    return _build(ages, width, finite, rates, chosen, qx)


def life_table_from_deaths(
    deaths: npt.ArrayLike,
    exposure: npt.ArrayLike,
    age_start: npt.ArrayLike,
    *,
    sex: Sex | npt.ArrayLike,
    ax: AxRule | npt.ArrayLike = "half",
    infant: InfantRule = "andreev_kingkade",
    missing: Literal["raise", "nan"] = "raise",
) -> tuple[LifeTable, Array]:
    """Life table from deaths and person-years, both (…, ages), with the standard error of e0 (…), in
    years."""
    count, person_years = read_counts("deaths", deaths), read_counts("exposure", exposure)
    match_shapes(deaths=count, exposure=person_years)
    refuse_cells(
        "deaths",
        count,
        np.asarray((count > 0) & (person_years == 0)),
        zh="有{value}例死亡却没有人年数。",
        en="{value} deaths without any exposure.",
        mend_zh="请检查死亡与人口是否属于同一地区、同一时期。",
        mend_en="Check that deaths and population belong to the same area and period.",
    )
    table = life_table(divide(count, person_years), age_start, sex=sex, ax=ax, infant=infant, missing=missing)
    return table, e0_standard_error(table, count)


def e0_standard_error(table: LifeTable, deaths: npt.ArrayLike, *, open_group: bool = False) -> Array:
    """Standard error of e0 in years, from the deaths (…, ages) that the table's rates rest on.

    Chiang (1984) The Life Table and Its Applications, ch. 8: var(q) = q²(1 − q)/D, with no contribution of
    the open group; `open_group=True` adds that of its rate (Silcocks, Jenner & Reza 2001, J Epidemiol
    Community Health 55, 38–43). Cells without deaths contribute nothing.
    """
    count = read_counts("deaths", deaths)
    match_shapes(mx=table.mx, deaths=count)
    known = np.where(count > 0, count, np.inf)
    variance_q = table.qx**2 * (1 - table.qx) / known
    finite = np.append(np.diff(table.age_start), 0.0)
    following = np.concatenate([table.ex[..., 1:], np.zeros_like(table.ex[..., :1])], axis=-1)
    weight = (table.lx * (finite - table.ax + following)) ** 2
    variance = (weight[..., :-1] * variance_q[..., :-1]).sum(-1)
    if open_group:
        variance = variance + table.lx[..., -1] ** 2 / (table.mx[..., -1] ** 2 * known[..., -1])
    return np.asarray(np.sqrt(variance), dtype=np.float64)


def _build(ages: Array, width: Array, finite: Array, mx: Array, ax: Array, qx: Array) -> LifeTable:
    survival = np.cumprod(1 - qx[..., :-1], axis=-1)
    lx = np.concatenate([np.ones_like(qx[..., :1]), survival], axis=-1)
    dx = lx * qx
    Lx = finite * (lx - dx) + ax * dx
    Lx[..., -1] = lx[..., -1] * ax[..., -1]
    Tx = np.cumsum(Lx[..., ::-1], axis=-1)[..., ::-1]
    ex = np.divide(Tx, lx, out=np.zeros_like(Tx), where=lx != 0)
    return LifeTable(ages, width, mx, ax, qx, lx, dx, Lx, Tx, ex)


def _read_mx(mx: npt.ArrayLike, ages: Array, missing: str) -> Array:
    rates = read_rates("mx", mx, missing_allowed=missing == "nan")
    given = rates.shape[-1] if rates.ndim else 0
    if given != ages.size:
        raise ShidaiError(
            problem(
                "mx / age_start",
                zh=f"mx的最后一维有{given}格，年龄组有{ages.size}个。",
                en=f"the last axis of mx has {given} cells for {ages.size} age groups.",
                mend_zh="二者必须相同。",
                mend_en="They must be equal.",
            )
        )
    if missing == "raise":
        refuse_cells(
            "mx",
            rates[..., -1],
            rates[..., -1] == 0,
            zh="开放年龄组没有死亡，预期寿命无从计算。",
            en="the open age group has no deaths, so that no life expectancy exists.",
            mend_zh="请合并高龄组，或用 missing='nan'。",
            mend_en="Merge the oldest groups, or pass missing='nan'.",
        )
    return rates


def _read_ax(ax: npt.ArrayLike, rates: Array, finite: Array) -> Array:
    given = read_counts("ax", ax)
    match_shapes(mx=rates, ax=given)
    given = np.array(np.broadcast_to(given, rates.shape))
    closed = given[..., :-1]
    refuse_cells(
        "ax",
        closed,
        np.asarray(closed > finite[:-1]),
        zh="ax不能大于年龄组宽度，这里是{value}。",
        en="ax cannot exceed the width of its group; here it is {value}.",
    )
    refuse_cells(
        "mx",
        rates[..., :-1],
        np.asarray(rates[..., :-1] * closed > 1),
        zh="死亡率{value}与给定的ax相配时死亡概率大于1。",
        en="the rate {value} with the given ax makes the probability of dying exceed 1.",
        mend_zh="请核对死亡率的单位（每人年，而非每千人）。",
        mend_en="Check the rate's unit (a person-year, not per thousand).",
    )
    return given


def _read_rule(rule: str) -> AxRule:
    for known in get_args(AxRule):
        if rule == known:
            return cast(AxRule, known)
    names = ", ".join(get_args(AxRule))
    raise ShidaiError(
        problem(
            "ax",
            zh=f"没有名为“{rule}”的ax规则。",
            en=f"there is no ax rule '{rule}'.",
            mend_zh=f"可用：{names}，或直接给出数值。",
            mend_en=f"Use one of {names}, or give values.",
        )
    )


def _sex_codes(sex: Sex | npt.ArrayLike) -> Array:
    if isinstance(sex, str):
        if sex not in _SEX_CODES:
            raise ShidaiError(
                problem(
                    "sex",
                    zh=f"不认识的性别“{sex}”。",
                    en=f"unknown sex '{sex}'.",
                    mend_zh="请用 male、female 或 both。",
                    mend_en="Use male, female or both.",
                )
            )
        return np.asarray(_SEX_CODES[sex])
    return np.asarray(sex, dtype=np.float64)
