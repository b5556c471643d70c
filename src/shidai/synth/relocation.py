"""The one way in which people change where they are registered and where they live."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.synth.county import County
from shidai.synth.people import Ids
from shidai.synth.places import NOWHERE

Place = tuple[npt.ArrayLike, npt.ArrayLike]  # village, household
OUTSIDE: Place = (NOWHERE, np.int32(-1))


def relocate(
    county: County,
    ids: Ids,
    days: npt.NDArray[np.int32],
    why: str,
    *,
    registered: Place | None = None,
    living: Place | None = None,
) -> None:
    """Move people to a village and household, or outside the city, on a day; what isn't given stays.

    A change of household inside a village is a correction and no move. A living spell carries the place of
    registration, so that it is split, as a correction, when only the registration moves.
    """
    if not len(ids):
        return
    p = county.people
    village, home = _wanted(ids, registered, p.registered, p.registered_home)
    lives, household = _wanted(ids, living, p.living, p.living_home)
    moved = village != p.registered[ids]
    changed = moved | (home != p.registered_home[ids])
    went = lives != p.living[ids]
    altered = went | (household != p.living_home[ids]) | (moved & (lives != NOWHERE))
    lasting = [(went, why), (altered & ~went, "correction")]
    lasting = [(some.nonzero()[0], reason) for some, reason in lasting if some.any()]
    for some, reason in lasting:
        county.close_living(ids[some], days[some], reason)
    for mask, reason in ((moved, why), (changed & ~moved, "correction")):
        some = mask.nonzero()[0]
        if len(some):
            county.close_registered(ids[some], days[some], reason)
            county.open_registered(ids[some], village[some], home[some], days[some], reason)
    for some, reason in lasting:
        county.open_living(ids[some], lives[some], household[some], days[some], reason)


def leave_city(county: County, ids: Ids, days: npt.NDArray[np.int32], why: str) -> None:
    """People leave for good: their spells end and they are followed no longer."""
    relocate(county, ids, days, why, registered=OUTSIDE, living=OUTSIDE)
    county.people.gone[ids] = True
    county.living_ids = county.living_ids[~county.people.gone[county.living_ids]]
    county.mark_busy(ids)


def _wanted(
    ids: Ids, place: Place | None, village: npt.NDArray[np.int16], home: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int32]]:
    if place is None:
        return village[ids], home[ids]
    villages, homes = np.empty(len(ids), np.int16), np.empty(len(ids), np.int32)
    villages[:], homes[:] = place
    return villages, homes
