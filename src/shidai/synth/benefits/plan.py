"""The plan of the year's work: who applies when, what becomes of it, what is earned, paid, returned and paid anew.

Every claim, every act and every payment is a row: totals are only ever counted from them. Who is entitled on which day,
and to how much, is what the schemes' own rules say of the city's people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shidai.packs import Pack
from shidai.packs.schema.demonstration import Benefits
from shidai.synth.benefits.attested import Numbers, draw_attested
from shidai.synth.benefits.claims import Claims, join_claims
from shidai.synth.benefits.grants import grant_claims
from shidai.synth.benefits.roster import roster_claims
from shidai.synth.city import City, Columns


@dataclass(frozen=True, slots=True)
class Plan:
    """`attested`: see `draw_attested`. `claims`, their periods and payments: see `Claims`.

    `overlooked`: scheme → persons who meet the conditions on the last day and have not applied.
    """

    attested: Columns
    claims: Claims
    overlooked: dict[str, Numbers]


def plan_of_year(city: City, pack: Pack) -> Plan:
    """The plan of a city; the same city and pack give the same plan. Raises ValueError without benefit parameters."""
    benefits = benefits_of(pack)
    attested = draw_attested(city, pack, benefits)
    made: list[Claims] = []
    overlooked: dict[str, Numbers] = {}
    for number, shares in enumerate(benefits.roster):
        claims, left = roster_claims(city, pack, attested, shares, np.random.default_rng([city.seed, 7, 1, number]))
        made.append(claims)
        overlooked[shares.scheme] = left
    for number, grant in enumerate(benefits.grant):
        made.append(grant_claims(city, pack, attested, grant, np.random.default_rng([city.seed, 7, 2, number])))
    return Plan(attested, join_claims(made), overlooked)


def benefits_of(pack: Pack) -> Benefits:
    if pack.demonstration is None or pack.demonstration.benefits is None:
        raise ValueError("the pack's demonstration has no benefits")
    return pack.demonstration.benefits
