"""What every demographic function asks of its arrays; an error names the first cells that are wrong.

All functions of this room take anything that NumPy can read and return float64 arrays; the last axis is age
unless a docstring says otherwise, and leading axes (areas, years, sexes) are free.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from shidai.words import Problem, ShidaiError, problem

Array = npt.NDArray[np.float64]
_MOST_NAMED = 5
_FEW_LIVE_ON = 90  # years: beyond, true death rates come near 1


def read_counts(name: str, values: npt.ArrayLike, *, axes: int = 0) -> Array:
    """Counts or exposures: finite and not negative. axes: how many there must be at least, none of them empty."""
    array = to_numbers(name, values, axes)
    return _refuse(
        name,
        array,
        lambda a: ~np.isfinite(a) | (a < 0),
        zh="计数或人年数必须是不小于0的有限数，这里是{value}。",
        en="a count or exposure must be a finite number of at least 0; here it is {value}.",
        mend_zh="请检查来源数据的这一格。",
        mend_en="Check this cell in the source.",
    )


def read_rates(name: str, values: npt.ArrayLike, *, missing_allowed: bool = False, axes: int = 0) -> Array:
    """Rates a person-year: not negative, not infinite; NaN only where `missing_allowed`."""
    array = to_numbers(name, values, axes)

    def wrong(a: Array) -> npt.NDArray[np.bool_]:
        return (np.isnan(a) & (not missing_allowed)) | np.isinf(a) | (a < 0)

    return _refuse(
        name,
        array,
        wrong,
        zh="比率必须是不小于0的有限数，这里是{value}。",
        en="a rate must be a finite number of at least 0; here it is {value}.",
        mend_zh="请检查分子和分母；分母为0的格不能算比率。",
        mend_en="Check numerator and denominator; a cell without denominator has no rate.",
    )


def read_fertility(name: str, values: npt.ArrayLike, *, missing_allowed: bool = False, axes: int = 0) -> Array:
    """Births a woman-year, as `read_rates` and not above 1: no woman of any age group bears a child every year."""
    array = read_rates(name, values, missing_allowed=missing_allowed, axes=axes)
    return _refuse(
        name,
        array,
        lambda a: a > 1,
        zh="生育率大于1（每名妇女每年{value}个孩子）。",
        en="a fertility rate above 1 ({value} births a woman-year).",
        mend_zh="请按每人年给出，千分率须除以1000；人数极少的组请先合并。",
        mend_en="Give births a woman-year: divide rates per thousand by 1000, and merge groups of a few women.",
    )


def read_death_rates(
    name: str, values: npt.ArrayLike, age_start: Array, *, missing_allowed: bool = False, largest: float = 1.0
) -> Array:
    """Deaths a person-year (…, ages), as `read_rates`; in closed groups that begin below 90 not above `largest`.

    Of people who die faster few live long enough to be counted; such a rate is one per thousand, or rests on a handful.
    """
    array = read_rates(name, values, missing_allowed=missing_allowed, axes=1)
    match_ages(name, array, age_start)
    closed = (age_start < _FEW_LIVE_ON) & (np.arange(age_start.size) < age_start.size - 1)
    return _refuse(
        name,
        array,
        lambda a: np.asarray((a > largest) & closed),
        zh="死亡率大于1（每人年{value}例）。",
        en="a death rate above 1 ({value} deaths a person-year).",
        mend_zh="请按每人年给出，千分率须除以1000；人数极少的年龄组请先合并，或直接给出死亡数和人年数。",
        mend_en="Give deaths a person-year: divide rates per thousand by 1000; merge groups of a few people, or give "
        "deaths and exposure themselves.",
    )


def read_share(
    name: str, values: npt.ArrayLike, *, missing_allowed: bool = False, axes: int = 0, above_zero: bool = False
) -> Array:
    """Shares, probabilities and survival: from 0 (or above it) to 1; NaN only where `missing_allowed`."""
    array = read_rates(name, values, missing_allowed=missing_allowed, axes=axes)
    low = "大于0、不大于1" if above_zero else "在0与1之间"
    return _refuse(
        name,
        array,
        lambda a: (a > 1) | (above_zero & (a == 0)),
        zh=f"比例必须{low}，这里是{{value}}。",
        en=f"a share lies {'above 0 and is at most 1' if above_zero else 'between 0 and 1'}; here it is {{value}}.",
        mend_zh="30%请写作0.3；生命表以1为基数。",
        mend_en="Write 30% as 0.3; a life table has radix 1.",
    )


def read_numbers(name: str, values: npt.ArrayLike, *, axes: int = 0) -> Array:
    """Finite numbers of either sign."""
    return _refuse(
        name,
        to_numbers(name, values, axes),
        lambda a: ~np.isfinite(a),
        zh="必须是有限数，这里是{value}。",
        en="a finite number is needed; here it is {value}.",
        mend_zh="请检查来源数据的这一格。",
        mend_en="Check this cell in the source.",
    )


def read_ages(age_start: npt.ArrayLike) -> Array:
    """First ages of the groups: one dimension, rising, from 0 or more."""
    ages = read_counts("age_start", age_start)
    if ages.ndim != 1 or ages.size < 2 or bool(np.any(np.diff(ages) <= 0)):
        raise ShidaiError(
            problem(
                "age_start",
                zh="各年龄组的起始年龄必须是从小到大的一列，至少两组。",
                en="the first ages of the groups must be one rising list of at least two.",
                mend_zh="例如 0, 1, 5, 10, …, 85。",
                mend_en="For example 0, 1, 5, 10, …, 85.",
            )
        )
    return ages


def read_level(level: float) -> float:
    """A confidence level, strictly between 0 and 1."""
    if not 0 < level < 1:
        raise ShidaiError(
            problem(
                "level",
                zh=f"置信水平必须在0与1之间，这里是{level}。",
                en=f"a confidence level lies between 0 and 1; here it is {level}.",
                mend_zh="95%请写作0.95。",
                mend_en="Write 95% as 0.95.",
            )
        )
    return level


def match_shapes(**arrays: Array) -> None:
    """All arrays broadcast together, or an error that names their shapes."""
    try:
        np.broadcast_shapes(*(a.shape for a in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ShidaiError(
            problem(
                " / ".join(arrays),
                zh=f"各数组的形状不相配：{shapes}。",
                en=f"the arrays' shapes do not match: {shapes}.",
                mend_zh="最后一维是年龄；其余各维须相同或为1。",
                mend_en="The last axis is age; the others must be equal or 1.",
            )
        ) from None


def match_ages(name: str, array: Array, age_start: Array) -> None:
    """Raise unless the last axis has as many cells as there are age groups; the error names both numbers."""
    if array.shape[-1] != age_start.size:
        raise ShidaiError(
            problem(
                f"{name} / age_start",
                zh=f"{name}的最后一维有{array.shape[-1]}格，年龄组有{age_start.size}个。",
                en=f"the last axis of {name} has {array.shape[-1]} cells for {age_start.size} age groups.",
                mend_zh="二者必须相同；请检查缺少的年龄。",
                mend_en="They must be equal: look for missing ages.",
            )
        )


def refuse_deaths_without_exposure(deaths: Array, exposure: Array) -> None:
    """Raise where there are deaths without any exposure, the first cells named; arrays of one shape."""
    refuse_cells(
        "deaths",
        deaths,
        (deaths > 0) & (exposure == 0),
        zh="{value}例死亡却没有人年数。",
        en="{value} deaths, no exposure.",
        mend_zh="请检查死亡与人口是否属于同一地区、同一时期。",
        mend_en="Check that deaths and population belong to the same area and period.",
    )


def refuse_cells(
    name: str,
    array: Array,
    wrong: npt.NDArray[np.bool_],
    *,
    zh: str,
    en: str,
    mend_zh: str = "",
    mend_en: str = "",
) -> None:
    """Raise with the first wrong cells named; `{value}` in the sentences is the cell's value."""
    if not wrong.any():
        return
    found: list[Problem] = []
    for index in np.argwhere(wrong)[:_MOST_NAMED]:
        cell = tuple(int(i) for i in index)
        value = array[cell] if array.ndim else array.item()
        place = f"{name}[{', '.join(map(str, cell))}]" if cell else name
        found.append(
            problem(place, zh=zh.format(value=value), en=en.format(value=value), mend_zh=mend_zh, mend_en=mend_en)
        )
    more = int(wrong.sum()) - len(found)
    if more > 0:
        found.append(problem(name, zh=f"还有{more}格同样有错。", en=f"{more} more cells are wrong in the same way."))
    raise ShidaiError(found)


def divide(top: npt.ArrayLike, bottom: npt.ArrayLike) -> Array:
    """top / bottom, NaN where there is nothing to divide by."""
    numerator, denominator = np.asarray(top, dtype=np.float64), np.asarray(bottom, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(denominator > 0, numerator / denominator, np.nan), dtype=np.float64)


def to_numbers(name: str, values: npt.ArrayLike, axes: int = 0) -> Array:
    """Numbers of any kind, NaN and infinity too, on so many axes at least; texts are refused."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ShidaiError(
            problem(
                name,
                zh="这里需要数字。",
                en="numbers are needed here.",
                mend_zh="请先去掉文字和空格，缺失值须先处理。",
                mend_en="Remove texts and blanks first; missing values must be dealt with before.",
            )
        ) from None
    if array.ndim < axes or (axes and array.size == 0):
        raise ShidaiError(
            problem(
                name,
                zh=f"形状是{array.shape}，至少需要{axes}维，而且不能是空的。",
                en=f"the shape is {array.shape}; at least {axes} axes are needed, none of them empty.",
                mend_zh="各维的次序见函数说明，最后一维通常是年龄。",
                mend_en="The function tells the order of the axes; the last one is usually age.",
            )
        )
    return array


def _refuse(
    name: str,
    array: Array,
    wrong: Callable[[Array], npt.NDArray[np.bool_]],
    *,
    zh: str,
    en: str,
    mend_zh: str,
    mend_en: str,
) -> Array:
    refuse_cells(name, array, wrong(array), zh=zh, en=en, mend_zh=mend_zh, mend_en=mend_en)
    return array
