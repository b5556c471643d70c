"""One empty city for all tests of this folder; each works on a copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fault.running import VILLAGE, copy_city, run


@pytest.fixture(scope="session")
def prepared_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fault")
    (folder / "household.csv").write_text(f"key,area\nh0,{VILLAGE}\n")
    done = run("import", folder / "household.csv", "--data", folder / "city")
    assert done.returncode == 0, done.stderr
    return folder / "city"


@pytest.fixture
def data(prepared_city: Path, tmp_path: Path) -> Path:
    return copy_city(prepared_city, tmp_path / "city")
