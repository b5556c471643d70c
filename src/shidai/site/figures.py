"""The computed results as pages show them. Pages read stored results only: no page scans person rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings

from shidai.core.access import Scope
from shidai.core.language import say
from shidai.indicators.records import Manifest
from shidai.indicators.store import Result, ResultStore
from shidai.packs import Pack, load_pack
from shidai.words import Text

RECORDS = settings.DATA / "records"
RESULTS = settings.DATA / "results"
HIDDEN = Text(zh="已隐去", en="suppressed")
NOTHING = "–"


@lru_cache(maxsize=1)
def current_pack() -> Pack:
    return load_pack(settings.PACK)


def current_manifest() -> Manifest | None:
    """The manifest of the record tables in force; None before the first extract."""
    file = RECORDS / "manifest.json"
    return _read_manifest(file.stat().st_mtime_ns) if file.exists() else None


@lru_cache(maxsize=2)
def _read_manifest(_: int) -> Manifest:
    return Manifest.read(RECORDS)


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
    """A result as text: a value or why there is none, its interval, numerator and denominator."""

    value: str
    interval: str
    numerator: str
    denominator: str


def show(result: Result | None, decimals: int) -> Shown:
    if result is None:
        return Shown(NOTHING, "", NOTHING, NOTHING)
    if result.suppressed:
        return Shown(say(HIDDEN), "", say(HIDDEN), NOTHING)
    interval = ""
    if result.low is not None and result.high is not None and result.low != result.high:
        interval = f"{result.low:,.{decimals}f} – {result.high:,.{decimals}f}"
    return Shown(_number(result.value, decimals), interval, _number(result.numerator), _number(result.denominator))


def _number(value: float | None, decimals: int | None = None) -> str:
    if value is None:
        return NOTHING
    if decimals is None:
        decimals = 0 if float(value).is_integer() else 1
    return f"{value:,.{decimals}f}"
