"""What to make of pairs: one partner each where two lists hold a person once, and groups of one person's records."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

_LARGEST = 4_000_000
"""Cells of the largest group that is assigned at best; in a larger one the most probable pairs come first."""
_ROUNDS, _STILL = 100, 1e-6


def keep_probable(pairs: pa.Table, least: float) -> pa.Table:
    """The pairs of at least this probability."""
    return pairs.filter(pc.greater_equal(pairs["probability"], least))


def expect_errors(pairs: pa.Table, least: float = 0.5) -> tuple[float, float]:
    """The stated error of a proof: how many of the pairs of at least `least` are expected to be two people, and how
    many of those below it to be one. Pairs that agree on no block were never compared and aren't in the second figure.
    """
    said = pairs["probability"].to_numpy()
    kept = said >= least
    return float((1 - said[kept]).sum()), float(said[~kept].sum())


def choose_one_to_one(pairs: pa.Table, least: float = 0.5, sizes: tuple[int, int] | None = None) -> pa.Table:
    """At most one partner for every record of either list, such that the weights of the chosen sum to the most.

    pairs: id_a, id_b, probability, weight. Pairs below `least` are left out first. With the `sizes` of the two lists,
    the probabilities become those of `weigh_one_to_one` before.
    """
    if sizes:
        pairs = weigh_one_to_one(pairs, sizes)
    pairs = keep_probable(pairs, least)
    if not pairs.num_rows:
        return pairs
    a, b = (_numbered(pairs[name]) for name in ("id_a", "id_b"))
    weight = pairs["weight"].to_numpy()
    worth = weight - weight.min() + 1.0  # a partner is worth more than none
    ends = int(a.max()) + 1
    group = _groups(a, b + ends)
    order = np.argsort(group, kind="stable")
    bounds = np.flatnonzero(np.diff(group[order])) + 1
    chosen = [places[_assign(a[places], b[places], worth[places])] for places in np.split(order, bounds)]
    return pairs.take(pa.array(np.sort(np.concatenate(chosen))))


def weigh_one_to_one(pairs: pa.Table, sizes: tuple[int, int]) -> pa.Table:
    """The pairs with the probability that they have where each list holds a person once, and weights accordingly.

    That b belongs to a then speaks against every other partner of either, and where most records have a partner, one
    that has only one candidate is likely to belong to it. Every matching of n pairs is taken as equally likely before
    anything is compared, so that the odds of one more pair are n / ((A - n) (B - n)); the probabilities follow by
    belief propagation over the candidates (exact where they form no circles), and n is their sum.
    """
    if not pairs.num_rows:
        return pairs
    a, b = (_numbered(pairs[name]) for name in ("id_a", "id_b"))
    weight = pairs["weight"].to_numpy()
    matched = min(float(pairs["probability"].to_numpy().sum()), 0.999 * min(sizes))
    before = matched / (sizes[0] * sizes[1])
    probability = weight
    for _ in range(_ROUNDS):
        now = matched / ((sizes[0] - matched) * (sizes[1] - matched))
        odds = np.exp2(np.clip(weight + np.log2(now) - np.log2(before), -60, 60))
        probability = _believe(a, b, odds)
        matched, last = min(max(float(probability.sum()), 1e-9), 0.999 * min(sizes)), matched
        if abs(matched - last) < _STILL * last:
            break
    certain = np.clip(probability, 1e-18, 1 - 1e-15)
    columns = {"probability": probability, "weight": np.log2(certain / (1 - certain))}
    for name, values in columns.items():
        pairs = pairs.set_column(pairs.column_names.index(name), name, pa.array(values))
    return pairs.sort_by([("probability", "descending"), ("id_a", "ascending"), ("id_b", "ascending")])


def _believe(
    a: npt.NDArray[np.int64], b: npt.NDArray[np.int64], odds: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Each pair's probability where every a and every b has one partner or none."""
    free_a, free_b = np.ones(odds.size), np.ones(odds.size)  # how free the others leave a and b for this pair
    for _ in range(_ROUNDS):
        of_a, of_b = odds * free_b, odds * free_a
        next_a = 1 / (1 + np.maximum(np.bincount(a, of_a)[a] - of_a, 0))
        next_b = 1 / (1 + np.maximum(np.bincount(b, of_b)[b] - of_b, 0))
        still = max(float(np.abs(next_a - free_a).max()), float(np.abs(next_b - free_b).max())) < _STILL
        free_a, free_b = next_a, next_b
        if still:
            break
    held = odds * free_a * free_b
    return np.asarray(held / (1 + held), dtype=np.float64)


def group_records(pairs: pa.Table, least: float = 0.5) -> list[list[str]]:
    """The records that pairs of at least this probability join, each group sorted, for a review of duplicates."""
    pairs = keep_probable(pairs, least)
    ids = pa.concat_arrays([*pairs["id_a"].chunks, *pairs["id_b"].chunks]).dictionary_encode()
    places = ids.indices.to_numpy()
    one, other = places[: pairs.num_rows], places[pairs.num_rows :]
    count = len(ids.dictionary)
    graph = coo_array((np.ones(pairs.num_rows), (one, other)), shape=(count, count))
    labels = connected_components(graph, directed=False)[1]
    names = ids.dictionary.to_pylist()
    found: dict[int, list[str]] = {}
    for place, label in enumerate(labels.tolist()):
        found.setdefault(label, []).append(names[place])
    return sorted(sorted(group) for group in found.values())


def _assign(a: npt.NDArray[np.int64], b: npt.NDArray[np.int64], worth: npt.NDArray[np.float64]) -> list[int]:
    """Positions of the chosen among the pairs of one group."""
    if a.size == 1:
        return [0]
    rows, row = np.unique(a, return_inverse=True)
    columns, column = np.unique(b, return_inverse=True)
    if rows.size * columns.size > _LARGEST:
        return _assign_in_order(row, column, worth)
    table = np.zeros((rows.size, columns.size))
    table[row, column] = worth
    place = {(int(r), int(c)): at for at, (r, c) in enumerate(zip(row, column, strict=True))}
    best = zip(*linear_sum_assignment(table, maximize=True), strict=True)
    return [place[int(r), int(c)] for r, c in best if (int(r), int(c)) in place]


def _assign_in_order(
    row: npt.NDArray[np.int64], column: npt.NDArray[np.int64], worth: npt.NDArray[np.float64]
) -> list[int]:
    taken_rows: set[int] = set()
    taken_columns: set[int] = set()
    chosen = []
    for at in np.argsort(-worth, kind="stable").tolist():
        if int(row[at]) not in taken_rows and int(column[at]) not in taken_columns:
            taken_rows.add(int(row[at]))
            taken_columns.add(int(column[at]))
            chosen.append(at)
    return chosen


def _groups(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The connected component of each pair."""
    count = int(max(one.max(), other.max())) + 1
    graph = coo_array((np.ones(one.size), (one, other)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1][one], dtype=np.int64)


def _numbered(ids: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    return np.asarray(ids.combine_chunks().dictionary_encode().indices.to_numpy(), dtype=np.int64)
