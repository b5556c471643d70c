"""When the first step of a programme is due for one person; `shidai.indicators.programmes` does it for everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from shidai.packs.schema.programme import REFUSALS, ProgrammeVersion, Schedule
from shidai.rules.periods import months_later


@dataclass(frozen=True, slots=True)
class Due:
    """From when something is due and the last day to do it."""

    since: date
    by: date


@dataclass(frozen=True, slots=True)
class Served:
    """One line of what is on file of a person in a programme: a visit, or an answer to an offer.

    until: of a refusal the day from which it holds no more; None: it holds on.
    """

    course: object
    step: str
    outcome: str
    day: date
    until: date | None = None

    @property
    def done(self) -> bool:
        return self.outcome not in REFUSALS


@dataclass(frozen=True, slots=True)
class StepDue:
    """A step that is due: since when, until when, in which course (None: it begins one), and after which visit."""

    step: str
    due: Due
    course: object | None
    last: date | None


def is_declined(lines: Iterable[Served], on: date) -> bool:
    """Whether the last word up to a day is that nobody should ask: for good, or not before a day that hasn't come."""
    known = [line for line in lines if line.day <= on]
    done = [line.day for line in known if line.done]
    refused = [
        line.day
        for line in known
        if (line.outcome in ("never", "withdrawn") and (line.until is None or line.until > on))
        or (line.outcome == "not_now" and line.until is not None and line.until > on)
    ]
    return bool(refused) and (not done or max(refused) >= max(done))


def steps_due(
    version: ProgrammeVersion,
    on: date,
    lines: Iterable[Served],
    *,
    invited: bool,
    birth: date | None = None,
    event: date | None = None,
) -> list[StepDue]:
    """Every step that is due on a day for somebody who is alive, lives where it runs and hasn't declined."""
    done = [line for line in lines if line.done and line.day <= on]
    first = version.step[0]
    found = []
    if invited:
        last = max((line.day for line in done if line.step == first.id), default=None)
        due = due_on(version.schedule, on, last=last, birth=birth, event=event)
        found += [StepDue(first.id, due, None, last)] if due is not None else []
    courses: defaultdict[object, list[Served]] = defaultdict(list)
    for line in done:
        courses[line.course].append(line)
    for course, each in courses.items():
        found += _following(version, on, course, each)
    return found


def _following(version: ProgrammeVersion, on: date, course: object, lines: list[Served]) -> Iterator[StepDue]:
    closing = {(step.id, result.id) for step in version.step for result in step.result if result.closes}
    if any((line.step, line.outcome) in closing for line in lines):
        return
    for step in version.step[1:]:
        asked = [one.day for one in lines if one.step == step.follows and (not step.on or one.outcome in step.on)]
        made = [one.day for one in lines if one.step == step.id]
        if not asked or (made and max(made) >= max(asked)):
            continue
        since = max(asked) + timedelta(days=step.after_days)
        if since <= on:
            yield StepDue(step.id, Due(since, since + timedelta(days=step.within_days)), course, max(asked))


def due_on(
    schedule: Schedule, on: date, *, last: date | None = None, birth: date | None = None, event: date | None = None
) -> Due | None:
    """What is due on a day, or None.

    last: when the first step was last done; birth: of the person, if it is wholly known; event: the last birth or
    marriage up to the day, for a schedule that follows one. What was never done is due now.
    """
    if schedule.per in ("once", "months"):
        return _again(schedule, on, last)
    if schedule.per == "round":
        now = schedule.round_on(on)
        if now is None or now.effective_to is None or (last is not None and last >= now.effective_from):
            return None
        return Due(now.effective_from, now.effective_to - timedelta(days=1))
    return _after(schedule, on, last, birth if schedule.per == "ages" else event)


def _again(schedule: Schedule, on: date, last: date | None) -> Due | None:
    if last is None:
        return Due(on, on + timedelta(days=schedule.within_days))
    if schedule.months is None:
        return None
    since = months_later(last, schedule.months)
    return Due(since, since + timedelta(days=schedule.within_days)) if since <= on else None


def _after(schedule: Schedule, on: date, last: date | None, start: date | None) -> Due | None:
    """The latest time that has come and hasn't lapsed, unless it was done by then or a little before."""
    if start is None:
        return None
    months = schedule.per == "ages"
    come = [months_later(start, at) if months else start + timedelta(days=at) for at in schedule.at]
    come = [day for day in come if day <= on]
    if not come or on > come[-1] + timedelta(days=schedule.within_days):
        return None
    if last is not None and last >= come[-1] - timedelta(days=schedule.early_days):
        return None
    return Due(come[-1], come[-1] + timedelta(days=schedule.within_days))
