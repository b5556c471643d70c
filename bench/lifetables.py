"""How many life tables a second: villages × years × sexes at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.case import Case, Measured
from bench.projecting import fastest

POPULATIONS = 100_000
GOAL = 100_000  # a second
ABRIDGED = np.array([0, 1, *range(5, 90, 5)], dtype=np.float64)
SINGLE = np.arange(101, dtype=np.float64)


def cases() -> Iterator[Case]:
    yield Case("lifetables", measure_life_tables)


def measure_life_tables() -> list[Measured]:
    """From rates by each rule, from deaths with errors, from probabilities; abridged and by single year."""
    from shidai.demography.lifetable import life_table, life_table_from_deaths, life_table_from_probabilities

    mx, sex = make_rates(ABRIDGED), np.tile([1, 2], POPULATIONS // 2)
    single = make_rates(SINGLE)
    lived = np.full(mx.shape, 500.0)
    deaths = np.random.default_rng(2).poisson(mx * lived).astype(np.float64)
    qx = life_table(mx, ABRIDGED, sex=sex).qx
    works: list[tuple[str, Any]] = [
        ("19 groups, n/2", lambda: life_table(mx, ABRIDGED, sex=sex)),
        ("19 groups, Greville", lambda: life_table(mx, ABRIDGED, sex=sex, ax="greville")),
        (
            "19 groups, deaths with errors",
            lambda: life_table_from_deaths(deaths, lived, ABRIDGED, sex=sex, missing="nan"),
        ),
        ("19 groups, probabilities", lambda: life_table_from_probabilities(qx, ABRIDGED, sex=sex, open_life=6.0)),
        ("101 single years, n/2", lambda: life_table(single, SINGLE, sex=sex)),
    ]
    rows = []
    for told, work in works:
        rate = POPULATIONS / fastest(work)
        good = rate >= GOAL
        rows.append(Measured("lifetables", rate, GOAL, "populations/s", f"goal: at least this many; {told}", good))
    return rows


def make_rates(ages: np.ndarray) -> np.ndarray:
    """Death rates of many small populations about a Gompertz curve."""
    usual = 4e-5 * np.exp(0.095 * ages) + np.where(ages == 0, 0.006, 0)
    return usual * np.random.default_rng(1).uniform(0.5, 1.8, (POPULATIONS, ages.size))
