"""Weddings and divorces of a year, and where the couples live afterwards."""

from __future__ import annotations

import numpy as np

from shidai.packs.schema.demonstration import value_in
from shidai.synth.county import County
from shidai.synth.days import Days, draw_days, new_year
from shidai.synth.people import Ids
from shidai.synth.places import NOWHERE
from shidai.synth.relocation import relocate
from shidai.synth.seeking import seek_again

_CHILDHOOD = 16
_NEIGHBOURS = 64  # couples are matched by age first, then by township among this many of like age
_AGE_GAP = 2.0 * 365.25  # grooms are older
_AGE_NOISE = 1.6 * 365.25


def part(county: County, year: int) -> None:
    """Divorces: the wife and her young children found a household of their own."""
    p, ids = county.people, county.living_ids
    wives = ids[(p.sex[ids] == 2) & (p.spouse[ids] >= 0) & (p.union_start[ids] < new_year(year))]
    wives = wives[county.rng.random(len(wives)) < value_in(county.params.marriage.divorce, year)]
    wives = wives[~county.busy[wives] & ~county.busy[p.spouse[wives]] & county.present(wives)]
    if not len(wives):
        return
    days = draw_days(county.rng, year, len(wives))
    husbands = county.end_unions(wives, days, "divorce")
    seek_again(county, wives, year)
    seek_again(county, husbands, year)
    village = county.places.draw_in_county(county.rng, county.plan.county, len(wives))
    home = county.found_homes(len(wives))
    children, place = _children_of(county, wives, year)
    relocate(county, wives, days, "other", living=(village, home))
    relocate(county, children, days[place], "other", living=(village[place], home[place]))
    county.mark_busy(wives, husbands, children)


def marry(county: County, year: int) -> None:
    """Weddings of those who look for a spouse, residents and migrants mostly among themselves."""
    p, ids = county.people, county.living_ids
    free = ids[(p.spouse[ids] < 0) & (p.seek_year[ids] <= year)]
    free = free[~county.busy[free] & county.present(free)]
    crosses = county.rng.random(len(free)) < county.params.marriage.across
    among_migrants = ~county.local(free) & ~crosses
    for pool in (free[~among_migrants], free[among_migrants]):
        women, men = pool[p.sex[pool] == 2], pool[p.sex[pool] == 1]
        wives, husbands = match_couples(county, women, men)
        if len(wives):
            days = draw_days(county.rng, year, len(wives))
            county.found_unions(wives, husbands, days)
            settle_couples(county, wives, husbands, days, year)


def match_couples(county: County, women: Ids, men: Ids) -> tuple[Ids, Ids]:
    """Pairs of like age and, among those, of like place; never siblings, nor parent and child."""
    p, rng = county.people, county.rng
    count = min(len(women), len(men))
    women, men = rng.permutation(women)[:count], rng.permutation(men)[:count]
    women = women[np.argsort(p.birth[women] + rng.normal(0, _AGE_NOISE, count), kind="stable")]
    men = men[np.argsort(p.birth[men] + _AGE_GAP + rng.normal(0, _AGE_NOISE, count), kind="stable")]
    chunk = np.arange(count) // _NEIGHBOURS
    township = np.append(county.places.township_of, -1)
    women = women[np.lexsort((township[p.living[women]], chunk))]
    men = men[np.lexsort((township[p.living[men]], chunk))]
    kin = (p.mother[women] >= 0) & (p.mother[women] == p.mother[men])
    kin |= (p.mother[men] == women) | (p.father[women] == men)
    return women[~kin], men[~kin]


def settle_couples(county: County, wives: Ids, husbands: Ids, days: Days, year: int) -> None:
    """One spouse joins the other, with the registration or without; some found a household or move house."""
    p, rng, rules, count = county.people, county.rng, county.params.marriage, len(wives)
    husband_stays = rng.random(count) < rules.wife_joins
    husband_stays = np.where(county.local(husbands) == county.local(wives), husband_stays, county.local(husbands))
    stays, comes = np.where(husband_stays, husbands, wives), np.where(husband_stays, wives, husbands)
    children, place = _children_of(county, wives, year)
    moves_house = rng.random(count) < value_in(rules.new_home, year)
    founds = moves_house | (rng.random(count) < value_in(rules.new_household, year))
    village = np.where(moves_house, county.places.draw_in_city(rng, count), p.living[stays])
    home = np.where(founds, county.found_homes(count), p.living_home[stays])
    follows = county.local(stays) & (
        rng.random(count)
        < np.where(county.local(comes), value_in(rules.registration_follows, year), rules.outsider_registers)
    )
    at_home = founds & ~moves_house & (p.registered[stays] == p.living[stays])
    registered_home = np.where(at_home, home, p.registered_home[stays])
    registered_village = p.registered[stays].copy()
    own = np.where(follows, registered_village, p.registered[comes])
    own_home = np.where(follows, registered_home, p.registered_home[comes])
    relocate(county, stays, days, "marriage", registered=(registered_village, registered_home), living=(village, home))
    relocate(county, comes, days, "marriage", registered=(own, own_home), living=(village, home))
    relocate(county, children, days[place], "move", living=(village[place], home[place]))
    county.mark_busy(wives, husbands, children)


def _children_of(county: County, mothers: Ids, year: int) -> tuple[Ids, Ids]:
    """Young children who live in their mother's household, and the place of each one's mother in `mothers`."""
    p, ids = county.people, county.living_ids
    where = np.full(p.count, -1, np.int32)
    where[mothers] = np.arange(len(mothers), dtype=np.int32)
    young = ids[(year - p.birth_year[ids] < _CHILDHOOD) & (p.mother[ids] >= 0)]
    young = young[(where[p.mother[young]] >= 0) & ~county.busy[young] & (p.living[young] != NOWHERE)]
    young = young[p.living_home[young] == p.living_home[p.mother[young]]]
    return young, where[p.mother[young]]
