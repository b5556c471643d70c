"""The shares of each rung among true pairs, learned without labels by expectation-maximisation over candidate pairs.

Fellegi and Sunter (JASA 64, 1969), with the maximisation of Winkler (1988): each candidate gets the probability to be
one person under the present shares, and each share becomes the mean over candidates weighted by it. Chances are known
from `chance` and stay. Unlike a training within blocks, all aspects learn from all candidates at once, and pairs that
are no candidates count as two people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from shidai.linkage.aspects import Aspect, Chances, as_case, as_rarity

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Floats = npt.NDArray[np.float64]
_ROUNDS = 60
_STILL = 1e-5
_PRIOR = 10.0
"""True pairs that the shares from which learning begins count for."""


def learn_shares(
    candidates: Mapping[str, tuple[npt.NDArray[np.int64], Floats]],
    aspects: Sequence[Aspect],
    chances: Chances,
    every: float,
    expected: float,
) -> tuple[dict[str, dict[str, float]], float]:
    """Shares by aspect and rung, and the probability that a pair drawn at random is one person.

    candidates: by aspect each pair's place on the ladder (-1 unknown) and the chance of its value (nan: the rung's).
    every: all pairs there are; expected: how many of them are guessed to be true at first.
    """
    shares = {aspect.name: {rung.label: rung.share for rung in aspect.rungs} for aspect in aspects}
    against = {aspect.name: _against(aspect, chances, *candidates[aspect.name]) for aspect in aspects}
    rung_of = {aspect.name: candidates[aspect.name][0] % len(aspect.rungs) for aspect in aspects}
    known = {aspect.name: candidates[aspect.name][0] >= 0 for aspect in aspects}
    prior = expected / every
    for _ in range(_ROUNDS):
        odds = np.full(len(next(iter(known.values()))), np.log(prior / (1 - prior)))
        for aspect in aspects:
            logs = np.log([shares[aspect.name][rung.label] for rung in aspect.rungs])
            odds += np.where(known[aspect.name], logs[rung_of[aspect.name]] - against[aspect.name], 0.0)
        probability = 1 / (1 + np.exp(-odds))
        before, prior = prior, min(max(float(probability.sum()), 1.0) / every, 0.5)
        for aspect in aspects:
            weight = np.where(known[aspect.name], probability, 0.0)
            counts = np.bincount(rung_of[aspect.name], weight, len(aspect.rungs)).astype(np.float64)
            _learn(aspect, counts, shares[aspect.name])
        if abs(prior - before) < _STILL * prior:
            break
    return shares, prior


def _against(aspect: Aspect, chances: Chances, place: npt.NDArray[np.int64], own: Floats) -> Floats:
    """The log of the chance of what each pair has in common."""
    of_rungs = np.array([chances[aspect.name, c][rung.label] for c in aspect.contexts for rung in aspect.rungs])
    return np.log(np.where(np.isnan(own), of_rungs[np.maximum(place, 0)], own))


def _learn(aspect: Aspect, counts: Floats, shares: dict[str, float]) -> None:
    told = np.array([rung.share for rung in aspect.rungs])
    told = told / told.sum()
    learned = (counts + _PRIOR * told) / (counts.sum() + _PRIOR)
    for rung, share in zip(aspect.rungs, learned.tolist(), strict=True):
        if not rung.fixed:
            shares[rung.label] = share


def read_candidates(
    connection: DuckDBPyConnection,
    tables: tuple[str, str],
    aspects: Sequence[Aspect],
    contexts: Mapping[str, str],
    blocks: Sequence[str],
    *,
    within: bool,
) -> dict[str, tuple[npt.NDArray[np.int64], Floats]]:
    """Pairs of the two tables that agree on a block, by aspect: place on the ladder, chance of the value."""
    left, right = tables
    apart = " AND l.record <> r.record" if within else ""
    pairs = " UNION ".join(
        f"SELECT l.rowid AS l_row, r.rowid AS r_row FROM {left} l JOIN {right} r ON {block}{apart}"  # noqa: S608
        for block in blocks
    )
    cells = ", ".join(
        f"coalesce({as_case(aspect, contexts)}, -1) AS {aspect.name}, "
        f"coalesce({as_rarity(aspect, contexts)}, 'nan'::DOUBLE) AS own_{aspect.name}"
        for aspect in aspects
    )
    found: dict[str, Any] = connection.execute(
        f"SELECT {cells} FROM ({pairs}) p JOIN {left} l ON l.rowid = p.l_row JOIN {right} r ON r.rowid = p.r_row"  # noqa: S608
    ).fetchnumpy()
    return {
        aspect.name: (found[aspect.name].astype(np.int64), found[f"own_{aspect.name}"].astype(np.float64))
        for aspect in aspects
    }
