"""Child mortality by synthetic cohorts: probabilities of dying in segments of age from the last five years.

For a segment of ages [from, to) in months and a period of months [start, end) that ends at the interview, a child
counts
- whole, when born so that the segment lies inside the period: [start - from, end - to);
- half, when the segment begins before the period: born in [start - to, start - from);
- half in the exposure but whole in the deaths, when it runs past the interview: born in [end - to, end - from): deaths
  after the interview can't have been reported, so all that were belong to the half that was observed.
Source: Croft, T. et al. (2018) Guide to DHS Statistics, Infant and child mortality.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt

from shidai.demography.cells import divide
from shidai.indicators.spells import RecordSource

SEGMENTS = ((0, 1), (1, 3), (3, 6), (6, 12), (12, 24), (24, 36), (36, 48), (48, 60))
PERIOD = 60
"""Months before the interview that child mortality is counted in."""
SPANS = {"NNMR": (0, 1), "PNNMR": (1, 12), "IMR": (0, 12), "CMR": (12, 60), "U5MR": (0, 60)}
"""Ages in months that a rate speaks of."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Children:
    """Children in the groups that count alike: place, months since birth, age at death (inf for the living)."""

    places: int
    place: npt.NDArray[np.int64]
    back: Array
    died_at: Array
    weight: Array  # of all children of the group
    records: Array  # how many they are

    def inside(self, places: npt.NDArray[np.bool_]) -> Children:
        """Only the children of some places, which keep their numbers."""
        kept = places[self.place]
        return Children(
            self.places, self.place[kept], self.back[kept], self.died_at[kept], self.weight[kept], self.records[kept]
        )


def fetch_children(source: RecordSource, fetch: Any, places: int) -> Children:
    """All children of the file; those too old to count are kept in one group a place, as records of the sample."""
    children, deaths = source.table("residence"), source.table("death")
    clock = source.clock
    died = deaths.select(dead="person_id", died_at=clock.of(deaths.death_date) - clock.of(deaths.birth_date))
    rows = children.join(source.places, "area").left_join(died, children.person_id == died.dead)
    back = clock.of(rows.end_date) - clock.of(rows.birth_date)
    rows = rows.mutate(back=ibis.least(back, PERIOD + SEGMENTS[-1][1] + 1))
    found = fetch(rows.group_by("place", "back", "died_at").aggregate(w=rows.weight.sum(), n=rows.count()))
    place, back, weight, records = (found[name].to_numpy() for name in ("place", "back", "w", "n"))
    died_at = np.nan_to_num(found["died_at"].to_numpy(zero_copy_only=False).astype(np.float64), nan=np.inf)
    return Children(places, place, back.astype(np.float64), died_at, weight, records.astype(np.float64))


def count_segment(children: Children, low: int, high: int, *, last_deaths: float = 1.0) -> tuple[Array, Array]:
    """Deaths and exposed children in the ages [low, high) that one child of each group counts for, (groups,) each;
    deaths of children whose segment runs past the interview count `last_deaths`."""
    first = (children.back > PERIOD + low) & (children.back <= PERIOD + high)
    last = (children.back > low) & (children.back <= high)
    whole = (children.back > high) & (children.back <= PERIOD + low)
    exposed = (whole + 0.5 * first + 0.5 * last) * (children.died_at >= low)
    dying = (whole + 0.5 * first + last_deaths * last) * ((children.died_at >= low) & (children.died_at < high))
    return np.asarray(dying, dtype=np.float64), np.asarray(exposed, dtype=np.float64)


def child_cells(children: Children, *, weighted: bool = True) -> Array:
    """Deaths and exposed children by place: (places, 2, segments)."""
    n = children.weight if weighted else children.records
    cells = np.zeros((children.places, 2, len(SEGMENTS)))
    for segment, (low, high) in enumerate(SEGMENTS):
        for which, share in enumerate(count_segment(children, low, high)):
            cells[:, which, segment] = np.bincount(children.place, weights=share * n, minlength=children.places)
    return cells


def rates_of(cells: Array) -> dict[str, Array]:
    """Rates per 1,000 from cells (…, 2, segments); the last two axes are used up."""
    survival = 1 - divide(cells[..., 0, :], cells[..., 1, :])
    infant, child = 1 - survival[..., :4].prod(-1), 1 - survival[..., 4:].prod(-1)
    newborn = 1 - survival[..., 0]
    under_five = 1 - survival.prod(-1)
    named = {"NNMR": newborn, "PNNMR": infant - newborn, "IMR": infant, "CMR": child, "U5MR": under_five}
    return {name: np.asarray(1000 * rate, dtype=np.float64) for name, rate in named.items()}
