"""Results: every indicator by area and period, stored for pages, shown on the command line, opened to records."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest

from shidai.cli import run
from shidai.indicators.cases import run_cases
from shidai.indicators.opening import count_records, list_records
from shidai.indicators.periods import periods_of, read_period
from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.indicators.store import ResultStore
from shidai.packs import Pack, load_pack
from shidai.words import Exit, ShidaiError
from tests.oracle import cities

YEAR = 2005
COUNTY = "990001"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("wuxi-2006")


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """A data directory with the records of a small random city."""
    folder = tmp_path_factory.mktemp("data")
    cities.write_city(folder / "records", cities.random_city(11, YEAR, 120), YEAR)
    return folder


@pytest.fixture(scope="module")
def store(data: Path, pack: Pack) -> ResultStore:
    made = ResultStore(data / "results")
    with Records.open(data / "records") as records:
        made.compute_year(records, pack, YEAR)
        made.compute_series(records, pack, [YEAR - 1, YEAR])
    return made


class TestCasesOfIndicators:
    def test_every_case_of_the_pack_passes(self, pack) -> None:
        results = run_cases(pack)
        assert not [result for result in results if not result.passed]
        assert {result.id for result in results} == set(pack.indicators)


class TestPeriods:
    def test_a_year_has_a_year_four_quarters_and_twelve_months(self) -> None:
        names = [period.name for period in periods_of(2006)]
        assert names[:6] == ["2006", "2006-Q1", "2006-Q2", "2006-Q3", "2006-Q4", "2006-01"]
        assert len(names) == 17

    @pytest.mark.parametrize(("name", "start", "end"), [
        ("2006", date(2006, 1, 1), date(2007, 1, 1)),
        ("2006-Q4", date(2006, 10, 1), date(2007, 1, 1)),
        ("2004-02", date(2004, 2, 1), date(2004, 3, 1)),
    ])  # fmt: skip
    def test_a_name_is_read_as_its_days(self, name: str, start: date, end: date) -> None:
        period = read_period(name)
        assert (period.start, period.end) == (start, end)

    @pytest.mark.parametrize("name", ["06", "2006-Q5", "2006-13", "2006/07", ""])
    def test_anything_else_is_refused(self, name: str) -> None:
        with pytest.raises(ShidaiError, match="not a period"):
            read_period(name)


class TestStore:
    def test_a_page_reads_what_compute_gives(self, store, data, pack) -> None:
        with Records.open(data / "records") as records:
            fresh = compute(records, pack, year=YEAR, period=None, area=COUNTY).to_pylist()
        kept = store.read(area=COUNTY, period=[period.name for period in periods_of(YEAR)])
        assert sorted(str(tuple(row.values())) for row in fresh) == sorted(str(tuple(row)) for row in kept)

    def test_nothing_is_recomputed_while_records_and_definitions_stay(self, store, data, pack) -> None:
        before = store.made(YEAR)
        with Records.open(data / "records") as records:
            assert store.compute_year(records, pack, YEAR) == before

    def test_results_name_the_manifest_they_rest_on(self, store, data) -> None:
        with Records.open(data / "records") as records:
            expected = records.manifest.id
        assert {row.manifest for row in store.read(indicator="births", period=str(YEAR), breakdown="")} == {expected}

    def test_one_class_all_classes_and_totals_can_be_asked_for(self, store) -> None:
        totals = store.read(indicator="population_registered", area="9900", period=str(YEAR), breakdown="")
        sexes = store.read(indicator="population_registered", area="9900", period=str(YEAR), breakdown="sex")
        women = store.read(indicator="population_registered", area="9900", period=str(YEAR), breakdown="sex=2")
        assert [row.breakdown for row in totals] == [""]
        assert {row.breakdown for row in sexes} == {"sex=1", "sex=2", "sex=9"}
        assert women == [row for row in sexes if row.breakdown == "sex=2"]

    def test_areas_below_one_can_be_asked_for(self, store) -> None:
        rows = store.read(indicator="births", period=str(YEAR), breakdown="", within="9900", level_length=6)
        assert [row.area for row in rows] == ["990001", "990002"]

    def test_a_series_has_its_years_in_order(self, store) -> None:
        assert [row.period for row in store.series("births", "9900")] == ["2004", "2005"]

    def test_the_pyramid_goes_from_young_to_old(self, store) -> None:
        ages = [row.breakdown.split("age5=")[1] for row in store.population_pyramid("9900", date(YEAR, 12, 31))]
        known = [int(age) for age in ages if age != "unknown"]
        assert known == sorted(known)
        assert len(set(known)) > 3

    def test_a_year_without_results_says_so(self, store) -> None:
        with pytest.raises(ShidaiError, match="have not been computed yet"):
            store.read(indicator="births", period="1999", breakdown="")


class TestWhoMayReadRecords:
    """Suppressed figures are there for those who could count the records themselves, and for nobody else."""

    ASKED: ClassVar[dict] = {"indicator": "population_registered", "period": str(YEAR), "breakdown": "sex;age5"}

    def test_hidden_figures_are_shown_inside_the_callers_areas_only(self, store, data, pack) -> None:
        with Records.open(data / "records") as records:
            asked = {"year": YEAR, "indicators": ["population_registered"], "period": "year", "breakdown": "sex;age5"}
            true = compute(records, pack, **asked, protect=False).to_pylist()
        true_counts = {(row["area"], row["breakdown"]): row["value"] for row in true}
        closed, opened = store.read(**self.ASKED), store.read(**self.ASKED, open_in=(COUNTY,))
        assert [row[:5] for row in opened] == [row[:5] for row in closed]
        assert any(row.suppressed for row in closed if row.area.startswith(COUNTY))
        for row, before in zip(opened, closed, strict=True):
            if row.area.startswith(COUNTY):
                assert (row.suppressed, row.value) == (False, true_counts[row.area, row.breakdown])
            else:
                assert row == before

    def test_an_empty_prefix_opens_everything(self, store) -> None:
        assert not any(row.suppressed for row in store.read(**self.ASKED, open_in=("",)))

    def test_the_series_and_the_pyramid_open_too(self, store) -> None:
        village, day = "990001001001", date(YEAR, 12, 31)
        assert any(row.suppressed for row in store.population_pyramid(village, day))
        assert not any(row.suppressed for row in store.population_pyramid(village, day, open_in=(COUNTY,)))
        shown = [row.value for row in store.series("births", COUNTY, open_in=(COUNTY,))]
        assert None not in shown
        assert len(shown) == len(store.series("births", COUNTY))

    def test_results_of_an_older_version_are_computed_again(self, data, pack, tmp_path) -> None:
        made = ResultStore(tmp_path)
        (tmp_path / str(YEAR)).mkdir()
        older = {
            "manifest": "m",
            "pack": "p",
            "made_at": "2026-01-01T00:00:00Z",
            "rows": 0,
            "by_area": "a",
            "totals": "t",
        }
        (tmp_path / str(YEAR) / "made.json").write_text(json.dumps(older), encoding="utf-8")
        assert made.made(YEAR) is None
        with pytest.raises(ShidaiError, match="have not been computed yet"):
            made.read(indicator="births", period=str(YEAR), breakdown="")
        with Records.open(data / "records") as records:
            made.compute_year(records, pack, YEAR)
        assert made.read(indicator="births", area="9900", period=str(YEAR), breakdown="")


class TestOpening:
    @pytest.mark.parametrize("indicator", ["births", "deaths", "population_living", "moves_in", "households_registered",
                                           "women_in_union", "migrants"])  # fmt: skip
    @pytest.mark.parametrize("area", ["9900", COUNTY])
    def test_as_many_records_are_listed_as_are_counted(self, data, pack, indicator: str, area: str) -> None:
        with Records.open(data / "records") as records:
            row = compute(
                records, pack, year=YEAR, area=area, indicators=[indicator], period="year", breakdown="", protect=False
            ).to_pylist()[0]
            count = count_records(records, pack, indicator=indicator, area=area, period=str(YEAR))
        assert count == row["numerator"]

    def test_rows_come_in_pages(self, data, pack) -> None:
        with Records.open(data / "records") as records:
            asked = {"indicator": "population_living", "area": "9900", "period": str(YEAR)}
            whole = list_records(records, pack, **asked, limit=30).to_pylist()
            parts = [list_records(records, pack, **asked, limit=10, offset=n).to_pylist() for n in (0, 10, 20)]
        assert [row for part in parts for row in part] == whole

    def test_a_class_that_the_indicator_lacks_is_refused(self, data, pack) -> None:
        with Records.open(data / "records") as records, pytest.raises(ShidaiError, match="no class 'order=1'"):
            list_records(records, pack, indicator="deaths", area="9900", period=str(YEAR), breakdown="order=1")


class TestCommand:
    def test_csv_has_the_agreed_columns(self, data, capfdbinary) -> None:
        asked = ["indicators", "--data", str(data), "--level", "county", "--indicator", "births"]
        assert run([*asked, "--format", "csv"]) == 0
        rows = list(csv.DictReader(capfdbinary.readouterr().out.decode().splitlines()))
        assert list(rows[0]) == [
            "indicator", "area", "period", "breakdown", "numerator", "denominator", "value", "low", "high",
            "suppressed",
        ]  # fmt: skip
        assert {row["area"] for row in rows} == {"990001", "990002"}

    def test_json_is_json(self, data, capsys) -> None:
        asked = ["indicators", "--data", str(data), "--indicator", "deaths", "--breakdown", "none"]
        assert run([*asked, "--format", "json"]) == 0
        (row,) = json.loads(capsys.readouterr().out)
        assert (row["indicator"], row["area"], row["period"]) == ("deaths", "9900", "2005")

    @pytest.mark.parametrize(("arguments", "said"), [
        (["--indicator", "happiness"], "no indicator happiness"),
        (["--area", "123456"], "no area with the code 123456"),
        (["--level", "street"], "no level 'street'"),
        (["--year", "1899"], "don't cover the year 1899"),
    ])  # fmt: skip
    def test_what_is_unknown_is_named_with_what_is_known(self, data, capsys, monkeypatch, arguments, said: str) -> None:
        monkeypatch.setenv("SHIDAI_LANG", "en")
        assert run(["indicators", "--data", str(data), *arguments]) == Exit.BAD_INPUT
        assert said in " ".join(capsys.readouterr().err.split())

    def test_a_directory_without_records_says_what_to_do(self, tmp_path, capsys, monkeypatch) -> None:
        monkeypatch.setenv("SHIDAI_LANG", "en")
        assert run(["indicators", "--data", str(tmp_path)]) == Exit.BAD_INPUT
        assert "no record tables here yet" in " ".join(capsys.readouterr().err.split())
