"""Deaths of a year."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.packs.schema.demonstration import value_in
from shidai.synth.county import County
from shidai.synth.days import Days, draw_between, draw_days, new_year
from shidai.synth.people import Ids
from shidai.synth.places import NOWHERE
from shidai.synth.rates import OLDEST
from shidai.synth.seeking import seek_again

_PEAK = 15  # mid-January


def die(county: County, year: int) -> None:
    """Draw this year's deaths, end spells and unions, and let the widowed look again or not."""
    p, ids = county.people, county.living_ids
    due = p.death[ids] < new_year(year + 1)  # infants whose day was drawn at birth
    fated = county.rng.random(len(ids), dtype=np.float32) < _probabilities(county, ids, year)
    drawn = ids[fated & ~due]
    p.death[drawn] = _draw_death_days(county, drawn, year)
    dying = ids[fated | due]
    record_deaths(county, dying)
    _widow(county, dying, year)
    county.living_ids = ids[~(fated | due)]
    county.mark_busy(dying)


def record_deaths(county: County, dying: Ids) -> None:
    """Write down deaths of people whose day of death is set, and end their spells."""
    p = county.people
    days = p.death[dying]
    seen = (days >= county.keep_from) & ((p.registered[dying] != NOWHERE) | (p.living[dying] != NOWHERE))
    who = dying[seen]
    county.deaths.add(
        len(who),
        {"person": who, "day": days[seen], "registered": p.registered[who], "living": p.living[who]},
    )
    county.close_living(dying, days, "death")
    county.close_registered(dying, days, "death")


def draw_infant_deaths(county: County, births: Days, sexes: npt.NDArray[np.int8], year: int) -> Days:
    """Days of death of the newborn who will not see their first birthday; NEVER-like large for the others."""
    level = value_in(county.params.mortality.infant, year)
    risk = county.rates.infant[county.rates.at(year)] * level
    fated = county.rng.random(len(births)) < risk[sexes - 1]
    early = county.rng.random(len(births)) ** county.params.mortality.infant_shape
    lived = 1 + (early * 364).astype(np.int32)
    return np.where(fated, births + lived, np.iinfo(np.int32).max).astype(np.int32)


def _probabilities(county: County, ids: Ids, year: int) -> npt.NDArray[np.float32]:
    """Probability of dying in the year, by age at its end: half of the year is spent at each of two ages."""
    p, rates = county.people, county.rates
    mx = rates.mx[rates.at(year)] * value_in(county.params.mortality.adult, year)
    hazard = np.zeros_like(mx)
    hazard[:, 2:] = (mx[:, 1:-1] + mx[:, 2:]) / 2
    hazard[:, 1] = mx[:, 1] / 2  # before the first birthday the infant's own day counts
    table = (1 - np.exp(-hazard)).astype(np.float32)
    table[:, -1] = 1.0
    age = np.clip(year - p.birth_year[ids], 0, OLDEST - 1)
    risk = table[p.sex[ids] - 1, age]
    outside = (p.origin[ids] >= 0) & (p.registered[ids] == NOWHERE)
    risk[outside] *= county.params.mortality.migrant
    return np.asarray(risk, dtype=np.float32)


def _draw_death_days(county: County, dying: Ids, year: int) -> Days:
    days = draw_days(county.rng, year, len(dying), county.params.mortality.season, _PEAK)
    births = county.people.birth[dying]
    toddlers = np.flatnonzero(births >= new_year(year - 1))
    last = np.full(len(toddlers), new_year(year + 1) - 1, np.int32)
    first = np.minimum(births[toddlers] + 366, last)
    days[toddlers] = draw_between(county.rng, first, last)
    return days


def _widow(county: County, dying: Ids, year: int) -> None:
    p = county.people
    partners = dying[p.spouse[dying] >= 0]
    survivors = county.end_unions(partners, p.death[partners], "widowed")
    left = survivors[p.death[survivors] >= new_year(year + 1)]
    seek_again(county, left, year)
    county.mark_busy(survivors)
