"""Survey microdata in the DHS layout give the published figures, through the measures that count a register."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from shidai.indicators.survey.estimate import Estimate, estimate
from shidai.indicators.survey.layout import read_folder
from shidai.words import ShidaiError

MODEL = Path(__file__).parents[3].parent / "shared" / "data" / "dhs_model"
needs_model_data = pytest.mark.skipif(
    not MODEL.is_dir(), reason="the DHS model data (GPL-2, not shipped) are not at ../shared/data/dhs_model"
)


@pytest.fixture(scope="module")
def estimates() -> dict[tuple[str, str], Estimate]:
    return {(one.measure, one.subgroup): one for one in estimate(MODEL)}


@pytest.fixture(scope="module")
def published() -> list[dict[str, str]]:
    with (MODEL / "expected.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def expected(published: list[dict[str, str]], case: str, stat: str) -> list[tuple[str, float]]:
    return [
        (row["AGE"] or row["row"], float(row["value"]))
        for row in published
        if (row["case"], row["stat"]) == (case, stat)
    ]


@needs_model_data
def test_fertility_by_age_has_the_published_rates_errors_and_bounds(estimates, published) -> None:
    for stat, attribute in (("ASFR", "value"), ("SE", "se"), ("LCI", "low"), ("UCI", "high")):
        for age, value in expected(published, "AWIR70_asfr", stat):
            assert round(getattr(estimates[f"ASFR {age}", "total"], attribute), 3) == value, (age, stat)


@needs_model_data
@pytest.mark.parametrize("measure", ["TFR", "GFR"])
def test_total_and_general_fertility_have_the_published_figures(estimates, published, measure: str) -> None:
    ours = estimates[measure, "total"]
    case = f"AWIR70_{measure.lower()}"
    for stat, value in ((measure, ours.value), ("SE", ours.se), ("LCI", ours.low), ("UCI", ours.high)):
        assert [round(value, 3)] == [number for _, number in expected(published, case, stat)], stat


@needs_model_data
def test_total_fertility_is_4_011_with_a_jackknife_error_of_0_142(estimates) -> None:
    assert f"{estimates['TFR', 'total'].value:.3f}" == "4.011"
    assert f"{estimates['TFR', 'total'].se:.3f}" == "0.142"


@needs_model_data
def test_child_mortality_has_the_published_rates_and_errors(estimates, published) -> None:
    for stat, attribute in (("R", "value"), ("SE", "se")):
        for measure, value in expected(published, "ADBR70_chmort", stat):
            assert round(getattr(estimates[measure, "total"], attribute), 2) == value, (measure, stat)


@needs_model_data
def test_child_mortality_bounds_lie_where_rounding_puts_the_published_ones(estimates, published) -> None:
    """The peer computes bounds from estimates already rounded to two decimals, so ours differ by up to 0.01."""
    for stat, attribute in (("LCI", "low"), ("UCI", "high")):
        for measure, value in expected(published, "ADBR70_chmort", stat):
            assert getattr(estimates[measure, "total"], attribute) == pytest.approx(value, abs=0.015)


@needs_model_data
def test_subgroups_have_the_right_jackknife_and_not_the_peers_defect(estimates) -> None:
    assert f"{estimates['TFR', 'rural'].value:.3f}" == "4.573"
    assert f"{estimates['TFR', 'rural'].se:.3f}" == "0.156"
    assert f"{estimates['TFR', 'urban'].value:.3f}" == "3.197"
    assert f"{estimates['TFR', 'urban'].se:.3f}" == "0.207"


@needs_model_data
def test_an_ever_married_sample_counts_all_women_in_exposure_only() -> None:
    """Checked against the same figures counted woman by woman, month by month, in plain Python."""
    ours = {(one.measure, one.subgroup): one.value for one in estimate(MODEL, "EMIR70")}
    for subgroup, factor in (("total", "awfactt"), ("rural", "awfactu")):
        slow = rates_woman_by_woman(MODEL / "EMIR70.csv.gz", factor, subgroup)
        for age, rate in slow.items():
            assert ours[f"ASFR {age}-{age + 4}", subgroup] == pytest.approx(rate, abs=1e-9)


def rates_woman_by_woman(path: Path, factor: str, subgroup: str) -> dict[int, float]:
    births, months = dict.fromkeys(range(15, 50, 5), 0.0), dict.fromkeys(range(15, 50, 5), 0.0)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for woman in csv.DictReader(file):
            if subgroup not in ("total", woman["v025"]):
                continue
            weight, end, born = float(woman["v005"]) / 1e6, int(woman["v008"]), int(woman["v011"])
            for month in range(end - 36, end):
                group = (month - born) // 60 * 5
                if group in months:
                    months[group] += weight * float(woman[factor]) / 100
            for name, value in woman.items():
                if name.startswith("b3_") and value and 1 <= end - int(value) <= 36:
                    group = (int(value) - born) // 60 * 5
                    if group in births:
                        births[group] += weight
    return {age: 1000 * births[age] / (months[age] / 12) for age in births}


@needs_model_data
def test_the_command_prints_a_csv_that_programs_read(capsys) -> None:
    from shidai.cli import run

    assert run(["survey", str(MODEL), "--format", "csv"]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert list(rows[0]) == ["measure", "subgroup", "value", "se", "low", "high"]
    assert {
        "measure": "TFR",
        "subgroup": "total",
        "value": "4.011",
        "se": "0.142",
        "low": "3.732",
        "high": "4.289",
    } in rows


def write_recode(folder: Path, name: str, header: str, *rows: str) -> None:
    (folder / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def test_every_missing_column_is_named_at_once(tmp_path) -> None:
    write_recode(tmp_path, "XXIR70.csv", "v005,v008,v011,v021", "1000000,1390,1137,1")
    with pytest.raises(ShidaiError) as error:
        read_folder(tmp_path)
    for column in ("v022", "v025", "b3_01"):
        assert f"column {column} is missing" in str(error.value)


def test_a_value_that_is_no_number_is_named_with_its_line(tmp_path) -> None:
    write_recode(
        tmp_path, "XXIR70.csv", "v005,v008,v011,v021,v022,v025,b3_01",
        "1000000,1390,1137,1,4,rural,1365", "1000000,1390,,1,4,rural,1365",
    )  # fmt: skip
    with pytest.raises(ShidaiError, match=r"XXIR70\.csv:3.*v011"):
        read_folder(tmp_path)


def test_an_unknown_kind_of_residence_is_named_with_its_line(tmp_path) -> None:
    write_recode(tmp_path, "XXBR70.csv", "v005,v008,v021,v022,v025,b3,b7", "1000000,1390,1,4,suburb,1365,")
    with pytest.raises(ShidaiError, match=r"XXBR70\.csv:2.*suburb"):
        read_folder(tmp_path)


def test_a_folder_without_recode_files_says_what_it_looks_for(tmp_path) -> None:
    with pytest.raises(ShidaiError, match=r"\*IR\*\.csv"):
        read_folder(tmp_path)


def test_a_folder_that_does_not_exist_is_said_so(tmp_path) -> None:
    with pytest.raises(ShidaiError, match="no such folder"):
        read_folder(tmp_path / "nowhere")


def test_json_output_is_json(tmp_path, capsys) -> None:
    from shidai.cli import run

    header = "v005,v008,v021,v022,v025,b3,b7"
    children = [
        f"1000000,1390,{cluster},1,rural,{month},{'' if month % 7 else 0}"
        for cluster in (1, 2, 3)
        for month in range(1270, 1390)
    ]
    write_recode(tmp_path, "XXBR70.csv", header, *children)
    assert run(["survey", str(tmp_path), "--format", "json"]) == 0
    assert {row["measure"] for row in json.loads(capsys.readouterr().out)} == {"NNMR", "PNNMR", "IMR", "CMR", "U5MR"}
