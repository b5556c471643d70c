"""What the trajectories of an area need, and the check of it before thousands are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from shidai.demography.cells import Array, read_counts, read_fertility, read_numbers, refuse_cells
from shidai.demography.projection_migration import Flows
from shidai.demography.trajectories import Bounds
from shidai.demography.trajectories_survival import SurvivalCurve
from shidai.words import ShidaiError, problem


@dataclass(frozen=True, slots=True)
class Plan:
    """One area's medium inputs and the bounds around them. Sexes male, female; the last age is open.

    base: (2, ages) at the first year's start. fertility: (years, ages) the medium rates, scaled to each path's TFR.
    sex_ratio: (years,). survival: of each sex, by life expectancy. e0: male, female.
    net: net migrants of an area as large as the medium path; a path with more people has as many more.
    migration: (years, 2, ages) the medium net migrants by age; the difference to a path's number has the ages of a
    model schedule's rates on the medium path's people.
    counted: further measures by name, each weights (2, ages) on the people at mid-year: pupils, for example, or the
    users of a method.
    """

    base: Array
    fertility: Array
    sex_ratio: Array
    migration: Array
    survival: SurvivalCurve
    tfr: Bounds
    e0: tuple[Bounds, Bounds]
    net: Bounds
    migrants_bear: bool = True
    counted: Mapping[str, Array] = field(default_factory=dict)


def require_plans(plans: Sequence[Plan], flows: Flows | None = None) -> None:
    """Raises ShidaiError for plans of other years or ages than the first, with the cell for what can't be: negative
    or missing counts, fertility above 1, bounds of other years, flows of other areas.
    flows: shares (years, areas, areas, 2, ages). No formula, no source.
    """
    shapes = {plan.fertility.shape for plan in plans}
    if len(shapes) != 1:
        raise ShidaiError(
            problem(
                "plans",
                zh="各地区的年数或年龄数不同，或没有地区。" + str(sorted(shapes)),
                en=f"the areas differ in years or ages, or there is none: {sorted(shapes)}.",
                mend_zh="请先使各地区的年份和年龄一致。",
                mend_en="Bring all areas to the same years and ages first.",
            )
        )
    years, ages = next(iter(shapes))
    for at, plan in enumerate(plans):
        _require_plan(f"plans[{at}]", plan, years, ages)
    if flows is not None:
        _require_shape("flows", flows.shares, (years, len(plans), len(plans), 2, ages))


def _require_plan(name: str, plan: Plan, years: int, ages: int) -> None:
    read_fertility(f"{name}.fertility", plan.fertility)
    _require_shape(f"{name}.base", read_counts(f"{name}.base", plan.base), (2, ages))
    _require_shape(f"{name}.migration", read_numbers(f"{name}.migration", plan.migration), (years, 2, ages))
    boys = read_counts(f"{name}.sex_ratio", plan.sex_ratio)
    _require_shape(f"{name}.sex_ratio", boys, (years,))
    refuse_cells(
        f"{name}.sex_ratio",
        boys,
        boys > 10,
        zh="出生性别比是每个女婴对应的男婴数，这里是{value}。",
        en="the sex ratio at birth is boys for each girl; here it is {value}.",
        mend_zh="105请写作1.05。",
        mend_en="Write 105 as 1.05.",
    )
    for which, bounds in (("tfr", plan.tfr), ("e0[0]", plan.e0[0]), ("e0[1]", plan.e0[1]), ("net", plan.net)):
        values = read_numbers(f"{name}.{which}", bounds.values)
        _require_shape(f"{name}.{which}", values, (years, 5))
    for which, weights in plan.counted.items():
        _require_shape(f"{name}.counted[{which}]", read_numbers(f"{name}.counted[{which}]", weights), (2, ages))


def _require_shape(name: str, given: Array, wanted: tuple[int, ...]) -> None:
    if np.shape(given) != wanted:
        raise ShidaiError(
            problem(
                name,
                zh=f"形状是{np.shape(given)}，应为{wanted}。",
                en=f"the shape is {np.shape(given)}; it must be {wanted}.",
                mend_zh="请检查缺少的年份、年龄或地区。",
                mend_en="Look for missing years, ages or areas.",
            )
        )
