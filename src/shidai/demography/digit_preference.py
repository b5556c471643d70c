"""Preference for round numbers in measured values and for some days in dates: counts, an index, and exact tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from shidai.demography.cells import Array, divide, match_shapes, read_counts, read_share, refuse_cells
from shidai.words import ShidaiError, problem

_LONGEST_MONTH = 31
_MONTHS = 12
_LEAST_EXPECTED = 5.0


@dataclass(frozen=True, slots=True)
class Preference:
    """How far counts lie from those expected; every array has the leading axes of the counts."""

    index: Array  # least share, in %, that would have to move for the counts to be as expected
    statistic: Array  # Pearson's chi-square
    p_value: Array  # of the chi-square test; NaN where an expected count is below 5


def digit_counts(values: npt.ArrayLike, unit: float, digits: int = 10) -> Array:
    """How often each last digit occurs among `values`, counted in `unit`: (digits,).

    values: (n,) numbers of 0 or more, e.g. birth weights in grams. With unit=10 the digit is that of the tens (3,240 g
    has 4); with unit=100 and digits=5 weights at 500 g and 1,000 g stand in class 0.
    Errors: negative, missing or infinite cells, a unit of 0. A count: no source.
    """
    given = read_counts("values", values).ravel()
    if not (unit > 0 and digits > 1):
        raise ShidaiError(
            problem(
                "unit / digits",
                zh="单位须大于0，位数须至少为2。",
                en="unit must be above 0 and digits at least 2.",
                mend_zh="例如单位10克、10个末位数字。",
                mend_en="For example a unit of 10 g and 10 digits.",
            )
        )
    digit = np.floor_divide(given, unit).astype(np.int64) % digits
    return np.bincount(digit, minlength=digits).astype(np.float64)


def preference(counts: npt.ArrayLike, expected: npt.ArrayLike | None = None) -> Preference:
    """Index and chi-square test of counts (…, classes) against expected shares, by default equal ones.

    expected: (…, classes), scaled to 1 here; a class with no expectation must be empty. With thousands of records the
    test finds differences of no importance: read the index first. The p-value is NaN where an expected count is below
    5: there `share_test` of one class is exact.
    Source: Pearson, K. (1900); the index is that of `structure.dissimilarity`.
    """
    seen = read_counts("counts", counts, axes=1)
    wanted = np.ones(seen.shape[-1:]) if expected is None else read_counts("expected", expected)
    match_shapes(counts=seen, expected=wanted)
    share = divide(wanted, wanted.sum(-1, keepdims=True))
    refuse_cells(
        "counts",
        seen,
        np.asarray((seen > 0) & ~(share > 0)),
        zh="{value}例落在不应有例数的一类中。",
        en="{value} cases in a class where none can be.",
        mend_zh="请核对期望份额和分类。",
        mend_en="Check the expected shares and the classes.",
    )
    total = seen.sum(-1, keepdims=True)
    should = total * share
    index = 50 * np.abs(divide(seen, total) - share).sum(-1)
    possible = share > 0
    statistic = np.where(possible, (seen - should) ** 2 / np.where(should > 0, should, np.inf), 0.0).sum(-1)
    freedom = possible.sum(-1) - 1
    large = np.where(possible, should, np.inf).min(-1) >= _LEAST_EXPECTED
    p_value = np.where(large, special.chdtrc(freedom, statistic), np.nan)
    return Preference(*(np.asarray(part, dtype=np.float64) for part in (index, statistic, p_value)))


def share_test(count: npt.ArrayLike, total: npt.ArrayLike, share: npt.ArrayLike) -> Array:
    """Exact p-value that at least `count` of `total` fall in a class that has the share `share` (0 to 1) by right.

    count, total, share: (…), the result too. Errors: negative, missing or infinite cells, a part above its whole, a
    share above 1.
    Source: the binomial distribution.
    """
    k, n, p = read_counts("count", count), read_counts("total", total), read_share("share", share)
    match_shapes(count=k, total=n, share=p)
    k, n, p = np.broadcast_arrays(k, n, p)
    refuse_cells(
        "count",
        k,
        k > n,
        zh="部分{value}大于总体。",
        en="the part {value} exceeds its whole.",
        mend_zh="请检查分子是否包含在分母之内。",
        mend_en="Check that the numerator is contained in the denominator.",
    )
    return np.asarray(np.where(k > 0, special.betainc(np.maximum(k, 1), n - k + 1, p), 1.0), dtype=np.float64)


def day_of_month_counts(days: npt.ArrayLike) -> Array:
    """How often each day of the month occurs among dates (n,): (31,). Leave out dates with only a month known.

    Errors: a missing date. A count: no source.
    """
    dates = _read_days("days", days)
    day = (dates - dates.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    return np.bincount(day, minlength=_LONGEST_MONTH).astype(np.float64)


def month_counts(days: npt.ArrayLike) -> Array:
    """How often each month occurs among dates (n,): (12,). Births have seasons: an uneven year isn't yet an error.

    Errors: a missing date. A count: no source.
    """
    month = _read_days("days", days).astype("datetime64[M]").astype(np.int64) % _MONTHS
    return np.bincount(month, minlength=_MONTHS).astype(np.float64)


def calendar_days(start: np.datetime64, end: np.datetime64) -> npt.NDArray[np.datetime64]:
    """Every day from `start` to before `end`: their counts are what even dates of this period are expected to have.

    (days,) of datetime64. Errors: none of its own. No source.
    """
    return np.arange(start, end, dtype="datetime64[D]")


def _read_days(name: str, days: npt.ArrayLike) -> npt.NDArray[np.datetime64]:
    dates = np.asarray(days, dtype="datetime64[D]").ravel()
    missing = np.isnat(dates)
    if missing.any():
        raise ShidaiError(
            problem(
                f"{name}[{int(np.argmax(missing))}]",
                zh="缺日期。",
                en="a date is missing.",
                mend_zh="请先去掉没有日期的记录。",
                mend_en="Leave out records without a date first.",
            )
        )
    return dates
