"""Why two rates differ: how much by the groups' rates, how much by who makes up the population, or by any factors.

All differences are second − first; the parts add up to them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, read_numbers, read_rates, refuse_cells
from shidai.words import ShidaiError, problem

MOST_FACTORS = 12


def kitagawa(
    first_rates: npt.ArrayLike,
    first_people: npt.ArrayLike,
    second_rates: npt.ArrayLike,
    second_people: npt.ArrayLike,
) -> tuple[Array, Array]:
    """The difference of two crude rates by group: (rates' part, composition's part), (…, groups) each.

    rates, people: (…, groups); people are scaled to shares. Sum over the last axis for the two parts; single groups'
    composition parts depend on the rates' level and mean little one by one.
    Errors: negative, missing or infinite cells, a population of nobody, other groups.
    Source: Kitagawa, E. M. (1955) Components of a difference between two rates. JASA 50, 1168–1194.
    """
    before, after = read_rates("first_rates", first_rates), read_rates("second_rates", second_rates)
    shares_before, shares_after = _shares("first_people", first_people), _shares("second_people", second_people)
    match_shapes(first_rates=before, first_people=shares_before, second_rates=after, second_people=shares_after)
    by_rates = (after - before) * (shares_before + shares_after) / 2
    by_composition = (shares_after - shares_before) * (before + after) / 2
    return np.asarray(by_rates, dtype=np.float64), np.asarray(by_composition, dtype=np.float64)


def das_gupta(
    first: Sequence[npt.ArrayLike],
    second: Sequence[npt.ArrayLike],
    measure: Callable[..., npt.ArrayLike] | None = None,
) -> Array:
    """The difference of a measure by its factors: (factors, …); the effects add up to it.

    first, second: the factors' values, as many arrays as `measure` takes; by default it is their product. Each factor's
    effect is the change it makes, averaged over all orders in which the factors could have changed.
    With two factors this is Kitagawa's decomposition. At most twelve factors (2^k measures are taken).
    Errors: values that are not finite, other numbers of factors on either side.
    Source: Das Gupta, P. (1993) Standardization and Decomposition of Rates. US Bureau of the Census P23-186, ch. 2.
    """
    before = [read_numbers(f"first[{i}]", values) for i, values in enumerate(first)]
    after = [read_numbers(f"second[{i}]", values) for i, values in enumerate(second)]
    size = len(before)
    if size != len(after) or not 1 <= size <= MOST_FACTORS:
        raise ShidaiError(
            problem(
                "first / second",
                zh=f"因素个数为{size}和{len(after)}；两边须相同，最多{MOST_FACTORS}个。",
                en=f"there are {size} and {len(after)} factors; both need the same number, {MOST_FACTORS} at most.",
                mend_zh="请合并影响小的因素。",
                mend_en="Merge factors of little effect.",
            )
        )
    measure_of = _product if measure is None else measure
    taken = {
        changed: np.asarray(
            measure_of(*(after[i] if i in changed else before[i] for i in range(size))), dtype=np.float64
        )
        for many in range(size + 1)
        for changed in map(frozenset, combinations(range(size), many))
    }
    effects = [
        sum(
            (taken[changed | {i}] - value) / (size * comb(size - 1, len(changed)))
            for changed, value in taken.items()
            if i not in changed
        )
        for i in range(size)
    ]
    return np.asarray(np.stack(np.broadcast_arrays(*effects)), dtype=np.float64)


def _product(*factors: Array) -> Array:
    result = factors[0]
    for factor in factors[1:]:
        result = np.asarray(result * factor, dtype=np.float64)
    return result


def _shares(name: str, people: npt.ArrayLike) -> Array:
    counted = read_counts(name, people, axes=1)
    shares = divide(counted, counted.sum(-1, keepdims=True))
    refuse_cells(
        name,
        shares,
        np.isnan(shares),
        zh="这一人口全为0，没有构成。",
        en="this population is zero throughout: it has no composition.",
        mend_zh="请去掉没有人口的地区。",
        mend_en="Leave out areas without people.",
    )
    return shares
