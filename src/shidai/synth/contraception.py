"""Spells of contraceptive use, derived from the births and unions that the simulation gave.

Use begins some months after a wedding or a birth and ends before the next conception, at the union's end or at the
end of the fertile ages; who uses, and what, follows the pack's method mix by number of children and year.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.packs.schema.demonstration import MethodMix
from shidai.synth.city import Columns
from shidai.synth.county import County
from shidai.synth.days import NEVER, new_year, year_of
from shidai.synth.people import Ids
from shidai.synth.places import NOWHERE

WHYS = ("", "wish for a child", "menopause", "death", "other")
_PREGNANCY = 270
_WAIT = (20, 200)  # days from wedding or birth to the start of use
_TRYING = (40, 400)  # days from the end of use to conception
_SHORTEST = 60
_LAST_AGE = 49 * 365


def draw_contraception(county: County, known: npt.NDArray[np.bool_]) -> Columns:
    """Spells that reach the register's first day, of women on the register."""
    woman, opened, birth_after, children = _intervals(county, known)
    p, rng = county.people, county.rng
    start = opened + rng.integers(*_WAIT, len(woman)).astype(np.int32)
    method = _draw_methods(county.params.contraception, rng, year_of(start), children)
    wish = np.where(birth_after < NEVER, birth_after - _PREGNANCY - rng.integers(*_TRYING, len(woman)), NEVER)
    menopause = p.birth[woman] + _LAST_AGE
    union_end = np.where(p.union[woman] >= 0, NEVER, county.union_end[_last_union(county, woman)])
    end = np.minimum.reduce([wish, menopause, p.death[woman], union_end]).astype(np.int32)
    why = np.select([end == wish, end == menopause, end == p.death[woman]], [1, 2, 3], 4).astype(np.int8)
    tomorrow = new_year(county.plan.last_year + 1)
    open_ = end >= tomorrow
    end[open_], why[open_] = NEVER, 0
    kept = (method >= 0) & (end - start > _SHORTEST) & (end >= county.keep_from) & (start < tomorrow)
    area = np.where(p.registered[woman] != NOWHERE, p.registered[woman], p.living[woman])
    columns = {"person": woman, "method": method, "start": start, "end": end, "why": why, "area": area}
    return {name: column[kept] for name, column in columns.items()}


def _intervals(
    county: County, known: npt.NDArray[np.bool_]
) -> tuple[Ids, npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Intervals in which a woman in union could use: from her wedding, and from each birth, to the next birth."""
    p = county.people
    everyone = np.arange(p.count, dtype=np.int32)
    women = everyone[known & (p.sex[: p.count] == 2) & (p.union_start[: p.count] < NEVER)]
    child = everyone[p.mother[: p.count] >= 0]
    child = child[known[p.mother[child]]]
    woman = np.concatenate([women, p.mother[child]])
    opened = np.concatenate([p.union_start[women], p.birth[child]])
    children = np.concatenate([np.zeros(len(women), np.int64), p.order[child].astype(np.int64)])
    order = np.lexsort((children, opened, woman))
    woman, opened, children = woman[order], opened[order], children[order]
    same = np.append(woman[1:] == woman[:-1], False)
    after = np.where(same, np.append(opened[1:], NEVER), NEVER).astype(np.int32)
    wedding_after = same & (np.append(children[1:], 1) == 0)  # the next row is her last wedding, no birth
    after[wedding_after] = NEVER
    return woman, opened, after, children


def _last_union(county: County, women: Ids) -> npt.NDArray[np.int64]:
    """The number of each woman's last union (the open one, or the one that ended last)."""
    last = np.zeros(county.people.count, np.int64)
    wives = county.unions.columns()["wife"]
    last[wives] = np.arange(len(wives))
    return last[women]


def _draw_methods(
    mixes: tuple[MethodMix, ...],
    rng: np.random.Generator,
    years: npt.NDArray[np.int16],
    children: npt.NDArray[np.int64],
) -> npt.NDArray[np.int8]:
    """The place of the method in `method_names`; -1 for those who use none."""
    names = method_names(mixes)
    steps = sorted({mix.children for mix in mixes})
    level = np.array(steps)[np.searchsorted(steps, children, side="right") - 1]
    luck, chosen = rng.random(len(years)), np.full(len(years), -1, np.int8)
    for mix in sorted(mixes, key=lambda m: m.from_year):  # a later mix replaces an earlier one
        rows = np.flatnonzero((level == mix.children) & (years >= mix.from_year))
        weight = np.array([mix.mix.get(name, 0.0) for name in names])
        edges = np.cumsum(weight) / weight.sum() * mix.users
        drawn = np.searchsorted(edges, luck[rows], side="right")
        chosen[rows] = np.where(luck[rows] < mix.users, np.minimum(drawn, len(names) - 1), -1)
    return chosen


def method_names(mixes: tuple[MethodMix, ...]) -> tuple[str, ...]:
    """All methods that the pack's mixes name, in a fixed order."""
    return tuple(sorted({name for mix in mixes for name in mix.mix}))
