"""Child mortality from children ever born and children dead by their mothers' age: Brass's method, Trussell's variant.

Source: United Nations (1983) Manual X: Indirect Techniques for Demographic Estimation, ch. III, tables 47 and 48.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, refuse_cells
from shidai.words import ShidaiError, problem

Family = Literal["north", "south", "east", "west"]
CHILD_AGES = (1, 2, 3, 5, 10, 15, 20)
"""The exact ages x to which the probabilities of dying of mothers of 15–19, …, 45–49 belong."""

_MULTIPLIERS = {
    "north": (
        (1.1119, 1.2390, 1.1884, 1.2046, 1.2586, 1.2240, 1.1772),
        (-2.9287, -0.6865, 0.0421, 0.3037, 0.4236, 0.4222, 0.3486),
        (0.8507, -0.2745, -0.5156, -0.5656, -0.5898, -0.5456, -0.4624),
    ),
    "south": (
        (1.0819, 1.2846, 1.2223, 1.1905, 1.1911, 1.1564, 1.1307),
        (-3.0005, -0.6181, 0.0851, 0.2631, 0.3152, 0.3017, 0.2596),
        (0.8689, -0.3024, -0.4704, -0.4487, -0.4291, -0.3958, -0.3538),
    ),
    "east": (
        (1.1461, 1.2231, 1.1593, 1.1404, 1.1540, 1.1336, 1.1201),
        (-2.2536, -0.4301, 0.0581, 0.1991, 0.2511, 0.2556, 0.2362),
        (0.6259, -0.2245, -0.3479, -0.3487, -0.3506, -0.3428, -0.3268),
    ),
    "west": (
        (1.1415, 1.2563, 1.1851, 1.1720, 1.1865, 1.1746, 1.1639),
        (-2.7070, -0.5381, 0.0633, 0.2341, 0.3080, 0.3314, 0.3190),
        (0.7663, -0.2637, -0.4177, -0.4272, -0.4452, -0.4537, -0.4435),
    ),
}
_YEARS_BACK = {
    "north": (
        (1.0921, 1.3207, 1.5996, 2.0779, 2.7705, 4.1520, 6.9650),
        (5.4732, 5.3751, 2.6268, -1.7908, -7.3403, -12.2448, -13.9160),
        (-1.9672, 0.2133, 4.3701, 9.4126, 14.9352, 19.2349, 19.9542),
    ),
    "south": (
        (1.0900, 1.3079, 1.5173, 1.9399, 2.6157, 4.0794, 7.1796),
        (5.4443, 5.5568, 2.6755, -2.2739, -8.4819, -13.8308, -15.3880),
        (-1.9721, 0.2021, 4.7471, 10.3876, 16.5153, 21.1866, 21.7892),
    ),
    "east": (
        (1.0959, 1.2921, 1.5021, 1.9347, 2.6197, 4.1317, 7.3657),
        (5.5864, 5.5897, 2.4692, -2.6419, -8.9693, -14.3550, -15.8083),
        (-1.9949, 0.3631, 5.0927, 10.8533, 17.0981, 21.8247, 22.3005),
    ),
    "west": (
        (1.0970, 1.3062, 1.5305, 1.9991, 2.7632, 4.3468, 7.5242),
        (5.5628, 5.5677, 2.5528, -2.4261, -8.4065, -13.2436, -14.2013),
        (-1.9956, 0.2962, 4.8962, 10.4282, 16.1787, 20.1990, 20.0162),
    ),
}


@dataclass(frozen=True, slots=True)
class ChildMortality:
    """Estimates by the mothers' age groups 15–19, …, 45–49, each (…, 7)."""

    dead_share: Array  # of the children ever born
    multiplier: Array  # what turns the share into a probability
    probability: Array  # of dying by exact age 1, 2, 3, 5, 10, 15, 20
    years_back: Array  # years before the survey to which the probability belongs


def child_mortality(
    women: npt.ArrayLike, ever_born: npt.ArrayLike, dead: npt.ArrayLike, *, family: Family
) -> ChildMortality:
    """Probabilities of dying by age x and the time that they speak of.

    women, ever_born, dead: (…, 7) women of 15–19, …, 45–49, all their children ever born and those of them dead. For
    one sex, give its children and all women. family: the Coale–Demeny family whose age pattern holds here.
    The youngest mothers' estimate (x = 1) tells of births that are not like others: leave it out of a trend. Not where
    mortality or fertility changed suddenly, or where dead children are left unsaid.
    Errors: negative, missing or infinite cells, more dead than born, other than seven groups, an unknown family.
    """
    mothers, born, died = (
        _read(name, values) for name, values in (("women", women), ("ever_born", ever_born), ("dead", dead))
    )
    match_shapes(women=mothers, ever_born=born, dead=died)
    if family not in _MULTIPLIERS:
        raise ShidaiError(
            problem(
                "family",
                zh=f"没有名为“{family}”的模型生命表族。",
                en=f"there is no model life table family '{family}'.",
                mend_zh="可用：north、south、east、west。",
                mend_en="Use north, south, east or west.",
            )
        )
    refuse_cells(
        "dead",
        died,
        np.asarray(died > born),
        zh="死亡子女{value}人，多于曾生子女数。",
        en="{value} children dead are more than were born.",
        mend_zh="请检查来源数据的这一格。",
        mend_en="Check this cell in the source.",
    )
    parity = divide(born, mothers)
    share = divide(died, born)
    multiplier = _from_parities(_MULTIPLIERS[family], parity)
    return ChildMortality(share, multiplier, multiplier * share, _from_parities(_YEARS_BACK[family], parity))


def _from_parities(coefficients: tuple[tuple[float, ...], ...], parity: Array) -> Array:
    a, b, c = (np.asarray(column) for column in coefficients)
    first = divide(parity[..., 0], parity[..., 1])[..., None]
    second = divide(parity[..., 1], parity[..., 2])[..., None]
    return np.asarray(a + b * first + c * second, dtype=np.float64)


def _read(name: str, values: npt.ArrayLike) -> Array:
    counts = read_counts(name, values)
    if counts.ndim == 0 or counts.shape[-1] != len(CHILD_AGES):
        raise ShidaiError(
            problem(
                name,
                zh=f"形状是{counts.shape}；需要15–19至45–49岁七个年龄组。",
                en=f"the shape is {counts.shape}; the seven age groups 15–19 to 45–49 are needed.",
                mend_zh="最后一维为母亲年龄组。",
                mend_en="The last axis is the mother's age group.",
            )
        )
    return counts
