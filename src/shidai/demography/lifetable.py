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
    match_ages,
    match_shapes,
    read_ages,
    read_counts,
    read_death_rates,
    read_share,
    refuse_cells,
)
from shidai.words import ShidaiError, problem

Sex = Literal["male", "female", "both"]
_ROUNDS, _CLOSE = 100, 1e-12  # of ax, in years
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
        """Probability (…), for one alive at exact age `start`, of dying before exact age `end`; both begin a group.
        Raises ShidaiError for ages that don't, or that don't rise."""
        for age in (start, end):
            if age not in self.age_start or end <= start:
                raise ShidaiError(
                    problem(
                        "start / end",
                        zh=f"{start:g}岁和{end:g}岁须依次为年龄组的起始年龄。",
                        en=f"{start:g} and {end:g} must be first ages of groups, one after the other.",
                        mend_zh="请用各组的起始年龄。",
                        mend_en="Use the groups' first ages.",
                    )
                )
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
    largest: float = 1.0,
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
    largest: death rates above it are refused in closed groups that begin below age 90: they are per thousand, or rest
    on a handful of people. `life_table_from_deaths` has no such limit.
    Where a rule's ax would give a probability above 1, that cell's ax is that of a constant hazard; given
    ax raise.
    Source: Preston, Heuveline & Guillot (2001) Demography: Measuring and Modeling Population Processes, ch.
    3.
    """
    ages = read_ages(age_start)
    rates = _read_mx(mx, ages, missing, largest)
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
    """Life table from deaths and person-years, both (…, ages), with the standard error of e0 (…), in years.

    The rest as `life_table`. Deaths without person-years, negative or missing cells and other shapes are refused; a
    group of a few people may have a rate above 1.
    Source: Chiang (1984) The Life Table and Its Applications, ch. 8, for the error.
    """
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
    rates = divide(count, person_years)
    table = life_table(rates, age_start, sex=sex, ax=ax, infant=infant, missing=missing, largest=np.inf)
    return table, e0_standard_error(table, count)


def life_table_from_probabilities(
    qx: npt.ArrayLike,
    age_start: npt.ArrayLike,
    *,
    sex: Sex | npt.ArrayLike,
    open_life: npt.ArrayLike,
    ax: AxRule | npt.ArrayLike = "half",
    infant: InfantRule = "andreev_kingkade",
) -> LifeTable:
    """Life table from probabilities of dying, (…, ages), whose last is that of the open group and must be 1.

    open_life: (…) years of life expected at the start of the open group, which no probability tells. sex, ax and infant
    as in `life_table`; a rule's ax belong to the death rates m = q / (n − (n − a)·q), found together with them by
    repetition. Refused are probabilities above 1 or below 0, missing ages, given ax longer than
    their group; an error names the cell.
    Source: as `life_table`.
    """
    ages = read_ages(age_start)
    dying, life = _read_qx(qx, ages), _read_open_life(open_life)
    match_shapes(qx=dying[..., 0], open_life=life)
    shape = np.broadcast_shapes(dying.shape, (*life.shape, 1))
    dying = np.array(np.broadcast_to(dying, shape))
    width = np.append(np.diff(ages), np.inf)
    finite = np.append(width[:-1], 1.0)
    rates = np.empty(shape)
    rates[..., -1] = 1 / life
    given = None if isinstance(ax, str) else _read_given(ax, shape, finite)
    codes, rule = _sex_codes(sex), _read_rule(ax) if isinstance(ax, str) else None
    chosen = np.array(np.broadcast_to(finite / 2, shape)) if given is None else given
    for _ in range(_ROUNDS):
        rates[..., :-1] = dying[..., :-1] / (finite[:-1] - (finite[:-1] - chosen[..., :-1]) * dying[..., :-1])
        if rule is None:
            break
        before, chosen = chosen, choose_ax(rates, finite, codes, rule, infant)
        if np.abs(chosen - before)[..., :-1].max() < _CLOSE:
            break
    chosen[..., -1] = 1 / rates[..., -1]
    return _build(ages, width, finite, rates, chosen, dying)


def e0_standard_error(table: LifeTable, deaths: npt.ArrayLike, *, open_group: bool = False) -> Array:
    """Standard error of e0 in years, from the deaths (…, ages) that the table's rates rest on.

    Chiang (1984) The Life Table and Its Applications, ch. 8: var(q) = q²(1 − q)/D, with no contribution of
    the open group; `open_group=True` adds that of its rate (Silcocks, Jenner & Reza 2001, J Epidemiol
    Community Health 55, 38–43). Cells without deaths contribute nothing.
    Errors: negative, missing or infinite cells, deaths of other ages.
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


def _read_mx(mx: npt.ArrayLike, ages: Array, missing: str, largest: float) -> Array:
    rates = read_death_rates("mx", mx, ages, missing_allowed=missing == "nan", largest=largest)
    if missing == "raise":
        last = np.arange(ages.size) == ages.size - 1
        refuse_cells(
            "mx",
            rates,
            np.asarray((rates == 0) & last),
            zh="开放年龄组没有死亡，预期寿命无从计算。",
            en="the open age group has no deaths, so that no life expectancy exists.",
            mend_zh="请合并高龄组，或用 missing='nan'。",
            mend_en="Merge the oldest groups, or pass missing='nan'.",
        )
    return rates


def _read_qx(qx: npt.ArrayLike, ages: Array) -> Array:
    dying = read_share("qx", qx, axes=1)
    match_ages("qx", dying, ages)
    refuse_cells(
        "qx",
        dying,
        np.asarray((dying < 1) & (np.arange(ages.size) == ages.size - 1)),
        zh="开放年龄组的死亡概率必须是1，这里是{value}。",
        en="the probability of the open age group must be 1; here it is {value}.",
        mend_zh="末组须为开放组，例如85岁及以上。",
        mend_en="The last group must be open, for example 85 and over.",
    )
    return dying


def _read_open_life(open_life: npt.ArrayLike) -> Array:
    life = read_counts("open_life", open_life)
    refuse_cells(
        "open_life",
        life,
        life == 0,
        zh="开放年龄组的预期寿命必须大于0。",
        en="the life expectancy of the open group must be above 0.",
        mend_zh="请取自上级地区的生命表，例如85岁时为6年。",
        mend_en="Take it from the table of the area above, for example 6 years at 85.",
    )
    return life


def _read_ax(ax: npt.ArrayLike, rates: Array, finite: Array) -> Array:
    given = _read_given(ax, rates.shape, finite)
    closed = given[..., :-1]
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


def _read_given(ax: npt.ArrayLike, shape: tuple[int, ...], finite: Array) -> Array:
    given = read_counts("ax", ax)
    match_shapes(ages=np.empty(shape), ax=given)
    given = np.array(np.broadcast_to(given, shape))
    closed = given[..., :-1]
    refuse_cells(
        "ax",
        closed,
        np.asarray(closed > finite[:-1]),
        zh="ax不能大于年龄组宽度，这里是{value}。",
        en="ax cannot exceed the width of its group; here it is {value}.",
        mend_zh="ax是死者在该组内活过的年数。",
        mend_en="Give the years that those who die lived in the group.",
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
