"""Facts that no register holds, for shares of the city's people, households and villages as the pack states them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.packs import Pack
from shidai.packs.schema.demonstration import AttestedShare, Benefits
from shidai.synth.city import City, Columns
from shidai.synth.county import LIVING, REGISTERED
from shidai.synth.days import NEVER, day_number

PERSON, HOUSEHOLD, VILLAGE = 0, 1, 2
SUBJECTS = ("person", "household", "village")
STREAM = 7  # of chance, beside those of names and numbers
Numbers = npt.NDArray[np.int64]


def draw_attested(city: City, pack: Pack, benefits: Benefits) -> Columns:
    """One row a fact and subject: kind (0 person, 1 household, 2 village), who (its number), fact, number, since.

    `fact` is the place in `fact_names`. As many subjects as the share of all comes to, rounded, at least one.
    """
    rng = np.random.default_rng([city.seed, STREAM, 0])
    drawn: list[Columns] = []
    chosen: dict[str, Numbers] = {}
    for at, rule in enumerate(benefits.attested):
        kind = SUBJECTS.index(pack.attested[rule.fact].subject)
        among = chosen[rule.among] if rule.among else _subjects(city, kind, rule)
        who = _some(rng, among, rule.share)
        number = rng.integers(rule.number[0], rule.number[1] + 1, len(who))
        chosen[rule.fact] = np.concatenate([chosen.get(rule.fact, who[:0]), who[number > 0]])
        drawn.append(
            {
                "kind": np.full(len(who), kind, np.int8),
                "who": who,
                "fact": np.full(len(who), at, np.int16),
                "number": number,
                "since": np.full(len(who), day_number(rule.since), np.int32),
            }
        )
    empty = {"kind": np.int8, "who": np.int64, "fact": np.int16, "number": np.int64, "since": np.int32}
    return {name: np.concatenate([np.empty(0, type_), *(one[name] for one in drawn)]) for name, type_ in empty.items()}


def fact_names(benefits: Benefits) -> list[str]:
    return [rule.fact for rule in benefits.attested]


def _some(rng: np.random.Generator, among: Numbers, share: float) -> Numbers:
    """As many as the share of them comes to; the same number whatever chance does."""
    wanted = min(len(among), max(1, round(share * len(among)))) if share else 0
    return np.sort(rng.choice(among, wanted, replace=False)) if wanted else among[:0]


def _subjects(city: City, kind: int, rule: AttestedShare) -> Numbers:
    if kind == VILLAGE:
        return np.flatnonzero(np.char.startswith(city.places.village_code, rule.area)).astype(np.int64)
    spells = city.spells
    now = spells["end"] == NEVER
    inside = np.char.startswith(city.places.village_code, rule.area)[spells["area"]] if rule.area else now
    if kind == HOUSEHOLD:
        homes = spells["home"][now & inside & (spells["kind"] == LIVING)]
        return np.unique(homes[homes >= 0]).astype(np.int64)
    people = city.people
    who = np.setdiff1d(spells["person"][now & inside & (spells["kind"] == REGISTERED)], _on_twice(city))
    fits = (city.cutoff - people["birth"][who]) / 365.25 >= rule.from_age
    if rule.sex is not None:
        fits &= people["sex"][who] == rule.sex
    if rule.registration is not None:
        fits &= people["rural"][who] == (rule.registration == "rural")
    return np.unique(who[fits]).astype(np.int64)


def _on_twice(city: City) -> npt.NDArray[np.int32]:
    """Both records of those who have two: of them no paper tells."""
    return np.concatenate([city.tables["doubles"][name] for name in ("original", "double")])
