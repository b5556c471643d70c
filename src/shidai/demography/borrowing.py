"""Rates of small areas: an area borrows strength from the city, the city from a standard schedule.

The fewer events an area has, the nearer its rates lie to the city's; the fewer the city has at some ages, the nearer
its pattern lies to the standard's. A city of millions keeps its own rates nearly everywhere.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

from shidai.demography.cells import Array, match_shapes, read_ages, read_counts, read_rates, refuse_cells
from shidai.words import ShidaiError, problem

_LEAST = 1e-3  # of a ratio: the logarithm of none would be −∞


def shrink_ratios(observed: npt.ArrayLike, expected: npt.ArrayLike) -> Array:
    """Ratios observed / expected, drawn towards their common mean: the fewer are expected, the more.

    observed, expected: (…, cells) counts; the last axis holds the cells that lend to each other. What the ratios vary
    by beyond chance (Poisson) is estimated from them by moments; where that is nothing, all are the mean. A cell in
    which nothing is expected has the mean, and where nothing is expected at all the mean is 1.
    Errors: negative, missing or infinite cells, arrays that do not match.
    Source: Marshall, R. J. (1991) Mapping disease and mortality rates using empirical Bayes estimators. Applied
    Statistics 40, 283–294 (its global estimator).
    """
    seen, due = read_counts("observed", observed, axes=1), read_counts("expected", expected, axes=1)
    match_shapes(observed=seen, expected=due)
    seen, due = (np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(seen, due))
    total = due.sum(-1, keepdims=True)
    mean = np.divide(seen.sum(-1, keepdims=True), total, out=np.ones_like(total), where=total > 0)
    ratio = np.divide(seen, due, out=np.broadcast_to(mean, due.shape).copy(), where=due > 0)
    weight = np.divide(due, total, out=np.zeros_like(due), where=total > 0)
    spread = (weight * (ratio - mean) ** 2).sum(-1, keepdims=True)
    cells = np.maximum((due > 0).sum(-1, keepdims=True), 1)
    beyond = np.maximum(spread - mean * np.divide(cells, total, out=np.zeros_like(total), where=total > 0), 0)
    chance = np.divide(mean, due, out=np.zeros_like(due), where=due > 0)
    own = np.divide(beyond, beyond + chance, out=np.zeros_like(due), where=(beyond + chance > 0) & (due > 0))
    return np.asarray(mean + own * (ratio - mean), dtype=np.float64)


def fit_to_standard(
    events: npt.ArrayLike, exposure: npt.ArrayLike, standard: npt.ArrayLike, age_start: npt.ArrayLike
) -> Array:
    """Rates of areas (areas, …, ages) by single year of age; at them the events expected are as many as happened.

    events, exposure: (areas, …, ages). standard: (…, ages) a schedule of any level, of which only the pattern counts.
    age_start: first ages of the groups in which patterns are compared, the first of them 0.
    In four steps, a relational model whose parameters are shrunk: the standard at the city's level; bent by the
    city's ratios to it by age group; at each area's level; bent by each area's ratios by age group. Ratios are shrunk
    (`shrink_ratios`: levels over the areas, bends over all groups) and joined by a monotone curve of their logarithms
    through the groups' centres. Where the standard is 0 so are the rates; events there are spread over other ages.
    Raises ShidaiError for negative or missing cells, shapes that don't match, or events without anybody exposed.
    Source: our own chain of known steps: Brass-like relational levels, ratios by Marshall (1991).
    """
    seen, lived = read_counts("events", events, axes=2), read_counts("exposure", exposure, axes=2)
    shape, starts = read_rates("standard", standard), read_ages(age_start).astype(np.int64)
    match_shapes(events=seen, exposure=lived, standard=shape)
    _require_ages(starts, seen.shape[-1])
    happened = np.asarray(seen.sum())
    refuse_cells(
        "events",
        happened,
        np.asarray((happened > 0) & ((lived * shape).sum() == 0)),
        zh="有{value}例事件，却没有可能发生事件的人年。",
        en="{value} events, but nobody lived at the ages at which the standard has any.",
        mend_zh="请检查人年数与标准是否属于同一年龄范围。",
        mend_en="Check that exposure and standard cover the same ages.",
    )
    city, together = seen.sum(0), lived.sum(0)
    rates = _to_level(shape, city, together)
    rates = _to_level(rates * _bend(city, together * rates, starts), city, together)
    own_level = shrink_ratios(_all_but_first(seen), _all_but_first(lived * rates))
    by_area = own_level.reshape(-1, *[1] * rates.ndim) * rates
    by_area = by_area * _bend(seen, lived * by_area, starts)
    reached = (lived * by_area).sum()
    return np.asarray(by_area * (seen.sum() / reached if reached > 0 else 0.0), dtype=np.float64)


def _require_ages(starts: npt.NDArray[np.int64], ages: int) -> None:
    if starts[0] != 0 or starts[-1] >= ages:
        raise ShidaiError(
            problem(
                "age_start",
                zh=f"年龄组须从0岁开始、在{ages}岁之前开始最后一组，这里是{starts.tolist()}。",
                en=f"the groups must begin with 0 and all before {ages}; here are {starts.tolist()}.",
                mend_zh="例如 0, 1, 5, 10, …。",
                mend_en="For example 0, 1, 5, 10, ….",
            )
        )


def _to_level(rates: Array, events: Array, exposure: Array) -> Array:
    """The rates at which each row's expected events are as many as happened; none where there is nobody."""
    due = (exposure * rates).sum(-1, keepdims=True)
    level = np.divide(events.sum(-1, keepdims=True), due, out=np.zeros_like(due), where=due > 0)
    return np.asarray(rates * level, dtype=np.float64)


def _bend(events: Array, expected: Array, starts: npt.NDArray[np.int64]) -> Array:
    """Shrunk ratios by age group as a curve over the single ages, of the arrays' shape."""
    seen, due = (np.add.reduceat(array, starts, axis=-1) for array in (events, expected))
    ratios = shrink_ratios(seen.ravel(), due.ravel()).reshape(seen.shape)
    ages = events.shape[-1]
    ends = np.append(starts[1:], ages)
    centres = (starts + ends) / 2
    curve = PchipInterpolator(centres, np.log(np.maximum(ratios, _LEAST)), axis=-1)
    return np.asarray(np.exp(curve(np.clip(np.arange(ages) + 0.5, centres[0], centres[-1]))), dtype=np.float64)


def _all_but_first(array: Array) -> Array:
    return np.asarray(array.reshape(array.shape[0], -1).sum(-1), dtype=np.float64)
