"""Training sessions held and how many came; pilots of a checklist and those signed off: an Ibis query each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from shidai.indicators.clock import FAR
from shidai.indicators.periods import Period
from shidai.indicators.persontime import dense
from shidai.indicators.spells import RecordSource
from shidai.indicators.vitals import Cells, in_year


def counted(source: RecordSource, measure: str, kind: str, year: int, fetch: Any, places: int) -> Cells:
    """What was held of a kind (activities), or how many came to it (attendances), by month: (places, 12)."""
    rows = _held(source, kind, year)
    n = rows.count() if measure == "activities" else rows.quantity.sum()
    found = fetch(rows.group_by("place", "month").aggregate(n=n))
    return dense((places, 12), [((found["place"].to_numpy(), found["month"].to_numpy()), found["n"].to_numpy())])


def pilots(
    source: RecordSource, measure: str, kind: str, fetch: Any, periods: Sequence[Period], places: int
) -> Cells:  # fmt: skip
    """Pilots of a checklist at each period's end, or those that are signed off by then: (places, periods)."""
    listed = fetch(_pilots(source, measure, kind).select("place", "start", "end"))
    place, start, end = (listed[name].to_numpy() for name in ("place", "start", "end"))
    found = np.zeros((places, len(periods)))
    for at, period in enumerate(periods):
        last = source.clock.of_date(period.end)
        found[:, at] = np.bincount(place[(start < last) & (end >= last)], minlength=places)
    return found


def records_of(source: RecordSource, measure: str, kind: str, year: int, first: int, last: int) -> Any:
    """What a figure counts, columns as `opening.COLUMNS`; `first`, `last`: days of the clock, the last not included."""
    if measure not in ("pilots", "pilots_signed"):
        return list_held(measure, _held(source, kind, year), first, last)
    rows = _pilots(source, measure, kind)
    return _listed(measure, rows.filter(rows.start < last, rows.end >= last))


def list_held(measure: str, rows: Any, first: int, last: int) -> Any:
    """What was held in a span, columns as `opening.COLUMNS`, each on its `day`; `last` is not included."""
    rows = rows.filter(rows.day >= first, rows.day < last)
    return _listed(measure, rows.mutate(start=rows.day, end=rows.day + 1))


def _listed(measure: str, rows: Any) -> Any:
    import ibis

    nothing = ibis.literal(None)
    return rows.select(
        measure=ibis.literal(measure), record_id=rows.record_id, person_id=nothing.cast("int64"), area=rows.area,
        start=rows.start, end=rows.end, sex=nothing.cast("int32"), age=nothing.cast("int32"),
        days=nothing.cast("int32"),
    )  # fmt: skip


def _held(source: RecordSource, kind: str, year: int) -> Any:
    rows = in_year(source, "activity", "day", "area", year)
    return rows.filter(rows.kind == kind)


def _pilots(source: RecordSource, measure: str, kind: str) -> Any:
    """Pilots in the areas that are looked at, from enrolment or sign-off on; an open end lies far in the future."""
    rows = source.table("pilot")
    rows = rows.filter(rows.kind == kind)
    if measure == "pilots_signed":
        rows = rows.filter(rows.signed_on.notnull())
    since = rows.start_date if measure == "pilots" else rows.signed_on
    rows = rows.mutate(start=source.clock.of(since), end=source.clock.of(rows.end_date).fill_null(FAR))
    return rows.join(source.places, rows.area == source.places.area)
