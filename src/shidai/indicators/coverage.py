"""How many were offered a programme's first step in a span of time, and how many of them had it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shidai.indicators.columnreading import Words
from shidai.indicators.engines import Records
from shidai.indicators.everybody import Everybody, day_number
from shidai.indicators.periods import Period
from shidai.indicators.persontime import dense
from shidai.indicators.programmes import (
    NEVER,
    NOT_YET,
    Days,
    Invited,
    Mask,
    Persons,
    Visits,
    find_programme,
    months_after,
    rules_of,
    starts_of,
    version_on,
)
from shidai.indicators.spells import RecordSource
from shidai.indicators.tree import AreaTree
from shidai.indicators.vitals import Cells, in_year
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.programme import NO_VISITS, Programme, ProgrammeVersion, Schedule

COVERAGE = pa.schema([
    pa.field("area", pa.string()),
    pa.field("offered", pa.int64(), nullable=False),
    pa.field("reached", pa.int64(), nullable=False),
    pa.field("declined", pa.int64(), nullable=False),
    pa.field("visits", pa.int64(), nullable=False),
])  # fmt: skip
"""How many were offered a programme's first step in a span and how many of them had it; how many more had declined by
its last day, who are in no denominator; and all visits of the span."""


@dataclass(frozen=True)
class Covered:
    """Whom a programme concerned in a span: each an array over `persons`.

    opened: from which day the first step counts. last: day of the last first step, NOT_YET without one.
    visits: all visits of the span. declined: invited and not reached, with a last word that nobody should ask.
    """

    persons: Persons
    offered: Mask
    reached: Mask
    opened: Days
    last: Days
    declined: Mask
    visits: npt.NDArray[np.int64]


def cover(records: Records, pack: Pack, programme: str, first: date, last: date, *, length: int = 6) -> pa.Table:
    """Coverage of a span by area, as `COVERAGE` says; `length`: of the areas' codes, 6 for counties.

    Offered: everybody invited on the span's last day who hasn't declined by then, and who was reached though the
    invitation is over. A birth, a marriage or an age counts if its time came in the span. Reached: had the first step
    in the span (in the round, if that is shorter; within the last so many months, or ever, where it is due that often
    or once).
    Raises ShidaiError when there is no such programme, or none in force on the last day.
    """
    chosen = find_programme(pack, programme)
    version = version_on(chosen, last)
    persons = Persons.on(records, last, rules_of(version).columns, Everybody(records, last))
    found = cover_persons(persons, chosen, version, first, last)
    return _by_area(persons.areas, length, found)


def cover_persons(
    persons: Persons, programme: Programme, version: ProgrammeVersion, first: date, last: date
) -> Covered:
    """Whom a version concerned in a span, person by person; `persons` as of the last day."""
    here = Invited.among(persons, programme, version)
    visits = Visits.of(persons.everybody.records, programme.id, last, persons.places)
    return _cover(here, visits, version, first, last)


def _cover(here: Invited, visits: Visits, version: ProgrammeVersion, first: date, last: date) -> Covered:
    begun, count = day_number(first), len(here.persons.keys)
    opened, concerned = _concerned(here, version.schedule, begun, last)
    done = visits.last(count, visits.done & (visits.steps == version.step[0].id))
    reached = concerned & (done >= opened)
    each = np.bincount(visits.rows[visits.counted & (visits.days >= begun)], minlength=count)
    opened_by = np.broadcast_to(np.asarray(opened, np.int64), (count,))
    declined = concerned & here.invited & ~reached & visits.declined(count, last)
    offered = concerned & (here.invited | reached) & ~declined
    return Covered(here.persons, offered, reached, opened_by, done, declined, each)


def _concerned(here: Invited, schedule: Schedule, begun: int, last: date) -> tuple[Any, Mask]:
    """From when a first step counts as reached, and whom the span concerns at all. Shapes (n,)."""
    today = day_number(last)
    if schedule.per == "once":
        return NOT_YET + 1, here.present
    if schedule.per == "months":
        assert schedule.months is not None
        return months_after(np.array([today]), -schedule.months)[0] + 1, here.present
    if schedule.per == "round":
        now = schedule.round_on(last)
        opened = max(begun, day_number(now.effective_from)) if now is not None else begun
        return opened, here.present
    start = starts_of(here, schedule, last, begun - max(schedule.at, default=0))
    assert start is not None
    come = np.full(len(start), NOT_YET, np.int64)
    for at in schedule.at:
        known = np.where(start != NEVER, start, 0)
        day = months_after(known, at) if schedule.per == "ages" else known + at
        come = np.where((start != NEVER) & (day <= today), day, come)
    return come - schedule.early_days, here.present & (come >= begun)


def _by_area(areas: Words, length: int, found: Covered) -> pa.Table:
    above = tuple(sorted({code[:length] for code in areas.words}))
    at = {code: place for place, code in enumerate(above)}
    place = np.array([*(at[code[:length]] for code in areas.words), len(above)], np.int64)[areas.places]
    told = (found.offered, found.reached, found.declined, found.visits)
    sums = [np.bincount(place, each, len(above) + 1).astype(np.int64) for each in told]
    some = np.flatnonzero(sum(sums))
    codes = np.array([*above, None], dtype=object)[some]
    return pa.table([pa.array(codes, pa.string()), *(pa.array(one[some]) for one in sums)], schema=COVERAGE)


def offered_and_reached(
    records: Records, programmes: Iterable[Programme], tree: AreaTree, periods: Sequence[Period]
) -> dict[str, tuple[Cells, Cells]]:
    """Of each programme how many were offered its first step and how many had it, each (areas, periods): of the area
    itself, not of those below it. A period that the records don't cover to its end counts up to their last day.

    The people are read once and judged once for each day on which a period ends.
    """
    cutoff, wanted = records.manifest.cutoff, tuple(programmes)
    ends = [min(period.end - timedelta(days=1), cutoff) for period in periods]
    shape = (len(tree), len(periods))
    found = {one.id: (np.zeros(shape), np.zeros(shape)) for one in wanted}
    begun = [at for at, period in enumerate(periods) if period.start <= cutoff]
    if not begun or not wanted:
        return found
    everybody = Everybody(records, min(ends[at] for at in begun), max(ends[at] for at in begun))
    for day in sorted({ends[at] for at in begun}):
        running = [(one, version) for one in wanted if (version := one.version_on(day)) is not None]
        columns = dict.fromkeys(name for _, version in running for name in rules_of(version).columns)
        persons = Persons.on(records, day, columns, everybody)
        places = np.array([*tree.places_of(persons.areas.words), -1], np.int64)[persons.areas.places]
        for one, version in running:
            here = Invited.among(persons, one, version)
            visits = Visits.of(records, one.id, day, persons.places)
            for at in (at for at in begun if ends[at] == day):
                told = _cover(here, visits, version, periods[at].start, day)
                for cells, mask in zip(found[one.id], (told.offered, told.reached), strict=True):
                    cells[:, at] = np.bincount(places[mask & (places >= 0)], minlength=len(tree))
    return found


def count_by_month(rows: Any, fetch: Any, places: int) -> Cells:
    """How many rows fall in each place and month: (places, 12)."""
    found = fetch(rows.group_by("place", "month").aggregate(n=rows.count()))
    return dense((places, 12), [((found["place"].to_numpy(), found["month"].to_numpy()), found["n"].to_numpy())])


def visit_rows(
    source: RecordSource, year: int, programme: str, step: str | None = None, result: tuple[str, ...] = ()
) -> Any:
    """Visits of a programme in a year, later steps too, or of one step with one of some results.

    Answers to an offer and marks of a partner are none.
    """
    rows = in_year(source, "service", "day", "area", year)
    rows = rows.filter(rows.kind == programme, ~rows.outcome.isin(NO_VISITS))
    if step is not None:
        rows = rows.filter(rows.step == step)
    return rows.filter(rows.outcome.isin(result)) if result else rows


def list_visits(measure: str, rows: Any, first: int, last: int) -> Any:
    """The visits that a figure counts, columns as `opening.COLUMNS`, each on its `day`; `last` is not included."""
    import ibis

    rows = rows.filter(rows.day >= first, rows.day < last)
    return rows.select(
        measure=ibis.literal(measure), record_id=rows.record_id, person_id=rows.person_id, area=rows.area,
        start=rows.day, end=rows.day + 1, **_no_person(),
    )  # fmt: skip


def list_covered(
    records: Records, pack: Pack, source: RecordSource, measure: str, programme: str, period: Period
) -> Any:
    """The persons that a figure counts, as `list_visits`: on the day of the visit, or since they were offered it."""
    import ibis

    last = min(period.end - timedelta(days=1), records.manifest.cutoff)
    chosen = find_programme(pack, programme)
    version = version_on(chosen, last)
    persons = Persons.on(records, last, rules_of(version).columns, Everybody(records, last))
    told = cover_persons(persons, chosen, version, period.start, last)
    mask = told.reached if measure == "programme_reached" else told.offered
    days = told.last if measure == "programme_reached" else np.maximum(told.opened, day_number(period.start))
    mask = mask & (persons.areas.places >= 0)
    codes = np.array([*persons.areas.words, ""], dtype=object)[persons.areas.places[mask]]
    listed = pa.table(
        {"who": persons.keys[mask], "code": pa.array(codes, pa.string()), "day": pa.array(days[mask].astype(np.int32))}
    )
    rows = records.beside("opened_persons", listed)
    rows = rows.join(source.places, rows.code == source.places.area)
    return rows.select(
        measure=ibis.literal(measure), record_id=rows.who, person_id=rows.who, area=rows.code,
        start=rows.day, end=rows.day + 1, **_no_person(),
    )  # fmt: skip


def _no_person() -> dict[str, Any]:
    import ibis

    return {name: ibis.literal(None).cast("int32") for name in ("sex", "age", "days")}
