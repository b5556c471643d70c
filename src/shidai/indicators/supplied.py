"""What was handed out, what it protects, who began a method, and which sites are open: an Ibis query each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from shidai.indicators.periods import Period
from shidai.indicators.persontime import dense
from shidai.indicators.spells import RecordSource
from shidai.indicators.vitals import Cells, in_year


def counted(source: RecordSource, measure: str, kind: str | None, year: int, fetch: Any, places: int) -> Cells:
    """Hand-outs, units, couple-years of protection or acceptors by month: (places, 12)."""
    rows = _rows(source, measure, kind, year)
    amount = {"units_dispensed": "quantity", "couple_years": "couple_years"}.get(measure)
    n = rows.count() if amount is None else rows[amount].sum()
    found = fetch(rows.group_by("place", "month").aggregate(n=n))
    return dense((places, 12), [((found["place"].to_numpy(), found["month"].to_numpy()), found["n"].to_numpy())])


def open_sites(source: RecordSource, kind: str, fetch: Any, periods: Sequence[Period], places: int) -> Cells:
    """Sites of a kind that are open at each period's end: (places, periods)."""
    rows = _sites(source, kind)
    listed = fetch(rows.select("place", "start", "end"))
    place, start, end = (listed[name].to_numpy() for name in ("place", "start", "end"))
    found = np.zeros((places, len(periods)))
    for at, period in enumerate(periods):
        last = source.clock.of_date(period.end)
        found[:, at] = np.bincount(place[(start < last) & (end >= last)], minlength=places)
    return found


def records_of(source: RecordSource, measure: str, kind: str | None, year: int, first: int, last: int) -> Any:
    """What a figure counts, columns as `opening.COLUMNS`; `first`, `last`: days of the clock, the last not included."""
    import ibis

    if measure == "sites":
        rows = _sites(source, kind or "")
        rows = rows.filter(rows.start < last, rows.end >= last)
        rows = rows.mutate(record=rows.record_id, who=ibis.literal(None).cast("int64"))
    else:
        rows = _rows(source, measure, kind, year)
        rows = rows.filter(rows.day >= first, rows.day < last).mutate(start=rows.day, end=rows.day + 1)
        rows = rows.mutate(record=rows.person_id if measure == "acceptors" else rows.record_id, who=rows.person_id)
    nothing = ibis.literal(None).cast("int32")
    return rows.select(
        measure=ibis.literal(measure), record_id=rows.record, person_id=rows.who, area=rows.area, start=rows.start,
        end=rows.end, sex=nothing, age=nothing, days=nothing,
    )  # fmt: skip


def _rows(source: RecordSource, measure: str, kind: str | None, year: int) -> Any:
    if measure == "acceptors":
        rows = in_year(source, "contraception", "start_date", "area", year)
        return rows.filter(rows.method == kind)
    rows = in_year(source, "dispensing", "day", "area", year)
    return rows if kind is None else rows.filter(rows.kind == kind)


def _sites(source: RecordSource, kind: str) -> Any:
    """Sites of a kind in the areas that are looked at; an open end lies far in the future."""
    from shidai.indicators.clock import FAR

    rows = source.table("site")
    rows = rows.filter(rows.kind == kind)
    rows = rows.mutate(start=source.clock.of(rows.start_date), end=source.clock.of(rows.end_date).fill_null(FAR))
    return rows.join(source.places, rows.area == source.places.area)
