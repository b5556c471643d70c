"""What fertility by order, cohort and parity must satisfy, whatever the numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shidai.demography.birth_order import order_rates, tempo_adjusted_fertility
from shidai.demography.cohort_fertility import cohort_rates
from shidai.demography.fertility import asfr, total_fertility_rate, variance_of_age_at_childbearing
from shidai.demography.fertility_spline import fertility_spline
from shidai.demography.own_children import own_children_rates
from shidai.demography.parity import mean_parity, progression_from_births, progression_from_parities

SHARES = st.floats(0, 1)


@given(arrays(np.int64, (3, 4, 6), elements=st.integers(0, 50)), arrays(np.float64, (3, 6), elements=st.floats(1, 1e4)))
def test_orders_add_up(births: np.ndarray, women: np.ndarray) -> None:
    assert np.allclose(order_rates(births, women).sum(-2), asfr(births.sum(-2), women))


@given(arrays(np.float64, (2, 8), elements=st.floats(0, 0.4)), st.floats(0.1, 2.5))
def test_unchanging_fertility_is_not_adjusted_and_scales(rates: np.ndarray, factor: float) -> None:
    surface = np.broadcast_to(rates, (4, 2, 8))
    adjusted = tempo_adjusted_fertility(surface, np.arange(20, 28))
    assert np.allclose(adjusted[1:-1], total_fertility_rate(rates).sum())
    assert np.allclose(tempo_adjusted_fertility(factor * surface, np.arange(20, 28))[1], factor * adjusted[1])


@given(arrays(np.int64, (3, 7), elements=st.integers(0, 1000)))
def test_parity_ratios_give_back_the_mean_number_of_children(women: np.ndarray) -> None:
    assume((women.sum(-1) > 0).all())
    ratios = progression_from_parities(women)
    assert np.allclose(mean_parity(ratios), (women * np.arange(7)).sum(-1) / women.sum(-1))
    births = women[:, ::-1].cumsum(-1)[:, ::-1][:, 1:]
    assert np.allclose(progression_from_births(births, women.sum(-1)), ratios, equal_nan=True)


@given(arrays(np.float64, (6, 5), elements=st.floats(0, 0.4)))
def test_every_pair_of_neighbouring_periods_gives_one_cohort_cell(surface: np.ndarray) -> None:
    rates, cohorts = cohort_rates(surface, 2000, 20)
    slow = {
        (year - 20 - age, age): (surface[year - 2000, age] + surface[year - 1999, age]) / 2
        for year in range(2000, 2005)
        for age in range(5)
    }
    found = {(int(c), a): rates[i, a] for i, c in enumerate(cohorts) for a in range(5) if not np.isnan(rates[i, a])}
    assert slow == found


@given(st.floats(0.01, 0.4), st.floats(11, 17), st.floats(2, 14), st.floats(0.1, 0.9))
def test_a_spline_rises_to_its_peak_falls_after_it_and_is_never_negative(
    level: float, start: float, rise: float, fall: float
) -> None:
    peak = start + rise
    spline = fertility_spline(level, start, peak, peak + fall * (49.5 - peak))
    ages = np.linspace(10, 55, 901)
    curve = spline.rate(ages)
    assert np.all((curve >= 0) & (curve <= level * 1.3))
    assert np.isclose(spline.rate([peak])[0], level)
    assert np.isclose(total_fertility_rate(spline.mean_rate(np.arange(10, 55))), curve.sum() * 0.05, rtol=0.01)


@given(
    arrays(np.float64, (20,), elements=st.floats(1, 1e4)), st.floats(0, 0.3), arrays(np.float64, (3,), elements=SHARES)
)
def test_equal_rates_at_all_ages_come_back_whatever_the_women(
    women: np.ndarray, rate: float, share_apart: np.ndarray
) -> None:
    """Constant rates, nobody dies: children aged x of women aged m are women × rate; any share may live apart."""
    born = np.broadcast_to(rate * women, (3, 20))
    found = born * (1 - share_apart * 0.9)[:, None]
    apart = (born - found).sum(-1)
    rates = own_children_rates(found, apart, women, child_years=np.ones(3), woman_years=np.ones(20), ages=(5, 15))
    assert np.allclose(rates, rate)


@given(arrays(np.float64, (2, 7), elements=st.floats(0, 0.5)))
def test_the_variance_of_age_doesnt_depend_on_the_level(rates: np.ndarray) -> None:
    assume((rates.sum(-1) > 1e-3).all())
    ages = np.arange(15, 50, 5)
    variance = variance_of_age_at_childbearing(rates, ages, 5)
    assert np.allclose(variance, variance_of_age_at_childbearing(2 * rates, ages, 5))
    assert np.all((variance >= 0) & (variance <= 15**2 + 1e-9))
