"""Births of a year: who has a child, when, and what the child is given at birth."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.packs.schema.demonstration import value_in
from shidai.synth.county import REASON, County
from shidai.synth.days import Days, draw_between, draw_days, new_year
from shidai.synth.deaths import draw_infant_deaths, record_deaths
from shidai.synth.people import Ids
from shidai.synth.places import NOWHERE
from shidai.synth.rates import FERTILE, OLDEST
from shidai.synth.seeking import plan_seeking

SPACING = 300  # days between two deliveries, at least
_AFTER_WEDDING = 200
_HIGHEST = 0.65  # of one woman in one year
_ROUNDS = 3
_PEAK = 285  # mid-October
_SMOOTH = np.array([1.0, 2.0, 3.0, 2.0, 1.0])


def bear(county: County, year: int) -> None:
    """Draw this year's deliveries and bring the children into the city."""
    mothers, days = _draw_deliveries(county, year)
    if not len(mothers):
        return
    p = county.people
    twins = county.rng.random(len(mothers)) < county.params.fertility.twins
    plurality = np.concatenate([1 + twins, np.full(int(twins.sum()), 2)])
    all_mothers = np.concatenate([mothers, mothers[twins]])
    all_days = np.concatenate([days, days[twins]])
    order = np.concatenate([p.parity[mothers] + 1, p.parity[mothers[twins]] + 2])
    children = _create(county, all_mothers, all_days, order, year)
    _record(county, children, all_mothers, plurality)
    p.parity[mothers] = p.parity[mothers] + 1 + twins
    p.last_birth[mothers] = days
    p.son[all_mothers[p.sex[children] == 1]] = True
    county.mark_busy(mothers, p.spouse[mothers], children)
    _bury_or_bring_alive(county, children, year)


def _draw_deliveries(county: County, year: int) -> tuple[Ids, Days]:
    """Mothers and days. Rates by age are the nation's × the pack's; who bears is ruled by union and parity."""
    p, ids = county.people, county.living_ids
    age = year - p.birth_year[ids]
    women = ids[(p.sex[ids] == 2) & (age > FERTILE.start) & (age <= FERTILE.stop) & county.present(ids)]
    age = (year - p.birth_year[women]).astype(np.int64)
    outsider = ~county.local(women)
    weight = _propensity(county, women, outsider, year)
    risk = np.zeros(len(women))
    for group, level in ((~outsider, 1.0), (outsider, county.params.fertility.migrant)):
        risk[group] = _spread(age[group], weight[group], level * _schedule(county, year))
    chosen = women[county.rng.random(len(women)) < risk]
    first, last = _room(county, chosen, year)
    days = draw_days(county.rng, year, len(chosen), county.params.fertility.season, _PEAK)
    late = days < first
    days[late] = draw_between(county.rng, first[late], last[late])
    possible = first <= last
    return chosen[possible], days[possible]


def _schedule(county: County, year: int) -> npt.NDArray[np.float64]:
    """Births a woman by age at the year's end: half of the year at each of two ages."""
    fx = county.rates.fx[county.rates.at(year)]
    level = value_in(county.params.fertility.level, year)
    return np.asarray(level * (fx + np.append(0.0, fx[:-1])) / 2)


def _propensity(county: County, women: Ids, outsider: npt.NDArray[np.bool_], year: int) -> npt.NDArray[np.float64]:
    """Relative propensity to bear a child this year; 0 outside a union of two who live here."""
    p = county.people
    spouse = p.spouse[women]
    able = (spouse >= 0) & p.fecund[women] & ~county.busy[women] & (p.union_start[women] < new_year(year))
    able[able] = ~county.busy[spouse[able]] & ~p.gone[spouse[able]] & county.present(spouse[able])
    table = parity_weights(county, year)
    parity = np.minimum(p.parity[women], len(table) - 1)
    weight = np.where(able, table[parity], 0.0)
    weight[(parity > 0) & ~p.son[women]] *= value_in(county.params.fertility.without_son, year)
    weight[outsider & (parity > 0)] *= county.params.fertility.migrant_second
    recent = p.last_birth[women] + SPACING - new_year(year)
    return weight * np.clip(1 - recent / 365, 0, 1)


def parity_weights(county: County, year: int) -> npt.NDArray[np.float64]:
    table = county.params.fertility.parity
    longest = max(len(row) for row in table.values())
    columns = ({y: row[min(n, len(row) - 1)] for y, row in table.items()} for n in range(longest))
    return np.array([value_in(column, year) for column in columns])


def _spread(
    age: npt.NDArray[np.int64], weight: npt.NDArray[np.float64], schedule: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Share the rate of each age out among its women in proportion to their weights."""
    women = np.convolve(np.bincount(age, minlength=OLDEST), _SMOOTH, "same")
    total = np.convolve(np.bincount(age, weight, minlength=OLDEST), _SMOOTH, "same")
    mean = np.divide(total, women, out=np.zeros(len(total)), where=women > 0)
    scale = np.divide(schedule, mean[:OLDEST], out=np.zeros(OLDEST), where=mean[:OLDEST] > 0)
    wanted = scale[age] * weight
    return _under_the_highest(age, wanted)


def _under_the_highest(age: npt.NDArray[np.int64], wanted: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """No risk above the highest: what is cut off goes to the other women of the age."""
    risk = np.minimum(wanted, _HIGHEST)
    target = np.bincount(age, wanted, minlength=OLDEST)
    for _ in range(_ROUNDS):
        free = np.where(risk < _HIGHEST, risk, 0.0)
        have = np.bincount(age, free, minlength=OLDEST)
        missing = target - np.bincount(age, risk, minlength=OLDEST)
        factor = 1 + np.divide(missing, have, out=np.zeros(OLDEST), where=have > 0)
        risk = np.where(risk < _HIGHEST, np.minimum(risk * factor[age], _HIGHEST), risk)
    return risk


def _room(county: County, mothers: Ids, year: int) -> tuple[Days, Days]:
    p = county.people
    earliest = np.maximum(p.last_birth[mothers] + SPACING, p.union_start[mothers] + _AFTER_WEDDING)
    last = np.full(len(mothers), new_year(year + 1) - 1, np.int32)
    return np.maximum(earliest, new_year(year)).astype(np.int32), last


def _create(county: County, mothers: Ids, days: Days, order: npt.NDArray[np.int64], year: int) -> Ids:
    """The children, registered with the mother or else the father, living with the mother."""
    p, rng = county.people, county.rng
    fathers = p.spouse[mothers]
    sexes = _draw_sexes(county, order, year)
    with_mother = county.local(mothers)
    guardian = np.where(with_mother, mothers, fathers)
    registered = p.registered[guardian]
    local = registered != NOWHERE
    birth_years = np.full(len(mothers), year, np.int16)
    fecund = rng.random(len(mothers)) >= county.params.fertility.sterile
    return p.add(
        len(mothers), birth=days, birth_year=birth_years, sex=sexes, mother=mothers, father=fathers,
        death=draw_infant_deaths(county, days, sexes, year), order=np.minimum(order, 100),
        origin=np.where(local, -1, p.origin[mothers]), rural=p.rural[guardian], fecund=fecund,
        seek_year=plan_seeking(county, sexes, birth_years), registered=registered,
        registered_home=np.where(local, p.registered_home[guardian], -1), registered_from=days,
        registered_why=REASON["birth"], living=p.living[mothers], living_home=p.living_home[mothers],
        living_from=days, living_why=REASON["birth"],
    )  # fmt: skip


def _draw_sexes(county: County, order: npt.NDArray[np.int64], year: int) -> npt.NDArray[np.int8]:
    table = county.params.fertility.sex_ratio
    orders = len(next(iter(table.values())))
    ratio = np.array([value_in({y: row[n] for y, row in table.items()}, year) for n in range(orders)])
    boys = ratio / (100 + ratio)
    boy = county.rng.random(len(order)) < boys[np.minimum(order, orders) - 1]
    return np.where(boy, 1, 2).astype(np.int8)


def _record(county: County, children: Ids, mothers: Ids, plurality: npt.NDArray[np.int64]) -> None:
    p = county.people
    kept = p.birth[children] >= county.keep_from
    who, of = children[kept], mothers[kept]
    county.births.add(
        len(who),
        {
            "child": who,
            "mother": of,
            "father": p.father[who],
            "day": p.birth[who],
            "sex": p.sex[who],
            "order": p.order[who],
            "plurality": plurality[kept],
            "registered": p.registered[of],
            "living": p.living[of],
            "origin": p.origin[of],
        },
    )


def _bury_or_bring_alive(county: County, children: Ids, year: int) -> None:
    dead = county.people.death[children] < new_year(year + 1)
    record_deaths(county, children[dead])
    county.bring_alive(children[~dead])
