"""Claims to benefits and what was paid on them, of one scheme in a year: an Ibis query each, and its rows as an array.

A payment counts on its day, once it is known to have arrived; what came back or is on its way does not, and a payment
that was made anew counts on its own day. Nothing given back later is taken off: it is no payment of the period.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from shidai.indicators.periods import Period
from shidai.indicators.persontime import dense
from shidai.indicators.spells import RecordSource
from shidai.indicators.vitals import Cells, in_year

OUTCOMES = ("waiting", "notice", "objected", "in_force", "refused", "declined", "stopped")
"""Where a claim stood on the records' last day."""


_PLACES = 1_000_000  # more than there are areas


def recipients(
    source: RecordSource, year: int, scheme: str, fetch: Any, periods: Sequence[Period], places: int
) -> Cells:
    """Persons, households or villages that were paid in each period: (places, periods).

    Each counts once a period, where the last payment of the period was made.
    """
    rows = paid_rows(source, scheme, year)
    rows = rows.mutate(
        subject=subject_of(rows), last=rows.day.cast("int64") * _PLACES + rows.place
    )  # the later day wins, and of one day the later place: some place, always the same
    months = fetch(rows.group_by("month", "kind_of", "subject").aggregate(last=rows.last.max()))
    kind, subject, month, last = (months[name].to_numpy() for name in ("kind_of", "subject", "month", "last"))
    order = np.lexsort((last, subject, kind))
    kind, subject, month, last = kind[order], subject[order], month[order], last[order]
    found = np.zeros((places, len(periods)))
    for at, period in enumerate(periods):
        inside = np.flatnonzero((month >= period.first) & (month < period.last))
        ends = np.ones(len(inside), np.bool_)  # the last row of each subject
        ends[:-1] = (kind[inside][1:] != kind[inside][:-1]) | (subject[inside][1:] != subject[inside][:-1])
        found[:, at] = np.bincount(last[inside][ends] % _PLACES, minlength=places)
    return found


def paid(source: RecordSource, year: int, scheme: str, fetch: Any, places: int) -> Cells:
    """Fen paid: (places, 12)."""
    rows = paid_rows(source, scheme, year)
    found = fetch(rows.group_by("place", "month").aggregate(n=rows.fen.sum()))
    return _cells(found, (), (places, 12))


def claims(source: RecordSource, year: int, scheme: str, fetch: Any, places: int) -> Cells:
    """Claims by the month of application, by outcome: (places, 12, outcomes)."""
    rows = in_year(source, "entitlement", "day", "area", year)
    rows = rows.filter(rows.kind == scheme)
    number = rows.outcome.cases(*((name, at) for at, name in enumerate(OUTCOMES)), else_=None)
    rows = rows.mutate(number=number.cast("int32"))
    rows = rows.filter(rows.number.notnull())
    found = fetch(rows.group_by("place", "month", "number").aggregate(n=rows.count()))
    return _cells(found, ("number",), (places, 12, len(OUTCOMES)))


def paid_rows(source: RecordSource, scheme: str, year: int) -> Any:
    """The lines of a year's payments that arrived, with `day`, `month` and `place`."""
    rows = in_year(source, "payment", "day", "area", year)
    return rows.filter(rows.kind == scheme, rows.outcome == "paid").mutate(kind_of=kind_of(rows))


def records_of(
    source: RecordSource, measure: str, scheme: str, outcome: str | None, year: int, first: int, last: int
) -> Any:
    """What a figure counts: one row a recipient (the claim paid last), a line of a payment, or a claim.

    `first`, `last`: days of the clock, the last not included. Columns as `opening.COLUMNS`.
    """
    import ibis

    if measure == "benefit_claims":
        rows = in_year(source, "entitlement", "day", "area", year)
        rows = rows.filter(rows.kind == scheme)
        rows = rows if outcome is None else rows.filter(rows.outcome == outcome)
        rows = rows.mutate(record=rows.record_id)
    else:
        rows = paid_rows(source, scheme, year)
        rows = rows.mutate(record=rows.record_id if measure == "benefit_paid" else rows.entitlement_id)
    rows = rows.filter(rows.day >= first, rows.day < last)
    if measure == "benefit_recipients":
        rows = rows.mutate(subject=subject_of(rows))
        latest = rows.group_by("kind_of", "subject").aggregate(
            record=rows.record.argmax(rows.day), person_id=rows.person_id.max(), area=rows.area.argmax(rows.day),
            day=rows.day.max(),
        )  # fmt: skip
        rows = latest
    nothing = ibis.literal(None)
    return rows.select(
        measure=ibis.literal(measure), record_id=rows.record, person_id=rows.person_id, area=rows.area,
        start=rows.day, end=rows.day + 1, sex=nothing.cast("int32"), age=nothing.cast("int32"),
        days=nothing.cast("int32"),
    )  # fmt: skip


def kind_of(rows: Any) -> Any:
    """0 a person's, 1 a household's, 2 a village's record."""
    import ibis

    return ibis.cases((rows.person_id.notnull(), 0), (rows.household_id.notnull(), 1), else_=2).cast("int32")


def subject_of(rows: Any) -> Any:
    """A number of the subject among those of its kind: the pseudonym, or the place of the village."""
    import ibis

    return ibis.coalesce(rows.person_id, rows.household_id, rows.place.cast("int64"))


def _cells(found: Any, more: tuple[str, ...], shape: tuple[int, ...]) -> Cells:
    axes = ("place", "month", *more)
    return dense(shape, [(tuple(found[axis].to_numpy() for axis in axes), found["n"].to_numpy())])
