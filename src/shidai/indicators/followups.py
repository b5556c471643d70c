"""Follow-up of a programme: visits that call for a later step, and whether it was done within its time.

Only calls whose time has run out are judged, each on its last day. Whoever said 'not now', 'never' or took consent back
in that time isn't counted, nor is a call that the course's end or a partner's absence has settled: nobody was lost.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from shidai.indicators.spells import RecordSource
from shidai.packs.schema.programme import NO_VISITS, REFUSALS, Programme, ProgrammeStep, ProgrammeVersion


def followed_rows(source: RecordSource, year: int, measure: str, programme: Programme, step: str, cutoff: date) -> Any:
    """The calls for a step that a measure counts: their last day lies in a year, up to the records' cut-off.

    Columns of the calls' visits, with the last day as `day`, `month`, `place`, and `in_time`.
    """
    parts = [
        _of_version(source, programme.id, version, chosen)
        for version in programme.version
        for chosen in version.step
        if chosen.id == step and chosen.follows is not None
    ]
    assert parts, f"{programme.id} has no later step {step}"
    found = parts[0]
    for more in parts[1:]:
        found = found.union(more, distinct=False)
    edges = source.clock.month_edges(year)
    last = min(int(edges[-1]) - 1, source.clock.of_date(cutoff))
    found = found.filter(found.day >= int(edges[0]), found.day <= last)
    found = found.join(source.places, found.area == source.places.area)
    found = found.mutate(month=source.clock.month_of(found.day, year))
    if measure == "programme_ripe":
        return found
    return found.filter(found.in_time if measure == "programme_in_time" else ~found.in_time)


def _of_version(source: RecordSource, programme: str, version: ProgrammeVersion, step: ProgrammeStep) -> Any:
    """The calls that a version made."""
    rows = source.table("service")
    rows = rows.filter(rows.kind == programme).mutate(on=source.clock.of(rows.day))
    visits = rows.filter(~rows.outcome.isin(NO_VISITS))
    calls = visits.filter(visits.step == step.follows, visits.on >= source.clock.of_date(version.effective_from))
    if version.effective_to is not None:
        calls = calls.filter(calls.on < source.clock.of_date(version.effective_to))
    if step.on:
        calls = calls.filter(calls.outcome.isin(step.on))
    calls = calls.select(
        "record_id",
        "person_id",
        "area",
        "course_id",
        called=calls.on,
        day=calls.on + step.after_days + step.within_days,
    )
    made = visits.filter(visits.step == step.id).select(of="course_id", made="on")
    settled = rows.filter(_settles(rows, version, step)).select(of="course_id", made="on")
    refused = rows.filter(rows.outcome.isin(REFUSALS)).select(who="person_id", made="on")
    done = calls.semi_join(made, _within(calls, made, calls.course_id == made.of))
    waiting = calls.anti_join(made, _within(calls, made, calls.course_id == made.of))
    waiting = waiting.anti_join(settled, _within(waiting, settled, waiting.course_id == settled.of))
    waiting = waiting.anti_join(refused, _within(waiting, refused, waiting.person_id == refused.who))
    return done.mutate(in_time=True).union(waiting.mutate(in_time=False), distinct=False)


def _within(calls: Any, other: Any, same: Any) -> list[Any]:
    """Joined where the other happened from the call to its last day."""
    return [same, other.made >= calls.called, other.made <= calls.day]


def _settles(rows: Any, version: ProgrammeVersion, step: ProgrammeStep) -> Any:
    """What ends the waiting without the step: the course's end, or that a partner doesn't come."""
    found = (rows.step == step.id) & (rows.outcome == "not_attended")
    for one in version.step:
        closing = [result.id for result in one.result if result.closes]
        if closing and one.id != step.id:
            found = found | ((rows.step == one.id) & rows.outcome.isin(closing))
    return found
