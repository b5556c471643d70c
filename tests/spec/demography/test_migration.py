"""Migration: rates, effectiveness, flows that agree with totals, the residual of two censuses, model schedules."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

from shidai.demography.lifetable import life_table
from shidai.demography.migration import (
    between_areas,
    cohort_starts,
    cohort_survival,
    fit_flows,
    migration_effectiveness,
    net_by_residual,
    net_migration_rate,
    system_effectiveness,
)
from shidai.demography.migration_schedule import MigrationSchedule, fit_migration_schedule
from shidai.demography.projection_migration import net_of_flows
from shidai.words import ShidaiError

AGES = np.arange(0, 90, 5)
MX = 0.0008 * np.exp(0.075 * AGES)


def test_net_rates_and_effectiveness_by_hand() -> None:
    assert net_migration_rate(50, 30, 10_000) == pytest.approx(2)
    assert migration_effectiveness(50, 30) == pytest.approx(25)
    assert migration_effectiveness([50, 30], [30, 50]).tolist() == [25, -25]
    assert np.isnan(migration_effectiveness(0, 0))


def test_moves_within_an_area_count_nowhere() -> None:
    """Three areas: 10 more go from the first to the second than come back, of 40 moves in all."""
    moves = np.array([[900, 15, 5], [5, 800, 5], [5, 5, 700]])
    assert between_areas(moves).sum() == 40
    assert system_effectiveness(moves) == pytest.approx(100 * (10 + 10) / 80)
    with pytest.raises(ShidaiError, match="same areas"):
        system_effectiveness(np.ones((2, 3)))


def test_flows_meet_their_totals_and_keep_the_pattern() -> None:
    """The odds ratio of the pattern, 2·6 / (3·4) = 1, stays: flows are row total × column total / all."""
    flows = fit_flows([[2, 3], [4, 6]], [30, 70], [40, 60])
    assert np.allclose(flows, [[12, 18], [28, 42]])


def test_zeros_of_the_pattern_stay_and_areas_are_free_in_front() -> None:
    seed = 1 - np.eye(3)
    flows = fit_flows(np.stack([seed, 2 * seed]), [[30, 20, 10], [5, 5, 5]], [[10, 20, 30], [5, 5, 5]])
    assert np.allclose(np.diagonal(flows, axis1=1, axis2=2), 0)
    assert np.allclose(flows.sum(2), [[30, 20, 10], [5, 5, 5]])
    assert np.allclose(flows[1][seed > 0], 2.5)
    assert np.allclose(net_of_flows(flows[0]), [-20, 0, 20], atol=1e-6)


def test_totals_that_cannot_be_met_are_explained() -> None:
    with pytest.raises(ShidaiError, match=r"differ by 5"):
        fit_flows([[1, 1], [1, 1]], [30, 75], [40, 60])
    with pytest.raises(ShidaiError, match=r"departures\[1\]"):
        fit_flows([[1, 1], [0, 0]], [30, 70], [40, 60])
    with pytest.raises(ShidaiError, match="cells of the pattern"):
        fit_flows([[1, 0], [1, 1]], [50, 10], [40, 20], rounds=200)


def lived_through(first: np.ndarray, births: np.ndarray, arrivals_at: str, migrants: np.ndarray) -> np.ndarray:
    """The second census of a population that lives by MX for ten years, its migrants coming at the start or the end;
    written cohort by cohort."""
    table = life_table(MX, AGES, sex="both")
    second = np.zeros(AGES.size)
    for reached in range(AGES.size):
        if reached < 2:
            alive, share = births[reached], table.Lx[reached] / 5
        elif reached < AGES.size - 1:
            alive, share = first[reached - 2], table.Lx[reached] / table.Lx[reached - 2]
        else:
            alive, share = first[-3:].sum(), table.Tx[-1] / table.Tx[-3]
        moved = migrants[reached]
        second[reached] = (alive + moved) * share if arrivals_at == "start" else alive * share + moved
    return second


@pytest.mark.parametrize("arrivals_at", ["start", "end"])
def test_the_residual_finds_migrants_who_came_at_either_end(arrivals_at: str) -> None:
    draw = np.random.default_rng(2)
    first, births = draw.uniform(500, 1000, AGES.size), np.array([900.0, 950])
    migrants = draw.uniform(-50, 80, AGES.size)
    second = lived_through(first, births, arrivals_at, migrants)
    survival = cohort_survival(life_table(MX, AGES, sex="both"), 2)
    found = net_by_residual(first, second, births, survival)
    assert np.allclose(found.forward if arrivals_at == "end" else found.reverse, migrants)
    assert np.all(np.abs(found.forward) <= np.abs(found.reverse) + 1e-9)


def test_half_at_the_start_and_half_at_the_end_is_nearest_to_the_average() -> None:
    first, births = np.full(AGES.size, 800.0), np.array([900.0, 950])
    migrants = np.full(AGES.size, 40.0)
    halves = [lived_through(first, births, at, migrants / 2) for at in ("start", "end")]
    second = halves[0] + halves[1] - lived_through(first, births, "end", 0 * migrants)
    found = net_by_residual(first, second, births, cohort_survival(life_table(MX, AGES, sex="both"), 2))
    gap = [np.abs(estimate - migrants)[:10].max() for estimate in (found.forward, found.reverse, found.average)]
    assert np.allclose(found.average[:10], 40, rtol=0.01)  # below 50, where few die within the ten years
    assert gap[2] < min(gap[:2])


def test_cohorts_are_followed_to_the_age_they_reach() -> None:
    starts = cohort_starts([10, 20, 30, 40, 50], [7, 8])
    assert starts.tolist() == [7, 8, 10, 20, 30 + 40 + 50]
    with pytest.raises(ShidaiError, match="widths apart"):
        cohort_starts([10, 20, 30], [7, 8])


def test_bad_survival_and_uneven_groups_are_named() -> None:
    with pytest.raises(ShidaiError, match=r"survival\[1\]"):
        net_by_residual([1, 1, 1], [1, 1, 1], [1], [0.9, 1.1, 0.5])
    with pytest.raises(ShidaiError, match="widths"):
        cohort_survival(life_table([0.01, 0.002, 0.1], [0, 1, 5], sex="both"), 1)


SEVEN = MigrationSchedule(a1=0.02, alpha1=0.10, a2=0.06, alpha2=0.12, mu2=20.0, lambda2=0.40, c=0.003)
ELEVEN = MigrationSchedule(
    a1=0.02, alpha1=0.10, a2=0.06, alpha2=0.10, mu2=21.0, lambda2=0.35, c=0.003,
    a3=0.02, alpha3=0.6, mu3=63.0, lambda3=0.25,
)  # fmt: skip
MIDDLES = np.arange(90) + 0.5


def test_the_schedule_is_its_formula() -> None:
    """Rogers and Castro's sum of four curves and a constant, written out for one age at a time."""
    values = (0.02, 0.1, 0.06, 0.12, 20.0, 0.4, 0.003, 0.02, 0.6, 63.0, 0.25, 0.0005, 0.04)
    a1, alpha1, a2, alpha2, mu2, lambda2, c, a3, alpha3, mu3, lambda3, a4, alpha4 = values
    for age in (0.5, 18.0, 23.5, 63.5, 85.0):
        wanted = a1 * exp(-alpha1 * age) + c + a4 * exp(alpha4 * age)
        wanted += a2 * exp(-alpha2 * (age - mu2) - exp(-lambda2 * (age - mu2)))
        wanted += a3 * exp(-alpha3 * (age - mu3) - exp(-lambda3 * (age - mu3)))
        assert MigrationSchedule(*values).rate(age) == pytest.approx(wanted)


@pytest.mark.parametrize(("truth", "size"), [(SEVEN, 7), (ELEVEN, 11)])
def test_a_fit_finds_the_parameters_of_its_own_curve(truth: MigrationSchedule, size: int) -> None:
    fitted = fit_migration_schedule(truth.rate(MIDDLES), MIDDLES, size=size)
    for name in truth.__slots__:
        assert getattr(fitted, name) == pytest.approx(getattr(truth, name), rel=0.01, abs=1e-6), name


@pytest.mark.parametrize("size", [9, 13])
def test_with_a_slope_in_old_age_the_curve_comes_back(size: int) -> None:
    """Parameters of these sizes stand in for each other, so only the curve is held."""
    base = SEVEN if size == 9 else ELEVEN
    values = {name: getattr(base, name) for name in base.__slots__}
    truth = MigrationSchedule(**{**values, "a4": 0.0005, "alpha4": 0.04})
    fitted = fit_migration_schedule(truth.rate(MIDDLES), MIDDLES, size=size)
    assert np.abs(fitted.rate(MIDDLES) - truth.rate(MIDDLES)).max() < 0.01 * truth.rate(MIDDLES).max()


def test_noise_is_smoothed_and_the_level_kept() -> None:
    people = np.full(90, 5000.0)
    moves = np.random.default_rng(9).poisson(SEVEN.rate(MIDDLES) * people)
    fitted = fit_migration_schedule(moves / people, MIDDLES, weight=people)
    assert np.sqrt(((fitted.rate(MIDDLES) - SEVEN.rate(MIDDLES)) ** 2).mean()) < 0.6 * np.sqrt(
        ((moves / people - SEVEN.rate(MIDDLES)) ** 2).mean()
    )
    assert fitted.rate(MIDDLES).sum() == pytest.approx((moves / people).sum(), rel=0.02)


def test_impossible_fits_are_refused() -> None:
    with pytest.raises(ShidaiError, match="8 parameters"):
        fit_migration_schedule(SEVEN.rate(MIDDLES), MIDDLES, size=8)  # type: ignore[arg-type]
    with pytest.raises(ShidaiError, match="more than 7 ages"):
        fit_migration_schedule([0.1] * 7, np.arange(7))
    with pytest.raises(ShidaiError, match="not all 0"):
        fit_migration_schedule([0.0] * 20, np.arange(20))
