"""Estimates with sampling errors from a survey's record tables, by the measures that count a register.

Formulas: Croft, T. et al. (2018) Guide to DHS Statistics, chapters on fertility and on childhood mortality. Standard
errors: Taylor linearisation for ratios (ASFR, GFR), delete-one-PSU jackknife over the clusters of the (sub)sample for
what is no ratio (TFR, child mortality).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shidai.demography.cells import divide
from shidai.demography.survey import jackknife_error, leave_one_out, ratio_error
from shidai.indicators import vitals
from shidai.indicators.clock import MONTH
from shidai.indicators.engines import Engine, Records
from shidai.indicators.persontime import person_time
from shidai.indicators.spells import RecordSource, residence_spells
from shidai.indicators.survey.cohorts import SEGMENTS, Children, child_cells, fetch_children, rates_of
from shidai.indicators.survey.fill import AREAS, fill_births, fill_women
from shidai.indicators.survey.layout import Recode, read_folder
from shidai.indicators.survey.planning import planning_shares
from shidai.indicators.survey.precision import (
    Precision,
    child_precision,
    count_respondents,
    fertility_precision,
    ratio_of_records,
)

GROUPS = range(15, 50, 5)
TOTAL = "total"
_Z95 = 1.959963984540054

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate; rates per 1,000, the total fertility rate in children a woman, family planning in %.

    What it rests on: woman-years, exposed children or women below the line, plain and weighted, the design effect DEFT
    of its error, and the clusters of the (sub)sample.
    """

    measure: str
    subgroup: str
    value: float
    se: float
    low: float
    high: float
    exposure: float
    weighted_exposure: float
    deft: float
    clusters: int

    @property
    def rse(self) -> float:
        """The standard error relative to the estimate."""
        return self.se / self.value if self.value else float("nan")


@dataclass(frozen=True, slots=True)
class Segment:
    """Dying in one segment of the first five years: ages in months, weighted and plain deaths and exposed children."""

    low: int
    high: int
    deaths: float
    exposed: float
    plain_deaths: float
    plain_exposed: float

    @property
    def probability(self) -> float:
        return self.deaths / self.exposed if self.exposed else float("nan")


@dataclass(frozen=True, slots=True)
class Clusters:
    """The survey's clusters: which cluster and stratum each place (area x cluster) is, and the places' keys."""

    keys: tuple[str, ...]
    area: npt.NDArray[np.str_]
    stratum: npt.NDArray[np.int64]

    def inside(self, subgroup: str) -> npt.NDArray[np.bool_]:
        """Which places belong to a subgroup; none when the sample doesn't hold it."""
        return np.full(len(self.keys), True) if subgroup == TOTAL else self.area == subgroup


def estimate(folder: Path, women_file: str | None = None, engine: Engine = "duckdb") -> list[Estimate]:
    """All estimates that the folder's files allow, for the whole sample and by type of residence."""
    files = read_folder(folder, women_file)
    found: list[Estimate] = []
    with tempfile.TemporaryDirectory(prefix="shidai-survey-") as scratch:
        if files.women is not None:
            factored = "awfactt" in files.women.columns
            found += _fertility(
                Path(scratch), files.women, "awfactt", engine, (TOTAL,) if factored else (TOTAL, *AREAS)
            )
            if factored:  # subgroups by residence have all-women factors of their own
                found += _fertility(Path(scratch), files.women, "awfactu", engine, AREAS)
            found += estimate_family_planning(files.women)
        if files.births is not None:
            clusters, children = _children(Path(scratch), files.births, engine)
            found += _child_mortality(clusters, children)
    return found


def child_segments(folder: Path, engine: Engine = "duckdb") -> list[Segment]:
    """Deaths and exposed children by segment of age, for the whole sample of the folder's births' recode."""
    births = read_folder(folder).births
    if births is None:
        return []
    with tempfile.TemporaryDirectory(prefix="shidai-survey-") as scratch:
        _, children = _children(Path(scratch), births, engine)
    weighted, plain = (child_cells(children, weighted=how).sum(0) for how in (True, False))
    return [
        Segment(low, high, *(float(cells[which, i]) for cells in (weighted, plain) for which in (0, 1)))
        for i, (low, high) in enumerate(SEGMENTS)
    ]


def _fertility(
    scratch: Path, women: Recode, factor: str, engine: Engine, subgroups: tuple[str, ...]
) -> Iterator[Estimate]:
    fill_women(scratch / factor, women, factor)
    with Records.open(scratch / factor, engine) as records:
        clusters, source = clustered(records)
        births, years = _births_and_years(records, source, len(clusters.keys))
    respondents = count_respondents(women, factor)
    for subgroup in subgroups:
        inside = clusters.inside(subgroup)
        if inside.any():
            within = women.residence == subgroup if subgroup != TOTAL else np.full(women.rows, True)
            precision = fertility_precision(respondents.inside(within))
            yield from _fertility_of(subgroup, births[inside], years[inside], clusters.stratum[inside], precision)


def _births_and_years(records: Records, source: RecordSource, places: int) -> tuple[Array, Array]:
    """Weighted births and woman-years by place and five-year group 15-49: (places, 7) each."""
    residence = records.table("residence")
    span = records.fetch(residence.aggregate(first=residence.start_date.min(), last=residence.end_date.max()))
    births, months = np.zeros((places, 102)), np.zeros((places, 102))
    for year in range(span["first"][0].as_py().year, span["last"][0].as_py().year + 1):
        by_age, _ = vitals.births(source, year, "living", records.fetch, places)
        births += by_age.sum((1, 2))
        for _, one in person_time(residence_spells(source), year, MONTH, records.fetch, places):
            months += one.time.sum((1, 2))
    groups = [slice(age, age + 5) for age in GROUPS]
    return tuple(np.stack([cells[:, g].sum(1) for g in groups], axis=1) for cells in (births, months / 12))  # type: ignore[return-value]


def _fertility_of(
    subgroup: str, births: Array, years: Array, stratum: npt.NDArray[np.int64], precision: dict[str, Precision]
) -> Iterator[Estimate]:
    rates, errors = ratio_error(births, years, stratum, lonely="certain")
    for place, age in enumerate(GROUPS):
        name = f"ASFR {age}-{age + 4}"
        yield _estimate(name, subgroup, 1000 * rates[place], 1000 * errors[place], precision[name])
    general, error = ratio_error(births.sum(1), years[:, :6].sum(1), stratum, lonely="certain")
    yield _estimate("GFR", subgroup, 1000 * float(general), 1000 * float(error), precision["GFR"])

    def total(cells: Array) -> Array:
        return np.asarray(5 * divide(cells[..., 0, :], cells[..., 1, :]).sum(-1))

    yield from _jackknifed(subgroup, {"TFR": total}, np.stack([births, years], axis=1), precision)


def estimate_family_planning(women: Recode) -> Iterator[Estimate]:
    """Use, need and demand of women in a union, as far as the file's columns tell."""
    shares = planning_shares(women)
    for subgroup in (TOTAL, *AREAS):
        inside = women.residence == subgroup if subgroup != TOTAL else np.full(women.rows, True)
        design = [women.columns[name][inside] for name in ("v005", "v021", "v022")]
        for name, (top, bottom) in shares.items():
            below = bottom[inside]
            if below.any():
                ratio, error, rests_on = ratio_of_records(
                    top[inside].astype(float), below.astype(float), design[0] / 1e6, *design[1:], counted=below
                )
                yield _estimate(name, subgroup, 100 * ratio, 100 * error, rests_on)


def _children(scratch: Path, births: Recode, engine: Engine) -> tuple[Clusters, Children]:
    fill_births(scratch / "births", births)
    with Records.open(scratch / "births", engine) as records:
        clusters, source = clustered(records)
        return clusters, fetch_children(source, records.fetch, len(clusters.keys))


def _child_mortality(clusters: Clusters, children: Children) -> Iterator[Estimate]:
    measures = {name: _only(name) for name in ("NNMR", "PNNMR", "IMR", "CMR", "U5MR")}
    cells = child_cells(children)
    for subgroup in (TOTAL, *AREAS):
        inside = clusters.inside(subgroup)
        if inside.any():
            precision = child_precision(children.inside(inside), clusters.stratum)
            yield from _jackknifed(subgroup, measures, cells[inside], precision)


def _only(name: str) -> Callable[[Array], Array]:
    return lambda cells: rates_of(cells)[name]


def _jackknifed(
    subgroup: str, measures: dict[str, Callable[[Array], Array]], totals: Array, precision: dict[str, Precision]
) -> Iterator[Estimate]:
    """Estimates from totals by cluster (clusters, …); clusters without anybody of the subgroup are not in it.

    Where nobody is of an age that the measure needs, or all who are live in one cluster, value or error are NaN.
    """
    totals = totals[totals.reshape(len(totals), -1).any(1)]
    without = leave_one_out(totals)
    for name, measure in measures.items():
        value, replicates = float(measure(totals.sum(0))), measure(without)
        known = np.isfinite(value) and np.isfinite(replicates).all()
        error = float(jackknife_error(value, replicates)) if known else float("nan")
        yield _estimate(name, subgroup, value, error, precision[name])


def _estimate(measure: str, subgroup: str, value: float, se: float, rests_on: Precision) -> Estimate:
    value, se = float(value), float(se)
    return Estimate(
        measure, subgroup, value, se, float(np.maximum(0.0, value - _Z95 * se)), value + _Z95 * se,
        rests_on.exposure, rests_on.weighted_exposure, rests_on.deft, rests_on.clusters,
    )  # fmt: skip


def clustered(records: Records) -> tuple[Clusters, RecordSource]:
    """A source whose places are the clusters within each area, so that any measure comes out by cluster."""
    residence = records.table("residence")
    design = records.fetch(residence.select("area", "cluster", "stratum").distinct()).to_pylist()
    design.sort(key=lambda row: (row["area"], row["cluster"]))
    keys = tuple(f"{row['area']}/{row['cluster']}" for row in design)
    places = pa.table({"area": list(keys), "place": pa.array(range(len(keys)), pa.int32())})
    observed = residence.select(
        observed="person_id", since=MONTH.of(residence.start_date), until=MONTH.of(residence.end_date)
    )

    def table(name: str) -> Any:
        rows = records.table(name)
        cluster = rows.cluster.cast("string")
        if name == "residence":
            return rows.mutate(area=rows.area + "/" + cluster)
        rows = rows.mutate(living_area=rows.living_area + "/" + cluster)
        if name != "birth":
            return rows
        when = MONTH.of(rows.birth_date)  # only births while the mother was observed
        seen = rows.join(observed, [rows.mother_id == observed.observed, observed.since <= when, when < observed.until])
        return seen.select(*rows.columns)

    clusters = Clusters(
        keys,
        np.array([row["area"] for row in design]),
        np.array([row["stratum"] for row in design], dtype=np.int64),
    )
    return clusters, RecordSource(table, records.beside("clusters", places), MONTH)
