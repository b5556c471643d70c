"""Direct and indirect standardisation: areas with different age structures made comparable."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, read_rates, refuse_cells
from shidai.demography.intervals import Interval, poisson_interval, weighted_poisson_interval


def direct_rate(events: npt.ArrayLike, exposure: npt.ArrayLike, standard: npt.ArrayLike, per: float = 1000.0) -> Array:
    """Directly standardised rate: Σ standard share × events / exposure, × `per`, summed over the last axis.

    events, exposure: (…, groups); standard: (groups,) or broadcastable, a population or shares (scaled to 1
    here).
    A group that weighs in the standard but has no exposure here is an error: its rate is unknown.
    Source: Preston, Heuveline & Guillot (2001) Demography, ch. 2.
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
    """Gamma interval of a directly standardised rate (Fay & Feuer 1997).

    Arguments and errors as `direct_rate`; level: 0.95 for 95 %; the limits are (…) each.
    """
    count, weight = _weights(events, exposure, standard)
    low, high = weighted_poisson_interval(weight, count, level)
    return low * per, high * per


def expected_events(exposure: npt.ArrayLike, standard_rates: npt.ArrayLike) -> Array:
    """Events that an area would have at the standard's rates, (…): Σ exposure × rate over the last axis.

    Errors: negative, missing or infinite cells, other groups. Source: as `standardised_ratio`.
    """
    years, rates = read_counts("exposure", exposure, axes=1), read_rates("standard_rates", standard_rates)
    match_shapes(exposure=years, standard_rates=rates)
    return np.asarray((years * rates).sum(-1), dtype=np.float64)


def standardised_ratio(events: npt.ArrayLike, exposure: npt.ArrayLike, standard_rates: npt.ArrayLike) -> Array:
    """Indirect standardisation: observed over expected events (SMR, 1 = as the standard), (…).

    events: (…) all events of an area, whose ages need not be known; exposure: (…, groups); standard_rates: (groups,).
    Each area is compared with the standard; two areas' ratios are not comparable with each other where their age
    structures differ much: then standardise directly. Nothing expected gives NaN.
    Errors: negative, missing or infinite cells, events where none are expected, other groups.
    Source: Breslow, N. E.; Day, N. E. (1987) Statistical Methods in Cancer Research II, ch. 2.
    """
    count, expected = _observed(events, exposure, standard_rates)
    return divide(count, expected)


def standardised_ratio_interval(
    events: npt.ArrayLike, exposure: npt.ArrayLike, standard_rates: npt.ArrayLike, level: float = 0.95
) -> Interval:
    """Exact Poisson interval of a standardised ratio; the standard's rates count as known.

    Arguments and errors as `standardised_ratio`; the limits are (…) each. Source: Breslow & Day (1987), ch. 2; Garwood
    (1936).
    """
    return poisson_interval(*_observed(events, exposure, standard_rates), level)


def _observed(events: npt.ArrayLike, exposure: npt.ArrayLike, standard_rates: npt.ArrayLike) -> tuple[Array, Array]:
    count, expected = read_counts("events", events), expected_events(exposure, standard_rates)
    match_shapes(events=count, expected=expected)
    count, expected = (np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(count, expected))
    refuse_cells(
        "events",
        count,
        np.asarray((count > 0) & (expected == 0)),
        zh="有{value}例事件，而按标准率预期为0。",
        en="{value} events where the standard expects none.",
        mend_zh="请检查人年数和标准率。",
        mend_en="Check the exposure and the standard's rates.",
    )
    return count, expected


def _weights(events: npt.ArrayLike, exposure: npt.ArrayLike, standard: npt.ArrayLike) -> tuple[Array, Array]:
    count, years = read_counts("events", events, axes=1), read_counts("exposure", exposure, axes=1)
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
