"""One small city with its results, shared by the tests of this chapter."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shidai.packs import load_pack
from shidai.reports.results import ensure_results
from tests.sharing import make_once
from tests.spec.reports.smallcity import write_records


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with records and results of 2006 and the years before."""
    folder = tmp_path_factory.mktemp("summary") / "city"
    shutil.copytree(make_once(tmp_path_factory, "summary-city", make_city), folder)
    (folder / "summary" / "2006").mkdir(parents=True)
    (folder / "summary" / "2006" / "summary.pdf").write_bytes(b"%PDF")
    return folder


def make_city(folder: Path) -> None:
    write_records(folder)
    ensure_results(folder, load_pack("wuxi-2006"), 2006)
