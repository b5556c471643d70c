"""Reads the UN's World Population Prospects 2024 from the shared data folder; tests skip without it."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "wpp2024"
COUNTRIES = ("CHN", "JPN", "KOR", "IND", "NGA", "KEN", "FRA", "USA", "BRA", "VNM")


def read_table(name: str) -> list[dict[str, str]]:
    path = FOLDER / name
    if not path.exists():
        pytest.skip("the UN's tables are not beside the repository: ../shared/data/wpp2024")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in rows])
