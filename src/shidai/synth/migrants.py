"""People who come to the city and leave it: migrants, and newcomers who register here."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.packs.schema.demonstration import value_in
from shidai.synth.county import REASON, County
from shidai.synth.days import Days, draw_days, new_year, year_of
from shidai.synth.people import Ids
from shidai.synth.places import NOWHERE
from shidai.synth.relocation import leave_city, relocate
from shidai.synth.seeking import plan_seeking

_SETTLED_AFTER = 3 * 365  # days of living here before a migrant household registers
_YEAR = 365.25
_MAX_CHILDREN = 4
_OLDEST_MOTHER = 45


def exchange_migrants(county: County, year: int) -> None:
    """Some migrant households go home; others arrive until the year's stock is reached."""
    p = county.people
    leaving = county.rng.random(county.homes, dtype=np.float32) < county.params.migrants.leave
    _send_away(county, leaving & ~county.busy_homes(), outsiders=True, why="return", year=year)
    ids = county.living_ids
    stock = int(((p.registered[ids] == NOWHERE) & (p.living[ids] != NOWHERE)).sum())
    wanted = county.plan.migrants * value_in(county.params.migrants.path, year)
    arrive(county, wanted - stock, year, registers=False)


def steer_registered(county: County, year: int) -> None:
    """Bring the registered population to the pack's path: migrants settle and newcomers register, or residents go."""
    gap = _gap(county, year)
    if gap > 0:
        _settle(county, gap * county.params.migrants.settle, year)
        arrive(county, _gap(county, year), year, registers=True)
    elif gap < 0:
        _emigrate(county, -gap, year)


def arrive(county: County, people: float, year: int, *, registers: bool) -> None:
    """New people come as single persons, couples and families, until there are about as many as wanted."""
    rules, rng = county.params.migrants, county.rng
    a_couple = 2 + value_in(rules.with_children, year) * (1 + value_in(rules.another_child, year))
    units = round(max(people, 0.0) / (1 + rules.couples * (a_couple - 1)))
    if units == 0:
        return
    days = draw_days(rng, year, units)
    paired = rng.random(units) < rules.couples
    origin = _draw_origins(county, units)
    village = county.places.draw_in_county(rng, county.plan.county, units)
    home = county.found_homes(units)
    single = ~paired
    sexes = np.where(rng.random(int(single.sum())) < rules.male, 1, 2).astype(np.int8)
    ages = np.minimum(16 + rng.gamma(2.0, 4.0, len(sexes)), 55)
    alone = _add(county, sexes, days[single], ages, origin[single])
    him = np.minimum(22 + rng.gamma(2.5, 3.2, int(paired.sum())), 60)
    her = np.clip(him - rng.normal(1.8, 2.0, len(him)), 20, 58)
    men = _add(county, np.ones(len(him), np.int8), days[paired], him, origin[paired])
    women = _add(county, np.full(len(her), 2, np.int8), days[paired], her, origin[paired])
    _marry_before(county, women, men, days[paired], her)
    children, unit = _add_children(county, women, men, days[paired], her, origin[paired], year)
    pairs = np.flatnonzero(paired)
    for ids, at in ((alone, np.flatnonzero(single)), (men, pairs), (women, pairs), (children, pairs[unit])):
        _move_in(county, ids, days[at], village[at], home[at], registers=registers)


def _add(
    county: County, sexes: npt.NDArray[np.int8], days: Days, ages: npt.NDArray[np.float64],
    origin: npt.NDArray[np.int8],
) -> Ids:  # fmt: skip
    births = (days - ages * _YEAR).astype(np.int32)
    years = year_of(births)
    fecund = county.rng.random(len(sexes)) >= county.params.fertility.sterile
    seek = np.maximum(plan_seeking(county, sexes, years), (year_of(days) + 1)) if len(days) else years
    return county.people.add(
        len(sexes), birth=births, birth_year=years, sex=sexes, origin=origin, rural=True, fecund=fecund,
        seek_year=seek,
    )  # fmt: skip


def _marry_before(county: County, women: Ids, men: Ids, days: Days, her: npt.NDArray[np.float64]) -> None:
    """Couples who come together were married at 20 or later, up to twelve years ago."""
    years = np.minimum(county.rng.random(len(women)) * 12, np.maximum(her - 20, 0.1))
    county.found_unions(women, men, (days - 30 - years * _YEAR).astype(np.int32))


def _add_children(
    county: County, women: Ids, men: Ids, days: Days, her: npt.NDArray[np.float64],
    origin: npt.NDArray[np.int8], year: int,
) -> tuple[Ids, npt.NDArray[np.int64]]:  # fmt: skip
    """Children born elsewhere who come along, and the couple (by place) of each; others stayed behind."""
    p, rng, rules = county.people, county.rng, county.params.migrants
    brings = rng.random(len(women)) < value_in(rules.with_children, year)
    behind = ~brings & (rng.random(len(women)) < rules.left_behind)
    p.parity[women[behind]] = 1
    more = rng.geometric(1 - value_in(rules.another_child, year), len(women))
    number = np.where(brings, np.minimum(more, _MAX_CHILDREN), 0)
    oldest = np.clip((days - p.union_start[women]) / _YEAR - 0.8, 0.0, 15.0)
    couples: list[npt.NDArray[np.int64]] = []
    ages: list[npt.NDArray[np.float64]] = []
    eldest = oldest * (0.55 + 0.45 * rng.random(len(women)))
    for order in range(1, _MAX_CHILDREN + 1):
        here = np.flatnonzero((number >= order) & (oldest > 0.1 + 2.5 * (order - 1)))
        couples.append(here)
        ages.append(eldest[here] - (2.5 * (order - 1)))
    unit, age = np.concatenate(couples), np.maximum(np.concatenate(ages), 0.05)
    order_of = np.repeat(np.arange(1, _MAX_CHILDREN + 1), [len(c) for c in couples])
    spaced = ((order_of == 1) | (age > 0.05)) & (her[unit] - age <= _OLDEST_MOTHER)
    unit, age, order_of = unit[spaced], age[spaced], order_of[spaced]
    sexes = np.where(rng.random(len(unit)) < 0.53, 1, 2).astype(np.int8)
    children = _add(county, sexes, days[unit], age, origin[unit])
    p.mother[children], p.father[children] = women[unit], men[unit]
    p.order[children] = order_of
    np.maximum.at(p.parity, women[unit], order_of.astype(np.int8))
    np.maximum.at(p.last_birth, women[unit], p.birth[children])
    p.son[women[unit[sexes == 1]]] = True
    return children, unit


def _move_in(
    county: County, ids: Ids, days: Days, village: npt.NDArray[np.int16], home: npt.NDArray[np.int32],
    *, registers: bool,
) -> None:  # fmt: skip
    p = county.people
    p.living[ids], p.living_home[ids] = village, home
    p.living_from[ids], p.living_why[ids] = days, REASON["work"]
    if registers:
        p.registered[ids], p.registered_home[ids] = village, home
        p.registered_from[ids], p.registered_why[ids] = days, REASON["work"]
        p.rural[ids] &= ~county.places.village_urban[village]
    county.bring_alive(ids)
    county.mark_busy(ids)


def _draw_origins(county: County, count: int) -> npt.NDArray[np.int8]:
    edges = np.cumsum(county.places.origin_weight)
    place = np.searchsorted(edges, county.rng.random(count) * edges[-1], side="right")
    return np.asarray(np.minimum(place, len(edges) - 1), dtype=np.int8)


def _gap(county: County, year: int) -> float:
    wanted = county.plan.registered * value_in(county.params.size.path, year)
    return wanted - int(county.local(county.living_ids).sum())


def _settle(county: County, people: float, year: int) -> None:
    """Migrant households that have lived here for years register where they live."""
    p, ids = county.people, county.living_ids
    settled = (p.registered[ids] == NOWHERE) & county.present(ids) & ~county.busy[ids]
    candidates = ids[settled & (p.living_from[ids] < new_year(year) - _SETTLED_AFTER)]
    if not len(candidates):
        return
    chosen = county.rng.random(county.homes) < people / len(candidates)
    chosen &= ~county.busy_homes()
    who = candidates[chosen[p.living_home[candidates]]]
    days = draw_days(county.rng, year, county.homes)[p.living_home[who]]
    relocate(county, who, days, "move", registered=(p.living[who], p.living_home[who]))
    p.rural[who] &= ~county.places.village_urban[p.living[who]]
    county.mark_busy(who)


def _emigrate(county: County, people: float, year: int) -> None:
    """Young households of residents leave the city with their registration."""
    p, ids = county.people, county.living_ids
    here = ids[county.present(ids) & county.local(ids)]
    age = year - p.birth_year[here]
    home = p.living_home[here]
    young = np.zeros(county.homes, np.bool_)
    young[home[(age >= 18) & (age <= 35)]] = True
    young[home[age >= 60]] = False
    young &= ~county.busy_homes()
    available = int(young[home].sum())
    if available:
        chosen = young & (county.rng.random(county.homes) < people / available)
        _send_away(county, chosen, outsiders=False, why="work", year=year)


def _send_away(county: County, chosen: npt.NDArray[np.bool_], *, outsiders: bool, why: str, year: int) -> None:
    p, ids = county.people, county.living_ids
    home = p.living_home[ids]
    going = np.append(chosen, np.False_)[home] & ((p.registered[ids] == NOWHERE) == outsiders)
    days = draw_days(county.rng, year, county.homes)
    leave_city(county, ids[going], days[home[going]], why)
