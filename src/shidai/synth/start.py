"""The people with whom a county's simulation begins: ages by the national structure, couples, their children."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.packs.schema.demonstration import value_in
from shidai.synth.births import SPACING
from shidai.synth.county import REASON, County
from shidai.synth.days import draw_between, new_year, year_of
from shidai.synth.people import NEVER_YEAR, NOBODY, Ids
from shidai.synth.rates import OLDEST
from shidai.synth.seeking import plan_seeking
from shidai.synth.unions import match_couples

_ADULT = 18
_TOO_OLD_TO_SEEK = 45
_MOTHERS_AGE, _MOTHERS_SPREAD = 27.0, 5.5


def populate(county: County) -> None:
    """The people of 1 January of the first year."""
    ids = _draw_people(county)
    p, first = county.people, county.plan.first_year
    county.busy = np.zeros(p.count, np.bool_)
    ready = ids[p.seek_year[ids] < first]
    wives, husbands = match_couples(county, ready[p.sex[ready] == 2], ready[p.sex[ready] == 1])
    _marry(county, wives, husbands)
    left = ready[p.spouse[ready] < 0]
    p.seek_year[left[first - p.birth_year[left] > _TOO_OLD_TO_SEEK]] = NEVER_YEAR
    children = ids[first - p.birth_year[ids] < _ADULT]
    _give_parents(county, children, wives)
    _house(county, ids, wives, husbands)


def _draw_people(county: County) -> Ids:
    p, rng, plan = county.people, county.rng, county.plan
    size = round(plan.registered * value_in(county.params.size.path, plan.first_year - 1))
    share = county.rates.start_people.ravel()
    edges = np.cumsum(share)
    cell = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    sexes = (1 + cell // OLDEST).astype(np.int8)
    ages = cell % OLDEST + rng.random(size)
    births = (new_year(plan.first_year) - 1 - ages * 365.25).astype(np.int32)
    village = county.places.draw_in_county(rng, plan.county, size)
    code = county.places.county_code[plan.county]
    rural = county.params.size.rural.get(code, county.params.size.rural.get("other", 0.0))
    years = year_of(births)
    ids = p.add(
        size, birth=births, birth_year=years, sex=sexes, seek_year=plan_seeking(county, sexes, years),
        fecund=rng.random(size) >= county.params.fertility.sterile, rural=rng.random(size) < rural,
        registered=village, registered_from=births, registered_why=REASON["birth"],
        living=village, living_from=births, living_why=REASON["birth"],
    )  # fmt: skip
    county.bring_alive(ids)
    return ids


def _marry(county: County, wives: Ids, husbands: Ids) -> None:
    """Weddings in the past, in the year in which both first sought or soon after."""
    p, last = county.people, new_year(county.plan.first_year) - 1
    year = np.maximum(p.seek_year[wives], p.seek_year[husbands]).astype(np.int64)
    start = ((year - 1970) * 365.2425).astype(np.int32)
    start = np.minimum(start, last - 365)
    days = draw_between(county.rng, start, np.minimum(start + 364, last))
    county.found_unions(wives, husbands, days)
    p.registered[wives] = p.living[wives] = p.registered[husbands]
    p.registered_from[wives] = p.living_from[wives] = days
    p.registered_why[wives] = p.living_why[wives] = REASON["marriage"]


def _give_parents(county: County, children: Ids, wives: Ids) -> None:
    """Each child gets a mother in union whose age fits; siblings too close in age lose the link."""
    p, rng = county.people, county.rng
    if not len(wives) or not len(children):
        return
    mothers = wives[np.argsort(p.birth[wives], kind="stable")]
    gap = np.clip(rng.normal(_MOTHERS_AGE, _MOTHERS_SPREAD, len(children)), 17.5, 43)
    wanted = p.birth[children] - gap * 365.25
    place = np.searchsorted(p.birth[mothers], wanted) + rng.integers(-20, 21, len(children))
    mother = mothers[np.clip(place, 0, len(mothers) - 1)]
    years = (p.birth[children] - p.birth[mother]) / 365.25
    fits = (years > 16) & (years < 46) & (p.birth[children] - p.birth[p.spouse[mother]] > 16 * 365.25)
    order = np.lexsort((p.birth[children], mother))
    children, mother, fits = children[order], mother[order], fits[order]
    close = np.append(False, (mother[1:] == mother[:-1]) & (np.diff(p.birth[children]) < SPACING))
    known = fits & ~close
    kids, mother = children[known], mother[known]
    p.mother[kids], p.father[kids] = mother, p.spouse[mother]
    np.add.at(p.parity, mother, 1)
    np.maximum.at(p.last_birth, mother, p.birth[kids])
    p.son[mother[p.sex[kids] == 1]] = True
    first_of = np.append(True, mother[1:] != mother[:-1])
    run = np.arange(len(kids)) - np.maximum.accumulate(np.where(first_of, np.arange(len(kids)), 0))
    p.order[kids] = run + 1


def _house(county: County, ids: Ids, wives: Ids, husbands: Ids) -> None:
    """A household for each couple with its children, and for every other adult; orphans join a couple nearby."""
    p, first = county.people, county.plan.first_year
    home: npt.NDArray[np.int32] = np.full(p.count, -1, np.int32)
    home[husbands] = home[wives] = county.found_homes(len(wives))
    adult = ids[(home[ids] < 0) & (first - p.birth_year[ids] >= _ADULT)]
    home[adult] = county.found_homes(len(adult))
    children = ids[home[ids] < 0]
    guardian = np.where(p.mother[children] >= 0, p.mother[children], NOBODY)
    orphans = guardian < 0
    if orphans.any():
        everybody = wives if len(wives) else adult
        guardian[orphans] = everybody[county.rng.integers(0, len(everybody), int(orphans.sum()))]
    home[children] = home[guardian]
    p.registered[children] = p.living[children] = p.registered[guardian]
    p.rural[children] = p.rural[guardian]
    p.registered_home[ids] = p.living_home[ids] = home[ids]
