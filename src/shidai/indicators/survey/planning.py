"""Family planning from a women's recode: who uses what, who has an unmet need, of women married or in a union.

Columns have the names and codes of the DHS recode. Surveys whose codes differ must be recoded first; the definition's
authors list them survey by survey.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.unmet_need import LastPeriod, Wanted, Wish, WomenAsked, classify_need, has_unmet_need
from shidai.indicators.survey.layout import Numbers, Recode

Flags = npt.NDArray[np.bool_]
USE = ("v502", "v313")
NEED = ("v312", "v605", "v213", "v225", "m10_1", "v222", "m6_1", "v215", "v528", "v512", "v3a08d")
_IN_UNION, _MODERN = 1, 3
_NOT_BACK = 96  # of a period since the last birth
_SAYS_NOTHING = (97, 98, 99)
_DAYS, _WEEKS, _MONTHS, _YEARS = 100, 200, 300, 400  # what v215 counts in; its last two digits are how many
_HYSTERECTOMY = 993


def planning_shares(women: Recode) -> dict[str, tuple[Flags, Flags]]:
    """Measure → (which women count above, which below the line), each (women,); without the columns, nothing."""
    column = women.columns
    if not all(name in column for name in USE):
        return {}
    union = column["v502"] == _IN_UNION
    using, modern = union & (column["v313"] > 0), union & (column["v313"] == _MODERN)
    shares = {"CPR any": (using, union), "CPR modern": (modern, union)}
    if all(name in column for name in NEED) and ("v302a" in column or "v302" in column):
        unmet = union & has_unmet_need(classify_need(read_answers(women)))
        shares["Unmet need"] = (unmet, union)
        shares["Demand satisfied modern"] = (modern, using | unmet)
    return shares


def read_answers(women: Recode) -> WomenAsked:
    """The answers that unmet need is judged by."""
    column = women.columns
    pregnant = column["v213"] == 1
    period = column["v215"]
    last = np.where(period == _HYSTERECTOMY, LastPeriod.MENOPAUSE, period)
    ever = column["v302a"] if "v302a" in column else column["v302"]
    wanted = _coded(column["v225"], Wanted)
    of_birth = _coded(column["m10_1"], Wanted)
    return WomenAsked(
        using=column["v312"] > 0,
        wish=_coded(column["v605"], Wish),
        pregnant=pregnant,
        wanted=np.where((wanted == Wanted.UNKNOWN) & ~pregnant, of_birth, wanted),
        months_since_birth=column["v222"],
        amenorrhoeic=_period_back(column["m6_1"]),
        months_since_period=_months(period),
        last_period=np.where(np.isin(last, [int(code) for code in LastPeriod]), last, LastPeriod.DATED).astype(
            np.int64
        ),
        in_union=column["v502"] == _IN_UNION,
        active=column["v528"] <= 30,
        years_in_union=column["v512"],
        ever_used=ever > 0,
        no_method_as_infecund=column["v3a08d"] == 1,
    )


def _coded(values: Numbers, known: type[Wish] | type[Wanted]) -> npt.NDArray[np.int64]:
    """Codes; what is empty or not in the list is unknown."""
    codes = [int(code) for code in known]
    return np.where(np.isin(values, codes), values, known.UNKNOWN).astype(np.int64)


def _period_back(m6: Numbers) -> Numbers:
    """1 not back since the last birth, 0 back after so many months, NaN not said."""
    said = ~np.isnan(m6) & ~np.isin(m6, _SAYS_NOTHING)
    return np.where(said, (m6 == _NOT_BACK).astype(np.float64), np.nan)


def _months(v215: Numbers) -> Numbers:
    """Whole months since the last period, NaN where none was given."""
    number = v215 % 100
    months = np.full(v215.shape, np.nan)
    for unit, count in (
        (_DAYS, np.trunc(number / 30)),
        (_WEEKS, np.trunc(number / 4.3)),
        (_MONTHS, number),
        (_YEARS, number * 12),
    ):
        given = (v215 >= unit) & (v215 <= unit + 90)
        months[given] = count[given]
    return months
