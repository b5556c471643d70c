"""Result rows: every indicator asked for, by area, period and class, protected, with the manifest that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shidai.indicators.cells import Category, Excerpt, Gatherer, categories, narrow
from shidai.indicators.cubes import Cubes, RecordCubes
from shidai.indicators.engines import Records
from shidai.indicators.formulas import evaluate
from shidai.indicators.periods import KINDS, Period, PeriodKind, periods_of
from shidai.indicators.protect import Protection
from shidai.packs.schema.indicator import Indicator
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.rule import DisclosureRule
from shidai.words import ShidaiError, problem

FIGURES = ("numerator", "denominator", "value", "low", "high", "n")
_WORD = pa.dictionary(pa.int32(), pa.string())
RESULT_SCHEMA = pa.schema(
    [
        ("indicator", _WORD),
        ("version", _WORD),
        ("area", _WORD),
        ("period", _WORD),
        ("breakdown", _WORD),
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("n", pa.float64()),
        ("suppressed", pa.bool_()),
        ("manifest", _WORD),
    ]
)


def compute(
    records: Records,
    pack: Pack,
    *,
    year: int,
    area: str | None = None,
    level: str | None = None,
    indicators: Sequence[str] | None = None,
    period: PeriodKind | None = "year",
    breakdown: str | None = None,
    protect: bool = True,
) -> pa.Table:
    """Result rows of one year, columns as in `RESULT_SCHEMA`.

    area: that area only, or with `level` the areas of that level inside it. period: one kind, or None for all.
    breakdown: "" for totals only, "sex", "age5", … for those classes only, None for everything.
    Suppressed rows have no figures. Raises ShidaiError for an unknown indicator, area or level, and for a year without
    records.
    """
    chosen = choose_indicators(pack, indicators)
    check_year(records, year)
    cubes = RecordCubes(records, year, programmes=pack.all_programmes)
    areas = choose_areas(cubes, area, level)
    kinds = KINDS if period is None else (period,)
    return tabulate(
        cubes, pack, chosen, areas, kinds, manifest=records.manifest.id, breakdown=breakdown, protect=protect
    )


def tabulate(
    cubes: Cubes,
    pack: Pack,
    indicators: Iterable[Indicator],
    areas: npt.NDArray[np.int64],
    kinds: tuple[PeriodKind, ...],
    *,
    manifest: str,
    breakdown: str | None = None,
    protect: bool = True,
) -> pa.Table:
    """The rows of these indicators and areas; protection looks at all areas, periods and indicators of the pack."""
    every = Gatherer(cubes, periods_of(cubes.year))
    protection = protect_all(every, pack.indicators.values(), pack.disclosure) if protect else None
    chosen = tuple(indicators)
    rows = tabulate_open(every, chosen, protection, areas, kinds, manifest=manifest, breakdown=breakdown)
    return without_hidden(rows)


def protect_all(every: Gatherer, indicators: Iterable[Indicator], rule: DisclosureRule) -> Protection:
    """A disclosure rule over all indicators that are published; `every` reads all their periods."""
    return Protection(indicators, every, rule.shows, secondary=rule.secondary)


def without_hidden(rows: pa.Table) -> pa.Table:
    """Rows with the figures of the suppressed ones taken out."""
    hidden = rows["suppressed"]
    for name in FIGURES:
        column = pc.if_else(hidden, pa.scalar(None, pa.float64()), rows[name])
        rows = rows.set_column(rows.schema.get_field_index(name), RESULT_SCHEMA.field(name), column)
    return rows


def tabulate_open(
    every: Gatherer,
    indicators: tuple[Indicator, ...],
    protection: Protection | None,
    areas: npt.NDArray[np.int64],
    kinds: tuple[PeriodKind, ...],
    *,
    manifest: str,
    breakdown: str | None = None,
) -> pa.Table:
    """The rows of some areas only; memory is that of these rows. Suppressed rows are marked, but have their figures."""
    some = Excerpt(every.cubes, areas, [one for one in every.periods if one.kind in kinds])
    table = _Table(some, every.periods, protection, areas, manifest)
    parts = [
        table.rows(indicator, category)
        for indicator in indicators
        for category in categories(indicator)
        if breakdown is None or _dimensions(category) == breakdown
    ]
    return pa.concat_tables(parts).unify_dictionaries() if parts else RESULT_SCHEMA.empty_table()


def _dimensions(category: Category) -> str:
    return ";".join(part.split("=")[0] for part in category.text.split(";"))


class _Table:
    """Rows of chosen areas and periods, one indicator and class at a time."""

    def __init__(
        self,
        cells: Gatherer,
        every: Sequence[Period],
        protection: Protection | None,
        areas: npt.NDArray[np.int64],
        manifest: str,
    ) -> None:
        """`every`: the periods that protection has judged, those of `cells` among them."""
        self._cells = cells
        self._protection = protection
        self._areas = areas
        self._manifest = manifest
        self._periods = np.array([p for p, one in enumerate(every) if one in cells.periods])
        self._area, self._period = np.repeat(areas, len(self._periods)), np.tile(self._periods, len(areas))
        self._codes = pa.array(cells.cubes.tree.codes, pa.string())
        self._names = pa.array([one.name for one in every], pa.string())

    def rows(self, indicator: Indicator, category: Category) -> pa.Table:
        figures = evaluate(indicator, category, self._cells)
        hidden = self._hidden(indicator, category)
        columns = {name: getattr(figures, name).ravel() for name in FIGURES}
        keep = np.ones(hidden.size, dtype=bool)
        if category.text:  # a class that counts nothing and nobody is left out, unless that it does so is hidden
            counted = (np.nan_to_num(columns["numerator"]) != 0) | (np.nan_to_num(columns["denominator"]) != 0)
            keep = counted | hidden
        kept = int(keep.sum())
        filled: list[pa.Array] = [
            _same(indicator.id, kept),
            _same(indicator.version, kept),
            _words(self._area[keep], self._codes),
            _words(self._period[keep], self._names),
            _same(category.text, kept),
        ]
        for column in columns.values():
            kept_figures = column[keep]
            filled.append(pa.array(kept_figures, mask=~np.isfinite(kept_figures)))
        filled += [pa.array(hidden[keep]), _same(self._manifest, kept)]
        return pa.Table.from_arrays(filled, schema=RESULT_SCHEMA)

    def _hidden(self, indicator: Indicator, category: Category) -> npt.NDArray[np.bool_]:
        hidden = np.zeros(self._area.size, dtype=bool)
        if self._protection is None:
            return hidden
        for cell in {narrow(term, category) for term in (*indicator.numerator, *indicator.denominator)}:
            hidden |= self._protection.hides(cell)[np.ix_(self._areas, self._periods)].ravel()
        return hidden


def _same(text: str, rows: int) -> pa.Array:
    return _words(np.zeros(rows, dtype=np.int64), pa.array([text], pa.string()))


def _words(places: npt.NDArray[np.int64], among: pa.Array) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), among)


def choose_indicators(pack: Pack, ids: Sequence[str] | None) -> tuple[Indicator, ...]:
    """The pack's indicators with these ids, or all. Raises ShidaiError for ids that it doesn't have."""
    if ids is None:
        return tuple(pack.indicators.values())
    unknown = [one for one in ids if one not in pack.indicators]
    if unknown:
        known = sorted(pack.indicators)
        raise ShidaiError(
            [
                problem(
                    "--indicator",
                    zh=f"政策包 {pack.id} 里没有指标 {one}。",
                    en=f"The pack {pack.id} has no indicator {one}.",
                    mend_zh=f"可用：{'、'.join(known)}。",
                    mend_en=f"It has: {', '.join(known)}.",
                )
                for one in unknown
            ]
        )
    return tuple(pack.indicators[one] for one in ids)


def choose_areas(cubes: Cubes, area: str | None, level: str | None) -> npt.NDArray[np.int64]:
    """Positions of the areas asked for that were valid in the year. Raises ShidaiError for unknown codes and levels."""
    tree = cubes.tree
    year = periods_of(cubes.year, ("year",))[0]
    valid = [place for place, one in enumerate(tree.areas) if one.valid_in(year.start, year.end)]
    if area is not None and level is None:
        return np.array([tree.at(area)], dtype=np.int64)
    if area is not None:
        tree.at(area)
        valid = [place for place in valid if tree.codes[place].startswith(area)]
    levels = list(dict.fromkeys(one.level for one in tree.areas))
    if level is not None and level not in levels:
        raise ShidaiError(
            problem(
                "--level",
                zh=f"没有“{level}”这一级。",
                en=f"There is no level '{level}'.",
                mend_zh=f"可用：{'、'.join(levels)}。",
                mend_en=f"Use one of: {', '.join(levels)}.",
            )
        )
    chosen = [p for p in valid if level is None or tree.areas[p].level == level]
    if not chosen and level is not None and area is not None:
        raise ShidaiError(
            problem(
                "--level",
                zh=f"地区 {area} 之内没有“{level}”这一级。",
                en=f"Inside the area {area} there is no {level}.",
                mend_zh=f"可用：{'、'.join(levels)}；或去掉 --level。",
                mend_en=f"Use one of: {', '.join(levels)}, or leave --level out.",
            )
        )
    return np.array(chosen, dtype=np.int64)


def check_year(records: Records, year: int) -> None:
    """Raise ShidaiError unless the records cover some of the year."""
    first, last = years_covered(records)
    if not first <= year <= last:
        raise ShidaiError(
            problem(
                "--year",
                zh=f"记录里没有 {year} 年。",
                en=f"The records don't cover the year {year}.",
                mend_zh=f"可用：{first} 至 {last}。",
                mend_en=f"They cover {first} to {last}.",
            )
        )


def years_covered(records: Records) -> tuple[int, int]:
    """First year with a spell of residence and the year of the cut-off."""
    residence = records.table("residence")
    first = records.fetch(residence.aggregate(first=residence.start_date.min()))["first"][0].as_py()
    last = records.manifest.cutoff.year
    return (first.year if first else last + 1), last
