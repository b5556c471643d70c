"""When the first step of a programme is due for one person; `shidai.indicators.programmes` does it for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from shidai.packs.schema.programme import Schedule
from shidai.rules.periods import months_later


@dataclass(frozen=True, slots=True)
class Due:
    """From when something is due and the last day to do it."""

    since: date
    by: date


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
