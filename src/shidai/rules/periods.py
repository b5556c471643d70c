"""The days on which a scheme's amount is determined, and the facts that a day itself gives."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from shidai.packs.schema.scheme import Amount
from shidai.rules.person import OneFacts


def due_days(amount: Amount, since: date, until: date) -> tuple[date, ...]:
    """The determination days from `since` to `until`, both included.

    Months and quarters: their last days. Years: the day that the amount names. An event: `until` alone.
    """
    if amount.per == "event":
        return (until,)
    days = _year_days(amount, since, until) if amount.per == "year" else _month_ends(amount, since, until)
    return tuple(day for day in days if since <= day <= until)


def _year_days(amount: Amount, since: date, until: date) -> Iterator[date]:
    month, day = (int(part) for part in amount.due.split("-"))
    for year in range(since.year, until.year + 1):
        yield date(year, month, min(day, monthrange(year, month)[1]))


def _month_ends(amount: Amount, since: date, until: date) -> Iterator[date]:
    step = 3 if amount.per == "quarter" else 1
    for year in range(since.year, until.year + 1):
        for month in range(step, 13, step):
            yield date(year, month, monthrange(year, month)[1])


def completed_years(birth: date, on: date) -> int:
    """Age on a day; who was born on 29 February completes a year on 1 March of a common year."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def calendar_months(birth: date, on: date) -> int:
    """Months between the month of birth and the day's month."""
    return (on.year - birth.year) * 12 + on.month - birth.month


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the month's last day where it has no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def facts_of_day(facts: OneFacts, on: date) -> OneFacts:
    """One person's facts with the age on a day, where the date of birth is given and the age isn't."""
    birth = facts.get("birth_date")
    if not isinstance(birth, date):
        return facts
    return {"age": completed_years(birth, on), "months_old": calendar_months(birth, on), **facts}
