"""Figures of one day: what has a stock - people, households, couples - can be asked for at the end of any date."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from shidai.cli import run
from shidai.indicators.oneday import compute_on
from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.packs import Pack, load_pack
from shidai.words import Exit, ShidaiError
from tests.oracle import cities
from tests.oracle.tally import age_on, covers, sex_of

YEAR = 2004
KEY = ("indicator", "area", "breakdown")
FIGURES = ("numerator", "denominator", "value", "low", "high")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("wuxi-2006")


@pytest.fixture(scope="module")
def people() -> dict[str, list[dict]]:
    return cities.random_city(5, YEAR, 150)


@pytest.fixture(scope="module")
def data(tmp_path_factory, people) -> Path:
    folder = tmp_path_factory.mktemp("data")
    cities.write_city(folder / "records", people, YEAR)
    return folder


def figures_on(data: Path, pack: Pack, day: date, **asked: object) -> dict[tuple, dict]:
    with Records.open(data / "records") as records:
        rows = compute_on(records, pack, day, **asked).to_pylist()  # type: ignore[arg-type]
    return {tuple(row[name] for name in KEY): row for row in rows}


def test_the_last_day_of_a_month_has_the_months_figures(data, pack) -> None:
    with Records.open(data / "records") as records:
        months = compute(records, pack, year=YEAR, period="month", protect=False).to_pylist()
    for month, last in (("02", 29), ("09", 30), ("12", 31)):
        found = figures_on(data, pack, date(YEAR, int(month), last), protect=False)
        assert {row["period"] for row in found.values()} == {f"{YEAR}-{month}-{last}"}
        asked = {key[0] for key in found}
        of_month = {tuple(row[name] for name in KEY): row for row in months if row["period"] == f"{YEAR}-{month}"}
        assert found.keys() == {key for key in of_month if key[0] in asked}
        for key, row in found.items():
            assert [row[name] for name in FIGURES] == [of_month[key][name] for name in FIGURES], key
    assert {"population_registered", "population_living", "migrants", "households_living", "women_in_union"} <= asked


@pytest.mark.parametrize("day", [date(YEAR, 2, 28), date(YEAR, 2, 29), date(YEAR, 3, 1), date(YEAR, 8, 15)])
def test_any_day_counts_whom_a_reader_of_the_records_would_count(data, pack, people, day) -> None:
    found = figures_on(data, pack, day, indicators=["population_registered"], protect=False)
    expected: dict[tuple, int] = {}
    known = {area["code"] for area in people["area"]}
    for spell in people["residence"]:
        if spell["kind"] == "registered" and covers(spell, day) and spell["area"] in known:
            age, sex = age_on(spell["birth_date"], day), sex_of(spell["sex"])
            group = "unknown" if age is None else str(age // 5 * 5)
            for length in (4, 6, 9, 12):
                for text in ("", f"sex={sex}", f"age5={group}", f"sex={sex};age5={group}"):
                    key = ("population_registered", spell["area"][:length], text)
                    expected[key] = expected.get(key, 0) + 1
    counted = {key: row["numerator"] for key, row in found.items() if row["numerator"] and key[2].count("age=") == 0}
    assert counted == expected


def test_small_counts_of_a_day_are_hidden_too(data, pack) -> None:
    open_, shown = (figures_on(data, pack, date(YEAR, 8, 31), protect=protect) for protect in (False, True))
    small = [key for key, row in open_.items() if key[0] == "population_living" and 0 < (row["numerator"] or 0) < 3]
    assert small
    assert all(shown[key]["suppressed"] and shown[key]["numerator"] is None for key in small)


def test_what_is_hidden_on_a_day_is_hidden_in_its_month(data, pack) -> None:
    """Else one of the two would give away what the other hides."""
    with Records.open(data / "records") as records:
        months = compute(records, pack, year=YEAR, period="month").to_pylist()
    august = {tuple(row[name] for name in KEY): row for row in months if row["period"] == f"{YEAR}-08"}
    for key, row in figures_on(data, pack, date(YEAR, 8, 31)).items():
        assert row["suppressed"] == august[key]["suppressed"], key


def test_a_day_inside_a_month_is_for_those_with_access_to_the_records(data, pack) -> None:
    with pytest.raises(ShidaiError, match="by their difference"):
        figures_on(data, pack, date(YEAR, 8, 15))


def test_what_counts_over_a_time_has_no_figure_of_a_day(data, pack) -> None:
    with pytest.raises(ShidaiError, match="births"):
        figures_on(data, pack, date(YEAR, 8, 15), indicators=["births"])


@pytest.mark.parametrize("day", [date(YEAR + 1, 1, 1), date(1900, 1, 1)])
def test_a_day_outside_the_records_is_refused(data, pack, day) -> None:
    with pytest.raises(ShidaiError, match="no figure of"):
        figures_on(data, pack, day)


def test_the_command_line_asks_for_a_day(data, capsys) -> None:
    wanted = ["indicators", "--data", str(data), "--on", f"{YEAR}-08-31", "--indicator", "population_registered"]
    assert run([*wanted, "--breakdown", "none", "--format", "csv"]) == Exit.OK
    assert f'"population_registered","9900","{YEAR}-08-31",' in capsys.readouterr().out
    assert run([*wanted[:3], "--on", "15.8."]) == Exit.USAGE
    assert "15.8." in capsys.readouterr().err
