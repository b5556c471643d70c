"""The plan of the programmes' year: visits, what was answered at them, and answers to an offer, row by row.

The pack states shares; who is offered a programme, when a later step is due and what answers amount to are the
programme's own rules. Totals are only ever counted from the rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from shidai.indicators.programmes import months_after, version_on
from shidai.packs import Pack
from shidai.packs.schema.demonstration import ProgrammeShares
from shidai.packs.schema.programme import Programme, ProgrammeStep, ProgrammeVersion
from shidai.synth.city import City, Columns
from shidai.synth.days import NEVER, day_number
from shidai.synth.programmes.answers import Answers, Numbers, draw_answers
from shidai.synth.programmes.offered import Offered, offered_in_year
from shidai.synth.register_tables import last_day

STREAM = 11  # of chance, beside those of the people and of benefits
_VISIT: dict[str, Any] = {
    "programme": np.int8, "step": np.int8, "who": np.int64, "area": np.int16, "day": np.int32, "outcome": np.int16,
    "until": np.int32, "course": np.int64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """The visits of one step of a programme, or (step −1) answers to its offer. `rows`: places in the plan's table."""

    programme: Programme
    version: ProgrammeVersion
    step: ProgrammeStep
    rows: Numbers
    answers: Answers | None


@dataclass(frozen=True, slots=True)
class Visits:
    """table: programme (place in the demonstration), step (place in the version), who, area (place in `area_words`),
    day, outcome (place in `outcomes`), until (NEVER: none), course (the row of its first visit).
    """

    table: Columns
    outcomes: tuple[str, ...]
    parts: tuple[Part, ...]


def visits_of_year(city: City, pack: Pack) -> Visits:
    """The same city and pack give the same visits. None where the demonstration names no programme."""
    draft = _Draft()
    wanted = pack.demonstration.programme if pack.demonstration is not None else ()
    for number, shares in enumerate(wanted):
        rng = np.random.default_rng([city.seed, STREAM, number])
        programme = pack.programmes[shares.programme]
        _draw_year(draft, city, programme, shares, offered_in_year(city, pack, programme), number, rng)
    return draft.done()


@dataclass(slots=True)
class _Draft:
    tables: list[Columns] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    count: int = 0

    def add(self, outcome: npt.ArrayLike, names: tuple[str, ...], **values: Any) -> Numbers:
        """New rows; `outcome`: places in `names`. A course of −1 begins one."""
        places = np.array([self.outcomes.setdefault(name, len(self.outcomes)) for name in names], np.int16)
        length = len(values["who"])
        rows = np.arange(self.count, self.count + length, dtype=np.int64)
        told = {"until": NEVER, **values, "outcome": places[np.asarray(outcome)]}
        table = {name: np.broadcast_to(np.asarray(told[name], kind), length).copy() for name, kind in _VISIT.items()}
        table["course"] = np.where(table["course"] < 0, rows, table["course"])
        self.tables.append(table)
        self.count += length
        return rows

    def done(self) -> Visits:
        table = {
            name: np.concatenate([np.empty(0, kind), *(one[name] for one in self.tables)])
            for name, kind in _VISIT.items()
        }
        return Visits(table, tuple(self.outcomes), tuple(self.parts))


def _draw_year(
    draft: _Draft,
    city: City,
    programme: Programme,
    shares: ProgrammeShares,
    offered: Offered,
    number: int,
    rng: np.random.Generator,
) -> None:
    version = version_on(programme, last_day(city))
    day = _days(rng, offered, shares, city.cutoff)
    comes = rng.permutation(len(day)) < round(shares.reached * len(day))
    answer = rng.random(len(day))
    first = {"who": offered.who[comes], "area": offered.area[comes], "day": day[comes]}
    made = {version.step[0].id: _visit(draft, city, (programme, version, 0), shares, number, first, None, rng)}
    closed = _closing(version.step[0], made[version.step[0].id])
    for at, step in enumerate(version.step[1:], 1):
        before = made[step.follows or ""]
        asked = ~closed[before["course_place"]] & _calls(version.step_named(step.follows or ""), step, before)
        again = before["day"] + step.after_days + rng.integers(0, step.within_days + 1, len(before["day"]))
        asked &= (rng.random(len(again)) < shares.returns) & (again <= city.cutoff)
        told = {"who": before["who"][asked], "area": before["area"][asked], "day": again[asked]}
        places = before["course_place"][asked]
        made[step.id] = _visit(
            draft, city, (programme, version, at), shares, number, told, before["course"][asked], rng
        )
        made[step.id]["course_place"] = places
        closed[places] |= _closing(step, made[step.id])
    for name, low, high in (
        ("not_now", 0.0, shares.not_now),
        ("never", shares.not_now, shares.not_now + shares.never),
    ):
        some = ~comes & (answer >= low) & (answer < high)
        until = months_after(day[some], version.not_now_months) if name == "not_now" else NEVER
        draft.add(
            np.zeros(int(some.sum()), np.int64), (name,), programme=number, step=0, who=offered.who[some],
            area=offered.area[some], day=day[some], until=until, course=-1,
        )  # fmt: skip


def _days(rng: np.random.Generator, offered: Offered, shares: ProgrammeShares, cutoff: int) -> Numbers:
    """A day each, from when a visit counts to the last, or to the year's end where that is earlier."""
    first = np.maximum(offered.since, day_number(shares.days[0]))
    last = np.maximum(np.minimum(day_number(shares.days[1]), cutoff), np.minimum(first, cutoff))
    first = np.minimum(first, last)
    if shares.lag_days is not None:
        return np.asarray(np.minimum(first + np.floor(rng.exponential(shares.lag_days, len(first))), last), np.int64)
    return np.asarray(first + np.floor(rng.random(len(first)) * (last - first + 1)), np.int64)


def _visit(
    draft: _Draft,
    city: City,
    where: tuple[Programme, ProgrammeVersion, int],
    shares: ProgrammeShares,
    number: int,
    told: dict[str, Any],
    course: Numbers | None,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Visits of a step, answered: their columns, with `result` (places among the step's) and `course_place`."""
    programme, version, at = where
    step, count = version.step[at], len(told["day"])
    answers = draw_answers(rng, version, step, shares.answer, count, last_day(city))
    names = tuple(one.id for one in step.result)
    rows = draft.add(answers.outcome, names, programme=number, step=at, course=-1 if course is None else course, **told)
    draft.parts.append(Part(programme, version, step, rows, answers))
    own = rows if course is None else course
    return {**told, "result": answers.outcome, "course": own, "course_place": np.arange(count)}


def _closing(step: ProgrammeStep, made: dict[str, Any]) -> npt.NDArray[np.bool_]:
    return np.asarray(np.array([one.closes for one in step.result])[made["result"]])


def _calls(before: ProgrammeStep, step: ProgrammeStep, made: dict[str, Any]) -> npt.NDArray[np.bool_]:
    """Of these visits, whose result asks for the step."""
    wanted = np.array([not step.on or one.id in step.on for one in before.result])
    return np.asarray(wanted[made["result"]])
