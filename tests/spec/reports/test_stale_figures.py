"""Figures that rest on an earlier extract are shown as what they are, and renewed by a new computation."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shidai.core.access import Grant, Scope
from shidai.indicators.manifest import Manifest
from shidai.indicators.records import Records
from shidai.indicators.store import ResultStore
from shidai.packs import load_pack
from shidai.reports import queries
from shidai.reports.annual import STALE
from shidai.reports.results import open_reading, refresh_results
from tests.sharing import make_once
from tests.spec.reports.conftest import make_city
from tests.spec.reports.smallcity import BIRTHS, RESIDENTS, write_records

ANALYST = Scope(None, "qian", "Qian", (Grant("3202", "city_analyst"),))


@pytest.fixture
def city(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city with results of 2006; the tests then write it anew with one birth less."""
    shutil.copytree(make_once(tmp_path_factory, "summary-city", make_city), tmp_path, dirs_exist_ok=True)
    return tmp_path


def page(data: Path) -> str:
    pack = load_pack("wuxi-2006")
    return queries.summary_page(by=ANALYST, data=data, pack=pack, year=2006, language="zh").body


def test_old_figures_keep_the_name_of_their_records_and_the_page_says_so(city: Path) -> None:
    before = Manifest.read(city / "records").id
    assert STALE.zh not in page(city)
    write_records(city, births=BIRTHS - 1)
    after = Manifest.read(city / "records").id
    shown = page(city)
    assert STALE.zh in shown
    assert before in shown
    assert after not in shown
    assert f">{BIRTHS}人<" in shown
    assert "数据截止" not in shown.split("</header>")[0]


def test_a_new_computation_changes_the_page_without_a_restart(city: Path) -> None:
    page(city)
    write_records(city, births=BIRTHS - 1)
    page(city)
    assert refresh_results(city, load_pack("wuxi-2006")) == [2006]
    shown = page(city)
    assert STALE.zh not in shown
    assert f">{BIRTHS - 1}人<" in shown
    assert Manifest.read(city / "records").id in shown


def test_every_stored_year_is_renewed_so_that_none_mixes_with_the_new(city: Path) -> None:
    write_records(city, births=BIRTHS - 1)
    refresh_results(city, load_pack("wuxi-2006"))
    store, manifest = ResultStore(city / "results"), Manifest.read(city / "records").id
    made = [store.made(year) for year in store.years()]
    assert {one.manifest for one in made if one is not None} == {manifest}
    assert {row.manifest for row in store.series("births", "3202")} == {manifest}


def test_without_residents_there_is_nothing_to_compute(tmp_path: Path) -> None:
    write_records(tmp_path, births=0, residents=0)
    assert refresh_results(tmp_path, load_pack("wuxi-2006")) == []


def test_the_files_say_it_too(city: Path) -> None:
    write_records(city, births=BIRTHS - 1)
    reading = open_reading(city, load_pack("wuxi-2006"), 2006)
    assert (reading.stale, reading.cutoff) == (True, "")
    row = reading.result("population_registered", "3202", "2006")
    assert row is not None
    assert row.value == RESIDENTS


def test_the_list_of_records_says_that_it_may_disagree_with_the_figure(
    city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shidai.site import records as listing

    monkeypatch.setattr(listing, "store", lambda: ResultStore(city / "results"))
    with Records.open(city / "records") as records:
        assert not listing._is_outdated(records, "2006-Q1")
    write_records(city, births=BIRTHS - 1)
    with Records.open(city / "records") as records:
        assert listing._is_outdated(records, "2006-Q1")
        assert not listing._is_outdated(records, "1999")
