"""Who is due for what in a programme, person by person and course by course: slow and obvious."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from shidai.packs.schema.indicator import Term
from shidai.packs.schema.programme import Programme, ProgrammeVersion
from shidai.rules import Columns, columns_for, compile_conditions
from shidai.rules.periods import months_later
from shidai.rules.schedules import due_on
from tests.oracle.cities import awkward_day
from tests.oracle.facts import Rows, births_of, facts_of

REFUSALS = ("not_now", "never", "withdrawn")
NO_VISITS = (*REFUSALS, "attended", "not_attended")


def add_visits(
    records: Rows, programme: Programme, seed: int, year: int, areas: Sequence[str | None] = (None,)
) -> None:
    """Visits and refusals of a third of the people, some of them with courses that go on; `areas`: of the visits."""
    rng, version = Random(seed), programme.version[0]
    records.setdefault("service", [])
    for person in records["person"]:
        for _ in range(rng.choice((0, 0, 1, 2))):
            course, step, day = rng.randrange(10**9), version.step[0], awkward_day(rng, range(year - 3, year + 1))
            while step is not None:
                outcome = rng.choice([*(one.id for one in step.result), "not_now", "never"])
                until = day + timedelta(days=rng.choice((30, 400))) if outcome == "not_now" else None
                area = rng.choice(areas) if len(areas) > 1 else areas[0]
                _add(records, programme, person["person_id"], course, step.id, day, outcome, until, area)
                later = [one for one in version.step if one.follows == step.id and (not one.on or outcome in one.on)]
                step = rng.choice([*later, None])
                day += timedelta(days=rng.choice((0, 14, 40, 300)))


def _add(
    records: Rows, programme: Programme, person: int, course: int, step: str, day: date, outcome: str,
    until: date | None, area: str | None,
) -> None:  # fmt: skip
    records["service"].append({
        "record_id": len(records["service"]) + 1, "person_id": person, "area": area, "day": day, "kind": programme.id,
        "step": step, "course_id": course, "outcome": outcome, "until": until, "site": None,
    })  # fmt: skip


def add_sessions(records: Rows, programmes: Sequence[str], seed: int, year: int, areas: Sequence[str]) -> None:
    """Sessions of some programmes at sites of villages and townships, to some of which only heads came."""
    rng = Random(seed)
    records["session"] = []
    for number in range(30):
        came = rng.randrange(1, 40)
        records["session"].append({
            "record_id": number + 1, "person_id": None, "area": rng.choice([*areas, areas[0][:9]]),
            "day": awkward_day(rng, range(year - 1, year + 2)), "kind": rng.choice([*programmes, "other"]),
            "step": rng.choice(("check", "talk")), "quantity": came, "unnamed": rng.choice((0, came)), "site": "S1",
        })  # fmt: skip


def due_list(records: Rows, programme: Programme, columns: Columns, on: date) -> set[tuple[Any, ...]]:
    """(person, area, step, since, by, last) of everything that is due on a day."""
    version = programme.version_on(on)
    assert version is not None
    found = set()
    for person in records["person"]:
        if person["birth_date"] is not None and person["birth_date"] > on:
            continue
        facts = facts_of(records, person, on)
        area = facts["living_area"] or facts["registered_area"]
        here = area is not None and version.runs_in(area)
        if not facts["alive"] or not here or (programme.sex is not None and facts["sex"] != programme.sex):
            continue
        mine = [row for row in records["service"] if row["person_id"] == person["person_id"] and row["day"] <= on]
        if not _declined(mine, on):
            told = _of_one(records, person, facts, mine, version, columns, on)
            found |= {(person["person_id"], area, *due) for due in told}
    return found


def _declined(mine: list[dict[str, Any]], on: date) -> bool:
    done = [row["day"] for row in mine if row["outcome"] not in REFUSALS]
    refused = [
        row["day"] for row in mine
        if row["outcome"] in REFUSALS and (row["until"] > on if row["until"] else row["outcome"] != "not_now")
    ]  # fmt: skip
    return bool(refused) and (not done or max(refused) >= max(done))


def _of_one(
    records: Rows, person: dict[str, Any], facts: Any, mine: Any, version: ProgrammeVersion, columns: Columns, on: date
) -> Any:
    first = version.step[0]
    done = [row for row in mine if row["outcome"] not in REFUSALS]
    if compile_conditions(version, columns).for_person(facts).eligible:
        last = max((row["day"] for row in done if row["step"] == first.id), default=None)
        births = births_of(person)
        told = due_on(version.schedule, on, last=last, birth=births[0] if len(births) == 1 else None,
                      event=_event(records, version, person["person_id"], on))  # fmt: skip
        if told is not None:
            yield first.id, told.since, told.by, last
    courses: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in done:
        courses[row["course_id"]].append(row)
    for rows in courses.values():
        yield from _of_course(rows, version, on)


def _of_course(rows: list[dict[str, Any]], version: ProgrammeVersion, on: date) -> Any:
    for row in rows:
        results = {one.id: one for one in version.step_named(row["step"]).result}
        if results[row["outcome"]].closes:
            return
    for step in version.step[1:]:
        asked = [
            row["day"] for row in rows if row["step"] == step.follows and (not step.on or row["outcome"] in step.on)
        ]
        made = [row["day"] for row in rows if row["step"] == step.id]
        if asked and (not made or max(made) < max(asked)) and max(asked) + timedelta(days=step.after_days) <= on:
            since = max(asked) + timedelta(days=step.after_days)
            yield step.id, since, since + timedelta(days=step.within_days), max(asked)


def _event(records: Rows, version: ProgrammeVersion, me: int, on: date) -> date | None:
    if version.schedule.per == "birth":
        days = [row["birth_date"] for row in records["birth"] if row.get("mother_id") == me and row["birth_date"]]
    else:
        days = [row["start_date"] for row in records["union_"] if row.get("wife_id") == me and row["start_date"]]
    return max((day for day in days if day <= on), default=None)


def coverage(records: Rows, programme: Programme, columns: Columns, first: date, last: date) -> dict[str, list[int]]:
    """County → [offered, reached, declined, visits] of a span, person by person."""
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for area, *four in covered(records, programme, columns, first, last):
        for at, number in enumerate(four):
            found[area[:6] if area else ""][at] += number
    return {area: sums for area, sums in found.items() if any(sums)}


def covered(
    records: Rows, programme: Programme, columns: Columns, first: date, last: date
) -> Iterator[tuple[str | None, bool, bool, bool, int]]:
    """Of each person: where, offered, reached, declined, visits of a span; who declined isn't offered it."""
    version = programme.version_on(last)
    assert version is not None
    for person in records["person"]:
        if person["birth_date"] is not None and person["birth_date"] > last:
            continue
        facts = facts_of(records, person, last)
        area = facts["living_area"] or facts["registered_area"]
        mine = [row for row in records["service"] if row["person_id"] == person["person_id"] and row["day"] <= last]
        done = [row for row in mine if row["kind"] == programme.id and row["outcome"] not in REFUSALS]
        visits = sum(row["day"] >= first for row in done)
        here = area is not None and version.runs_in(area) and facts["alive"]
        if not here or (programme.sex is not None and facts["sex"] != programme.sex):
            yield area, False, False, False, visits
            continue
        firsts = [row["day"] for row in done if row["step"] == version.step[0].id]
        opened = _opened(records, version, person, first, last)
        if opened is None:
            yield area, False, False, False, visits
            continue
        reached = any(day >= opened for day in firsts)
        invited = compile_conditions(version, columns).for_person(facts).eligible
        said_no = not reached and invited and _declined([row for row in mine if row["kind"] == programme.id], last)
        yield area, (reached or invited) and not said_no, reached, said_no, visits


def counted(tally: Any, term: Term, area: str, months: range) -> float:
    """How much of a measure of programmes there is in an area and some months of the tally's year."""
    first = date(tally.year, months[0] + 1, 1)
    last = date(tally.year + (months[-1] == 11), (months[-1] + 1) % 12 + 1, 1) - timedelta(days=1)
    if term.measure == "programme_visits":
        return sum(
            row["kind"] == term.programme and first <= row["day"] <= last and (row["area"] or "").startswith(area)
            and row["outcome"] not in NO_VISITS and term.step in (None, row["step"])
            and (not term.result or row["outcome"] in term.result)
            for row in tally.records["service"]
        )  # fmt: skip
    if term.measure in ("programme_ripe", "programme_in_time", "programme_lost"):
        wanted = {"programme_ripe": (True, False), "programme_in_time": (True,), "programme_lost": (False,)}[
            term.measure
        ]
        return sum(
            first <= due <= last and (at or "").startswith(area) and in_time in wanted
            for at, due, in_time in _followed(tally.records, tally.programmes[term.programme], term.step)
        )  # fmt: skip
    if term.measure in ("programme_sessions", "programme_attendances"):
        return sum(
            row["quantity"] if term.measure == "programme_attendances" else 1
            for row in tally.records["session"]
            if row["kind"] == term.programme and first <= row["day"] <= last and row["area"].startswith(area)
            and term.step in (None, row["step"])
        )  # fmt: skip
    key = (term.programme, first, last)
    if key not in tally.covered:
        programme = tally.programmes[term.programme]
        tally.covered[key] = list(covered(tally.records, programme, columns_for("person"), first, last))
    place = 1 if term.measure == "programme_offered" else 2
    return sum(one[place] for one in tally.covered[key] if (one[0] or "").startswith(area))


def _followed(records: Rows, programme: Programme, step: str) -> Iterator[tuple[str | None, date, bool]]:
    """Of each call for a step: where, its last day, and whether it was done by then; nothing of who declined."""
    mine = [row for row in records["service"] if row["kind"] == programme.id]
    for version in programme.version:
        chosen = version.step_named(step)
        closing = {(one.id, result.id) for one in version.step for result in one.result if result.closes}
        for call in mine:
            called_for = call["step"] == chosen.follows and (not chosen.on or call["outcome"] in chosen.on)
            if not called_for or call["outcome"] in NO_VISITS or not version.in_force(call["day"]):
                continue
            due = call["day"] + timedelta(days=chosen.after_days + chosen.within_days)
            then = [row for row in mine if call["day"] <= row["day"] <= due]
            course = [row for row in then if row["course_id"] == call["course_id"]]
            if any(row["step"] == step and row["outcome"] not in NO_VISITS for row in course):
                yield call["area"], due, True
                continue
            over = any((row["step"], row["outcome"]) in closing and row["step"] != step for row in course)
            absent = any((row["step"], row["outcome"]) == (step, "not_attended") for row in course)
            declined = any(row["person_id"] == call["person_id"] and row["outcome"] in REFUSALS for row in then)
            if not (over or absent or declined):
                yield call["area"], due, False


def _opened(records: Rows, version: ProgrammeVersion, person: dict[str, Any], first: date, last: date) -> date | None:
    """From when a first step counts as reached; None: the span doesn't concern this person."""
    schedule = version.schedule
    if schedule.per == "once":
        return date.min
    if schedule.per == "months":
        return months_later(last, -(schedule.months or 0)) + timedelta(days=1)
    if schedule.per == "round":
        now = schedule.round_on(last)
        return max(first, now.effective_from) if now is not None else first
    births = births_of(person)
    start = _event(records, version, person["person_id"], last)
    if schedule.per == "ages":
        start = births[0] if len(births) == 1 else None
    if start is None:
        return None
    times = [months_later(start, at) if schedule.per == "ages" else start + timedelta(days=at) for at in schedule.at]
    come = max((day for day in times if day <= last), default=None)
    return come - timedelta(days=schedule.early_days) if come is not None and come >= first else None
