"""Who is due for what in a programme on a day, for everybody at once: invitations, and steps that follow a visit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shidai.indicators.columnreading import NEVER as NO_DAY
from shidai.indicators.columnreading import Words, days_of, ids_of
from shidai.indicators.engines import Records
from shidai.indicators.everybody import Everybody, day_number
from shidai.indicators.factarrays import facts_in_arrays
from shidai.indicators.places import NOWHERE, Places, Rows
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.programme import NO_VISITS, REFUSALS, Programme, ProgrammeStep, ProgrammeVersion, Schedule
from shidai.rules import Conditions, columns_for, compile_conditions
from shidai.rules.arrays import Fact
from shidai.words import ShidaiError, problem

SCHEMA = pa.schema([
    pa.field("person", pa.int64(), nullable=False),
    pa.field("area", pa.string()),
    pa.field("step", pa.string(), nullable=False),
    pa.field("since", pa.date32(), nullable=False),
    pa.field("by", pa.date32(), nullable=False),
    pa.field("last", pa.date32()),
])  # fmt: skip
"""A due list: who, where she lives, which step, since and until when, and the last visit of the programme."""
Mask = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int64]  # since 1970-01-01
NEVER = int(NO_DAY)  # later than any day
NOT_YET = -NEVER  # earlier than any day
_EPOCH = date(1970, 1, 1)


def find_programme(pack: Pack, programme: str) -> Programme:
    """A programme of the pack. Raises ShidaiError that names those there are."""
    if programme in pack.programmes:
        return pack.programmes[programme]
    raise ShidaiError(
        problem(
            programme,
            zh=f"政策包 {pack.id} 中没有项目 {programme}。",
            en=f"Pack {pack.id} has no programme {programme}.",
            mend_zh=f"有：{'、'.join(pack.programmes) or '无'}。",
            mend_en=f"It has: {', '.join(pack.programmes) or 'none'}.",
        )
    )


def version_on(programme: Programme, on: date) -> ProgrammeVersion:
    """The version in force on a day. Raises ShidaiError."""
    found = programme.version_on(on)
    if found is not None:
        return found
    known = "; ".join(f"{one.id} ({one.effective_from}–{one.effective_to or ''})" for one in programme.version)
    raise ShidaiError(
        problem(
            programme.id,
            zh=f"{on} 没有实施中的版本。",
            en=f"No version is in force on {on}.",
            mend_zh=f"版本：{known}。",
            mend_en=f"Versions: {known}.",
        )
    )


def list_due(records: Records, pack: Pack, programme: str, on: date, *, everybody: Everybody | None = None) -> pa.Table:
    """Everybody for whom a step is due on a day, as `SCHEMA` says, by the last day to do it.

    Who said 'never' or took consent back isn't on it, nor who said 'not now' before that time is over.
    Raises ShidaiError when there is no such programme, or none in force.
    """
    chosen = find_programme(pack, programme)
    version = version_on(chosen, on)
    persons = Persons.on(records, on, rules_of(version).columns, everybody or Everybody(records, on))
    return _list_due(persons, chosen, version, on)


def list_all_due(records: Records, pack: Pack, on: date, *, everybody: Everybody | None = None) -> dict[str, pa.Table]:
    """The due lists of all programmes in force on a day, by id: the persons are read and judged together."""
    running = [(one, version) for one in pack.all_programmes if (version := one.version_on(on)) is not None]
    columns = dict.fromkeys(name for _, version in running for name in rules_of(version).columns)
    persons = Persons.on(records, on, columns, everybody or Everybody(records, on))
    return {one.id: _list_due(persons, one, version, on) for one, version in running}


def _list_due(persons: Persons, programme: Programme, version: ProgrammeVersion, on: date) -> pa.Table:
    here = Invited.among(persons, programme, version)
    visits = Visits.of(persons.everybody.records, programme.id, on, persons.places)
    willing = here.present & ~visits.declined(len(persons.keys), on)
    parts = [_first_due(here, visits, version, willing, on), *_following(here, visits, version, willing, on)]
    found = pa.concat_tables(parts)
    return found.sort_by([("by", "ascending"), ("area", "ascending"), ("person", "ascending")])


@dataclass(frozen=True)
class Persons:
    """Persons on the register on a day: their facts, and where they live (or are registered); read once for all."""

    keys: npt.NDArray[np.int64]
    places: Places
    facts: Mapping[str, Fact]
    areas: Words
    everybody: Everybody

    @classmethod
    def on(cls, records: Records, on: date, columns: Iterable[str], everybody: Everybody) -> Persons:
        wanted = tuple(dict.fromkeys((*columns, "alive", "living_area", "registered_area", "sex")))
        people = facts_in_arrays(records, "person", on, wanted, (), everybody)
        areas = _where(people.facts["living_area"], people.facts["registered_area"])
        return cls(people.keys, Places(people.keys), people.facts, areas, everybody)


@dataclass(frozen=True)
class Invited:
    """Of these persons, who is invited to a programme, and who can be served at all."""

    persons: Persons
    invited: Mask
    present: Mask

    @classmethod
    def among(cls, persons: Persons, programme: Programme, version: ProgrammeVersion) -> Invited:
        areas = persons.areas
        runs = np.array([*(version.runs_in(code) for code in areas.words), False])[areas.places]
        present = np.asarray(persons.facts["alive"].values, np.bool_) & runs
        if programme.sex is not None:
            present &= persons.facts["sex"].values == programme.sex
        return cls(persons, present & rules_of(version).on_arrays(persons.facts).eligible, present)


def rules_of(version: ProgrammeVersion) -> Conditions:
    """Who is invited, compiled: over what the register knows."""
    return compile_conditions(version, columns_for("person"))


def _where(living: Fact, registered: Fact) -> Words:
    """The village in which somebody lives, or is registered where that isn't known; -1 is unknown."""
    words = tuple(sorted({*living.words, *registered.words}))
    there, home = (_among(fact, words) for fact in (living, registered))
    return Words(np.where(there >= 0, there, home), words)


def _among(fact: Fact, words: tuple[str, ...]) -> npt.NDArray[np.int32]:
    at = {word: place for place, word in enumerate(words)}
    moved = np.array([*(at[word] for word in fact.words), -1], np.int32)
    places = np.asarray(fact.values)
    return moved[places if fact.known is None else np.where(fact.known, places, -1)]


@dataclass(frozen=True)
class Visits:
    """What is on file of a programme up to a day: `rows` are places among the persons."""

    rows: Rows
    days: Days
    until: Days
    steps: npt.NDArray[Any]
    outcomes: npt.NDArray[Any]
    courses: npt.NDArray[np.int64]

    @classmethod
    def of(cls, records: Records, programme: str, on: date, places: Places) -> Visits:
        table = records.table("service")
        table = table.filter(table.kind == programme, table.day <= on, table.person_id.notnull())
        told = records.fetch(table.select("person_id", "day", "until", "step", "outcome", "course_id"))
        rows = places.find(ids_of(told["person_id"])[0])
        here = rows != NOWHERE
        texts = [np.asarray(told[name].to_pylist(), dtype=object)[here] for name in ("step", "outcome")]
        days, until = (days_of(told[name])[here].astype(np.int64) for name in ("day", "until"))
        return cls(rows[here], days, until, texts[0], texts[1], ids_of(told["course_id"])[0][here])

    @property
    def done(self) -> Mask:
        return ~np.isin(self.outcomes, REFUSALS)

    @property
    def counted(self) -> Mask:
        """Visits that count as such."""
        return ~np.isin(self.outcomes, NO_VISITS)

    def last(self, count: int, chosen: Mask) -> Days:
        """The last day of some visits of each person; NOT_YET without one. Shape (count,)."""
        found = np.full(count, NOT_YET, np.int64)
        np.maximum.at(found, self.rows[chosen], self.days[chosen])
        return found

    def declined(self, count: int, on: date) -> Mask:
        """Whose last word is that nobody should ask: for good, or not before a day that hasn't come."""
        for_good = np.isin(self.outcomes, ("never", "withdrawn")) & (self.until == NEVER)
        for_now = np.isin(self.outcomes, REFUSALS) & (self.until > day_number(on)) & (self.until != NEVER)
        refused = self.last(count, for_good | for_now)
        return (refused > NOT_YET) & (refused >= self.last(count, self.done))


def _first_due(here: Invited, visits: Visits, version: ProgrammeVersion, willing: Mask, on: date) -> pa.Table:
    first = version.step[0]
    last = visits.last(len(here.persons.keys), visits.done & (visits.steps == first.id))
    schedule = version.schedule
    reach = day_number(on) - max(schedule.at, default=0) - schedule.within_days  # what began earlier has lapsed
    since, by = due_days(schedule, on, last, starts_of(here, schedule, on, reach))
    due = here.invited & willing & (since != NEVER)
    return _rows(here, np.flatnonzero(due), first.id, since[due], by[due], last[due])


def due_days(schedule: Schedule, on: date, last: Days, start: Days | None) -> tuple[Days, Days]:
    """From when the first step is due and its last day, each of shape (n,); NEVER where nothing is due.

    last: days of the last first step, NOT_YET without one; start: days of birth or of the event, NEVER where unknown.
    The same as `shidai.rules.schedules.due_on` of each.
    """
    today, never_done = day_number(on), last == NOT_YET
    within = schedule.within_days
    if schedule.per in ("once", "months"):
        again = np.full(len(last), NEVER, np.int64)
        if schedule.months is not None:
            again = np.where(never_done, NEVER, months_after(np.where(never_done, 0, last), schedule.months))
        since = np.where(never_done, today, np.where(again <= today, again, NEVER))
        return since, np.where(since == NEVER, NEVER, since + within)
    if schedule.per == "round":
        now = schedule.round_on(on)
        if now is None or now.effective_to is None:
            return np.full(len(last), NEVER), np.full(len(last), NEVER)
        opened, closed = day_number(now.effective_from), day_number(now.effective_to) - 1
        since = np.where(last >= opened, NEVER, opened)
        return since, np.where(since == NEVER, NEVER, closed)
    assert start is not None
    return _after_start(schedule, today, last, start)


def _after_start(schedule: Schedule, today: int, last: Days, start: Days) -> tuple[Days, Days]:
    """The latest time after a start that has come and hasn't lapsed, unless it was done by then or a little before."""
    known, latest = start != NEVER, np.full(len(last), NOT_YET, np.int64)
    begun = np.where(known, start, 0)
    for at in schedule.at:
        day = months_after(begun, at) if schedule.per == "ages" else begun + at
        latest = np.where(known & (day <= today), day, latest)
    open_ = (latest > NOT_YET) & (today <= latest + schedule.within_days) & (last < latest - schedule.early_days)
    return np.where(open_, latest, NEVER), np.where(open_, latest + schedule.within_days, NEVER)


def months_after(days: Days, months: int) -> Days:
    """The same day so many months later, or the month's last day where it has no such day. Shape of `days`."""
    whole = days.astype("datetime64[D]")
    month = whole.astype("datetime64[M]")
    then = month + months
    length = ((then + 1).astype("datetime64[D]") - then.astype("datetime64[D]")).astype(np.int64)
    place = (whole - month.astype("datetime64[D]")).astype(np.int64)
    return np.asarray(then.astype("datetime64[D]").astype(np.int64) + np.minimum(place, length - 1), np.int64)


def starts_of(here: Invited, schedule: Schedule, on: date, reach: int) -> Days | None:
    """The day of birth, or the woman's last birth or marriage from `reach` up to the day; NEVER where there is none."""
    if schedule.per == "ages":
        return _births(here)
    if schedule.per in ("birth", "union"):
        return _events(here, schedule.per, on, reach)
    return None


def _births(here: Invited) -> Days:
    """Wholly known days of birth, NEVER for others."""
    people = here.persons.everybody
    days = people.births.days.astype(np.int64)
    if people.half_known is not None:
        first, last = people.half_known
        days = np.where(first.days == last.days, days, NEVER)
    return days[people.places.find(here.persons.keys)]


def _events(here: Invited, kind: str, on: date, reach: int) -> Days:
    records = here.persons.everybody.records
    table = records.table("birth" if kind == "birth" else "union_")
    whose, day = (table.mother_id, table.birth_date) if kind == "birth" else (table.wife_id, table.start_date)
    rows = table.select(person_id=whose, day=day)
    told = records.fetch(
        rows.filter(rows.person_id.notnull(), rows.day <= on, rows.day >= _EPOCH + timedelta(days=reach))
    )
    found = np.full(len(here.persons.keys), NOT_YET, np.int64)
    places = here.persons.places.find(ids_of(told["person_id"])[0])
    known = places != NOWHERE
    np.maximum.at(found, places[known], days_of(told["day"])[known])
    return np.where(found == NOT_YET, NEVER, found)


def _following(here: Invited, visits: Visits, version: ProgrammeVersion, willing: Mask, on: date) -> Iterator[pa.Table]:
    """Steps that follow a visit: due once their day has come, until they are done or their course is closed."""
    if not len(visits.rows):
        return
    courses, place = np.unique(visits.courses, return_inverse=True)
    closed, whose = np.zeros(len(courses), np.bool_), np.zeros(len(courses), np.int64)
    for rows in (slice(None), visits.steps == version.step[0].id):  # hers who had the first step, not the partner's
        whose[place[rows]] = visits.rows[rows]
    for step in version.step:
        ends = [result.id for result in step.result if result.closes]
        closed[place[(visits.steps == step.id) & np.isin(visits.outcomes, ends)]] = True
    for step in version.step[1:]:
        yield _step_due(here, visits, step, place, closed, willing, day_number(on), whose)


def _step_due(
    here: Invited, visits: Visits, step: ProgrammeStep, place: Any, closed: Mask, willing: Mask, today: int, whose: Any
) -> pa.Table:
    before = visits.done & (visits.steps == step.follows)
    if step.on:
        before &= np.isin(visits.outcomes, step.on)
    asked, made = np.full(len(closed), NOT_YET, np.int64), np.full(len(closed), NOT_YET, np.int64)
    np.maximum.at(asked, place[before], visits.days[before])
    own = visits.done & (visits.steps == step.id)
    np.maximum.at(made, place[own], visits.days[own])
    since = asked + step.after_days
    due = (asked > NOT_YET) & (made < asked) & ~closed & (since <= today) & willing[whose]
    rows = whose[due]
    return _rows(here, rows, step.id, since[due], since[due] + step.within_days, asked[due])


def _rows(here: Invited, rows: Any, step: str, since: Days, by: Days, last: Days) -> pa.Table:
    areas = here.persons.areas.places[rows]
    named = pa.DictionaryArray.from_arrays(
        pa.array(areas, pa.int32(), mask=areas < 0), pa.array(here.persons.areas.words, pa.string())
    )
    return pa.table(
        [
            pa.array(here.persons.keys[rows]),
            named.cast(pa.string()),
            pa.array([step] * len(rows), pa.string()),
            *(pa.array(days.astype(np.int32)).cast(pa.date32()) for days in (since, by)),
            pa.array(last.astype(np.int32), mask=last == NOT_YET).cast(pa.date32()),
        ],
        schema=SCHEMA,
    )
