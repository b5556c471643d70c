"""Sex ratio at birth: boys per 100 girls, its interval, and an exact test against a stated baseline."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from shidai.demography.cells import Array, divide, match_shapes, read_counts, refuse_cells
from shidai.demography.intervals import Interval, wilson_interval
from shidai.demography.multiple_tests import Control, adjust_p_values


def sex_ratio(boys: npt.ArrayLike, girls: npt.ArrayLike) -> Array:
    """Boys per 100 girls; no girls give NaN.

    boys, girls: (…) births or persons. Errors: negative, missing or infinite cells.
    Source: Siegel & Swanson (2004), ch. 7.
    """
    male, female = _read(boys, girls)
    return divide(100 * male, female)


def sex_ratio_interval(boys: npt.ArrayLike, girls: npt.ArrayLike, level: float = 0.95) -> Interval:
    """Wilson's interval of the share of boys, turned into boys per 100 girls. The upper limit is inf
    without girls.
    boys, girls: (…), the limits too. Errors: negative, missing or infinite cells. Source: Wilson (1927).
    """
    male, female = _read(boys, girls)
    low, high = wilson_interval(male, male + female, level)
    with np.errstate(divide="ignore"):
        return 100 * low / (1 - low), 100 * high / (1 - high)


def sex_ratio_test(
    boys: npt.ArrayLike,
    girls: npt.ArrayLike,
    baseline: npt.ArrayLike,
    alternative: Literal["two-sided", "higher", "lower"] = "two-sided",
) -> Array:
    """p-value of the exact binomial test that births come from a sex ratio of `baseline` boys per 100 girls.

    The caller states the baseline (often 105 or 106); two-sided is twice the smaller tail, at most 1, which
    agrees with the exact interval. The test says whether a difference is noise; it says nothing of its cause.
    boys, girls, baseline: (…). Errors: negative, missing or infinite cells, a baseline of 0.
    Source: the binomial distribution; its two-sided value as Clopper & Pearson (1934).
    """
    male, female = _read(boys, girls)
    ratio = read_counts("baseline", baseline)
    match_shapes(boys=male, baseline=ratio)
    refuse_cells(
        "baseline",
        ratio,
        ratio == 0,
        zh="基准性别比必须大于0。",
        en="the baseline sex ratio must be above 0.",
        mend_zh="例如105（每100名女婴）。",
        mend_en="For example 105 (per 100 girls).",
    )
    share = ratio / (100 + ratio)
    at_least = np.where(male > 0, special.betainc(np.where(male > 0, male, 1.0), female + 1, share), 1.0)
    at_most = np.where(female > 0, special.betainc(np.where(female > 0, female, 1.0), male + 1, 1 - share), 1.0)
    if alternative == "higher":
        return np.asarray(at_least, dtype=np.float64)
    if alternative == "lower":
        return np.asarray(at_most, dtype=np.float64)
    return np.asarray(np.minimum(2 * np.minimum(at_least, at_most), 1.0), dtype=np.float64)


def sex_ratio_tests(
    boys: npt.ArrayLike,
    girls: npt.ArrayLike,
    baseline: npt.ArrayLike,
    alternative: Literal["two-sided", "higher", "lower"] = "two-sided",
    control: Control = "benjamini-hochberg",
) -> Array:
    """Adjusted p-values of `sex_ratio_test` in every area and year at once, the shape of boys and girls.

    Of many areas some look odd by chance: an adjusted value below 0.05 keeps the share of false alarms among the alarms
    below 5 % ('benjamini-hochberg') or the chance of any false alarm ('holm'). Cells without births have NaN and count
    nothing. Exact tests of few births are cautious, so that small villages will rarely show anything: read their
    intervals.
    boys, girls, baseline: (…). Errors: as `sex_ratio_test`. Sources: `multiple_tests.adjust_p_values`.
    """
    p_values = sex_ratio_test(boys, girls, baseline, alternative)
    male, female = _read(boys, girls)
    born = np.broadcast_to(male + female, p_values.shape) > 0
    return adjust_p_values(np.where(born, p_values, np.nan), control)


def _read(boys: npt.ArrayLike, girls: npt.ArrayLike) -> tuple[Array, Array]:
    male, female = read_counts("boys", boys), read_counts("girls", girls)
    match_shapes(boys=male, girls=female)
    male, female = np.broadcast_arrays(male, female)
    return np.asarray(male, dtype=np.float64), np.asarray(female, dtype=np.float64)
