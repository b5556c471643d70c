"""Resident numbers, telephone numbers and addresses that cannot be anybody's.

- A resident number begins with two digits that GB/T 2260 has never given to a province-level unit (the pack says
  which), so that no card with it exists; its date, order and check character are those of GB 11643.
- A telephone number lies in a range of mobile numbers that no operator has been given (the pack says which).
- An address names a village of the pack, whose lower units are numbered and not named, with a drawn number.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shidai.packs.schema.demonstration import Demonstration
from shidai.synth.city import City
from shidai.synth.columns import Ints

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, from ISO 7064 MOD 11-2
_CHECKS = "10X98765432"
_PHONE_DIGITS = 11
_HAS_PHONE = 0.6


def resident_numbers(city: City, params: Demonstration) -> pa.Array:
    """18 characters for every person, no two alike."""
    people = city.people
    counties = np.array([int(code[2:6]) for code in city.places.county_code])
    origins = np.array([int(code[2:6]) for code in city.places.origin_code])
    unit = np.where(people["origin"] >= 0, origins[people["origin"]], counties[people["county"]])
    region = int(params.unassigned_area) * 10_000 + unit
    order = _order_within(region, people["birth"], people["sex"]) % 499
    number = region * 10**11 + _written(people["birth"]) * 1000 + 2 * order + np.where(people["sex"] == 1, 1, 2)
    checks = pc.take(pa.array(list(_CHECKS)), pa.array(_check_sum(number) % 11))
    return pc.binary_join_element_wise(pa.array(number).cast(pa.string()), checks, "")


def phone_numbers(city: City, params: Demonstration) -> pa.Array:
    """A number for some of those over 15; null for the rest."""
    people = city.people
    count = len(people["birth"])
    rng = np.random.default_rng([city.seed, 4])
    grown = city.cutoff - people["birth"] > 15 * 365
    has = grown & (rng.random(count) < _HAS_PHONE) & (people["death"] > city.cutoff)
    free = 10 ** (_PHONE_DIGITS - len(params.unassigned_phone))
    numbers = int(params.unassigned_phone) * free + (np.arange(count, dtype=np.int64) * 7_368_787 + 1) % free
    return pa.array(numbers, mask=~has).cast(pa.string())


def home_addresses(city: City) -> pa.Array:
    """An address for every household: its village, then a group and number, or a building and flat."""
    homes = city.tables["homes"]
    number = np.arange(len(homes["area"]), dtype=np.int64)
    urban = city.places.village_urban[homes["area"]]
    group, door = 1 + number % 18, 1 + number // 18 % 120
    flat = 100 * (1 + number // 7 % 6) + 1 + number % 4
    name = pc.take(pa.array(city.places.village_name.tolist()), pa.array(homes["area"]))
    text = [pa.array(part).cast(pa.string()) for part in (group, np.where(urban, flat, door))]
    middle = pc.take(pa.array(["组", "幢"]), pa.array(urban.astype(np.int8)))
    end = pc.take(pa.array(["号", "室"]), pa.array(urban.astype(np.int8)))
    return pc.binary_join_element_wise(name, text[0], middle, text[1], end, "")


def _written(days: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Days as numbers YYYYMMDD."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    day = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    month = months.astype(np.int64)
    return np.asarray((month // 12 + 1970) * 10_000 + (month % 12 + 1) * 100 + day)


def _order_within(*keys: Ints) -> npt.NDArray[np.int64]:
    """0, 1, 2, … among rows that are alike in all keys."""
    order = np.lexsort(keys)
    fresh = np.zeros(len(order), np.bool_)
    fresh[:1] = True
    for key in keys:
        fresh[1:] |= key[order[1:]] != key[order[:-1]]
    place = np.arange(len(order))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = place - np.maximum.accumulate(np.where(fresh, place, 0))
    return ranks


def _check_sum(number: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    total, rest = np.zeros(len(number), np.int64), number.copy()
    for weight in reversed(_WEIGHTS):
        total += weight * (rest % 10)
        rest //= 10
    return total
