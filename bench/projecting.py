"""How fast populations are projected, beside a minimal numpy kernel of the same sums in the same run."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.case import Case, Measured

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "wpp2024"
COUNTRY, FIRST, LAST = "CHN", 2025, 2100
PATHS, COUNTIES, ROUNDS = 10_000, 9, 3
LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
MOST = 1.3  # times the kernel that the issue allows
BAYESPOP = 60 / 3.4  # trajectories a second, bayesPop 12.0 on this kind of machine (issue 5)


def cases() -> Iterator[Case]:
    if FOLDER.exists():
        yield Case("project-trajectories", measure_trajectories)
        yield Case("project-counties", measure_counties)
        yield Case("project-country", measure_country)
    yield Case("lives", measure_lives)


def measure_trajectories() -> list[Measured]:
    """10,000 trajectories × 76 years × 101 ages × 2 sexes: totals alone, then with quantiles of every age too."""
    from shidai.demography.trajectories_run import simulate

    plan = make_plan()
    rows = []
    for by_age, outputs in ((False, "totals"), (True, "totals and every age")):
        ours = fastest(lambda by_age=by_age: simulate([plan], PATHS, seed=1, by_age=by_age))
        kernel = fastest(lambda by_age=by_age: run_kernel(plan, by_age))
        told = f"a minimal numpy kernel, quantiles of {outputs}; at most {MOST}×"
        rows.append(Measured("project-trajectories", ours, kernel, "s", told, ours <= MOST * kernel))
    told = "bayesPop 12.0, a published figure, not this run"
    rows.append(Measured("project-trajectories", PATHS / ours, BAYESPOP, "trajectories/s", told))
    return [*rows, measure_memory(plan)]


def measure_memory(plan: Any) -> Measured:
    """The most memory that the arrays take at once, with 4,000 trajectories and with four times as many."""
    from shidai.demography.trajectories_run import simulate

    peaks = []
    for paths in (4_000, 16_000):
        tracemalloc.start()
        simulate([plan], paths, seed=1)
        peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
        tracemalloc.stop()
    told = "peak memory of 4,000 trajectories; four times as many may take 1.05×"
    return Measured("project-trajectories", peaks[1], peaks[0], "MB", told, peaks[1] < 1.05 * peaks[0])


def measure_counties() -> list[Measured]:
    from shidai.demography.trajectories_run import simulate

    plan = make_plan()
    one = fastest(lambda: simulate([plan], PATHS, seed=1), 1)
    nine = fastest(lambda: simulate([plan] * COUNTIES, PATHS, seed=1, correlation=0.8), 1)
    moving = fastest(
        lambda: simulate([plan] * COUNTIES, PATHS // 5, seed=1, correlation=0.8, flows=make_flows(plan), chance=True), 1
    )
    return [
        Measured("project-counties", nine, one, "s", "one county; nine in at most 12×", nine <= 12 * one),
        Measured(
            "project-counties", moving, nine / 5, "s", "a fifth of the paths; with moves between counties and chance"
        ),
    ]


def make_flows(plan: Any) -> Any:
    """A share of every cohort moves from each county to each other one."""
    from shidai.demography.projection_migration import Flows

    years, ages = plan.fertility.shape
    shares = np.full((years, COUNTIES, COUNTIES, 2, ages), 0.001)
    shares[:, range(COUNTIES), range(COUNTIES)] = 0
    shares[..., 0] = 0
    return Flows(shares)


def measure_country() -> list[Measured]:
    from shidai.demography.wpp import read_country
    from shidai.demography.wpp_base import project_country

    country = read_country(FOLDER, COUNTRY)
    ours = fastest(lambda: project_country(country, FIRST, LAST), 5)
    return [Measured("project-country", ours, 0.1, "s", "limit: one country 1×1, 76 years, with its base", ours < 0.1)]


def measure_lives() -> list[Measured]:
    """Single people through twenty years with births, deaths and methods; fpsim's time is a published figure."""
    from shidai.synth.futures import live
    from tests.spec.synth.test_whatif import make_people, make_rates

    fertility, survival = np.zeros((20, 1, 101)), np.full((20, 1, 2, 102), 0.995)
    fertility[..., 18:40] = 0.09
    years = tuple(range(2007, 2027))
    rates = make_rates(years=years, fertility=fertility, survival=survival, sex_ratio=np.full(20, 1.06))
    people = make_people(50_000)
    ours = fastest(lambda: live(people, rates, 1), 3)
    peer = "fpsim, 50,000 agents × 20 years: measured here earlier, not this run"
    return [Measured("lives", ours, 14.0, "s", peer)]


def make_plan() -> Any:
    from shidai.demography.wpp import read_country
    from shidai.demography.wpp_trajectories import plan_country

    return plan_country(FOLDER, read_country(FOLDER, COUNTRY), FIRST, LAST)


def fastest(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def run_kernel(plan: Any, by_age: bool) -> dict[str, np.ndarray]:
    """The least that does the same: one multiplier of mortality, one of fertility, one number of migrants a path."""
    draw = np.random.default_rng(1)
    years, ages = plan.fertility.shape
    people = np.repeat(plan.base[:, :, None], PATHS, axis=2)
    mx = -np.log(np.clip(plan.survival.ratios(1, np.full(1, 80.0))[1:, 0], 1e-9, 1 - 1e-9))[None, :, None]
    deviations = draw.standard_normal((3, years, PATHS)).cumsum(1) * 0.01
    totals = np.empty((4, years, PATHS))
    fans = np.empty((len(LEVELS), years, 2, ages))
    for year in range(years):
        survival = np.exp(-mx * np.exp(deviations[0, year]))
        start = people + plan.migration[year][:, :, None] * (1 + deviations[2, year])
        end = np.empty_like(people)
        end[:, 1:] = start[:, :-1] * survival[:, :-1]
        end[:, -1] += start[:, -1] * survival[:, -1]
        exposed = (people[1, 10:55] + end[1, 10:55]) / 2
        births = (plan.fertility[year, 10:55] @ exposed) * (1 + deviations[1, year])
        end[0, 0], end[1, 0] = births * 0.512 * 0.99, births * 0.488 * 0.99
        middle = (people + end) / 2
        totals[0, year] = middle.sum((0, 1))
        totals[1, year] = births
        totals[2, year] = start.sum((0, 1)) + births - end.sum((0, 1))
        totals[3, year] = middle[:, 65:].sum((0, 1)) / totals[0, year]
        if by_age:
            fans[:, year] = np.quantile(middle, LEVELS, axis=-1)
        people = end
    return {"totals": np.quantile(totals, LEVELS, axis=-1), "ages": fans}
