"""One small synthetic city that all spec tests of this chapter read, and what they often ask of it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from shidai.packs import Pack, load_pack
from shidai.packs.schema.demonstration import Demonstration
from shidai.synth.city import City
from shidai.synth.days import new_year
from shidai.synth.grow import grow_city

RESIDENTS = 20_000
SEED = 11
REGISTERED, LIVING = 0, 1


@lru_cache(maxsize=1)
def wuxi() -> Pack:
    return load_pack("wuxi-2006")


@lru_cache(maxsize=1)
def two_counties() -> Pack:
    """The same pack with two of its counties: cities that are grown for one test only grow faster."""
    pack = wuxi()
    kept = ("320205", "320281")
    fields = {name: getattr(pack, name) for name in type(pack).model_fields}
    areas = tuple(a for a in pack.areas if a.level == "city" or a.code.startswith(kept))
    now = parameters()
    counties = {
        "size": now.size.model_copy(update={"rural": {"other": 0.6}}),
        "migrants": now.migrants.model_copy(update={"county": {}}),
    }
    return Pack.model_construct(**{**fields, "areas": areas, "demonstration": now.model_copy(update=counties)})


def parameters() -> Demonstration:
    found = wuxi().demonstration
    assert found is not None
    return found


@lru_cache(maxsize=1)
def small_city() -> City:
    return grow_city(wuxi(), RESIDENTS, SEED)


def present(city: City, kind: int, year_end: int) -> np.ndarray:
    """Rows of the spells that hold at the end of 31 December."""
    spells, day = city.spells, new_year(year_end + 1)
    return (spells["kind"] == kind) & (spells["start"] < day) & (spells["end"] >= day)


def in_year(days: np.ndarray, year: int) -> np.ndarray:
    return (days >= new_year(year)) & (days < new_year(year + 1))
