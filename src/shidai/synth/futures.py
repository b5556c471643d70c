"""Years to come, lived by single people: the residents on record, year by year, by a scenario's rates.

Nobody moves in or out: what this tells is the difference that an assumption makes, not how many there will be; for
that there is the projection. People die by age and sex, women bear by age and by the number of their children; which
method a woman uses follows the shares of her age group on record, so nobody's own choice is predicted.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from shidai.packs.schema.whatif import LAST_ORDER, NO_METHOD, Payment, WhatIf
from shidai.synth.luck import Event, Keys, luck, name_child

GROUPS = np.arange(15, 50, 5)
"""First ages of the groups by which parity and methods are told."""
_LAST_AGE = 100
_MONTHS = 12
Numbers = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rates:
    """Of each year to come: survival (years, areas, 2, ages + 1) as projections have it, fertility (years, areas,
    ages) births a woman-year, sex_ratio (years,) boys for each girl. Sexes male, female.

    by_parity: (groups, 4) births of women with 0, 1, 2, 3 or more children, as multiples of their age group's.
    mix: (groups, methods) shares of women, by `methods`; the first is no method. failures: (methods,) chance of an
    unplanned pregnancy in a year of use.
    """

    years: tuple[int, ...]
    survival: Array
    fertility: Array
    sex_ratio: Array
    by_parity: Array
    methods: tuple[str, ...]
    mix: Array
    failures: Array


@dataclass(slots=True)
class People:
    """One row a person. sex: 0 male, 1 female. born: year of birth and the part of it that was gone by then."""

    key: Keys
    sex: npt.NDArray[np.int8]
    area: npt.NDArray[np.int16]
    born: Array
    children: Numbers

    def __len__(self) -> int:
        return len(self.key)

    def age(self, year: int) -> Numbers:
        """Completed years at the beginning of a year."""
        return np.clip(year - 1 - np.floor(self.born).astype(np.int64), 0, _LAST_AGE)

    def keep(self, which: npt.NDArray[np.bool_]) -> People:
        return People(*(getattr(self, name)[which] for name in People.__slots__))

    def join(self, others: People) -> People:
        return People(*(np.concatenate([getattr(self, n), getattr(others, n)]) for n in People.__slots__))


@dataclass(slots=True)
class Life:
    """What came of a run: measure → value of each year. `levels` (years,) bring births by parity to the scenario's
    number; the run without a what-if finds them, and the one with it uses the same."""

    levels: Array
    measures: dict[str, Array] = field(default_factory=dict)

    def note(self, measure: str, at: int, value: float) -> None:
        self.measures.setdefault(measure, np.zeros(len(self.levels)))[at] = value


def live(start: People, rates: Rates, seed: int, whatif: WhatIf | None = None, levels: Array | None = None) -> Life:
    """Let the people live through the years. Without `levels` they are found on the way.

    The same seed gives the same person the same luck whatever the what-if, so runs are compared person by person.
    """
    people, told = start, Life(np.ones(len(rates.years)) if levels is None else levels)
    for at, year in enumerate(rates.years):
        people = _survivors(people, rates, at, year, seed)
        women = people.keep((people.sex == 1) & (people.age(year) >= GROUPS[0] - 1) & (people.age(year) < 50))
        if levels is None:
            told.levels[at] = _level(women, rates, at, year)
        bearing = _mothers(women, rates, at, year, seed, told.levels[at], whatif)
        mothers = women.keep(bearing)
        newborn = _bear(mothers, rates, at, year, seed)
        _tell_births(told, at, mothers)
        _tell_methods(told, at, women, rates, seed, whatif)
        people.children = people.children + np.isin(people.key, mothers.key)
        people = people.join(newborn)
        told.note("population", at, len(people))
        told.note("children_under_3", at, float((people.born > year - 2).sum()))
        if whatif is not None and whatif.payment is not None:
            told.note("payment_fen", at, _payment(people, year, whatif.payment))
    return told


def _survivors(people: People, rates: Rates, at: int, year: int, seed: int) -> People:
    lived = rates.survival[at, people.area, people.sex, np.minimum(people.age(year), _LAST_AGE) + 1]
    return people.keep(luck(people.key, Event.DEATH, seed, year) < lived)


def _level(women: People, rates: Rates, at: int, year: int) -> float:
    """What brings births by age and parity to as many as by age alone."""
    plain, by_both = _by_age(women, rates, at, year), _by_both(women, rates, at, year)
    return float(plain.sum() / by_both.sum()) if by_both.sum() > 0 else 1.0


def _by_age(women: People, rates: Rates, at: int, year: int, older: Numbers | int = 0) -> Array:
    """Births in the year of one who is a year older at its end; `older`: as if she were so many years older."""
    low = np.clip(women.age(year) + older, 0, rates.fertility.shape[-1] - 2)
    return np.asarray(rates.fertility[at, women.area, [low, low + 1]].mean(0), dtype=np.float64)


def _by_both(women: People, rates: Rates, at: int, year: int, older: Numbers | int = 0) -> Array:
    """The same by age and parity."""
    group = np.clip((women.age(year) + 1 + older - GROUPS[0]) // 5, 0, len(GROUPS) - 1)
    parity = rates.by_parity[group, np.minimum(women.children, LAST_ORDER)]
    return np.asarray(_by_age(women, rates, at, year, older) * parity, dtype=np.float64)


def _mothers(
    women: People, rates: Rates, at: int, year: int, seed: int, level: float, whatif: WhatIf | None
) -> npt.NDArray[np.bool_]:
    """Who has a child in the year."""
    order = np.minimum(women.children + 1, LAST_ORDER)
    quantum, earlier = np.ones(LAST_ORDER + 1), np.zeros(LAST_ORDER + 1)
    if whatif is not None:
        for one in range(1, LAST_ORDER + 1):
            quantum[one], earlier[one] = whatif.quantum(one, year), whatif.earlier(one, year)
    whole = np.floor(earlier[order]).astype(np.int64)
    part = earlier[order] - whole
    now, later = (_by_both(women, rates, at, year, older) for older in (whole, whole + 1))
    chance = (now * (1 - part) + later * part) * quantum[order] * level
    return np.asarray(luck(women.key, Event.BIRTH, seed, year) < chance)


def _bear(mothers: People, rates: Rates, at: int, year: int, seed: int) -> People:
    """Their newborn who live at the year's end."""
    key = name_child(mothers.key, mothers.children)
    boys = rates.sex_ratio[at] / (1 + rates.sex_ratio[at])
    sex = (luck(key, Event.SEX, seed) >= boys).astype(np.int8)
    born = year + luck(key, Event.BIRTHDAY, seed)
    newborn = People(key, sex, mothers.area, born, np.zeros(len(key), np.int64))
    return newborn.keep(luck(key, Event.DEATH, seed, year) < rates.survival[at, newborn.area, sex, 0])


def _tell_births(told: Life, at: int, mothers: People) -> None:
    told.note("births", at, len(mothers))
    order = np.minimum(mothers.children + 1, LAST_ORDER)
    for one in range(1, LAST_ORDER + 1):
        told.note(f"births.{one}", at, float((order == one).sum()))


def choose_methods(women: People, rates: Rates, year: int, seed: int, whatif: WhatIf | None = None) -> Numbers:
    """Places in `rates.methods` of what women use in a year: by the shares of their age group, then by the what-if."""
    group = np.clip((women.age(year) + 1 - GROUPS[0]) // 5, 0, len(GROUPS) - 1)
    edges = np.cumsum(rates.mix, axis=1)[group]
    used = (luck(women.key, Event.METHOD, seed)[:, None] >= edges[:, :-1]).sum(1)
    for effect in whatif.method if whatif is not None else ():
        from_ = [rates.methods.index(one) for one in effect.instead_of if one in rates.methods]
        ready = luck(women.key, Event.CHANGE, seed) < whatif.share(effect.method, year)  # type: ignore[union-attr]
        used = np.where(np.isin(used, from_) & ready, rates.methods.index(effect.method), used)
    return np.asarray(used, dtype=np.int64)


def _tell_methods(told: Life, at: int, women: People, rates: Rates, seed: int, whatif: WhatIf | None) -> None:
    year = rates.years[at]
    used = choose_methods(women, rates, year, seed, whatif)
    users = np.bincount(used, minlength=len(rates.methods))
    for place, method in enumerate(rates.methods):
        if method != NO_METHOD:
            told.note(f"users.{method}", at, float(users[place]))
    if rates.failures.any():
        told.note("unplanned", at, float((luck(women.key, Event.FAILURE, seed, year) < rates.failures[used]).sum()))


def _payment(people: People, year: int, rules: Payment) -> float:
    """Fen paid in the year: whole months, the one of the birth included."""
    young = people.born[people.born >= rules.born_from]
    first = np.floor((young - year) * _MONTHS)
    months = np.clip(np.minimum(first + rules.months, _MONTHS) - np.maximum(first, 0), 0, _MONTHS)
    return float(months.sum()) * rules.fen_per_month
