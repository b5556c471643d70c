"""Sessions of programmes that were held for a group, and how many came to them."""

from __future__ import annotations

from typing import Any

from shidai.indicators.persontime import dense
from shidai.indicators.spells import RecordSource
from shidai.indicators.vitals import Cells, in_year


def counted(
    source: RecordSource, measure: str, programme: str, step: str | None, year: int, fetch: Any, places: int
) -> Cells:
    """Sessions (programme_sessions), or who came to them by name or not (programme_attendances): (places, 12)."""
    rows = held_rows(source, programme, step, year)
    n = rows.count() if measure == "programme_sessions" else rows.quantity.sum()
    found = fetch(rows.group_by("place", "month").aggregate(n=n))
    return dense((places, 12), [((found["place"].to_numpy(), found["month"].to_numpy()), found["n"].to_numpy())])


def held_rows(source: RecordSource, programme: str, step: str | None, year: int) -> Any:
    """Sessions of a programme in a year, of one step or of any."""
    rows = in_year(source, "session", "day", "area", year)
    rows = rows.filter(rows.kind == programme)
    return rows if step is None else rows.filter(rows.step == step)
