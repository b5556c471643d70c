"""Stored results as a report reads them: the year's figures, the years before, the pyramid; never a person's row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from shidai.indicators.manifest import Manifest
from shidai.indicators.qualitystore import keep_quality
from shidai.indicators.records import Records
from shidai.indicators.results import years_covered
from shidai.indicators.standing import tables_counted
from shidai.indicators.store import Made, Result, ResultStore, pack_mark
from shidai.packs.schema.indicator import Indicator
from shidai.packs.schema.pack import Pack

SERIES_YEARS = 10
OPEN_AGE = 85
DEMONSTRATION_MARK = "demo.json"


class StoredReading:
    """The results of one data directory as a report reads them."""

    def __init__(self, store: ResultStore, manifest: Manifest, pack: Pack, year: int, *, invented: bool) -> None:
        areas = [pack.city, *(area.code for area in pack.areas_at("county"))]
        rows = store.read(area=areas, period=str(year), breakdown="")
        made = store.made(year)
        if made is None:  # the read before would have said so
            raise RuntimeError(f"the results of {year} vanished while they were read")
        self.manifest_id = made.manifest
        self.stale = not rests_on(made, manifest, pack)
        self.cutoff = manifest.cutoff.isoformat() if made.manifest == manifest.id else ""
        self.invented = invented or manifest.source == "synth"
        self._store = store
        self._manifest = manifest
        self._pack = pack
        self._series: dict[tuple[str, str], dict[str, Result]] = {}
        self._year = {(row.indicator, row.area, row.period): row for row in rows}

    def result(self, indicator: str, area: str, period: str, breakdown: str = "") -> Result | None:
        """One row; None when nothing was computed or when the records that it needs are not kept yet."""
        definition = self._pack.indicators.get(indicator)
        if definition is None or not self.has_records(definition):
            return None
        if breakdown:
            found = self._store.read(indicator=indicator, area=area, period=period, breakdown=breakdown)
            return found[0] if found else None
        row = self._year.get((indicator, area, period))
        return row if row is not None else self._years_of(indicator, area).get(period)

    def has_records(self, indicator: Indicator) -> bool:
        """Whether every table that the indicator counts has any rows."""
        return all(self._manifest.rows(table) > 0 for table in tables_counted(indicator))

    def pyramid(self, area: str, year: int) -> tuple[list[str], list[int], list[int]] | None:
        """Age groups from the youngest, men and women in each; withheld cells count as none."""
        rows = self._store.population_pyramid(area, date(year, 12, 31))
        counts: dict[tuple[int, str], int] = {}
        for row in rows:
            parts = dict(part.split("=") for part in row.breakdown.split(";"))
            if parts["age5"].isdigit() and parts["sex"] in ("1", "2"):
                key = (min(int(parts["age5"]), OPEN_AGE), parts["sex"])
                counts[key] = counts.get(key, 0) + int(row.value or 0)
        if not counts:
            return None
        ages = range(0, OPEN_AGE + 1, 5)
        names = [f"{age}–{age + 4}" if age < OPEN_AGE else f"{age}+" for age in ages]
        return names, [counts.get((age, "1"), 0) for age in ages], [counts.get((age, "2"), 0) for age in ages]

    def _years_of(self, indicator: str, area: str) -> dict[str, Result]:
        key = (indicator, area)
        if key not in self._series:
            self._series[key] = {row.period: row for row in self._store.series(indicator, area)}
        return self._series[key]


def open_reading(data_dir: Path, pack: Pack, year: int) -> StoredReading:
    """The stored results of a year. Raises ShidaiError when there are no records or no results yet."""
    manifest = Manifest.read(data_dir / "records")
    invented = (data_dir / DEMONSTRATION_MARK).exists()
    return StoredReading(ResultStore(data_dir / "results"), manifest, pack, year, invented=invented)


def rests_on(made: Made, manifest: Manifest, pack: Pack) -> bool:
    """Whether results were made from these records by the pack's definitions of today."""
    return (made.manifest, made.pack) == (manifest.id, pack_mark(pack))


def ensure_results(data_dir: Path, pack: Pack, year: int) -> None:
    """Compute what a summary of the year needs and isn't stored yet: the years before it and, last, the year itself.

    What a page keeps in memory goes by the year's results: so these come into force after the series beside them.
    """
    store = ResultStore(data_dir / "results")
    with Records.open(data_dir / "records") as records:
        store.compute_series(records, pack, years_with_records(records, year) or [year])
        store.compute_year(records, pack, year)
        keep_quality(data_dir, records, pack)


def refresh_results(
    data_dir: Path, pack: Pack, *, progress: Callable[[int, int], None] = lambda done, total: None
) -> list[int]:
    """Compute anew what no longer rests on the records in force: the pack's year, every stored year, the series.

    progress: called with years done and years in all. Returns the years; none when the records hold no residents.
    """
    store = ResultStore(data_dir / "results")
    with Records.open(data_dir / "records") as records:
        first, last = years_covered(records)
        asked = {min(pack.last_day.year, last), *store.years()}
        years = sorted(year for year in asked if first <= year <= last)
        if years:
            store.compute_series(records, pack, years_with_records(records, years[-1]))
        for done, year in enumerate(years):
            progress(done, len(years))
            store.compute_year(records, pack, year)
        keep_quality(data_dir, records, pack)
    return years


def years_with_records(records: Records, year: int) -> list[int]:
    """Up to ten years to the given one for which the register has records."""
    first, last = years_covered(records)
    return list(range(max(first, year - SERIES_YEARS + 1), min(last, year) + 1))
