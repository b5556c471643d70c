"""Unmet need for family planning by the revised definition, woman by woman.

Source: Bradley, S. E. K.; Croft, T. N.; Fishel, J. D.; Westoff, C. F. (2012) Revising Unmet Need for Family Planning.
DHS Analytical Studies 25, figure 2. The steps stand below in its order; a woman stays where the first that fits puts
her. It says who would want a method that she doesn't have, so that it can be offered; it says nothing of what she ought
to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from shidai.words import ShidaiError, problem

Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]
Months = npt.NDArray[np.float64]
AMENORRHOEA_LIMIT = 24
"""Months after a birth for which amenorrhoea alone says where a woman stands."""
RECENT_BIRTH = 60
"""Months that the definition calls the last five years."""
LONG_SINCE_PERIOD = 6
"""Months without a period from which a woman counts as infecund, if she isn't amenorrhoeic after a birth."""


class Need(IntEnum):
    """Where a woman stands; the numbers are those of the DHS recode variable v626a."""

    UNMET_SPACING = 1
    UNMET_LIMITING = 2
    USING_SPACING = 3
    USING_LIMITING = 4
    NO_NEED = 7
    INFECUND = 9
    NOT_ACTIVE = 97
    UNKNOWN = 99


class Wish(IntEnum):
    """A woman's wish for a (further) child; the numbers of the DHS recode variable v605."""

    WITHIN_TWO_YEARS = 1
    AFTER_TWO_YEARS = 2
    UNSURE_WHEN = 3
    UNDECIDED = 4
    NO_MORE = 5
    STERILISED = 6
    DECLARED_INFECUND = 7
    UNKNOWN = 9


class Wanted(IntEnum):
    """Whether a pregnancy or birth was wanted when it came; the numbers of v225 and m10."""

    THEN = 1
    LATER = 2
    NOT_AT_ALL = 3
    UNKNOWN = 9


class LastPeriod(IntEnum):
    """What a woman said of her last period when she gave no time; the numbers of v215."""

    DATED = 0
    MENOPAUSE = 994
    BEFORE_LAST_BIRTH = 995
    NEVER = 996
    UNKNOWN = 999


_FLAGS = ("using", "pregnant", "in_union", "active", "ever_used", "no_method_as_infecund")


@dataclass(frozen=True, slots=True)
class WomenAsked:
    """One entry for each woman, all (women,); NaN in months is 'none' or 'not known'."""

    using: Flags  # uses any method
    wish: Codes  # Wish
    pregnant: Flags
    wanted: Codes  # Wanted: of the pregnancy, or else of the last birth of the last five years
    months_since_birth: Months  # NaN: never gave birth
    amenorrhoeic: Months  # 1 period not back since that birth, 0 back, NaN not asked or not known
    months_since_period: Months  # NaN: not known, or a LastPeriod
    last_period: Codes  # LastPeriod
    in_union: Flags
    active: Flags  # had intercourse in the last 30 days; used for women not in a union
    years_in_union: Months  # since the first union; NaN not known or never
    ever_used: Flags  # ever used a method
    no_method_as_infecund: Flags  # gave menopause or hysterectomy as the reason for using none


def classify_need(women: WomenAsked) -> Codes:
    """Where each woman stands: codes of `Need`, (women,).

    Missing answers that matter give `UNKNOWN`. A code that isn't of its list raises and names the woman.
    """
    _check(women)
    need = np.full(women.using.shape, Need.UNKNOWN, dtype=np.int64)
    open_ = np.full(women.using.shape, True)
    for fits, code in _steps(women):
        need[open_ & fits] = code
        open_ &= ~fits
    return need


def has_unmet_need(need: npt.ArrayLike) -> Flags:
    """Which codes are an unmet need, for spacing or for limiting.

    need: (women,) as `classify_need` gives it; any other code counts as none, without an error.
    """
    return np.isin(np.asarray(need), (Need.UNMET_SPACING, Need.UNMET_LIMITING))


def _steps(women: WomenAsked) -> list[tuple[Flags, Need]]:
    no_more = np.isin(women.wish, (Wish.NO_MORE, Wish.STERILISED, Wish.DECLARED_INFECUND))
    after_birth = _amenorrhoeic(women)
    expecting = women.pregnant | (after_birth & (women.months_since_birth < AMENORRHOEA_LIMIT))
    later = np.isin(women.wish, (Wish.AFTER_TWO_YEARS, Wish.UNSURE_WHEN, Wish.UNDECIDED))
    return [
        (women.using & no_more, Need.USING_LIMITING),
        (women.using, Need.USING_SPACING),
        (expecting & (women.wanted == Wanted.THEN), Need.NO_NEED),
        (expecting & (women.wanted == Wanted.LATER), Need.UNMET_SPACING),
        (expecting & (women.wanted == Wanted.NOT_AT_ALL), Need.UNMET_LIMITING),
        (expecting, Need.UNKNOWN),
        (~women.in_union & ~women.active, Need.NOT_ACTIVE),
        (_infecund(women, after_birth), Need.INFECUND),
        (women.wish == Wish.WITHIN_TWO_YEARS, Need.NO_NEED),
        (later, Need.UNMET_SPACING),
        (women.wish == Wish.NO_MORE, Need.UNMET_LIMITING),
    ]


def _amenorrhoeic(women: WomenAsked) -> Flags:
    """Period not back since a birth of the last five years: by her answer, or, where it is missing, because her last
    period was before that birth."""
    unknown = np.isnan(women.amenorrhoeic)
    before = (women.months_since_period > women.months_since_birth) | (
        women.last_period == LastPeriod.BEFORE_LAST_BIRTH
    )
    inferred = unknown & before & (women.months_since_birth < RECENT_BIRTH)
    return np.asarray((women.amenorrhoeic == 1) | inferred, dtype=np.bool_)


def _infecund(women: WomenAsked, after_birth: Flags) -> Flags:
    """Any of the definition's signs."""
    no_recent_birth = ~(women.months_since_birth < RECENT_BIRTH)
    long_childless = women.in_union & (women.years_in_union >= 5) & no_recent_birth & ~women.ever_used
    signs = (
        long_childless,
        women.wish == Wish.DECLARED_INFECUND,
        women.no_method_as_infecund,
        (women.months_since_period >= LONG_SINCE_PERIOD) & ~after_birth,
        women.last_period == LastPeriod.MENOPAUSE,
        (women.last_period == LastPeriod.NEVER) & no_recent_birth,
        (women.last_period == LastPeriod.BEFORE_LAST_BIRTH) & no_recent_birth,
    )
    return np.asarray(np.any(signs, axis=0), dtype=np.bool_)


def _check(women: WomenAsked) -> None:
    size = women.using.shape
    lists = {"wish": Wish, "wanted": Wanted, "last_period": LastPeriod}
    for name in women.__slots__:
        values = np.asarray(getattr(women, name))
        if values.shape != size or values.ndim != 1:
            raise ShidaiError(
                problem(
                    name,
                    zh=f"形状是{values.shape}；需要每名妇女一项，共{size}。",
                    en=f"the shape is {values.shape}; one entry for each woman is needed, {size}.",
                    mend_zh="各列须等长；没有的写NaN或“不详”的代码。",
                    mend_en="All columns are equally long; NaN or the code of unknown stands for no answer.",
                )
            )
        if name in _FLAGS and values.dtype != np.bool_:
            raise ShidaiError(
                problem(
                    name,
                    zh=f"需要真/假值，这里是{values.dtype}。",
                    en=f"true or false is needed, not {values.dtype}.",
                    mend_zh="0/1代码请先与1比较。",
                    mend_en="Compare codes of 0 and 1 with 1 first.",
                )
            )
        if name in lists:
            wrong = np.flatnonzero(~np.isin(values, [int(code) for code in lists[name]]))
            if wrong.size:
                known = ", ".join(f"{int(code)} {code.name}" for code in lists[name])
                raise ShidaiError(
                    problem(
                        f"{name}[{int(wrong[0])}]",
                        zh=f"不认识的代码{values[wrong[0]]}。",
                        en=f"unknown code {values[wrong[0]]}.",
                        mend_zh=f"可用：{known}。",
                        mend_en=f"Use {known}.",
                    )
                )
