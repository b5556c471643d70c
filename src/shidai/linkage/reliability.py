"""How honest the probabilities are: of the pairs said to be so probable, how many are one person.

Murphy and Winkler (Applied Statistics 26, 1977): pairs are put into classes by the probability that was said, and in
each class its mean stands against the share that came true.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
from scipy import stats

from shidai.demography.intervals import wilson_interval
from shidai.words import ShidaiError, problem

EDGES = (0.01, 0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99, 1.0)
"""Classes of probability; the last one, of pairs said to be sure, holds its upper edge too."""
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Class:
    """Pairs of one class: the mean of what was said, the share that is true with its 95 % limits, how many they are."""

    low: float
    high: float
    said: float
    true: float
    least: float
    most: float
    pairs: int


def read_truth(path: Path) -> set[Pair]:
    """The pairs that are known to be one person: a CSV file with the columns id_a and id_b. Raises ShidaiError."""
    try:
        as_text = pyarrow.csv.ConvertOptions(column_types={"id_a": pa.string(), "id_b": pa.string()})
        table = pyarrow.csv.read_csv(path, convert_options=as_text)
        ids = [table[name].to_pylist() for name in ("id_a", "id_b")]
    except (KeyError, pa.ArrowInvalid) as error:
        raise ShidaiError(
            problem(
                path.name,
                zh="读不出已知是同一人的记录对。",
                en="The pairs known to be one person can't be read.",
                mend_zh="请给出含 id_a、id_b 两列的 CSV 文件（UTF-8）。",
                mend_en="Give a CSV file (UTF-8) with the columns id_a and id_b.",
            )
        ) from error
    return set(zip(*ids, strict=True))


def measure_reliability(pairs: pa.Table, truth: Collection[Pair]) -> list[Class]:
    """The classes that hold any pairs. pairs: id_a, id_b, probability; truth: those that are one person."""
    said = pairs["probability"].to_numpy()
    told = zip(pairs["id_a"].to_pylist(), pairs["id_b"].to_pylist(), strict=True)
    true = np.array([one in truth or one[::-1] in truth for one in told], dtype=bool)
    found = []
    for low, high in pairwise(EDGES):
        here = (said >= low) & ((said < high) | (high == EDGES[-1]))
        count, right = int(here.sum()), int(true[here].sum())
        if count:
            limits = wilson_interval(right, count)
            found.append(
                Class(low, high, float(said[here].mean()), right / count, float(limits[0]), float(limits[1]), count)
            )
    return found


def calibration_error(classes: Sequence[Class]) -> float:
    """The mean difference of said and true over the pairs that aren't said to be sure; 0 where there are none.

    Those said to be sure are nearly all, and would hide the rest.
    """
    unsure = [one for one in classes if one.high < EDGES[-1]]
    count = sum(one.pairs for one in unsure)
    return sum(abs(one.said - one.true) * one.pairs for one in unsure) / count if count else 0.0


def error_by_chance(classes: Sequence[Class]) -> float:
    """The error that honest probabilities would show on so many pairs, on average: a smaller one can't be told from 0.

    The mean deviation of the share of n pairs with probability p: that of a binomial, E|X - np| / n.
    """
    unsure = [one for one in classes if one.high < EDGES[-1]]
    count = sum(one.pairs for one in unsure)
    return sum(_mean_deviation(one.pairs, one.said) for one in unsure) / count if count else 0.0


def _mean_deviation(pairs: int, share: float) -> float:
    """E|X - np| of X ~ binomial (n, p)."""
    right = np.arange(pairs + 1)
    return float((np.abs(right - pairs * share) * stats.binom.pmf(right, pairs, share)).sum())


def f1(pairs: pa.Table, truth: Collection[Pair]) -> float:
    """The harmonic mean of the share of pairs that are true and of true ones that were found."""
    told = zip(pairs["id_a"].to_pylist(), pairs["id_b"].to_pylist(), strict=True)
    right = sum(one in truth or one[::-1] in truth for one in told)
    return 2 * right / (len(truth) + pairs.num_rows) if truth or pairs.num_rows else 1.0
