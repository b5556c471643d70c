"""Control charts: whether a series of months or quarters is more than noise. Time is on the last axis.

Limits are three standard deviations from the mean of the baseline, the earlier stretch that is taken as ordinary.
Sources: Montgomery, D. C. (2013) Introduction to Statistical Quality Control, ch. 7 (p, u and time between events);
Benneyan, J. C. (2001) Number-between g-type statistical quality control charts. Health Care Management Science 4,
305–318.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, refuse_cells
from shidai.words import ShidaiError, problem

_SIGMAS = 3.0
_MOVING_RANGE = 2.66  # three standard deviations in mean moving ranges of two
_NEARLY_NORMAL = 1 / 3.6  # the power that makes exponential times nearly normal (Nelson 1994)


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A chart's values, centre line and limits, all (…, times)."""

    value: Array
    centre: Array
    low: Array
    high: Array

    @property
    def beyond(self) -> npt.NDArray[np.bool_]:
        """Times whose value lies outside the limits."""
        return np.asarray((self.value > self.high) | (self.value < self.low), dtype=np.bool_)

    def runs(self, length: int = 8) -> npt.NDArray[np.bool_]:
        """Times at which at least `length` values in a row lie on one side of the centre line."""
        side = np.sign(self.value - self.centre)
        same = np.zeros(side.shape, dtype=np.int64)
        same[..., 0] = side[..., 0] != 0
        for time in range(1, side.shape[-1]):
            goes_on = (side[..., time] == side[..., time - 1]) & (side[..., time] != 0)
            same[..., time] = np.where(goes_on, same[..., time - 1] + 1, side[..., time] != 0)
        return np.asarray(same >= length, dtype=np.bool_)


def p_chart(part: npt.ArrayLike, n: npt.ArrayLike, baseline: int | None = None) -> ControlChart:
    """Shares part / n by time; n may change. For shares of fewer than about 5 cases a time use `g_chart`.

    part, n: (…, times), cases. Errors: negative, missing or infinite cells, a part above its whole, fewer than two
    times.
    """
    hits, size = _read("part", part), read_counts("n", n)
    match_shapes(part=hits, n=size)
    hits, size = (np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(hits, size))
    refuse_cells(
        "part",
        hits,
        hits > size,
        zh="部分{value}大于总体。",
        en="a part of {value} exceeds its whole.",
        mend_zh="请检查分子是否包含在分母之内。",
        mend_en="Check that the numerator is contained in the denominator.",
    )
    centre = _centre(hits, size, baseline)
    half = _SIGMAS * np.sqrt(divide(centre * (1 - centre), size))
    return ControlChart(divide(hits, size), centre, np.maximum(centre - half, 0), np.minimum(centre + half, 1))


def u_chart(events: npt.ArrayLike, exposure: npt.ArrayLike, baseline: int | None = None) -> ControlChart:
    """Rates events / exposure by time; exposure may change.

    events, exposure: (…, times). Errors: negative, missing or infinite cells, fewer than two times.
    """
    count, years = _read("events", events), read_counts("exposure", exposure)
    match_shapes(events=count, exposure=years)
    count, years = (np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(count, years))
    centre = _centre(count, years, baseline)
    half = _SIGMAS * np.sqrt(divide(centre, years))
    return ControlChart(divide(count, years), centre, np.maximum(centre - half, 0), centre + half)


def g_chart(between: npt.ArrayLike, baseline: int | None = None) -> ControlChart:
    """Rare events by the number of cases without one between them (births between two maternal deaths): high is good.

    The lower limit is nearly always 0, so that a worsening shows in `runs` below the centre, not beyond a limit.
    between: (…, times), cases. Errors: negative, missing or infinite cells, fewer than two times.
    """
    gap = _read("between", between)
    mean = gap[..., :baseline].mean(-1, keepdims=True)
    half = _SIGMAS * np.sqrt(mean * (mean + 1))
    centre, low, high = (np.broadcast_to(line, gap.shape) for line in (mean, np.maximum(mean - half, 0), mean + half))
    return ControlChart(gap, centre, low, high)


def t_chart(times: npt.ArrayLike, baseline: int | None = None) -> ControlChart:
    """Rare events by the time between them (days): high is good.

    Times to the power 1/3.6 are nearly normal; an individuals chart with moving ranges is drawn of them and its lines
    turned back into times. Two events on one day need a finer time than 0.
    times: (…, times), of any unit. Errors: negative, missing or infinite cells, a time of 0, fewer than two times.
    """
    gap = _read("times", times)
    refuse_cells(
        "times",
        gap,
        gap == 0,
        zh="间隔为0，无法作图。",
        en="a time of 0 can't be drawn.",
        mend_zh="同日发生的事件请改用小时，或记为半天。",
        mend_en="Give events of one day in hours, or half a day.",
    )
    bent = gap**_NEARLY_NORMAL
    known = bent[..., :baseline]
    mean = known.mean(-1, keepdims=True)
    half = _MOVING_RANGE * np.abs(np.diff(known, axis=-1)).mean(-1, keepdims=True)
    centre, low, high = (
        np.broadcast_to(np.maximum(line, 0) ** (1 / _NEARLY_NORMAL), gap.shape)
        for line in (mean, mean - half, mean + half)
    )
    return ControlChart(gap, centre, low, high)


def _centre(top: Array, bottom: Array, baseline: int | None) -> Array:
    known = slice(None, baseline)
    mean = divide(top[..., known].sum(-1, keepdims=True), bottom[..., known].sum(-1, keepdims=True))
    return np.broadcast_to(mean, top.shape)


def _read(name: str, values: npt.ArrayLike) -> Array:
    series = read_counts(name, values)
    if series.ndim == 0 or series.shape[-1] < 2:
        raise ShidaiError(
            problem(
                name,
                zh="控制图至少需要两个时点。",
                en="a control chart needs two times at least.",
                mend_zh="最后一维为时间，先后排列。",
                mend_en="The last axis is time, in order.",
            )
        )
    return series
