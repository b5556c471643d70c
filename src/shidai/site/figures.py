"""The computed results as pages show them. Pages read stored results only: no page scans person rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings

from shidai.core.access import Scope
from shidai.core.language import say
from shidai.core.records import published_manifest
from shidai.indicators.standing import SAYINGS, Standing, standing_of, tables_counted
from shidai.indicators.store import Result, ResultStore
from shidai.packs import Pack, load_pack
from shidai.packs.schema.indicator import Indicator

RESULTS = settings.DATA / "results"
NOTHING = "–"


@lru_cache(maxsize=1)
def current_pack() -> Pack:
    return load_pack(settings.PACK)


@lru_cache(maxsize=1)
def _store() -> ResultStore:
    return ResultStore(RESULTS)


def store() -> ResultStore | None:
    """The stored results; None before the first computation."""
    return _store() if RESULTS.exists() and _store().years() else None


def known_years() -> tuple[int, ...]:
    """Years with results; the pack's last year when there are none yet."""
    results = store()
    return results.years() if results else (current_pack().last_day.year,)


def read_results(scope: Scope, **wanted: Any) -> tuple[Result, ...]:
    """Stored results; none before the first computation, or for a period that hasn't been computed.

    Small cells are hidden, but not from those who may read the records of the area themselves.
    """
    results = store()
    made = results.made(int(wanted["period"][:4])) if results else None
    if made is None:
        return ()
    wanted["open_in"] = scope.prefixes("record.read")
    asked = {name: tuple(value) if isinstance(value, list) else value for name, value in wanted.items()}
    return _read(made.by_area, tuple(sorted(asked.items())))


@lru_cache(maxsize=4096)
def _read(_: str, asked: tuple[tuple[str, Any], ...]) -> tuple[Result, ...]:
    """Kept while the file of results is the same: many people read the same pages."""
    return tuple(_store().read(**dict(asked)))


def read_past_year(scope: Scope, area: str, year: int) -> tuple[Result, ...]:
    """Totals of an area in an earlier year, as far as the series has them."""
    results = store()
    made = results.made(results.years()[-1]) if results else None
    return _read_past_year(made.by_area, area, year, scope.prefixes("record.read")) if made else ()


@lru_cache(maxsize=1024)
def _read_past_year(_: str, area: str, year: int, open_in: tuple[str, ...]) -> tuple[Result, ...]:
    return tuple(_store().past_year(area, year, open_in=open_in))


def read_series(scope: Scope, indicator: str, area: str) -> tuple[Result, ...]:
    """Yearly totals, oldest first."""
    results = store()
    made = results.made(results.years()[-1]) if results else None
    return _read_series(made.by_area, indicator, area, scope.prefixes("record.read")) if made else ()


@lru_cache(maxsize=4096)
def _read_series(_: str, indicator: str, area: str, open_in: tuple[str, ...]) -> tuple[Result, ...]:
    return tuple(_store().series(indicator, area, open_in=open_in))


def read_pyramid(scope: Scope, area: str, day: date) -> tuple[Result, ...]:
    """Registered population by sex and five-year age at the end of the month of the day."""
    results = store()
    made = results.made(day.year) if results else None
    return _read_pyramid(made.by_area, area, day, scope.prefixes("record.read")) if made else ()


@lru_cache(maxsize=1024)
def _read_pyramid(_: str, area: str, day: date, open_in: tuple[str, ...]) -> tuple[Result, ...]:
    return tuple(_store().population_pyramid(area, day, open_in=open_in))


def read_one(scope: Scope, indicator: str, area: str, period: str, breakdown: str = "") -> Result | None:
    """One figure; None when it isn't computed."""
    found = read_results(scope, indicator=indicator, area=area, period=period, breakdown=breakdown)
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Shown:
    """A result as text: a value or what stands in its place and why, its interval, numerator and denominator."""

    value: str
    interval: str = ""
    numerator: str = NOTHING
    denominator: str = NOTHING
    brief: str = ""  # why there is no value, in a word or two
    why: str = ""


def show(result: Result | None, indicator: Indicator, decimals: int | None = None) -> Shown:
    """The figure in the reader's language; a dash where nothing was computed for the period."""
    standing = how_it_stands(indicator, result)
    if standing is None:
        return Shown(NOTHING)
    if standing is not Standing.COMPUTED or result is None:
        said = SAYINGS[standing]
        parts = result if standing not in (Standing.HIDDEN, Standing.NOT_RECORDED) else None
        return Shown(say(said.cell), "", *_parts(parts), say(said.brief), say(said.why))
    places = indicator.decimals if decimals is None else decimals
    interval = ""
    if result.low is not None and result.high is not None and result.low != result.high:
        interval = f"{show_number(result.low, places)} – {show_number(result.high, places)}"
    return Shown(show_number(result.value, places), interval, *_parts(result))


def how_it_stands(indicator: Indicator, result: Result | None) -> Standing | None:
    """What is known of a figure; None when it wasn't computed for the period."""
    if not is_recorded(indicator):
        return Standing.NOT_RECORDED
    return standing_of(indicator, result) if result is not None else None


def is_recorded(indicator: Indicator) -> bool:
    """Whether every record table that the indicator counts has rows."""
    manifest = published_manifest()
    return manifest is not None and all(manifest.rows(table) > 0 for table in tables_counted(indicator))


def _parts(result: Result | None) -> tuple[str, str]:
    return (NOTHING, NOTHING) if result is None else (show_number(result.numerator), show_number(result.denominator))


def show_number(value: float | None, decimals: int | None = None) -> str:
    """A figure as pages write it; a dash for none."""
    if value is None:
        return NOTHING
    if decimals is None:
        decimals = 0 if float(value).is_integer() else 1
    return f"{value:,.{decimals}f}".replace("-", "−")  # a true minus sign
