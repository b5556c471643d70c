"""`shidai quality`: a sound city's data are good; heaped ages, dropped and repeated births are found where they are."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from shidai.cli import run
from shidai.indicators.quality import AreaQuality, Finding, check_quality
from shidai.indicators.qualitystore import hide_small, keep_quality, kept_quality
from shidai.indicators.qualitywords import NAMES
from shidai.indicators.records import Records, RecordWriter
from shidai.indicators.tree import Area
from shidai.packs import Pack
from shidai.packs.schema.quality import MEASURES
from shidai.synth.record_tables import write_records
from shidai.words import Exit, ShidaiError
from tests.spec.synth.cities import small_city, wuxi

CITY, COUNTY = "3202", "320281"
YEAR = 2006
MOVES = ("move", "marriage", "work", "study", "return", "other")
Rows = list[dict]
Spoil = Callable[[dict[str, Rows]], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    write_records(small_city(), wuxi(), folder / "records")
    return folder


@pytest.fixture(scope="module")
def tables(sound: Path) -> dict[str, pa.Table]:
    """In a fixed order: an engine gives rows in any."""
    orders = {
        "area": "code",
        "residence": ["person_id", "start_date", "kind"],
        "birth": "birth_id",
        "death": "person_id",
    }
    with Records.open(sound / "records") as records:
        return {name: records.fetch(records.table(name).order_by(order)) for name, order in orders.items()}


@pytest.fixture
def spoilt(tables: dict[str, pa.Table], tmp_path: Path) -> Callable[[Spoil], Path]:
    """A copy of the city's records that a function has changed."""

    def write(spoil: Spoil) -> Path:
        rows = {name: table.to_pylist() for name, table in tables.items()}
        spoil(rows)
        with RecordWriter(tmp_path / "records", cutoff=date(YEAR, 12, 31), source="registry") as writer:
            for name, table in tables.items():
                writer.write(name, "all", pa.Table.from_pylist(rows[name], schema=table.schema))
        return tmp_path

    return write


def judge(folder: Path, pack: Pack | None = None, **asked: object) -> dict[str, AreaQuality]:
    with Records.open(folder / "records") as records:
        return {one.area.code: one for one in check_quality(records, pack or wuxi(), **asked)[1]}  # type: ignore[arg-type]


def of(found: dict[str, AreaQuality], area: str, measure: str) -> Finding:
    return next(finding for finding in found[area].findings if finding.measure == measure)


def in_county(row: dict) -> bool:
    return str(row.get("registered_area") or "").startswith(COUNTY)


def test_a_sound_city_is_good_in_everything_that_can_be_judged(sound: Path) -> None:
    found = judge(sound)
    assert found[CITY].verdict == "good"
    assert {finding.measure for finding in found[CITY].findings} == set(MEASURES)
    assert {finding.verdict for one in found.values() for finding in one.findings} == {"good", "unknown"}


def test_the_city_stands_first_and_its_counties_after(sound: Path) -> None:
    assert list(judge(sound)) == sorted(area.code for area in wuxi().areas if area.level in ("city", "county"))
    assert list(judge(sound, level="city")) == [CITY]


def test_figures_are_those_counted_row_by_row(sound: Path, tables: dict[str, pa.Table]) -> None:
    """The last day's registered people of one county, their ages, and the births of five years."""
    end = date(YEAR, 12, 31)
    ages = np.zeros(130, dtype=int)
    for row in tables["residence"].to_pylist():
        there = row["start_date"] <= end and (row["end_date"] is None or row["end_date"] > end)
        if row["kind"] == "registered" and there and row["area"].startswith(COUNTY):
            ages[YEAR - row["birth_date"].year] += 1
    found = judge(sound)
    whipple = of(found, COUNTY, "whipple")
    assert whipple.n == ages[23:63].sum()
    assert whipple.value == pytest.approx(500 * ages[25:61:5].sum() / ages[23:63].sum())
    births = [row for row in tables["birth"].to_pylist() if in_county(row) and row["birth_date"].year > YEAR - 5]
    moved = sum(
        (row["start_reason"] in MOVES and row["start_date"] <= end)
        - (row["end_reason"] in MOVES and row["end_date"] is not None and row["end_date"] <= end)
        for row in tables["residence"].to_pylist()
        if row["kind"] == "registered" and row["area"].startswith(COUNTY) and row["birth_date"].year > YEAR - 5
    )
    assert of(found, COUNTY, "births_against_children").n == len(births) + ages[:5].sum() - moved
    assert of(found, COUNTY, "close_births").n == len(births)
    this_year = [row for row in births if row["birth_date"].year == YEAR]
    boys = sum(row["sex"] == 1 for row in this_year)
    assert of(found, COUNTY, "sex_ratio_at_birth").value == pytest.approx(100 * boys / (len(this_year) - boys))


def test_heaped_ages_are_found(spoilt) -> None:
    """Four in ten people have the year of birth that makes them 25, 30, 35 …"""

    def heap(rows: dict[str, Rows]) -> None:
        for at, row in enumerate(rows["residence"]):
            if at % 5 < 2:
                age = YEAR - row["birth_date"].year
                row["birth_date"] = row["birth_date"].replace(year=YEAR - 5 * round(age / 5), day=1)

    found = judge(spoilt(heap))
    for measure in ("whipple", "myers", "birthdays"):
        assert of(found, CITY, measure).verdict == "poor"
    assert found[CITY].verdict == "poor"
    assert "end in 0 and 5" in of(found, CITY, "whipple").reason.en


def test_dropped_births_are_found_in_their_county_and_in_no_other(spoilt) -> None:
    def drop(rows: dict[str, Rows]) -> None:
        rows["birth"] = [row for at, row in enumerate(rows["birth"]) if not (in_county(row) and at % 2)]

    found = judge(spoilt(drop))
    assert of(found, COUNTY, "births_against_children").verdict == "poor"
    assert of(found, COUNTY, "births_against_children").value == pytest.approx(0.5, abs=0.1)
    others = [one for code, one in found.items() if code not in (CITY, COUNTY)]
    assert all(of(found, one.area.code, "births_against_children").verdict in ("good", "unknown") for one in others)


def test_births_entered_twice_are_found(spoilt) -> None:
    def repeat(rows: dict[str, Rows]) -> None:
        ours = (row for row in rows["birth"] if str(row["registered_area"]).startswith(CITY))
        last = [row for row in ours if row["birth_date"].year == YEAR - 2][:12]
        rows["birth"] += [row | {"birth_id": -at} for at, row in enumerate(last[:4], 1)]
        rows["birth"] += [
            row | {"birth_id": -at, "birth_date": row["birth_date"] + timedelta(150)}
            for at, row in enumerate(last[4:], 9)
        ]

    found = judge(spoilt(repeat))
    births = of(found, CITY, "repeated_births").n
    assert of(found, CITY, "repeated_births").value == pytest.approx(100 * 4 / births)
    assert of(found, CITY, "close_births").value == pytest.approx(100 * 8 / births)
    assert (of(found, CITY, "repeated_births").verdict, of(found, CITY, "close_births").verdict) == ("look", "poor")


def test_late_entries_and_incomplete_dates_are_found(spoilt) -> None:
    def delay(rows: dict[str, Rows]) -> None:
        for at, row in enumerate(rows["birth"] + rows["death"]):
            if row["recorded_on"] and at % 2:
                row["recorded_on"] += timedelta(100)
        for row in rows["residence"][::10]:
            row["birth_precision"] = "year"

    found = judge(spoilt(delay))
    assert [of(found, CITY, f"{event}s_in_time").verdict for event in ("birth", "death")] == ["poor", "poor"]
    assert of(found, CITY, "births_in_time").value == pytest.approx(50, abs=8)
    assert of(found, CITY, "unknown_dates").verdict == "poor"
    assert of(found, CITY, "unknown_dates").value == pytest.approx(10, abs=1)


@pytest.mark.spark
def test_the_other_engine_finds_the_same(sound: Path) -> None:
    with Records.open(sound / "records") as duckdb, Records.open(sound / "records", "spark") as spark:
        assert check_quality(duckdb, wuxi()) == check_quality(spark, wuxi())


def test_records_without_days_of_entry_say_nothing_of_lag(spoilt) -> None:
    def forget(rows: dict[str, Rows]) -> None:
        for row in rows["birth"] + rows["death"]:
            row["recorded_on"] = None

    finding = of(judge(spoilt(forget)), CITY, "births_in_time")
    assert (finding.value, finding.verdict) == (None, "unknown")


def test_every_reason_is_said_in_both_languages(sound: Path, spoilt) -> None:
    for one in judge(sound).values():
        for finding in one.findings:
            for text in (finding.reason, NAMES[finding.measure]):
                assert text.zh
                assert text.en
                assert "{" not in text.zh + text.en


def test_what_is_kept_is_what_was_judged_and_is_kept_once_for_the_same_records(sound: Path, tmp_path: Path) -> None:
    with Records.open(sound / "records") as records:
        kept = keep_quality(tmp_path, records, wuxi())
        again = keep_quality(tmp_path, records, wuxi())
        nothing = keep_quality(tmp_path / "none", records, without_limits())
    assert kept is not None
    assert again == kept == kept_quality(tmp_path)
    assert nothing is None
    judged = judge(sound, level="township")
    assert [(one.code, one.verdict) for one in kept.areas] == [(code, one.verdict) for code, one in judged.items()]
    assert {one.level for one in kept.below(CITY)} == {"county"}
    shown = [finding for one in kept.areas for finding in one.findings if not finding.hidden]
    assert shown
    assert all(finding.n == 0 or finding.n >= wuxi().disclosure.threshold for finding in shown)


def test_a_small_number_is_hidden_and_no_sum_gives_it_away() -> None:
    """Two births too close in one town: the next town is hidden too, and where all of a county's are, so is a town."""
    city, first, second = "3202", "320201", "320202"
    counts = {city: 40, first: 2, second: 38, "320201001": 2, "320201002": 0, "320202001": 30, "320202002": 8}
    areas = tuple(made_up(code, n) for code, n in counts.items())
    shows = wuxi().disclosure.shows
    for secondary, hidden in ((True, {first, second, "320201001", "320202002"}), (False, {first, "320201001"})):
        found = hide_small(areas, shows, secondary=secondary)
        assert found == {(code, "close_births") for code in hidden}


def made_up(code: str, close: int) -> AreaQuality:
    parent = {4: None, 6: code[:4], 9: code[:6]}[len(code)]
    area = Area(code, parent, "", code, code, False, 0, date(1850, 1, 1), None)
    other = (name for name in MEASURES if name != "close_births")
    good = (Finding(name, 1.0, None, None, 100, "good", NAMES[name], (100,)) for name in other)
    return AreaQuality(
        area, (*good, Finding("close_births", 1.0, None, None, close, "look", NAMES["close_births"], (close,)))
    )


def test_a_year_that_is_not_whole_is_refused(sound: Path) -> None:
    with pytest.raises(ShidaiError, match="don't cover the whole of 2007"):
        judge(sound, year=2007)
    assert judge(sound, year=2000)[CITY].findings


def without_limits() -> Pack:
    fields = {name: getattr(wuxi(), name) for name in Pack.model_fields}
    return Pack.model_construct(**{**fields, "header": wuxi().header.model_copy(update={"quality": None})})


def test_a_pack_without_limits_is_refused(sound: Path) -> None:
    with pytest.raises(ShidaiError, match=r"no \[quality\] to judge by"):
        judge(sound, pack=without_limits())


class TestCommand:
    def test_csv_has_a_row_for_every_area_and_measure(self, sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["quality", "--data", str(sound), "--format", "csv"]) == Exit.OK
        rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
        assert len(rows) == 10 * len(MEASURES)
        assert rows[0] | {"value": "", "low": "", "high": "", "n": "", "reason": ""} == {
            "area": CITY, "name": "Wuxi", "measure": "whipple", "value": "", "low": "", "high": "", "n": "",
            "verdict": "good", "reason": "",
        }  # fmt: skip

    def test_json_has_verdict_and_findings(self, sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["quality", "--data", str(sound), "--level", "city", "--format", "json"]) == Exit.OK
        (city,) = json.loads(capsys.readouterr().out)
        assert (city["area"], city["verdict"], city["name"]["zh"]) == (CITY, "good", "无锡市")
        assert {finding["measure"] for finding in city["findings"]} == set(MEASURES)

    def test_the_page_names_what_is_wrong_and_where(self, spoilt, capsys: pytest.CaptureFixture[str]) -> None:
        def drop(rows: dict[str, Rows]) -> None:
            rows["birth"] = [row for at, row in enumerate(rows["birth"]) if not (in_county(row) and at % 2)]

        folder = spoilt(drop)
        assert run(["quality", "--data", str(folder)]) == Exit.OK
        page = capsys.readouterr().out
        assert "poor Jiangyin City: Registered births are only" in page
        assert "[quality] of the pack" in page

    def test_a_sound_city_needs_nothing(self, sound: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
        monkeypatch.setenv("SHIDAI_LANG", "zh")
        assert run(["quality", "--data", str(sound)]) == Exit.OK
        assert "没有须核对的地方。" in capsys.readouterr().out
