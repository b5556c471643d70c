"""Moves of a year: households inside the city, young people who work or study elsewhere."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.packs.schema.demonstration import value_in
from shidai.synth.county import County
from shidai.synth.days import draw_days, new_year
from shidai.synth.people import NEVER_YEAR, Ids
from shidai.synth.places import NOWHERE
from shidai.synth.relocation import OUTSIDE, leave_city, relocate

_STUDY_AGE, _STUDY_YEARS = 18, 4
_WORK_AGES = range(18, 31)


def move_homes(county: County, year: int) -> None:
    """Whole households move to another village, some with their registration; it becomes a new household."""
    p, rng, rules = county.people, county.rng, county.params.moves
    chosen = rng.random(county.homes, dtype=np.float32) < value_in(rules.household, year)
    chosen &= ~county.busy_homes()
    members, home = _members(county, chosen)
    if not len(members):
        return
    homes, first, place = np.unique(home, return_index=True, return_inverse=True)
    before = p.living[members[first]]
    village = _destinations(county, before)
    fresh = county.found_homes(len(homes))
    days = draw_days(rng, year, len(homes))
    with_registration = (rng.random(len(homes)) < rules.with_registration)[place] & county.local(members)
    for some, registers in ((with_registration, True), (~with_registration, False)):
        who, at = members[some], place[some]
        target = (village[at], fresh[at])
        relocate(county, who, days[at], "move", registered=target if registers else None, living=target)
    urban = county.places.village_urban[village][place]
    p.rural[members[with_registration & urban]] = False
    county.mark_busy(members)


def catch_up(county: County, year: int) -> None:
    """Residents who live elsewhere in the city than they are registered move their registration after."""
    p, rng, ids = county.people, county.rng, county.living_ids
    apart = ids[county.local(ids) & county.present(ids) & (p.registered[ids] != p.living[ids])]
    homes = rng.random(county.homes, dtype=np.float32) < county.params.moves.catch_up
    homes &= ~county.busy_homes()
    who = apart[homes[p.living_home[apart]]]
    days = draw_days(rng, year, county.homes)[p.living_home[who]]
    relocate(county, who, days, "move", registered=(p.living[who], p.living_home[who]))
    p.rural[who] &= ~county.places.village_urban[p.living[who]]
    county.mark_busy(who)


def work_outside(county: County, year: int) -> None:
    """Young unmarried residents leave for work elsewhere, still registered here, and come back."""
    p, rng, rules, ids = county.people, county.rng, county.params.moves, county.living_ids
    age = year - p.birth_year[ids]
    young = (age >= _WORK_AGES.start) & (age < _WORK_AGES.stop) & (p.spouse[ids] < 0) & county.local(ids)
    candidates = ids[young & county.present(ids)]
    leaving = candidates[rng.random(len(candidates)) < value_in(rules.work_outside, year)]
    leaving = leaving[~county.busy[leaving]]
    relocate(county, leaving, draw_days(rng, year, len(leaving)), "work", living=OUTSIDE)
    away = ids[county.local(ids) & ~county.present(ids)]
    back = away[~county.busy[away] & (rng.random(len(away)) < rules.work_return)]
    back = back[p.living_from[back] < new_year(year)]
    home = (p.registered[back], p.registered_home[back])
    relocate(county, back, draw_days(rng, year, len(back)), "return", living=home)
    county.mark_busy(leaving, back)


def study(county: County, year: int) -> None:
    """School leavers go to study with their registration, inside the city or outside; some outside come back."""
    p, rng, rules, ids = county.people, county.rng, county.params.moves, county.living_ids
    _come_back(county, year)
    leavers = ids[(year - p.birth_year[ids] == _STUDY_AGE) & county.local(ids) & county.present(ids)]
    leavers = leavers[rng.random(len(leavers)) < value_in(rules.students, year)]
    leavers = leavers[~county.busy[leavers] & (p.spouse[leavers] < 0)]
    inside = rng.random(len(leavers)) < rules.study_inside
    _study_inside(county, leavers[inside], year)
    outside = leavers[~inside]
    p.home_village[outside] = p.registered[outside]
    days = draw_days(rng, year, len(outside))
    returns = rng.random(len(outside)) < rules.study_return
    p.back_year[outside[returns]] = year + _STUDY_YEARS
    relocate(county, outside[returns], days[returns], "study", registered=OUTSIDE, living=OUTSIDE)
    leave_city(county, outside[~returns], days[~returns], "study")
    county.mark_busy(outside)


def _study_inside(county: County, students: Ids, year: int) -> None:
    """Students of one village in one year share a collective household."""
    code = county.params.moves.study_county
    codes = county.places.county_code
    at = codes.index(code) if code in codes else county.plan.county
    village = county.places.draw_in_county(county.rng, at, len(students))
    villages, place = np.unique(village, return_inverse=True)
    home = county.found_homes(len(villages))[place] if len(villages) else np.empty(0, np.int32)
    days = draw_days(county.rng, year, len(students))
    relocate(county, students, days, "study", registered=(village, home), living=(village, home))
    county.mark_busy(students)


def _come_back(county: County, year: int) -> None:
    p, ids = county.people, county.living_ids
    back = ids[p.back_year[ids] == year]
    mother = p.mother[back]
    with_mother = (mother >= 0) & (p.registered[mother] != NOWHERE) & ~county.busy[mother]
    village = np.where(with_mother, p.registered[mother], p.home_village[back])
    home = np.where(with_mother, p.registered_home[mother], county.found_homes(len(back)))
    days = draw_days(county.rng, year, len(back))
    relocate(county, back, days, "return", registered=(village, home), living=(village, home))
    p.back_year[back] = NEVER_YEAR
    county.mark_busy(back)


def _members(county: County, chosen: npt.NDArray[np.bool_]) -> tuple[Ids, npt.NDArray[np.int32]]:
    p, ids = county.people, county.living_ids
    home = p.living_home[ids]
    inside = np.append(chosen, np.False_)[home]  # the last cell answers for those without a household
    return ids[inside], home[inside]


def _destinations(county: County, before: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    places, rng, rules = county.places, county.rng, county.params.moves
    luck = rng.random(len(before))
    near = places.draw_in_townships(rng, before)
    same_county = places.draw_in_county(rng, county.plan.county, len(before))
    anywhere = places.draw_in_city(rng, len(before))
    far = np.where(luck < rules.same_township + rules.same_county, same_county, anywhere)
    return np.where(luck < rules.same_township, near, far).astype(np.int16)
