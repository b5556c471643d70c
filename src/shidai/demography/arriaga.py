"""A difference in life expectancy laid to ages, and to causes of death: the parts add up to it exactly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts
from shidai.demography.lifetable import LifeTable
from shidai.words import ShidaiError, problem

_SAME = 1e-9  # of a rate: below it, two rates are one


def by_age(first: LifeTable, second: LifeTable, *, both_ways: bool = False) -> Array:
    """Years of life that each age adds to e0 of `first` to make that of `second`, (…, ages); their sum is the
    difference.

    Both tables have the same ages; leading axes broadcast. Arriaga's parts depend a little on which table comes first:
    both_ways takes the mean of one way and the reverse. They describe; what caused the change they don't tell.
    Errors: tables of other age groups or areas.
    Source: Arriaga, E. E. (1984) Measuring and explaining the change in life expectancies. Demography 21, 83–96.
    """
    _same_ages(first, second)
    there = _one_way(first, second)
    return (there - _one_way(second, first)) / 2 if both_ways else there


def by_cause(
    first: LifeTable,
    second: LifeTable,
    deaths_first: npt.ArrayLike,
    deaths_second: npt.ArrayLike,
    *,
    both_ways: bool = False,
) -> Array:
    """Years of life that each cause adds at each age, (…, causes, ages); over causes they sum to `by_age`.

    deaths_first, deaths_second: (…, causes, ages) deaths, whose shares divide each table's rates: every death needs a
    cause, 'unknown' being one. An age's part goes to causes as their rates changed; where the rates of all causes
    together are equal, each cause has its own small effect. A cause's part may exceed the whole, or have another sign.
    Errors: negative, missing or infinite cells, a death rate without a death by cause, tables of other age groups or
    areas.
    Source: Arriaga, E. E. (1989), in Ruzicka, Wunsch & Kane (eds) Differential Mortality, 105–125.
    """
    _same_ages(first, second)
    rates = [_cause_rates(t, n, d) for t, n, d in ((first, "first", deaths_first), (second, "second", deaths_second))]
    match_shapes(deaths_first=rates[0], deaths_second=rates[1])
    there = _shared_out(first, second, *rates)
    return (there - _shared_out(second, first, *rates[::-1])) / 2 if both_ways else there


def _one_way(first: LifeTable, second: LifeTable) -> Array:
    """l(x) of the first table × (gain inside the group + gain in reaching the next × life expected there)."""
    lived = _lived(second) - _lived(first)
    later = np.zeros(np.broadcast_shapes(first.ex.shape, second.ex.shape))
    later[..., :-1] = second.ex[..., 1:] * (first.qx[..., :-1] - second.qx[..., :-1])
    return np.asarray(first.lx * (lived + later), dtype=np.float64)


def _lived(table: LifeTable) -> Array:
    """Years lived in each group by one who enters it."""
    width = np.append(np.diff(table.age_start), 0.0)
    lived = width * (1 - table.qx) + table.ax * table.qx
    lived[..., -1] = table.ex[..., -1]
    return lived


def _shared_out(first: LifeTable, second: LifeTable, rates_first: Array, rates_second: Array) -> Array:
    part = _one_way(first, second)[..., None, :]
    change = rates_second - rates_first
    whole = (second.mx - first.mx)[..., None, :]
    effect = _effect(first, second)[..., None, :]
    mean = (rates_first + rates_second) / 2
    share = np.nan_to_num(divide(mean, mean.sum(-2, keepdims=True)))
    alike = np.abs(whole) <= _SAME * np.maximum(first.mx, second.mx)[..., None, :]
    ratio = np.divide(change, whole, out=np.zeros(np.broadcast_shapes(change.shape, whole.shape)), where=~alike)
    return np.asarray(np.where(alike, effect * change + (part - effect * whole) * share, part * ratio))


def _effect(first: LifeTable, second: LifeTable) -> Array:
    """Change of e0 for a very small change of each rate, ax held."""
    after = np.append(np.diff(first.age_start), 0.0) - first.ax
    effect = np.zeros(np.broadcast_shapes(first.ex.shape, second.ex.shape))
    steep = np.diff(first.age_start) / (1 + after[..., :-1] * first.mx[..., :-1]) ** 2
    effect[..., :-1] = -first.lx[..., :-1] * steep * (after[..., :-1] + second.ex[..., 1:])
    effect[..., -1] = -first.lx[..., -1] * first.ex[..., -1] ** 2
    return effect


def _cause_rates(table: LifeTable, name: str, deaths: npt.ArrayLike) -> Array:
    count = read_counts(f"deaths_{name}", deaths, axes=2)
    rate = table.mx[..., None, :]
    match_shapes(**{f"deaths_{name}": count, "mx": rate})
    total = count.sum(-2, keepdims=True)
    bare = (total == 0) & (rate > 0)
    if bare.any():
        age = table.age_start[int(np.argwhere(bare)[0][-1])]
        raise ShidaiError(
            problem(
                f"deaths_{name}",
                zh=f"{age:g}岁组有死亡率却没有按死因的死亡数。",
                en=f"at age {age:g} there is a death rate but no death by cause.",
                mend_zh="请为每例死亡给出死因；不明的单列一类。",
                mend_en="Give every death a cause; unknown is one of them.",
            )
        )
    return np.asarray(rate * np.nan_to_num(divide(count, total)), dtype=np.float64)


def _same_ages(first: LifeTable, second: LifeTable) -> None:
    if not np.array_equal(first.age_start, second.age_start):
        raise ShidaiError(
            problem(
                "first / second",
                zh="两张生命表的年龄组不同。",
                en="the two life tables have different age groups.",
                mend_zh="请先把死亡和人年数合并成同样的年龄组。",
                mend_en="Bring deaths and exposure to the same groups first.",
            )
        )
    match_shapes(first=first.mx, second=second.mx)
