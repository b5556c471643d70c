"""What comparisons must satisfy, whatever the numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shidai.demography.funnel import binomial_funnel, poisson_funnel
from shidai.demography.multiple_tests import adjust_p_values
from shidai.demography.rate_difference import das_gupta, kitagawa
from shidai.demography.small_areas import small_area_rates
from shidai.demography.standardise import direct_rate, standardised_ratio
from shidai.demography.structure import dissimilarity

RATES = arrays(np.float64, (2, 3, 5), elements=st.floats(0, 0.5))
PEOPLE = arrays(np.float64, (2, 3, 5), elements=st.floats(1, 1e5))


@given(RATES, PEOPLE)
def test_kitagawas_parts_add_up_to_the_difference(rates: np.ndarray, people: np.ndarray) -> None:
    by_rates, by_composition = kitagawa(rates[0], people[0], rates[1], people[1])
    crude = (rates * people).sum(-1) / people.sum(-1)
    assert np.allclose(by_rates.sum(-1) + by_composition.sum(-1), crude[1] - crude[0])
    back = kitagawa(rates[1], people[1], rates[0], people[0])
    assert np.allclose(back[0], -by_rates)


@given(RATES, PEOPLE)
def test_kitagawa_is_das_gupta_with_two_factors(rates: np.ndarray, people: np.ndarray) -> None:
    shares = people / people.sum(-1, keepdims=True)
    effects = das_gupta([rates[0], shares[0]], [rates[1], shares[1]], lambda r, s: (r * s).sum(-1))
    parts = kitagawa(rates[0], people[0], rates[1], people[1])
    assert np.allclose(effects, [part.sum(-1) for part in parts])


@given(arrays(np.float64, (2, 4, 3), elements=st.floats(0.01, 10)))
def test_das_guptas_effects_add_up_and_an_unchanged_factor_has_none(values: np.ndarray) -> None:
    first, second = values
    second = second.copy()
    second[2] = first[2]
    effects = das_gupta(list(first), list(second))
    assert np.allclose(effects.sum(0), second.prod(0) - first.prod(0))
    assert np.allclose(effects[2], 0)


@given(PEOPLE)
def test_dissimilarity_is_symmetric_scaled_and_bounded(people: np.ndarray) -> None:
    index = dissimilarity(people[0], people[1])
    assert np.allclose(index, dissimilarity(3 * people[1], people[0]))
    assert np.all((index >= 0) & (index <= 100))
    assert np.allclose(dissimilarity(people[0], people[0]), 0)


@given(arrays(np.int64, (5,), elements=st.integers(0, 100)), arrays(np.float64, (5,), elements=st.floats(1, 1e4)))
def test_an_areas_own_rates_as_the_standard_give_a_ratio_of_one(events: np.ndarray, years: np.ndarray) -> None:
    ratio = standardised_ratio(events.sum(), years, events / years)
    assert np.isnan(ratio) if events.sum() == 0 else np.isclose(ratio, 1)
    assert np.isclose(direct_rate(events, years, years, per=1), events.sum() / years.sum())


@given(arrays(np.float64, (12,), elements=st.floats(0, 1)))
def test_adjusted_p_values_keep_the_order_never_fall_and_holm_is_stricter(p: np.ndarray) -> None:
    by_share, by_family = adjust_p_values(p, "benjamini-hochberg"), adjust_p_values(p, "holm")
    for adjusted in (by_share, by_family):
        assert np.all((adjusted >= p - 1e-12) & (adjusted <= 1))
        assert np.all(np.diff(adjusted[np.argsort(p)]) >= -1e-12)
    assert np.all(by_family >= by_share - 1e-12)


@given(arrays(np.int64, (6,), elements=st.integers(0, 60)), arrays(np.float64, (6,), elements=st.floats(10, 1e4)))
def test_a_small_areas_rate_lies_between_its_own_and_the_mean(events: np.ndarray, years: np.ndarray) -> None:
    events = events + (np.arange(6) == 0)
    found = small_area_rates(events, years)
    own = events / years
    low, high = np.minimum(own, found.mean), np.maximum(own, found.mean)
    assert np.all((found.rate >= low * (1 - 1e-9)) & (found.rate <= high * (1 + 1e-9)))
    below, above = found.interval()
    assert np.all((below <= found.rate) & (found.rate <= above))
    assert np.allclose(found.rate, found.weight * own + (1 - found.weight) * found.mean)


@given(st.floats(0.5, 1e4), st.floats(0.001, 2.0), st.floats(0.5, 0.999))
def test_funnels_hold_their_target(size: float, target: float, level: float) -> None:
    low, high = poisson_funnel(size, target, level)
    assert 0 <= low <= target * (1 + 1e-12) <= high * (1 + 1e-9)
    whole, share = int(size) + 1, min(target, 1.0)
    low, high = binomial_funnel(whole, share, level)
    assert 0 <= low <= share * (1 + 1e-12)
    assert share <= high * (1 + 1e-9) <= 1 + 1e-9
