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

from typing import Any

import numpy as np
import numpy.typing as npt

from shidai.indicators.spells import RecordSource

SEGMENTS = ((0, 1), (1, 3), (3, 6), (6, 12), (12, 24), (24, 36), (36, 48), (48, 60))
PERIOD = 60
"""Months before the interview that child mortality is counted in."""

Array = npt.NDArray[np.float64]


def child_cells(source: RecordSource, fetch: Any, places: int) -> Array:
    """Weighted deaths and exposed children by place: (places, 2, segments)."""
    children, deaths = source.table("residence"), source.table("death")
    clock = source.clock
    died = deaths.select(dead="person_id", died_at=clock.of(deaths.death_date) - clock.of(deaths.birth_date))
    rows = children.join(source.places, "area").left_join(died, children.person_id == died.dead)
    rows = rows.mutate(back=clock.of(rows.end_date) - clock.of(rows.birth_date))
    rows = rows.filter(rows.back <= PERIOD + SEGMENTS[-1][1])
    found = fetch(rows.group_by("place", "back", "died_at").aggregate(n=rows.weight.sum()))
    place, back, n = (found[name].to_numpy() for name in ("place", "back", "n"))
    died_at = np.nan_to_num(found["died_at"].to_numpy(zero_copy_only=False).astype(np.float64), nan=np.inf)
    cells = np.zeros((places, 2, len(SEGMENTS)))
    for segment, (low, high) in enumerate(SEGMENTS):
        first = (back > PERIOD + low) & (back <= PERIOD + high)
        last = (back > low) & (back <= high)
        whole = (back > high) & (back <= PERIOD + low)
        exposed = (whole + 0.5 * first + 0.5 * last) * (died_at >= low)
        dying = (whole + 0.5 * first + 1.0 * last) * ((died_at >= low) & (died_at < high))
        for which, share in enumerate((dying, exposed)):
            cells[:, which, segment] = np.bincount(place, weights=share * n, minlength=places)
    return cells


def rates_of(cells: Array) -> dict[str, Array]:
    """Rates per 1,000 from cells (…, 2, segments); the last two axes are used up."""
    survival = 1 - cells[..., 0, :] / cells[..., 1, :]
    infant, child = 1 - survival[..., :4].prod(-1), 1 - survival[..., 4:].prod(-1)
    newborn = 1 - survival[..., 0]
    under_five = 1 - survival.prod(-1)
    named = {"NNMR": newborn, "PNNMR": infant - newborn, "IMR": infant, "CMR": child, "U5MR": under_five}
    return {name: np.asarray(1000 * rate, dtype=np.float64) for name, rate in named.items()}
