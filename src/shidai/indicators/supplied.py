"""What was handed out and what it protects, who began a method and keeps to it, open sites: an Ibis query each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from shidai.indicators.engines import Records
from shidai.indicators.periods import Period
from shidai.indicators.persontime import dense
from shidai.indicators.spells import RecordSource
from shidai.indicators.vitals import Cells, in_year
from shidai.packs.schema.indicator import OF_METHOD

_PLACES = 1_000_000  # more than there are areas


def counted(source: RecordSource, measure: str, kind: str | None, year: int, fetch: Any, places: int) -> Cells:
    """Hand-outs, units, couple-years of protection, or women who began or keep to a method, by month: (places, 12)."""
    rows = _rows(source, measure, kind, year)
    amount = {"units_dispensed": "quantity", "couple_years": "couple_years"}.get(measure)
    n = rows.count() if amount is None else rows[amount].sum()
    found = fetch(rows.group_by("place", "month").aggregate(n=n))
    return dense((places, 12), [((found["place"].to_numpy(), found["month"].to_numpy()), found["n"].to_numpy())])


def takers(
    source: RecordSource, kind: str | None, year: int, fetch: Any, periods: Sequence[Period], places: int
) -> Cells:
    """Who was handed something in each period, each once, where it was last: (places, periods).

    Whoever took without a name is another one each time.
    """
    rows = _rows(source, "takers", kind, year)
    last = rows.day.cast("int64") * _PLACES + rows.place  # of one day the later place: some place, always the same
    rows = rows.mutate(subject=rows.person_id.fill_null(rows.record_id), named=rows.person_id.notnull(), last=last)
    found = fetch(rows.group_by("month", "named", "subject").aggregate(last=rows.last.max()))
    month, named, subject, last = (found[name].to_numpy() for name in ("month", "named", "subject", "last"))
    order = np.lexsort((last, subject, named))
    month, named, subject, last = month[order], named[order], subject[order], last[order]
    told = np.zeros((places, len(periods)))
    for at, period in enumerate(periods):
        inside = np.flatnonzero((month >= period.first) & (month < period.last))
        ends = np.ones(len(inside), np.bool_)  # the last row of each taker
        ends[:-1] = (named[inside][1:] != named[inside][:-1]) | (subject[inside][1:] != subject[inside][:-1])
        told[:, at] = np.bincount(last[inside][ends] % _PLACES, minlength=places)
    return told


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


def users_on(records: Records, day: date, digits: int) -> dict[str, dict[str, int]]:
    """Women who live in an area on a day and use a method then, wherever they are registered.

    By the area's code, the first `digits` of that of the home; in it by method.
    """
    use, home = (_on(records.table(name), day) for name in ("contraception", "residence"))
    home = home.filter(home.kind == "living").select("person_id", area=home.area.left(digits)).distinct()
    rows = use.inner_join(home, "person_id").select("person_id", "method", area=home.area)
    counts = rows.group_by("area", "method").aggregate(n=rows.person_id.nunique())
    found: dict[str, dict[str, int]] = {}
    for row in records.fetch(counts).to_pylist():
        found.setdefault(row["area"], {})[row["method"]] = row["n"]
    return found


def _on(spells: Any, day: date) -> Any:
    return spells.filter(spells.start_date <= day, spells.end_date.isnull() | (spells.end_date > day))


def records_of(source: RecordSource, measure: str, kind: str | None, year: int, first: int, last: int) -> Any:
    """What a figure counts, columns as `opening.COLUMNS`; `first`, `last`: days of the clock, the last not included."""
    import ibis

    if measure == "sites":
        rows = _sites(source, kind or "")
        rows = rows.filter(rows.start < last, rows.end >= last)
        rows = rows.mutate(record=rows.record_id, who=ibis.literal(None).cast("int64"))
    else:
        rows = _rows(source, measure, kind, year)
        rows = rows.filter(rows.day >= first, rows.day < last)
        if measure == "takers":
            rows = _last_of_each(rows)
        rows = rows.mutate(start=rows.day, end=rows.day + 1)
        rows = rows.mutate(record=rows.person_id if measure in OF_METHOD else rows.record_id, who=rows.person_id)
    nothing = ibis.literal(None).cast("int32")
    return rows.select(
        measure=ibis.literal(measure), record_id=rows.record, person_id=rows.who, area=rows.area, start=rows.start,
        end=rows.end, sex=nothing, age=nothing, days=nothing,
    )  # fmt: skip


def _last_of_each(rows: Any) -> Any:
    """The last hand-out of each taker; without a name each is somebody's last."""
    rows = rows.mutate(
        subject=rows.person_id.fill_null(rows.record_id), named=rows.person_id.notnull(),
        last=rows.day.cast("int64") * _PLACES + rows.place,
    )  # fmt: skip
    by_taker = rows.group_by("named", "subject")
    return by_taker.aggregate(
        record_id=rows.record_id.argmax(rows.last), person_id=rows.person_id.max(), area=rows.area.argmax(rows.last),
        day=rows.day.max(),
    )  # fmt: skip


def _rows(source: RecordSource, measure: str, kind: str | None, year: int) -> Any:
    if measure == "acceptors":
        rows = in_year(source, "contraception", "start_date", "area", year)
        return rows.filter(rows.method == kind)
    if measure in OF_METHOD:
        return _a_year_on(source, measure, kind, year)
    rows = in_year(source, "dispensing", "day", "area", year)
    return rows if kind is None else rows.filter(rows.kind == kind)


def _a_year_on(source: RecordSource, measure: str, kind: str | None, year: int) -> Any:
    """Uses that began a year before, on the day on which they have lasted one; or those of them that still go on."""
    rows = in_year(source, "contraception", "start_date", "area", year - 1)
    rows = rows.filter(rows.method == kind)
    day, month = source.clock.birthday(rows.start_date, year), source.clock.turning_month(rows.start_date, year)
    rows = rows.mutate(day=day, month=month.cast("int32"))
    ended = source.clock.of(rows.end_date)
    return rows.filter(rows.end_date.isnull() | (ended > rows.day)) if measure == "continuers" else rows


def _sites(source: RecordSource, kind: str) -> Any:
    """Sites of a kind in the areas that are looked at; an open end lies far in the future."""
    from shidai.indicators.clock import FAR

    rows = source.table("site")
    rows = rows.filter(rows.kind == kind)
    rows = rows.mutate(start=source.clock.of(rows.start_date), end=source.clock.of(rows.end_date).fill_null(FAR))
    return rows.join(source.places, rows.area == source.places.area)
