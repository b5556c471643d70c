"""Years lived in bad health or in need of care: Sullivan's method.

Source: Sullivan, D. F. (1971) A single index of mortality and morbidity. HSMHA Health Reports 86, 347–354; errors as in
Jagger, C. et al. (2014) Health Expectancy Calculation by the Sullivan Method: A Practical Guide, 4th ed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, match_shapes, read_counts, read_share
from shidai.demography.lifetable import LifeTable


def years_in_state(table: LifeTable, share: npt.ArrayLike) -> Array:
    """Years that a survivor to each age can expect to live in a state (bad health, needing care): (…, ages).

    share: (…, ages) of persons of the age group who are in it, 0 to 1, the last group open. Years out of it are
    table.ex − these. Today's shares and death rates for a whole life: not a forecast, and slow to show a sudden change.
    Errors: negative, missing or infinite cells, shares above 1, other ages.
    """
    there = read_share("share", share)
    match_shapes(Lx=table.Lx, share=there)
    lived = _from_here(table.Lx * there)
    return np.asarray(np.divide(lived, table.lx, out=np.zeros_like(lived), where=table.lx > 0), dtype=np.float64)


def years_in_state_error(table: LifeTable, share: npt.ArrayLike, asked: npt.ArrayLike) -> Array:
    """Standard error of `years_in_state` from the persons `asked` (…, ages), a simple sample by age; (…, ages).

    Death rates count as known, which is right where the survey is small beside the register. Groups nobody was asked in
    must have share 0 or 1 known otherwise; they add nothing. For a clustered survey divide `asked` by DEFT².
    Errors: negative, missing or infinite cells, shares above 1, other ages.
    """
    there, n = read_share("share", share), read_counts("asked", asked)
    match_shapes(Lx=table.Lx, share=there, asked=n)
    variance = np.where(n > 0, there * (1 - there) / np.where(n > 0, n, 1.0), 0.0)
    lived = np.sqrt(_from_here(table.Lx**2 * variance))
    return np.asarray(np.divide(lived, table.lx, out=np.zeros_like(lived), where=table.lx > 0), dtype=np.float64)


def care_years(population: npt.ArrayLike, share: npt.ArrayLike) -> Array:
    """Person-years of care that a population needs in a year, by age: people (…, ages) × share in need (…, ages).

    From a projection it gives the need to come if the shares stay; they seldom do, so run several.
    Errors: negative, missing or infinite cells, shares above 1, other ages.
    """
    people, there = read_counts("population", population), read_share("share", share)
    match_shapes(population=people, share=there)
    return np.asarray(people * there, dtype=np.float64)


def _from_here(values: Array) -> Array:
    """Sums over this and all older ages."""
    return np.asarray(np.cumsum(values[..., ::-1], axis=-1)[..., ::-1], dtype=np.float64)
