"""The summary's eighth part tells the newest outlook: medians, intervals and what they rest on."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from shidai.core.access import Grant, Scope
from shidai.indicators.outlook.running import AGES_TABLE, FIGURES, Named, Run, RunHead
from shidai.indicators.outlook.stored import keep_run
from shidai.packs import Pack, load_pack
from shidai.reports import queries
from shidai.reports.outlook import SUMMED_UP

ANALYST = Scope(None, "qian", "Qian", (Grant("3202", "city_analyst"),))


def make_run(pack: Pack, *, scenario: str = "medium", last_year: int = 2006, median: float = 1234.0) -> Run:
    """A run whose figures are all alike."""
    chosen = pack.scenarios[scenario]
    head = RunHead(
        id=f"{scenario}{last_year}{median:.0f}", scenario=scenario, title=chosen.title, definition=chosen.definition,
        pack=pack.id, pack_version=pack.version, residence="living", manifest="f" * 64, last_year=last_year,
        until=last_year + 14, trajectories=10, seed=7, version="0", made_at=datetime.now(UTC),
        city=Named(code=pack.city, name=chosen.title), areas=(), needs=(),
    )  # fmt: skip
    rows = [
        {"area": pack.city, "year": year, "measure": name, "lo95": 0.8 * median, "lo80": 0.9 * median,
         "median": median, "hi80": 1.1 * median, "hi95": 1.2 * median, "error": None}
        for name in SUMMED_UP
        for year in range(last_year + 1, last_year + 15)
    ]  # fmt: skip
    return Run(head, pa.Table.from_pylist(rows, schema=FIGURES), AGES_TABLE.empty_table(), chosen)


@pytest.fixture
def city(data: Path, tmp_path: Path) -> Path:
    shutil.copytree(data, tmp_path / "city")
    return tmp_path / "city"


def read(data: Path, language: str = "zh") -> str:
    pack = load_pack("wuxi-2006")
    return queries.summary_page(by=ANALYST, data=data, pack=pack, year=2006, language=language).body


def test_without_a_run_it_says_that_there_is_none(city: Path) -> None:
    assert "人口展望尚未推算。" in read(city)
    assert "The outlook hasn" in read(city, "en")


def test_with_a_run_it_shows_medians_and_intervals_and_says_it_is_no_aim(city: Path) -> None:
    run = make_run(load_pack("wuxi-2006"))
    keep_run(city / "outlook" / run.head.id, run)
    chinese, english = read(city), read(city, "en")
    assert "人口展望：中方案" in chinese
    assert "1,234 (1,111–1,357)" in chinese
    assert "不是目标" in chinese
    assert "no aim" in english
    assert "seed 7" in english


def test_it_is_the_newest_of_the_packs_first_scenario_from_the_summarys_year(city: Path) -> None:
    pack = load_pack("wuxi-2006")
    runs = (make_run(pack, median=1111), make_run(pack, median=2222), make_run(pack, scenario="high", median=3333),
            make_run(pack, last_year=2005, median=4444))  # fmt: skip
    for run in runs:
        keep_run(city / "outlook" / run.head.id, run)
    page = read(city)
    assert "2,222" in page
    assert not any(other in page for other in ("1,111 (", "3,333", "4,444"))
