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


def keep_probable(pairs: pa.Table, least: float) -> pa.Table:
    """The pairs of at least this probability."""
    return pairs.filter(pc.greater_equal(pairs["probability"], least))


def choose_one_to_one(pairs: pa.Table, least: float = 0.5) -> pa.Table:
    """At most one partner for every record of either list, such that the weights of the chosen sum to the most.

    pairs: id_a, id_b, probability, weight. Pairs below `least` are left out first.
    """
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
