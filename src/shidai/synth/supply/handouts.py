"""Hand-outs of the city's last year: users come to the public service, and come again when the units are used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shidai.packs import Pack
from shidai.packs.schema.commodity import Commodity
from shidai.packs.schema.demonstration import HandOutShares, SupplyShares
from shidai.synth.city import City
from shidai.synth.contraception import method_names
from shidai.synth.county import LIVING
from shidai.synth.days import NEVER, new_year
from shidai.synth.register_tables import last_day

STREAM = 12  # of chance, beside those of the people, of benefits and of programmes
_OPEN_DAYS = 6  # Monday to Saturday
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class HandOuts:
    """One commodity's hand-outs, each an array: person (−1: without a name), village lived in, day, units."""

    commodity: Commodity
    person: Numbers
    village: Numbers
    day: Numbers
    units: Numbers


def draw_hand_outs(city: City, pack: Pack, shares: SupplyShares) -> list[HandOuts]:
    """The hand-outs of every commodity that the demonstration names. The same city and pack give the same ones."""
    found = []
    for number, one in enumerate(shares.hand_out):
        rng = np.random.default_rng([city.seed, STREAM, number])
        found.append(_draw(city, pack, one, pack.commodities[one.commodity], rng))
    return found


def _draw(city: City, pack: Pack, shares: HandOutShares, commodity: Commodity, rng: np.random.Generator) -> HandOuts:
    first, tomorrow = new_year(last_day(city).year), city.cutoff + 1
    woman, start, end, village = _users(city, pack, commodity.method or "", first, tomorrow)
    come = rng.random(len(woman)) < shares.public
    woman, start, end, village = woman[come], start[come], end[come], village[come]
    if shares.at_start:
        begun = start >= first
        rows, days = np.flatnonzero(begun), start[begun].astype(np.int64)
        units = np.full(len(rows), shares.units[0], np.int64)
    else:
        rows, days, units = _come_again(rng, shares, commodity, start, end, first, tomorrow)
    days = _when_open(days, tomorrow)
    may = commodity.anonymous_most is not None
    nameless = may & (units <= (commodity.anonymous_most or 0)) & (rng.random(len(rows)) < shares.anonymous)
    order = np.lexsort((rows, days))
    person = np.where(nameless, -1, woman[rows])
    return HandOuts(commodity, person[order].astype(np.int64), village[rows][order], days[order], units[order])


def _users(city: City, pack: Pack, method: str, first: int, tomorrow: int) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Users of a method in the year who live in the city at its end: woman, start and end of the use, village."""
    used = city.tables["contraception"]
    assert pack.demonstration is not None
    names = method_names(pack.demonstration.contraception)
    wanted = names.index(method) if method in names else -1
    lives = np.full(len(city.people["birth"]), -1, np.int64)
    spells = city.spells
    here = (spells["kind"] == LIVING) & (spells["end"] == NEVER)
    lives[spells["person"][here]] = spells["area"][here]
    rows = np.flatnonzero((used["method"] == wanted) & (used["start"] < tomorrow) & (used["end"] > first))
    rows = rows[lives[used["person"][rows]] >= 0]
    woman = used["person"][rows].astype(np.int64)
    return woman, used["start"][rows].astype(np.int64), used["end"][rows].astype(np.int64), lives[woman]


def _come_again(
    rng: np.random.Generator, shares: HandOutShares, commodity: Commodity, start: Numbers, end: Numbers, first: int,
    tomorrow: int,
) -> tuple[Numbers, Numbers, Numbers]:  # fmt: skip
    """Rows of users, days and units. Who used before the year comes for the first time within what one visit lasts."""
    assert commodity.units_per_couple_year is not None
    least, most = (one // shares.step for one in shares.units)
    day_of_unit = 365.25 / commodity.units_per_couple_year
    longest = most * shares.step * day_of_unit * shares.last_longer[1]
    turns = int((tomorrow - first) / (least * shares.step * day_of_unit * shares.last_longer[0])) + 2
    shape = (len(start), turns)
    units = rng.integers(least, most + 1, shape) * shares.step
    lasts = units * day_of_unit * rng.uniform(*shares.last_longer, shape)
    begun = np.where(start >= first, start, first + rng.random(len(start)) * longest)
    days = begun[:, None] + np.cumsum(lasts, axis=1) - lasts
    until = np.minimum(end, tomorrow)
    rows, turn = np.nonzero(days < until[:, None])
    return rows, days[rows, turn].astype(np.int64), units[rows, turn].astype(np.int64)


def _when_open(days: Numbers, tomorrow: int) -> Numbers:
    """The same day, or on a Sunday the day before or, on the year's first day, after."""
    weekday = (days + 3) % 7  # 1970-01-01 was a Thursday; Monday is 0
    return np.asarray(np.where(weekday < _OPEN_DAYS, days, np.where(days - 1 < tomorrow - 365, days + 1, days - 1)))
