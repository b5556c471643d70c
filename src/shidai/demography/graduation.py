"""Single years of age from groups: Sprague, Beers, and a monotone spline of the cumulated counts (see also `pclm`)."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicHermiteSpline, CubicSpline

from shidai.demography.cells import Array, read_ages, read_counts
from shidai.words import ShidaiError, problem

# Multipliers of the groups around a panel for its five single years: the first panel, the second, and those between.
# The last two panels mirror the first two. Sources: see the functions.
_SPRAGUE = (
    (
        (0.3616, -0.2768, 0.1488, -0.0336, 0.0),
        (0.2640, -0.0960, 0.0400, -0.0080, 0.0),
        (0.1840, 0.0400, -0.0320, 0.0080, 0.0),
        (0.1200, 0.1360, -0.0720, 0.0160, 0.0),
        (0.0704, 0.1968, -0.0848, 0.0176, 0.0),
    ),
    (
        (0.0336, 0.2272, -0.0752, 0.0144, 0.0),
        (0.0080, 0.2320, -0.0480, 0.0080, 0.0),
        (-0.0080, 0.2160, -0.0080, 0.0, 0.0),
        (-0.0160, 0.1840, 0.0400, -0.0080, 0.0),
        (-0.0176, 0.1408, 0.0912, -0.0144, 0.0),
    ),
    (
        (-0.0128, 0.0848, 0.1504, -0.0240, 0.0016),
        (-0.0016, 0.0144, 0.2224, -0.0416, 0.0064),
        (0.0064, -0.0336, 0.2544, -0.0336, 0.0064),
        (0.0064, -0.0416, 0.2224, 0.0144, -0.0016),
        (0.0016, -0.0240, 0.1504, 0.0848, -0.0128),
    ),
)
_BEERS = (
    (
        (0.3333, -0.1636, -0.0210, 0.0796, -0.0283),
        (0.2595, -0.0780, 0.0130, 0.0100, -0.0045),
        (0.1924, 0.0064, 0.0184, -0.0256, 0.0084),
        (0.1329, 0.0844, 0.0054, -0.0356, 0.0129),
        (0.0819, 0.1508, -0.0158, -0.0284, 0.0115),
    ),
    (
        (0.0404, 0.2000, -0.0344, -0.0128, 0.0068),
        (0.0093, 0.2268, -0.0402, 0.0028, 0.0013),
        (-0.0108, 0.2272, -0.0248, 0.0112, -0.0028),
        (-0.0198, 0.1992, 0.0172, 0.0072, -0.0038),
        (-0.0191, 0.1468, 0.0822, -0.0084, -0.0015),
    ),
    (
        (-0.0117, 0.0804, 0.1570, -0.0284, 0.0027),
        (-0.0020, 0.0160, 0.2200, -0.0400, 0.0060),
        (0.0050, -0.0280, 0.2460, -0.0280, 0.0050),
        (0.0060, -0.0400, 0.2200, 0.0160, -0.0020),
        (0.0027, -0.0284, 0.1570, 0.0804, -0.0117),
    ),
)
_BEERS_MODIFIED = (
    (
        (0.3332, -0.1938, 0.0702, -0.0118, 0.0022),
        (0.2569, -0.0753, 0.0205, -0.0027, 0.0006),
        (0.1903, 0.0216, -0.0146, 0.0032, -0.0005),
        (0.1334, 0.0969, -0.0351, 0.0059, -0.0011),
        (0.0862, 0.1506, -0.0410, 0.0054, -0.0012),
    ),
    (
        (0.0486, 0.1831, -0.0329, 0.0021, -0.0009),
        (0.0203, 0.1955, -0.0123, -0.0031, -0.0004),
        (0.0008, 0.1893, 0.0193, -0.0097, 0.0003),
        (-0.0108, 0.1677, 0.0577, -0.0153, 0.0007),
        (-0.0159, 0.1354, 0.0972, -0.0170, 0.0003),
    ),
    (
        (-0.0160, 0.0973, 0.1321, -0.0121, -0.0013),
        (-0.0129, 0.0590, 0.1564, 0.0018, -0.0043),
        (-0.0085, 0.0260, 0.1650, 0.0260, -0.0085),
        (-0.0043, 0.0018, 0.1564, 0.0590, -0.0129),
        (-0.0013, -0.0121, 0.1321, 0.0973, -0.0160),
    ),
)
_Panels = tuple[tuple[tuple[float, ...], ...], ...]
_PANEL = 5


def sprague(counts: npt.ArrayLike) -> Array:
    """Single years from five-year groups by Sprague's multipliers: (…, groups) to (…, 5 × (groups − 1) + 1).

    counts: the last group is open and passed on as it is; at least five closed ones. Every group keeps its sum, and
    a straight line comes back. It may fall below 0 where counts fall steeply (the oldest, a famine's cohort), and
    carries heaping into the single years: there take `monotone` or `pclm`. Not for ages 0–4 of deaths.
    Errors: negative, missing or infinite cells, fewer than five closed groups.
    Source: Sprague (1880–81), multipliers in Shryock & Siegel (1973) The Methods and Materials of Demography, app. C.
    """
    return _graduate(counts, _SPRAGUE)


def beers(counts: npt.ArrayLike, *, modified: bool = False) -> Array:
    """The same by Beers's ordinary multipliers, or by his modified ones, which smooth and don't keep the groups' sums.

    The modified ones even out what heaping did to whole groups, at the price that only the sum of all is kept. Else as
    `sprague`.
    counts: (…, groups) to (…, 5 × (groups − 1) + 1). Errors: negative, missing or infinite cells, fewer than five
    closed groups.
    Source: Beers, H. S. (1945) Six-term formulas for routine actuarial interpolation; Modified-interpolation formulas
    that minimize fourth differences. Record of the American Institute of Actuaries 34; in Shryock & Siegel (1973).
    """
    return _graduate(counts, _BEERS_MODIFIED if modified else _BEERS)


def multipliers(groups: int, method: Literal["sprague", "beers", "beers_modified"]) -> Array:
    """The matrix (5 × (groups − 1) + 1, groups) that turns groups into single years; the last group is open.

    Shapes as `sprague`. Errors: fewer than six groups. Sources: as `sprague` and `beers`.
    """
    tables = {"sprague": _SPRAGUE, "beers": _BEERS, "beers_modified": _BEERS_MODIFIED}
    return _matrix(groups, tables[method])


def monotone(counts: npt.ArrayLike, age_start: npt.ArrayLike) -> Array:
    """Single years from groups of any width by a rising spline of the cumulated counts; no count is below 0.

    counts: (…, groups); age_start: (groups,) whole first ages, the last group open and passed on as it is. The result
    is (…, last first age − first + 1). Every group keeps its sum exactly. What single years have of their own (births
    of one year) it can't know, and between two very unlike groups it bends sharply.
    Errors: negative, missing or infinite cells, other groups than counts.
    Source: Hyman, J. M. (1983) SIAM Journal on Scientific and Statistical Computing 4, 645–654.
    """
    bounds, people = read_ages(age_start), read_counts("counts", counts)
    _match(people, bounds.size)
    exact = np.arange(bounds[0], bounds[-1] + 1)
    single = spread_monotone(people[..., :-1], bounds, exact)
    return np.concatenate([single, people[..., -1:]], axis=-1)


def spread_monotone(counts: Array, bounds: Array, exact: Array, *, closed: bool = False) -> Array:
    """Counts between neighbouring `exact` ages (n,) of groups (…, g) with the limits `bounds` (g + 1,): (…, n − 1).

    closed: the density is 0 at both ends (fertility); else it goes on as it comes. Hyman's filter keeps it from falling
    below 0.
    Checks nothing: `monotone` does. Source: as there.
    """
    density = counts / np.diff(bounds)
    cumulated = np.concatenate([np.zeros_like(counts[..., :1]), np.cumsum(counts, axis=-1)], axis=-1)
    slopes = CubicSpline(bounds, cumulated, axis=-1, bc_type="clamped" if closed else "not-a-knot")(bounds, 1)
    before = np.concatenate([density[..., :1], density], axis=-1)
    after = np.concatenate([density, density[..., -1:]], axis=-1)
    slopes = np.clip(slopes, 0, 3 * np.minimum(before, after))
    if closed:
        slopes[..., [0, -1]] = 0
    curve = CubicHermiteSpline(bounds, cumulated, slopes, axis=-1)
    inside = np.clip(exact, bounds[0], bounds[-1])
    return np.asarray(np.maximum(np.diff(curve(inside), axis=-1), 0), dtype=np.float64)


def _graduate(counts: npt.ArrayLike, panels: _Panels) -> Array:
    people = read_counts("counts", counts)
    groups = people.shape[-1] if people.ndim else 0
    return np.asarray(people @ _matrix(groups, panels).T, dtype=np.float64)


def _matrix(groups: int, panels: _Panels) -> Array:
    closed = groups - 1
    if closed < _PANEL:
        raise ShidaiError(
            problem(
                "counts",
                zh=f"至少需要五个封闭的五岁组和一个开放组，这里共{groups}组。",
                en=f"five closed five-year groups and an open one are needed at least; here are {groups}.",
                mend_zh="组数较少时请用 monotone。",
                mend_en="With fewer groups take `monotone`.",
            )
        )
    first, second, middle = (np.asarray(panel) for panel in panels)
    found = np.zeros((_PANEL * closed + 1, groups))
    found[-1, -1] = 1.0
    for i in range(closed):
        near = min(i, closed - 1 - i)
        panel = first if near == 0 else second if near == 1 else middle
        start = min(max(i - 2, 0), closed - _PANEL)
        turned = i > closed - 1 - i and near < 2
        found[_PANEL * i : _PANEL * (i + 1), start : start + _PANEL] = panel[::-1, ::-1] if turned else panel
    return found


def _match(counts: Array, groups: int) -> None:
    if counts.ndim == 0 or counts.shape[-1] != groups:
        raise ShidaiError(
            problem(
                "counts / age_start",
                zh=f"计数的形状为{counts.shape}，年龄组有{groups}个。",
                en=f"the counts' shape is {counts.shape} for {groups} age groups.",
                mend_zh="最后一维必须是年龄组。",
                mend_en="The last axis must be the age groups.",
            )
        )
