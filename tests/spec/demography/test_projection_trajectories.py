"""Probabilistic projections: paths, their bounds, and the populations that come of them."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from shidai.demography.lifetable import life_table
from shidai.demography.outcome_quantiles import RunningQuantiles
from shidai.demography.projection import project, read_components
from shidai.demography.projection_migration import Flows
from shidai.demography.projection_survival import survival_ratios
from shidai.demography.trajectories import (
    DEVIATIONS,
    Bounds,
    bounds_from_history,
    correlate,
    draw_deviations,
    fit_persistence,
    read_bounds_of,
)
from shidai.demography.trajectories_plan import Plan
from shidai.demography.trajectories_run import Fan, simulate
from shidai.demography.trajectories_survival import fit_survival_curve
from shidai.demography.wpp import read_bounds, read_country
from shidai.demography.wpp_base import project_country
from shidai.demography.wpp_trajectories import plan_country
from shidai.words import ShidaiError
from tests.spec.demography.test_projection import AGE, AGES, FERTILITY, MORTALITY
from tests.spec.demography.wpp import COUNTRIES, FOLDER

YEARS = 20
SEX = np.array([1, 2])
LOW_2100, LOW80_2100, MIDDLE, HIGH80_2100, HIGH_2100 = range(5)
needs_tables = pytest.mark.skipif(not FOLDER.exists(), reason="the UN's tables are not beside the repository")


def make_bounds(medium: float, width: float, persistence: float = 0.95) -> Bounds:
    spread = np.sqrt(np.cumsum(persistence ** (2 * np.arange(YEARS)))) * width
    return Bounds(medium + spread[:, None] * DEVIATIONS, persistence)


def make_plan(width: float = 1.0) -> Plan:
    """A steady population; with width 0 every path is the medium one."""
    mx = np.repeat(MORTALITY[None], YEARS, 0) * np.linspace(1, 0.8, YEARS)[:, None, None]
    tfr = FERTILITY.sum()
    return Plan(
        base=np.exp(-AGE / 50) * np.ones((2, 1)) * 100,
        fertility=np.repeat(FERTILITY[None], YEARS, 0),
        sex_ratio=np.full(YEARS, 1.05),
        migration=np.ones((YEARS, 2, AGES)) * 0.1 * (AGE < 60),
        survival=fit_survival_curve(mx, np.array([60.0, 64.0]), np.array([95.0, 99.0]), sex=SEX),
        tfr=make_bounds(tfr, 0.05 * width),
        e0=(make_bounds(76.0, 0.2 * width), make_bounds(80.0, 0.2 * width)),
        net=make_bounds(12.0, 5 * width, 0.8),
    )


def test_a_path_without_deviation_is_the_deterministic_projection() -> None:
    plan = make_plan(width=0)
    fan = simulate([plan], 3, seed=1)[0]
    lived = np.stack([plan.survival.ratios(sex, np.full(YEARS, e0)).T for sex, e0 in ((0, 76.0), (1, 80.0))], axis=1)
    parts = (plan.fertility, plan.sex_ratio, plan.migration)
    outcome = project(plan.base, read_components(lived, *parts))
    assert fan.measures["population"] == pytest.approx(np.tile(outcome.total(), (5, 1)), rel=1e-6)
    assert fan.measures["births"][MIDDLE] == pytest.approx(outcome.births.sum(-1), rel=1e-6)
    assert fan.measures["deaths"][MIDDLE] == pytest.approx(outcome.deaths.sum((-2, -1)), rel=1e-5)
    assert fan.measures["share_65"][MIDDLE] == pytest.approx(outcome.share_from(65), rel=1e-6)
    assert fan.by_age is not None
    assert fan.by_age[MIDDLE] == pytest.approx(outcome.mid_year, rel=1e-5)


def make_flows(areas: int) -> Flows:
    """Two percent a year leave each area for the next one; the newborn stay."""
    shares = np.zeros((YEARS, areas, areas, 2, AGES))
    for start in range(areas):
        shares[:, start, (start + 1) % areas, :, 1:] = 0.02 * (1 + start)
    return Flows(shares)


def test_moves_between_areas_without_deviation_are_the_deterministic_projections() -> None:
    plan = make_plan(width=0)
    plans = [plan, replace(plan, base=plan.base * 3), replace(plan, base=plan.base / 2)]
    fans = simulate(plans, 2, seed=1, flows=make_flows(3))
    lived = np.stack([plan.survival.ratios(sex, np.full(YEARS, e0)).T for sex, e0 in ((0, 76.0), (1, 80.0))], axis=1)
    each = [np.stack([part] * 3, axis=1) for part in (lived, plan.fertility, plan.sex_ratio, plan.migration)]
    outcome = project(np.stack([one.base for one in plans]), read_components(*each), make_flows(3))
    for at, fan in enumerate(fans[:3]):
        assert fan.by_age is not None
        assert fan.by_age[MIDDLE] == pytest.approx(outcome.mid_year[:, at], rel=1e-5)
        assert fan.measures["migration"][MIDDLE] == pytest.approx(outcome.migration[:, at].sum((-2, -1)), rel=1e-4)


def test_moves_between_areas_sum_to_zero_in_every_trajectory() -> None:
    """With areas that move as one, the sum's migration has the same quantiles with and without moves inside it."""
    plan = make_plan(width=0)
    plans = [replace(plan, net=make_bounds(12.0, 5.0, 0.8)), replace(plan, base=plan.base * 2)]
    with_moves, without = (simulate(plans, 50, seed=4, flows=flows)[-1] for flows in (make_flows(2), None))
    assert with_moves.measures["births"] == pytest.approx(without.measures["births"], rel=0.05)
    assert with_moves.measures["migration"][:, 0] == pytest.approx(without.measures["migration"][:, 0], rel=1e-5)


def test_alike_areas_have_the_rates_of_each_together() -> None:
    fans = simulate([make_plan(), replace(make_plan(), base=make_plan().base * 3)], 200, seed=6)
    for name, close in (("tfr", 1e-9), ("e0_m", 2e-4), ("e0_f", 2e-4)):  # survival is interpolated by polynomials
        assert fans[-1].measures[name] == pytest.approx(fans[0].measures[name], rel=close)


def test_the_rates_of_all_areas_are_those_of_all_their_people() -> None:
    """Of two areas, the larger one with the fewer children and the shorter lives, by hand from the people shown."""
    small, large = make_plan(width=0), make_plan(width=0)
    large = replace(
        large, base=large.base * 4, tfr=make_bounds(0.8 * FERTILITY.sum(), 0),
        fertility=np.roll(large.fertility, 2, -1), e0=(make_bounds(70.0, 0), make_bounds(72.0, 0)),
    )  # fmt: skip
    first, second, both = simulate([small, large], 2, seed=1)
    assert first.by_age is not None
    assert second.by_age is not None
    women = [fan.by_age[MIDDLE][:, 1] for fan in (first, second)]
    rates = [small.fertility, 0.8 * large.fertility]
    tfr = (women[0] * rates[0] + women[1] * rates[1]) / (women[0] + women[1])
    assert both.measures["tfr"][MIDDLE] == pytest.approx(tfr.sum(-1), rel=1e-6)
    for name, low, high in (("e0_m", 70.0, 76.0), ("e0_f", 72.0, 80.0)):
        found = both.measures[name][MIDDLE]
        assert (found > low).all()
        assert (found < (low + high) / 2).all()  # nearer to the larger area's


def test_what_else_is_counted_is_a_weighted_sum_over_ages() -> None:
    weights = np.zeros((2, AGES))
    weights[1, 6:12] = 0.5
    plan = replace(make_plan(width=0), counted={"pupils": weights})
    fan = simulate([plan, plan], 2, seed=1)
    for one, areas in ((fan[0], 1), (fan[-1], 2)):
        assert fan[0].by_age is not None
        expected = areas * 0.5 * fan[0].by_age[MIDDLE][:, 1, 6:12].sum(-1)
        assert one.measures["pupils"][MIDDLE] == pytest.approx(expected, rel=1e-5)


def test_chance_decides_births_and_deaths_as_poisson_does() -> None:
    """In the first year, from one known population: means and variances are those of the counts."""
    plan = make_plan(width=0)
    levels = tuple((np.arange(200) + 0.5) / 200)
    sure, drawn = (
        simulate([plan], 8_000, seed=2, chance=chance, levels=levels, by_age=False)[0] for chance in (False, True)
    )
    births, deaths = (drawn.measures[name][:, 0] for name in ("births", "deaths"))
    expected_births, expected_deaths = (sure.measures[name][0, 0] for name in ("births", "deaths"))
    assert births.mean() == pytest.approx(expected_births, rel=0.005)
    assert births.var() == pytest.approx(expected_births, rel=0.06)
    assert deaths.mean() == pytest.approx(expected_deaths, rel=0.01)
    assert deaths.var() == pytest.approx(expected_deaths, rel=0.06)


def test_survival_at_a_life_expectancy_is_that_of_its_life_table() -> None:
    """Interpolated by polynomials: within 0.00002 up to age 97, and 0.001 above over a range of 24 years."""
    mx = np.stack([MORTALITY, MORTALITY * 0.8])
    e0 = life_table(mx[1], AGE, sex=SEX).e0
    curve = fit_survival_curve(mx, e0 - 12, e0 + 12, sex=SEX)
    for sex in range(2):
        fitted = curve.ratios(sex, np.array([e0[sex]]))[:, 0]
        error = np.abs(fitted - survival_ratios(mx[1, sex], sex=SEX[sex]))
        assert error[:98].max() < 2e-5
        assert error.max() < 1e-3


def test_every_year_has_the_bounds_that_were_asked_for() -> None:
    bounds = make_bounds(2.0, 0.1)
    skewed = replace(bounds, values=bounds.values + np.array([0, 0, 0, 0.3, 0.9]))
    drawn = skewed.place(draw_deviations(0.95, YEARS, 40_000, np.random.default_rng(1)))
    found = np.quantile(drawn, [0.025, 0.1, 0.5, 0.9, 0.975], axis=-1).T
    assert found == pytest.approx(skewed.values, rel=0.02)


def test_neighbouring_years_go_together() -> None:
    drawn = draw_deviations(0.95, YEARS, 20_000, np.random.default_rng(1))
    assert np.corrcoef(drawn[-1], drawn[-2])[0, 1] > 0.93
    assert np.corrcoef(drawn[-1], drawn[0])[0, 1] < 0.5
    assert drawn.std(axis=1) == pytest.approx(np.ones(YEARS), rel=0.03)


@pytest.mark.parametrize("persistence", [0.6, 0.9, 0.98])
def test_the_persistence_of_known_bounds_is_found(persistence: float) -> None:
    assert fit_persistence(make_bounds(2.0, 0.1, persistence).values) == pytest.approx(persistence, abs=0.002)


def test_bounds_from_the_past_cover_what_such_a_past_goes_on_to_do() -> None:
    """400 series of an AR(1) with persistence 0.9: its next 10 years fall within the 95 % bounds about as often."""
    draw = np.random.default_rng(1)
    inside = []
    for _ in range(400):
        series = np.zeros(60)
        for year in range(1, 60):
            series[year] = 0.9 * series[year - 1] + draw.normal(0, 0.1)
        bounds = bounds_from_history(series[:50], series[49] * 0.9 ** np.arange(1, 11))
        inside.append((series[50:] > bounds.values[:, 0]) & (series[50:] < bounds.values[:, -1]))
    assert 0.88 < np.mean(inside) < 0.98


def test_areas_are_as_correlated_as_asked() -> None:
    draw = np.random.default_rng(1)
    common, one, two = (draw.standard_normal(50_000) for _ in range(3))
    pair = correlate(one, common, 0.6), correlate(two, common, 0.6)
    assert np.corrcoef(*pair)[0, 1] == pytest.approx(0.6, abs=0.02)


def test_areas_that_move_alone_leave_the_city_surer_than_areas_that_move_together() -> None:
    plans = [make_plan()] * 4
    width = {}
    for correlation in (0.0, 1.0):
        fans = simulate(plans, 500, seed=3, correlation=correlation, by_age=False)
        assert len(fans) == 5
        total = fans[-1].measures["population"][:, -1]
        width[correlation] = total[HIGH_2100] - total[LOW_2100]
        assert total[MIDDLE] == pytest.approx(4 * fans[0].measures["population"][MIDDLE, -1], rel=0.01)
    assert width[0.0] < 0.6 * width[1.0]


def test_the_same_seed_gives_the_same_fan_and_another_seed_another() -> None:
    first, again, other = (simulate([make_plan()], 50, seed=seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(first.measures["population"], again.measures["population"])
    assert not np.array_equal(first.measures["population"], other.measures["population"])


def test_quantiles_by_batches_come_near_those_of_all_at_once() -> None:
    values = np.random.default_rng(1).gamma(2, size=(3, 20_000))
    running = RunningQuantiles((0.025, 0.5, 0.975), (3,))
    for batch in np.split(values, 10, axis=1):
        running.add(batch)
        running.finish_batch(batch.shape[1])
    exact = np.quantile(values, (0.025, 0.5, 0.975), axis=1)
    assert running.values == pytest.approx(exact, rel=0.01)
    assert (np.abs(running.values - exact) < running.sampling_error).all()


def test_one_batch_gives_exact_quantiles_and_no_sampling_error() -> None:
    values = np.random.default_rng(1).normal(size=(4, 999))
    running = RunningQuantiles((0.1, 0.9), (4,))
    running.add(values)
    running.finish_batch(999)
    assert running.values == pytest.approx(np.quantile(values, (0.1, 0.9), axis=1), rel=1e-6)
    assert np.isnan(running.sampling_error).all()


def test_memory_does_not_grow_with_the_trajectories() -> None:
    peaks = []
    for trajectories in (200, 1600):
        tracemalloc.start()
        simulate([make_plan()], trajectories, seed=1, batch=100)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.05 * peaks[0]


def test_nobody_leaves_who_is_not_there() -> None:
    plan = make_plan()
    fan = simulate([replace(plan, net=make_bounds(-3000.0, 500.0, 0.8))], 100, seed=1)[0]
    assert fan.by_age is not None
    assert fan.by_age.min() >= 0
    change = fan.measures["births"] - fan.measures["deaths"]
    assert np.isfinite(change).all()


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ShidaiError, match=r"tfr\[0, 2\]"):
        read_bounds_of("tfr", [[1, 2, 3, 2, 5]])
    with pytest.raises(ShidaiError, match="tfr"):
        read_bounds_of("tfr", [[1, 2, 3]])
    with pytest.raises(ShidaiError, match="trajectories"):
        simulate([make_plan()], 0, seed=1)
    with pytest.raises(ShidaiError, match="plans"):
        simulate([], 10, seed=1)
    with pytest.raises(ShidaiError, match="correlation"):
        correlate(np.zeros(2), np.zeros(2), 1.5)
    with pytest.raises(ShidaiError, match="history"):
        bounds_from_history([1.0, 2.0], [1.0])


def test_where_more_women_would_leave_than_are_there_births_are_still_counted_by_chance() -> None:
    plan = make_plan()
    emptied = replace(plan, net=make_bounds(-9000.0, 2000.0, 0.8))
    fan = simulate([emptied], 200, seed=1, chance=True)[0]
    assert fan.measures["births"].min() >= 0
    assert fan.measures["population"].min() >= 0


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("base", lambda a: np.where(a == a.max(), -1.0, a), r"plans\[1\]\.base\[\d, \d+\].*-1"),
        ("base", lambda a: a[:, :-1], r"plans\[1\]\.base: the shape is \(2, 100\)"),
        ("fertility", lambda a: a * 1000, r"plans\[1\]\.fertility\[0, \d+\].*per thousand"),
        ("sex_ratio", lambda a: a * 100, r"plans\[1\]\.sex_ratio\[0\].*1\.05"),
        ("migration", lambda a: a * np.nan, r"plans\[1\]\.migration\[0, 0, 0\]"),
        ("migration", lambda a: a[1:], r"plans\[1\]\.migration: the shape is"),
        ("tfr", lambda b: replace(b, values=b.values[1:]), r"plans\[1\]\.tfr: the shape is"),
        ("net", lambda b: replace(b, values=b.values * np.inf), r"plans\[1\]\.net\[0, 0\]"),
        ("counted", lambda _: {"pupils": np.ones((2, 50))}, r"plans\[1\]\.counted\[pupils\]: the shape is"),
    ],
)
def test_a_plan_that_cannot_be_is_named_by_area_and_cell(name: str, change: Any, said: str) -> None:
    plan = make_plan()
    with pytest.raises(ShidaiError, match=said):
        simulate([plan, replace(plan, **{name: change(getattr(plan, name))})], 10, seed=1)


def test_moves_between_other_areas_than_the_plans_are_refused() -> None:
    plan = make_plan()
    years, ages = plan.fertility.shape
    with pytest.raises(ShidaiError, match=r"flows: the shape is \(\d+, 3, 3, 2, \d+\)"):
        simulate([plan, plan], 10, seed=1, flows=Flows(np.zeros((years, 3, 3, 2, ages))))


# Distance of our 2.5, 10, 90 and 97.5 % bounds of the total population from the UN's, percent, with 2,000
# trajectories: at most 4 % in mid-2050; in mid-2100 at most 16 %, but for France's lowest bound (20 %).
@needs_tables
@pytest.mark.parametrize("iso3", COUNTRIES)
def test_the_bounds_of_the_population_come_near_the_uns(iso3: str) -> None:
    country = read_country(FOLDER, iso3)
    fan: Fan = simulate([plan_country(FOLDER, country, 2025, 2100)], 2000, seed=1, batch=1000, by_age=False)[0]
    published = read_bounds(FOLDER, iso3, "pop_end")
    distance = {}
    for year in (2050, 2100):
        theirs = (published[year - 1] + published[year]) / 2
        distance[year] = np.abs(fan.measures["population"][:, year - 2025] / theirs - 1) * 100
    assert distance[2050].max() < 4
    assert distance[2100][1:].max() < 16
    assert distance[2100].max() < (22 if iso3 == "FRA" else 16)
    medium = project_country(country, 2025, 2100).total()
    assert fan.measures["population"][MIDDLE, 25] == pytest.approx(medium[25], rel=0.01)
