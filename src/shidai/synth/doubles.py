"""People who are on the register twice: a parent and the only child, once more in another county.

A family's registration that was opened anew and never cancelled at the old place is how one person comes to be paid
twice. The second record has another county and resident number, and a slip of the pen in the date of birth or none.
Which records are one person is known to `City.tables["doubles"]` alone: it is what a search for duplicates must find.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.synth.county import REASON, County
from shidai.synth.days import draw_between, new_year
from shidai.synth.people import NOBODY, Ids
from shidai.synth.places import NOWHERE

_OLD = 60
_SLIPS = np.array([0, 0, 9, -10, 1, 10], np.int32)  # days by which the second record's date of birth is off


def register_twice(county: County) -> None:
    """Open a second record, registered in another county, for some parents of one child and for that child."""
    if county.params.benefits is None or len(county.places.county_code) < 2:
        return
    parents, children = _only_children(county)
    chosen = county.rng.random(len(parents)) < county.params.benefits.doubles
    if county.plan.county == int(np.argmax(county.places.county_share)) and county.params.benefits.doubles:
        chosen[:1] = True  # a small city has one too
    parents, children = parents[chosen], children[chosen]
    if len(parents):
        _add_records(county, parents, children)


def _only_children(county: County) -> tuple[Ids, Ids]:
    """Residents of 60 or more, of rural couples, whose one child is alive and registered here; and that child."""
    p, ids = county.people, county.living_ids
    year = county.plan.last_year
    old = ids[county.local(ids) & p.rural[ids] & (year - p.birth_year[ids] > _OLD) & (p.origin[ids] < 0)]
    count, only = np.zeros(p.count, np.int32), np.full(p.count, NOBODY, np.int32)
    everybody = np.arange(p.count, dtype=np.int32)
    for parent in (p.mother[: p.count], p.father[: p.count]):
        known = parent >= 0
        count += np.bincount(parent[known], minlength=p.count).astype(np.int32)
        only[parent[known]] = everybody[known]
    old = old[np.argsort(-p.birth[old], kind="stable")]  # the youngest first
    child = only[old]
    spouse = p.spouse[old]
    fits = (count[old] == 1) & (child >= 0) & ((spouse < 0) | p.rural[spouse])
    fits[fits] = county.local(child[fits]) & ~p.gone[child[fits]] & (p.death[child[fits]] > new_year(year + 1))
    return old[fits], child[fits]


def _add_records(county: County, parents: Ids, children: Ids) -> None:
    p, rng = county.people, county.rng
    village = _villages_elsewhere(county, len(parents))
    home = county.found_homes(len(parents))
    first = np.full(len(parents), new_year(county.plan.last_year - 8), np.int32)
    days = draw_between(rng, first, first + 5 * 365)
    slips = _SLIPS[rng.integers(0, len(_SLIPS), len(parents))]
    twins: list[Ids] = []
    for people, off in ((parents, slips), (children, np.zeros(len(parents), np.int32))):
        twins.append(
            p.add(
                len(people), birth=p.birth[people] + off, birth_year=p.birth_year[people], sex=p.sex[people],
                order=p.order[people], rural=p.rural[people], registered=village, registered_home=home,
                registered_from=days, registered_why=REASON["move"], living=NOWHERE,
            )
        )  # fmt: skip
    again, child = twins
    p.mother[child] = np.where(p.sex[parents] == 2, again, NOBODY)
    p.father[child] = np.where(p.sex[parents] == 1, again, NOBODY)
    county.bring_alive(np.concatenate(twins))
    for one, other in ((parents, again), (children, child)):
        county.doubles.add(len(one), {"original": one, "double": other})


def _villages_elsewhere(county: County, count: int) -> npt.NDArray[np.int16]:
    elsewhere = np.flatnonzero(county.places.county_of != county.plan.county)
    return elsewhere[county.rng.integers(0, len(elsewhere), count)].astype(np.int16)
