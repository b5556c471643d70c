"""Every row of the peer's published output, and the subgroups' errors against sums written out in plain Python."""

from __future__ import annotations

import csv
import gzip
import math
from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from shidai.indicators.survey.estimate import Estimate, Segment, child_segments, estimate
from shidai.indicators.survey.layout import read_folder
from shidai.indicators.survey.precision import count_respondents
from tests.spec.survey.test_survey_estimates import MODEL, needs_model_data, write_recode

Z = 1.959963984540054
GROUPS = [f"{age}-{age + 4}" for age in range(15, 50, 5)]


@pytest.fixture(scope="module")
def estimates() -> dict[tuple[str, str], Estimate]:
    return {(one.measure, one.subgroup): one for one in estimate(MODEL)}


@pytest.fixture(scope="module")
def segments() -> dict[str, Segment]:
    def name(one: Segment) -> str:
        return str(one.low) if one.high - one.low == 1 else f"{one.low}-{one.high - 1}"

    return {name(one): one for one in child_segments(MODEL)}


def published() -> list[dict[str, str]]:
    if not MODEL.is_dir():
        return []
    with (MODEL / "expected.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def printed(one: Estimate, stat: str, digits: int) -> float:
    """A figure as the peer prints it; its bounds of child mortality start from figures already rounded."""
    if stat in ("LCI", "UCI") and digits == 2:
        sign = 1 if stat == "UCI" else -1
        return round(max(0.0, round(one.value, 2) + sign * Z * round(one.se, 2)), 2)
    if stat in ("N", "WN"):
        return float(round(one.exposure if stat == "N" else one.weighted_exposure))
    figures = {"SE": one.se, "LCI": one.low, "UCI": one.high, "DEFT": one.deft, "RSE": one.rse}
    return round(figures.get(stat, float(one.clusters) if stat == "iterations" else one.value), digits)


@needs_model_data
@pytest.mark.parametrize("row", published(), ids=lambda r: f"{r['case']}-{r['row']}-{r['stat']}")
def test_the_figure_is_the_published_one(estimates, segments, row: dict[str, str]) -> None:
    case, stat, value = row["case"], row["stat"], float(row["value"])
    if case == "ADBR70_prob":
        one = segments[row["row"]]
        ours = {
            "PROBABILITY": round(one.probability, 4),
            "W.DEATHS": round(one.deaths, 2),
            "W.EXPOSURE": round(one.exposed, 2),
            "DEATHS": one.plain_deaths,
            "EXPOSURE": one.plain_exposed,
        }[stat]
    elif case == "ADBR70_chmort":
        ours = printed(estimates[row["row"], "total"], stat, 2)
    else:
        measure = f"ASFR {row['AGE']}" if row["AGE"] else case.removeprefix("AWIR70_").upper()
        ours = printed(estimates[measure, "total"], stat, 3)
    assert ours == value


@needs_model_data
def test_no_row_is_left_out() -> None:
    assert len(published()) == 158


def read(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(MODEL / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def women_by_cluster(where: str) -> dict[tuple[str, str], np.ndarray]:
    """Stratum and cluster → (7 births, 7 woman-years), counted woman by woman and month by month."""
    cells: dict[tuple[str, str], np.ndarray] = defaultdict(lambda: np.zeros((2, 7)))
    for woman in read("AWIR70"):
        if woman["v025"] != where:
            continue
        weight, end, born = float(woman["v005"]) / 1e6, int(woman["v008"]), int(woman["v011"])
        cell = cells[woman["v022"], woman["v021"]]
        for month in range(end - 36, end):
            if 180 <= month - born < 600:
                cell[1, (month - born - 180) // 60] += weight / 12
        for name, value in woman.items():
            if name.startswith("b3_") and value and 1 <= end - int(value) <= 36 and 180 <= int(value) - born < 600:
                cell[0, (int(value) - born - 180) // 60] += weight
    return cells


def children_by_cluster(where: str) -> dict[tuple[str, str], np.ndarray]:
    """Stratum and cluster → (8 deaths, 8 exposed), child by child."""
    bounds = (0, 1, 3, 6, 12, 24, 36, 48, 60)
    cells: dict[tuple[str, str], np.ndarray] = defaultdict(lambda: np.zeros((2, 8)))
    for child in read("ADBR70"):
        if {"1": "urban", "2": "rural"}.get(child["v025"], child["v025"]) != where:
            continue
        weight, back = float(child["v005"]) / 1e6, int(child["v008"]) - int(child["b3"])
        died = float(child["b7"]) if child["b7"] else math.inf
        for segment in range(8):
            low, high = bounds[segment], bounds[segment + 1]
            share = 0.5 if 60 + low < back <= 60 + high or low < back <= high else 1.0 if high < back <= 60 + low else 0
            if share and died >= low:
                cell = cells[child["v022"], child["v021"]]
                cell[1, segment] += weight * share
                if died < high:
                    cell[0, segment] += weight * (1.0 if low < back <= high else share)
    return cells


def linearised(cells: dict[tuple[str, str], np.ndarray], top: Callable, bottom: Callable) -> tuple[float, float]:
    """Taylor error of Σ top / Σ bottom by strata; a stratum of one cluster adds nothing."""
    above, below = sum(top(c) for c in cells.values()), sum(bottom(c) for c in cells.values())
    ratio, variance = above / below, 0.0
    for stratum in {key[0] for key in cells}:
        parts = [(top(c) - ratio * bottom(c)) / below for key, c in cells.items() if key[0] == stratum]
        if len(parts) > 1:
            mean = sum(parts) / len(parts)
            variance += len(parts) / (len(parts) - 1) * sum((part - mean) ** 2 for part in parts)
    return 1000 * ratio, 1000 * math.sqrt(variance)


def jackknifed(cells: dict[tuple[str, str], np.ndarray], measure: Callable) -> tuple[float, float]:
    whole = measure(sum(cells.values()))
    k = len(cells)
    without = [measure(sum(c for key, c in cells.items() if key != left)) for left in cells]
    variance = sum((k * whole - (k - 1) * one - whole) ** 2 for one in without) / (k * (k - 1))
    return whole, math.sqrt(variance)


@needs_model_data
@pytest.mark.parametrize("where", ["urban", "rural"])
def test_fertility_of_a_subgroup_has_the_right_taylor_and_jackknife_errors(estimates, where: str) -> None:
    cells = women_by_cluster(where)
    for i, group in enumerate(GROUPS):
        value, error = linearised(cells, lambda c, i=i: c[0, i], lambda c, i=i: c[1, i])
        ours = estimates[f"ASFR {group}", where]
        assert (ours.value, ours.se) == (pytest.approx(value), pytest.approx(error)), group
    general = linearised(cells, lambda c: c[0].sum(), lambda c: c[1, :6].sum())
    assert (estimates["GFR", where].value, estimates["GFR", where].se) == pytest.approx(general)
    total = jackknifed(cells, lambda c: 5 * (c[0] / c[1]).sum())
    assert (estimates["TFR", where].value, estimates["TFR", where].se) == pytest.approx(total)


@needs_model_data
@pytest.mark.parametrize("where", ["urban", "rural"])
def test_child_mortality_of_a_subgroup_has_the_right_jackknife_error(estimates, where: str) -> None:
    cells = children_by_cluster(where)
    spans = {"NNMR": slice(0, 1), "IMR": slice(0, 4), "CMR": slice(4, 8), "U5MR": slice(0, 8)}
    for name, span in spans.items():
        slow = jackknifed(cells, lambda c, span=span: 1000 * (1 - np.prod(1 - c[0, span] / c[1, span])))
        assert (estimates[name, where].value, estimates[name, where].se) == pytest.approx(slow), name
        assert estimates[name, where].clusters == len(cells)
    newborn_and_rest = estimates["NNMR", where].value + estimates["PNNMR", where].value
    assert newborn_and_rest == pytest.approx(estimates["IMR", where].value)


@needs_model_data
@pytest.mark.parametrize(("file", "factor"), [("AWIR70", "awfactt"), ("EMIR70", "awfactt"), ("EMIR70", "awfactu")])
def test_women_counted_one_by_one_add_up_to_what_the_registers_measure_counts(file: str, factor: str) -> None:
    women = read_folder(MODEL, file).women
    assert women is not None
    one_by_one = count_respondents(women, factor)
    where = "total" if factor == "awfactt" else "rural"
    inside = women.residence == where if where != "total" else np.full(women.rows, True)
    weight = one_by_one.weight[inside]
    rates = 1000 * (weight @ one_by_one.births[inside]) / (weight @ one_by_one.years[inside])
    found = {(one.measure, one.subgroup): one.value for one in estimate(MODEL, file)}
    assert np.allclose(rates, [found[f"ASFR {group}", where] for group in GROUPS])


def test_precision_is_printed_when_asked_for(tmp_path, capsys) -> None:
    from shidai.cli import run

    rows = [
        f"1000000,1390,{cluster},1,rural,{month},{'' if month % 7 else 0}"
        for cluster in (1, 2, 3)
        for month in range(1270, 1390)
    ]
    write_recode(tmp_path, "XXBR70.csv", "v005,v008,v021,v022,v025,b3,b7", *rows)
    assert run(["survey", str(tmp_path), "--format", "csv", "--precision"]) == 0
    row = next(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert row["measure"] == "NNMR"
    assert row["clusters"] == "3"
    assert float(row["rse"]) == pytest.approx(float(row["se"]) / float(row["value"]), abs=0.001)
    assert float(row["weighted_exposure"]) == float(row["exposure"]) > 0
