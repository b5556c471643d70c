"""One county's simulation: its people, who is alive, its streams of chance, and how residence spells open and close.

Counties are grown independently, each with its own random stream, so that the result does not depend on how many
processes share the work. People of a county may live in, and move their registration to, any village of the city.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shidai.packs.schema.demonstration import Demonstration
from shidai.synth.days import NEVER, Days, new_year
from shidai.synth.people import NOBODY, Ids, Log, People
from shidai.synth.places import NOWHERE, Places
from shidai.synth.rates import Rates

REASONS = ("", "birth", "death", "move", "marriage", "work", "study", "return", "correction", "other")
REASON = {name: number for number, name in enumerate(REASONS)}
REGISTERED, LIVING = 0, 1
ENDS = ("", "divorce", "widowed", "other")
Track = tuple[npt.NDArray[np.int16], npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int8]]


@dataclass(frozen=True)
class Plan:
    """What a county's simulation needs to know; travels to the worker process."""

    county: int
    seed: int
    registered: float  # registered residents wanted at the end
    migrants: float
    first_year: int
    last_year: int
    demonstration: Demonstration
    rates: Rates
    places: Places


class County:
    """The state of one county while it grows."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.params, self.rates, self.places = plan, plan.demonstration, plan.rates, plan.places
        self.rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence([plan.seed, plan.county + 1])))
        self.people = People(int(plan.registered * 1.7 + plan.migrants * 1.5) + 1024)
        self.living_ids: Ids = np.empty(0, np.int32)  # everybody alive and not gone, in order of number
        self.busy = np.zeros(0, np.bool_)  # by person: something happened this year
        self.homes = 0  # households founded so far
        self.person_years = 0
        self.keeps = False  # no spell that ends before the register's first day is kept
        self.keep_from = new_year(plan.demonstration.register_from.year)
        self.spells = Log(
            person=np.int32, kind=np.int8, area=np.int16, start=np.int32, end=np.int32, start_why=np.int8,
            end_why=np.int8, home=np.int32, registered=np.int16,
        )  # fmt: skip
        self.births = Log(
            child=np.int32, mother=np.int32, father=np.int32, day=np.int32, sex=np.int8, order=np.int8,
            plurality=np.int8, registered=np.int16, living=np.int16, origin=np.int8,
        )  # fmt: skip
        self.deaths = Log(person=np.int32, day=np.int32, registered=np.int16, living=np.int16)
        self.unions = Log(wife=np.int32, husband=np.int32, start=np.int32, area=np.int16)
        self.doubles = Log(original=np.int32, double=np.int32)
        self.union_end = np.full(1024, NEVER, np.int32)
        self.union_why = np.zeros(1024, np.int8)

    def found_homes(self, count: int) -> npt.NDArray[np.int32]:
        """Numbers of new households."""
        numbers = np.arange(self.homes, self.homes + count, dtype=np.int32)
        self.homes += count
        return numbers

    def local(self, ids: Ids) -> npt.NDArray[np.bool_]:
        """Which of them are registered in the city."""
        return np.asarray(self.people.registered[ids] != NOWHERE)

    def present(self, ids: Ids) -> npt.NDArray[np.bool_]:
        """Which of them live in the city."""
        return np.asarray(self.people.living[ids] != NOWHERE)

    def bring_alive(self, ids: Ids) -> None:
        """New people join those who live through the coming years."""
        self.living_ids = np.concatenate([self.living_ids, ids])

    def start_year(self, year: int) -> None:
        self.keeps = new_year(year + 1) > self.keep_from
        self.busy = np.zeros(self.people.count, np.bool_)
        self.person_years += len(self.living_ids)

    def mark_busy(self, *groups: Ids) -> None:
        if len(self.busy) < self.people.count:
            self.busy = np.concatenate([self.busy, np.zeros(self.people.count - len(self.busy), np.bool_)])
        for ids in groups:
            self.busy[ids] = True

    def close_registered(self, ids: Ids, days: Days, why: str) -> None:
        """End the registered spells of those who have one; kept if it reaches the register's first day."""
        self._close(ids, days, why, REGISTERED)

    def close_living(self, ids: Ids, days: Days, why: str) -> None:
        """End the living spells; close them before the registered ones, whose village they carry."""
        self._close(ids, days, why, LIVING)

    def open_registered(
        self, ids: Ids, village: npt.ArrayLike, home: npt.ArrayLike, days: npt.ArrayLike, why: str
    ) -> None:
        """Register people in a village from a day on. Close the former spell first."""
        p = self.people
        p.registered[ids], p.registered_home[ids] = village, home
        p.registered_from[ids], p.registered_why[ids] = days, REASON[why]

    def open_living(self, ids: Ids, village: npt.ArrayLike, home: npt.ArrayLike, days: npt.ArrayLike, why: str) -> None:
        p = self.people
        p.living[ids], p.living_home[ids] = village, home
        p.living_from[ids], p.living_why[ids] = days, REASON[why]

    def found_unions(self, wives: Ids, husbands: Ids, days: npt.NDArray[np.int32]) -> None:
        p = self.people
        numbers = self.unions.add(
            len(wives), {"wife": wives, "husband": husbands, "start": days, "area": p.registered[wives]}
        )
        if self.unions.count > len(self.union_end):
            more = max(self.unions.count, 2 * len(self.union_end)) - len(self.union_end)
            self.union_end = np.concatenate([self.union_end, np.full(more, NEVER, np.int32)])
            self.union_why = np.concatenate([self.union_why, np.zeros(more, np.int8)])
        for one, other in ((wives, husbands), (husbands, wives)):
            p.spouse[one], p.union[one], p.union_start[one] = other, numbers, days

    def end_unions(self, partners: Ids, days: npt.NDArray[np.int32], why: str) -> Ids:
        """End the unions of these people, who may be each other's spouses; the spouses left come back."""
        p = self.people
        spouses = p.spouse[partners]
        numbers = p.union[partners]
        np.minimum.at(self.union_end, numbers, days)
        self.union_why[numbers] = ENDS.index(why)
        p.spouse[partners], p.union[partners] = NOBODY, -1
        p.spouse[spouses], p.union[spouses] = NOBODY, -1
        return spouses

    def busy_homes(self) -> npt.NDArray[np.bool_]:
        """By household: a member, living or registered there, had an event this year."""
        p, marked = self.people, np.zeros(self.homes + 1, np.bool_)  # the last cell takes those without home
        touched = self.busy.nonzero()[0]
        marked[p.living_home[touched]] = True
        marked[p.registered_home[touched]] = True
        return marked[:-1]

    def _close(self, ids: Ids, days: Days, why: str, kind: int) -> None:
        area, home, since, _ = self.track(kind)
        if self.keeps:
            kept = (area[ids] != NOWHERE) & (days >= self.keep_from) & (days > since[ids])
            who = ids[kept]
            self.keep_spells(who, kind, days[kept], REASON[why])
        area[ids], home[ids] = NOWHERE, -1

    def keep_spells(self, who: Ids, kind: int, ends: npt.ArrayLike, end_why: int) -> None:
        """Write the spells that people are in now down with the given ends."""
        area, home, since, start_why = self.track(kind)
        self.spells.add(
            len(who),
            {
                "person": who,
                "kind": kind,
                "area": area[who],
                "start": since[who],
                "end": ends,
                "start_why": start_why[who],
                "end_why": end_why,
                "home": home[who],
                "registered": self.people.registered[who],
            },
        )

    def track(self, kind: int) -> Track:
        """Village, household, first day and reason of the spells of a kind that people are in now."""
        p = self.people
        if kind == REGISTERED:
            return p.registered, p.registered_home, p.registered_from, p.registered_why
        return p.living, p.living_home, p.living_from, p.living_why
