"""Precomputed results: what pages read. No person's row is touched here, only Parquet files of result rows.

`DIR/<year>/` holds `by-area-*.parquet` (everything, in the order of areas), `totals-*.parquet` (totals only, in the
order of indicators), `hidden-*.parquet` (the suppressed rows with their figures, which the others lack, for callers who
may read the records anyway) and `made.json`, which names the files in force with the manifest and the pack that they
rest on; it is replaced last, in one step. `DIR/series/` holds totals of counties and the city for other years in the
same form.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.dataset import dataset, field
from pydantic import BaseModel, ConfigDict, ValidationError

from shidai.indicators.cells import Gatherer
from shidai.indicators.cubes import RecordCubes
from shidai.indicators.engines import Records
from shidai.indicators.manifest import sync_file, sync_folder
from shidai.indicators.periods import KINDS, periods_of
from shidai.indicators.results import (
    RESULT_SCHEMA,
    check_year,
    choose_areas,
    protect_all,
    tabulate_open,
    without_hidden,
)
from shidai.indicators.tree import AreaTree
from shidai.packs.schema.pack import Pack
from shidai.words import ShidaiError, problem

_MADE = "made.json"
_AREAS_AT_ONCE = 200
_ROW_GROUP = 1 << 15
_PARQUET: dict[str, Any] = {"compression": "zstd", "compression_level": 1}


class Result(NamedTuple):
    """One result row; figures are None when suppressed or when there are none."""

    indicator: str
    version: str
    area: str
    period: str
    breakdown: str
    numerator: float | None
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None
    n: float | None
    suppressed: bool
    manifest: str


class Made(BaseModel):
    """What a folder of results rests on and which files are in force."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    manifest: str
    pack: str
    made_at: datetime
    rows: int
    by_area: str
    totals: str
    hidden: str


class ResultStore:
    """The results of one data directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._connection: Any = None

    def compute_year(self, records: Records, pack: Pack, year: int, *, force: bool = False) -> Made:
        """All indicators x all areas x year, quarters and months, protected. Nothing to do when they are up to date."""
        known = self.made(year)
        if known and not force and (known.manifest, known.pack) == (records.manifest.id, pack_mark(pack)):
            return known
        check_year(records, year)
        return _publish(self.folder / str(year), _year_parts(records, pack, year), records.manifest.id, pack_mark(pack))

    def compute_series(self, records: Records, pack: Pack, years: Sequence[int], *, level: str = "county") -> Made:
        """Yearly totals of the areas down to `level` for several years: the ten-year series.

        Only indicators made of registered population, births and deaths, which cost little for a year.
        """
        known = self._made(self.folder / "series")
        if known and (known.manifest, known.pack) == (records.manifest.id, _series_mark(pack, years)):
            return known
        slim = _vital(pack)
        chosen = tuple(slim.indicators.values())
        parts = []
        for year in years:
            cubes = RecordCubes(records, year, down_to=level)
            every = choose_areas(cubes, None, None)
            cells = Gatherer(cubes, periods_of(year))
            protection, manifest = protect_all(cells, chosen, pack.disclosure), records.manifest.id
            rows = tabulate_open(cells, chosen, protection, every, ("year",), manifest=manifest, breakdown="")
            parts.append(_sorted_by_area(rows, cubes.tree))
        return _publish(self.folder / "series", parts, records.manifest.id, _series_mark(pack, years))

    def made(self, year: int) -> Made | None:
        """What the results of a year rest on; None when there are none."""
        return self._made(self.folder / str(year))

    def years(self) -> tuple[int, ...]:
        """Years with results for all areas."""
        found = (path.parent.name for path in self.folder.glob(f"[0-9]*/{_MADE}"))
        return tuple(sorted(int(name) for name in found if self.made(int(name)) is not None))

    def read(
        self,
        *,
        indicator: str | Sequence[str] | None = None,
        area: str | Sequence[str] | None = None,
        period: str | Sequence[str] | None = None,
        breakdown: str | None = None,
        within: str | None = None,
        level_length: int | None = None,
        open_in: tuple[str, ...] = (),
    ) -> list[Result]:
        """Rows by exact values, in the order of areas, indicators, periods. `period` is '2006', '2006-Q3' or '2006-07'.

        breakdown: "" totals, "age5=20" one class, "age5" all classes of it, None everything. within: a code whose
        subtree is meant (itself not); level_length: only codes of this length.

        open_in: prefixes of the codes of areas in which the caller may read records ("" for all): suppressed rows
        there come with their figures and suppressed=False. The caller answers for it: give only what access allows,
        and don't show such rows, or keep them in a cache, for anyone else.

        Raises ShidaiError when the year of a period has no results.
        """
        wanted = [period] if isinstance(period, str) else list(period or [])
        years = sorted({int(one[:4]) for one in wanted} or set(self.years()))
        found: list[Result] = []
        for year in years:
            made = self.made(year)
            if made is None:
                raise _nothing_made(self.folder / str(year), year)
            by_indicator = breakdown == "" and (indicator is not None or not isinstance(area, str))
            file = made.totals if by_indicator else made.by_area
            where, values = _conditions(indicator, area, wanted or None, breakdown, within, level_length)
            rows = self._query(self.folder / str(year) / file, where, values)
            found += self._opened(rows, self.folder / str(year) / made.hidden, (where, values), open_in)
        return found

    def series(self, indicator: str, area: str, *, open_in: tuple[str, ...] = ()) -> list[Result]:
        """Yearly totals of an area over all years that were computed, oldest first. `open_in` as in `read`."""
        found = {}
        made = self._made(self.folder / "series")
        where, values = _conditions(indicator, area, None, "", None, None)
        if made is not None:
            rows = self._query(self.folder / "series" / made.totals, where, values)
            rows = self._opened(rows, self.folder / "series" / made.hidden, (where, values), open_in)
            found = {row.period: row for row in rows}
        for year in self.years():
            rows = self.read(indicator=indicator, area=area, period=str(year), breakdown="", open_in=open_in)
            found |= {row.period: row for row in rows}
        return [found[name] for name in sorted(found)]

    def past_year(self, area: str, year: int, *, open_in: tuple[str, ...] = ()) -> list[Result]:
        """Totals of an area in a year of the series, as far as it has them. `open_in` as in `read`."""
        made = self._made(self.folder / "series")
        if made is None:
            return []
        where, values = _conditions(None, area, str(year), "", None, None)
        rows = self._query(self.folder / "series" / made.totals, where, values)
        return self._opened(rows, self.folder / "series" / made.hidden, (where, values), open_in)

    def population_pyramid(
        self, area: str, day: date, residence: str = "registered", *, open_in: tuple[str, ...] = ()
    ) -> list[Result]:
        """Population by sex and five-year age at the end of the month that holds the day. `open_in` as in `read`."""
        period = f"{day:%Y-%m}"
        rows = self.read(
            indicator=f"population_{residence}", area=area, period=period, breakdown="sex;age5", open_in=open_in
        )
        return sorted(rows, key=lambda row: _pyramid_order(row.breakdown))

    def close(self) -> None:
        """Let go of the query connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _made(self, folder: Path) -> Made | None:
        try:
            return Made.model_validate_json((folder / _MADE).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def _opened(
        self, rows: list[Result], file: Path, asked: tuple[str, list[Any]], open_in: tuple[str, ...]
    ) -> list[Result]:
        """The rows, those suppressed inside the prefixes replaced by what the file of hidden figures has."""
        if not any(row.suppressed and row.area.startswith(open_in) for row in rows):
            return rows
        where, values = asked
        inside = " or ".join("starts_with(area, ?)" for _ in open_in)
        known = {_key(row): row for row in self._query(file, f"({where}) and ({inside})", [*values, *open_in])}
        return [known[_key(row)]._replace(suppressed=False) if _key(row) in known else row for row in rows]

    def _query(self, file: Path, where: str, values: list[Any]) -> list[Result]:
        import duckdb

        if self._connection is None:
            self._connection = duckdb.connect(config={"threads": 1})
        cursor = self._connection.cursor()
        columns = ", ".join(f'"{name}"' for name in Result._fields)
        rows = cursor.execute(f"select {columns} from read_parquet(?) where {where}", [str(file), *values]).fetchall()  # noqa: S608  columns and conditions are ours
        return [Result(*row) for row in rows]


def pack_mark(pack: Pack) -> str:
    """Names the pack's indicators and disclosure rule by content, so that a changed definition recomputes."""
    digest = hashlib.sha256()
    for indicator in pack.indicators.values():
        digest.update(indicator.model_dump_json(exclude={"case", "note", "title", "definition"}).encode())
    digest.update(pack.disclosure.model_dump_json().encode())
    return f"{pack.id}@{digest.hexdigest()[:16]}"


def _vital(pack: Pack) -> Pack:
    """The pack with only the indicators of registered population, births and deaths."""
    measures = {"population", "mean_population", "person_years", "births", "deaths"}
    kept = tuple(
        indicator
        for indicator in pack.indicators.values()
        if all(
            t.measure in measures and t.residence == "registered"
            for t in (*indicator.numerator, *indicator.denominator)
        )
    )
    fields = {name: getattr(pack, name) for name in type(pack).model_fields}
    return type(pack).model_construct(**{**fields, "all_indicators": kept})


def _series_mark(pack: Pack, years: Sequence[int]) -> str:
    return f"{pack_mark(pack)}/{min(years, default=0)}-{max(years, default=0)}"


def _year_parts(records: Records, pack: Pack, year: int) -> Iterator[pa.Table]:
    """Rows of all areas, some areas at a time; what they are counted from is let go with the last."""
    cubes = RecordCubes(records, year, programmes=pack.all_programmes)
    cells = Gatherer(cubes, periods_of(year))
    chosen, protection = tuple(pack.indicators.values()), protect_all(cells, pack.indicators.values(), pack.disclosure)
    every = _area_order(cubes.tree, choose_areas(cubes, None, None))
    for areas in np.array_split(every, -(-every.size // _AREAS_AT_ONCE)):
        rows = tabulate_open(cells, chosen, protection, areas, KINDS, manifest=records.manifest.id)
        yield _sorted_by_area(rows, cubes.tree)


def _publish(folder: Path, parts: Iterable[pa.Table], manifest: str, mark: str) -> Made:
    """Write the rows part by part, then put them in force in one step and remove the former ones."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = f"{manifest[:8]}-{hashlib.sha256(mark.encode()).hexdigest()[:8]}-{os.getpid()}"
    names = [f"{kind}-{stamp}.parquet" for kind in ("by-area", "totals", "hidden")]
    rows = 0
    with _writing(folder / names[0]) as by_area, _writing(folder / names[2]) as hidden:
        for part in parts:
            hidden.write_table(part.filter(part["suppressed"]), row_group_size=_ROW_GROUP)
            part = without_hidden(part)
            by_area.write_table(part, row_group_size=_ROW_GROUP)
            rows += part.num_rows
    with _writing(folder / names[1]) as totals:
        whole = dataset(folder / names[0]).to_table(filter=field("breakdown") == "").unify_dictionaries()
        totals.write_table(_sorted(whole, "indicator", {}), row_group_size=_ROW_GROUP)
    for name in names:
        sync_file(folder / name)
    made = Made(
        manifest=manifest, pack=mark, made_at=datetime.now(UTC), rows=rows,
        by_area=names[0], totals=names[1], hidden=names[2],
    )  # fmt: skip
    fresh = folder / f".{_MADE}.new"
    fresh.write_text(made.model_dump_json(indent=1), encoding="utf-8")
    sync_file(fresh)
    fresh.replace(folder / _MADE)
    sync_folder(folder)
    for old in folder.glob("*.parquet"):
        if old.name not in names:
            old.unlink(missing_ok=True)
    return made


@contextmanager
def _writing(path: Path) -> Iterator[pq.ParquetWriter]:
    with path.open("wb") as file, pq.ParquetWriter(file, RESULT_SCHEMA, **_PARQUET) as writer:
        yield writer


def _key(row: Result) -> tuple[str, str, str, str]:
    return row.indicator, row.area, row.period, row.breakdown


def _area_order(tree: AreaTree, areas: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """By level, then code: an area and its siblings lie in few row groups."""
    levels = list(dict.fromkeys(area.level for area in tree.areas))
    key = [(levels.index(tree.areas[place].level), tree.codes[place]) for place in areas]
    return areas[sorted(range(areas.size), key=key.__getitem__)]


def _sorted_by_area(rows: pa.Table, tree: AreaTree) -> pa.Table:
    order = _area_order(tree, np.arange(len(tree)))
    return _sorted(rows, "area", {tree.codes[place]: rank for rank, place in enumerate(order)})


def _sorted(rows: pa.Table, column: str, rank: dict[str, int]) -> pa.Table:
    """Rows in the order of a column's words by `rank` (or by alphabet), else unchanged."""
    words = rows[column].combine_chunks()
    known = words.dictionary.to_pylist()
    ranks = rank or {word: place for place, word in enumerate(sorted(known))}
    places = np.array([ranks[word] for word in known], dtype=np.int64)
    return rows.take(pa.array(np.argsort(places[words.indices.to_numpy()], kind="stable")))


def _conditions(
    indicator: str | Sequence[str] | None,
    area: str | Sequence[str] | None,
    period: str | Sequence[str] | None,
    breakdown: str | None,
    within: str | None,
    level_length: int | None,
) -> tuple[str, list[Any]]:
    where: list[str] = ["true"]
    values: list[Any] = []
    for name, wanted in (("indicator", indicator), ("area", area), ("period", period)):
        if wanted is not None:
            options = [wanted] if isinstance(wanted, str) else list(wanted)
            where.append(f'"{name}" in ({", ".join("?" * len(options))})' if options else "false")
            values += options
    if breakdown is not None and "=" not in breakdown and breakdown:
        where.append("regexp_replace(breakdown, '=[^;]*', '', 'g') = ?")
        values.append(breakdown)
    elif breakdown is not None:
        where.append("breakdown = ?")
        values.append(breakdown)
    if within is not None:
        where.append("area > ? and area < ?")
        values += [within, within + "~"]
    if level_length is not None:
        where.append("length(area) = ?")
        values.append(level_length)
    return " and ".join(where), values


def _pyramid_order(text: str) -> tuple[int, str]:
    parts = dict(part.split("=") for part in text.split(";"))
    age = parts.get("age5", "")
    return (int(age) if age.isdigit() else 999, parts.get("sex", ""))


def _nothing_made(folder: Path, year: int) -> ShidaiError:
    return ShidaiError(
        problem(
            str(folder),
            zh=f"{year} 年的指标结果还没有算出。",
            en=f"The indicators of {year} have not been computed yet.",
            mend_zh="请先运行 shidai extract（或 shidai demo）。",
            mend_en="Run 'shidai extract' (or 'shidai demo') first.",
        )
    )


__all__ = ["RESULT_SCHEMA", "Made", "Result", "ResultStore", "pack_mark"]
