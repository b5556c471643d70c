"""The own-children method: past fertility from children listed with their mothers in one census or register.

Children now aged x were born x to x + 1 years ago. They are brought back to life by the children's survival, their
mothers by the women's, and mothers' ages then follow from ages now. Single years of age throughout.
Source: Cho, L.-J.; Retherford, R. D.; Choe, M. K. (1986) The Own-Children Method of Fertility Estimation, ch. 2.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, read_share, refuse_cells
from shidai.words import ShidaiError, problem


def own_children_rates(
    children: npt.ArrayLike,
    unmatched: npt.ArrayLike,
    women: npt.ArrayLike,
    *,
    child_years: npt.ArrayLike,
    woman_years: npt.ArrayLike,
    ages: tuple[int, int] = (15, 50),
) -> Array:
    """Age-specific fertility rates for the years before a census: (…, years back, ages of `ages`), the last year first.

    children: (…, child ages, women's ages) children aged x whose mother is aged m, from age 0 on both axes.
    unmatched: (…, child ages) children whose mother was not found; shared out like those found of their age.
    women: (…, women's ages) by single age from 0; ages from 0 up to `ages[1]` + the oldest child's age are needed.
    child_years, woman_years: the life tables' Lx with radix 1 by single age from 0: of children (both sexes), (…,
    child ages) at least; of women, (…, women's ages). One table serves all years back.
    Migration and mothers who died or live apart are the method's weak points, as are children left out at age 0; read
    averages of several years rather than one.
    Errors: negative, missing or infinite cells, survival above 1 (radix 1 is wanted) or of 0, missing ages of women,
    children whom nobody claims.
    """
    own, apart = read_counts("children", children, axes=2), read_counts("unmatched", unmatched, axes=1)
    mothers = read_counts("women", women, axes=1)
    young, adult = read_share("child_years", child_years, axes=1), read_share("woman_years", woman_years, axes=1)
    match_shapes(children=own[..., 0], unmatched=apart, child_years=young[..., : own.shape[-2]])
    match_shapes(children=own[..., 0, :], women=mothers, woman_years=adult)
    match_shapes(unmatched=apart[..., 0], women=mothers[..., 0], child_years=young[..., 0], woman_years=adult[..., 0])
    years, first, last = own.shape[-2], *ages
    _need_ages(mothers.shape[-1], last + years - 1)
    _need_survivors("child_years", young[..., :years])
    _need_survivors("woman_years", adult[..., first : last + years])
    births = own * (1 + _share_apart(own, apart))[..., None] / young[..., :years, None]
    return np.stack([_of_year(births[..., x, :], mothers, adult, x, first, last) for x in range(years)], axis=-2)


def _of_year(births: Array, women: Array, lived: Array, back: int, first: int, last: int) -> Array:
    """Rates of the year that lies `back` to `back` + 1 years ago; a woman aged m now was m − back − 1 or m − back."""
    now = np.arange(first + back, last + back + 1)
    earlier = (_age(lived, now - back - 1) + _age(lived, now - back)) / 2
    then = women[..., now] * earlier / lived[..., now]
    of_mothers = births[..., now]
    return divide(of_mothers[..., :-1] + of_mothers[..., 1:], then[..., :-1] + then[..., 1:])


def _age(lived: Array, at: npt.NDArray[np.int64]) -> Array:
    return np.asarray(lived[..., np.maximum(at, 0)], dtype=np.float64)


def _share_apart(own: Array, apart: Array) -> Array:
    found = own.sum(-1)
    refuse_cells(
        "unmatched",
        apart,
        np.asarray((apart > 0) & (found == 0)),
        zh="该年龄有{value}名儿童未找到母亲，却没有找到母亲的儿童可比照。",
        en="{value} children of this age have no mother found, and none has one to go by.",
        mend_zh="请合并年龄组，或去掉这一年龄。",
        mend_en="Merge ages, or leave this age out.",
    )
    return np.where(found > 0, apart / np.where(found > 0, found, 1.0), 0.0)


def _need_ages(given: int, needed: int) -> None:
    if given < needed + 1:
        raise ShidaiError(
            problem(
                f"women[{given}]",
                zh=f"缺少年龄：需要0至{needed}岁的妇女，只给到{given - 1}岁。",
                en=f"ages are missing: women aged 0 to {needed} are needed, the last given is {given - 1}.",
                mend_zh="女性年龄须比生育年龄上限多出最大儿童年龄。",
                mend_en="Women must be given up to the last childbearing age plus the oldest child's age.",
            )
        )


def _need_survivors(name: str, lived: Array) -> None:
    refuse_cells(
        name,
        lived,
        lived == 0,
        zh="该年龄的生存人年数为0，无法倒推。",
        en="nobody lives at this age in the life table, so nobody can be brought back.",
        mend_zh="请用以1为基数的Lx。",
        mend_en="Give Lx with radix 1.",
    )
