"""What ageing and migration figures must satisfy, whatever the numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shidai.demography.ageing import age_at_remaining, prospective_age, prospective_old_age_dependency
from shidai.demography.healthy_life import years_in_state
from shidai.demography.lifetable import life_table
from shidai.demography.migration import (
    cohort_starts,
    cohort_survival,
    fit_flows,
    migration_effectiveness,
    net_by_residual,
    net_migration_rate,
    system_effectiveness,
)
from shidai.demography.migration_schedule import MigrationSchedule
from shidai.demography.projection_migration import net_of_flows
from shidai.demography.structure import old_age_dependency

AGES = np.arange(0, 90, 5)
MX = arrays(np.float64, (AGES.size,), elements=st.floats(1e-4, 0.3))
SHARES = arrays(np.float64, (AGES.size,), elements=st.floats(0, 1))
PEOPLE = arrays(np.float64, (AGES.size,), elements=st.floats(1, 1e5))
MOVES = arrays(np.float64, (4, 4), elements=st.floats(0.1, 100))


@given(MX, st.integers(0, AGES.size - 1))
def test_the_age_at_which_a_groups_expectancy_remains_has_that_expectancy(mx: np.ndarray, group: int) -> None:
    ex = life_table(mx, AGES, sex="both").ex
    age = float(age_at_remaining(ex, AGES, ex[group]))
    if ex[-1] > ex[group]:
        assert np.isnan(age)
        return
    assert age >= AGES[group] - 1e-9
    assert np.isclose(np.interp(age, AGES, ex), ex[group])


@given(MX, st.floats(0, 85))
def test_nobody_is_older_or_younger_than_in_their_own_table(mx: np.ndarray, age: float) -> None:
    ex = life_table(np.sort(mx), AGES, sex="both").ex
    falling = np.minimum.accumulate(ex) * (1 - 0.01 * np.arange(ex.size))
    assert np.isclose(prospective_age(age, falling, falling, AGES), age, atol=1e-6)


@given(PEOPLE, st.sampled_from([60, 65, 70]))
def test_a_threshold_at_a_groups_first_age_gives_the_usual_dependency(people: np.ndarray, old: int) -> None:
    ex = 90.0 - AGES
    ours = prospective_old_age_dependency(people, AGES, ex, adult=20, remaining=90 - old)
    assert np.isclose(ours, old_age_dependency(people, AGES, adult=20, old=old))


@given(MX, SHARES)
def test_years_in_a_state_never_exceed_life_and_split_it(mx: np.ndarray, share: np.ndarray) -> None:
    table = life_table(mx, AGES, sex="both")
    inside = years_in_state(table, share)
    assert np.all((inside >= 0) & (inside <= table.ex + 1e-9))
    assert np.allclose(inside + years_in_state(table, 1 - share), table.ex)


@given(
    MOVES, arrays(np.float64, (4,), elements=st.floats(1, 1e4)), arrays(np.float64, (4,), elements=st.floats(1, 1e4))
)
def test_fitted_flows_meet_totals_and_keep_odds_ratios(seed: np.ndarray, left: np.ndarray, came: np.ndarray) -> None:
    came = came * left.sum() / came.sum()
    flows = fit_flows(seed, left, came)
    assert np.allclose(flows.sum(1), left)
    assert np.allclose(flows.sum(0), came)
    odds = flows[0, 0] * flows[1, 1] / (flows[0, 1] * flows[1, 0])
    assert np.isclose(odds, seed[0, 0] * seed[1, 1] / (seed[0, 1] * seed[1, 0]), rtol=1e-6)


@given(MOVES)
def test_net_moves_of_all_areas_cancel_out(moves: np.ndarray) -> None:
    assert np.isclose(net_of_flows(moves).sum(), 0, atol=1e-9)
    assert 0 <= system_effectiveness(moves) <= 100
    assert -100 <= migration_effectiveness(moves[0, 1], moves[1, 0]) <= 100
    assert np.isclose(net_migration_rate(5, 5, moves[0, 0]), 0)


@given(MX, PEOPLE, PEOPLE, arrays(np.float64, (2,), elements=st.floats(0, 1e5)))
def test_the_residual_balances_both_censuses(
    mx: np.ndarray, first: np.ndarray, second: np.ndarray, births: np.ndarray
) -> None:
    """Start + births − deaths + migrants = end, whichever way the migrants are dated."""
    lives = np.clip(cohort_survival(life_table(mx, AGES, sex="both"), 2), 1e-9, 1)
    found, before = net_by_residual(first, second, births, lives), cohort_starts(first, births)
    assert np.allclose(before * lives + found.forward, second)
    assert np.allclose((before + found.reverse) * lives, second)
    assert np.isclose(before.sum(), first.sum() + births.sum())


@given(st.floats(0.001, 0.1), st.floats(0.02, 0.3), st.floats(0.001, 0.1), st.floats(15, 30), st.floats(0.2, 1.5))
def test_a_model_schedule_is_never_negative_and_scales(
    children: float, fall: float, workers: float, peak: float, rise: float
) -> None:
    one = MigrationSchedule(a1=children, alpha1=fall, a2=workers, alpha2=fall, mu2=peak, lambda2=rise)
    two = MigrationSchedule(a1=2 * children, alpha1=fall, a2=2 * workers, alpha2=fall, mu2=peak, lambda2=rise)
    ages = np.arange(100) + 0.5
    assert np.all(one.rate(ages) >= 0)
    assert np.allclose(two.rate(ages), 2 * one.rate(ages))
