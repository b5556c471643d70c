"""Direct standardisation: rates of areas with different age structures made comparable."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, refuse_cells
from shidai.demography.intervals import Interval, weighted_poisson_interval


def direct_rate(events: npt.ArrayLike, exposure: npt.ArrayLike, standard: npt.ArrayLike, per: float = 1000.0) -> Array:
    """Directly standardised rate: Σ standard share × events / exposure, × `per`, summed over the last axis.

    events, exposure: (…, groups); standard: (groups,) or broadcastable, a population or shares (scaled to 1
    here).
    A group that weighs in the standard but has no exposure here is an error: its rate is unknown.
    """
    count, weight = _weights(events, exposure, standard)
    return np.asarray((weight * count).sum(-1) * per, dtype=np.float64)


def direct_rate_interval(
    events: npt.ArrayLike,
    exposure: npt.ArrayLike,
    standard: npt.ArrayLike,
    per: float = 1000.0,
    level: float = 0.95,
) -> Interval:
    """Gamma interval of a directly standardised rate (Fay & Feuer 1997)."""
    count, weight = _weights(events, exposure, standard)
    low, high = weighted_poisson_interval(weight, count, level)
    return low * per, high * per


def _weights(events: npt.ArrayLike, exposure: npt.ArrayLike, standard: npt.ArrayLike) -> tuple[Array, Array]:
    count, years = read_counts("events", events), read_counts("exposure", exposure)
    norm = read_counts("standard", standard)
    match_shapes(events=count, exposure=years, standard=norm)
    count, years, norm = (np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(count, years, norm))
    refuse_cells(
        "exposure",
        years,
        np.asarray((years == 0) & ((norm > 0) | (count > 0))),
        zh="该组没有人年数，标准化率无从计算。",
        en="this group has no exposure, so that no standardised rate exists.",
        mend_zh="请合并年龄组。",
        mend_en="Merge age groups.",
    )
    share = divide(norm, norm.sum(-1, keepdims=True))
    refuse_cells(
        "standard",
        share,
        np.isnan(share),
        zh="标准人口全为0。",
        en="the standard population is zero throughout.",
        mend_zh="请给出标准人口。",
        mend_en="Give a standard population.",
    )
    return count, np.where(share > 0, divide(share, years), 0.0)
