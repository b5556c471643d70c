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


def read_counts(name: str, values: npt.ArrayLike) -> Array:
    """Counts or exposures: finite and not negative."""
    array = _read_numbers(name, values)
    return _refuse(
        name,
        array,
        lambda a: ~np.isfinite(a) | (a < 0),
        zh="计数或人年数必须是不小于0的有限数，这里是{value}。",
        en="a count or exposure must be a finite number of at least 0; here it is {value}.",
        mend_zh="请检查来源数据的这一格。",
        mend_en="Check this cell in the source.",
    )


def read_rates(name: str, values: npt.ArrayLike, *, missing_allowed: bool = False) -> Array:
    """Rates a person-year: not negative, not infinite; NaN only where `missing_allowed`."""
    array = _read_numbers(name, values)

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


def read_numbers(name: str, values: npt.ArrayLike) -> Array:
    """Finite numbers of either sign."""
    return _refuse(
        name,
        _read_numbers(name, values),
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


def _read_numbers(name: str, values: npt.ArrayLike) -> Array:
    try:
        return np.asarray(values, dtype=np.float64)
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
