"""Small areas borrow strength: from the city, and the city from a standard schedule."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shidai.demography.borrowing import fit_to_standard, shrink_ratios
from shidai.words import ShidaiError

AGES = 60
STARTS = np.arange(0, AGES, 10)
STANDARD = 0.001 + 0.0001 * np.arange(AGES) ** 1.5


def shrink_slowly(observed, expected):
    """Marshall's global estimator, cell by cell, as the paper writes it down."""
    mean = sum(observed) / sum(expected)
    ratios = [o / e for o, e in zip(observed, expected, strict=True)]
    spread = sum(e * (r - mean) ** 2 for e, r in zip(expected, ratios, strict=True)) / sum(expected)
    average = sum(expected) / len(expected)
    beyond = max(spread - mean / average, 0.0)
    return [
        mean + (beyond / (beyond + mean / e) if beyond else 0.0) * (r - mean)
        for e, r in zip(expected, ratios, strict=True)
    ]


def test_shrinking_agrees_with_the_formula_cell_by_cell() -> None:
    draw = np.random.default_rng(5)
    expected = draw.uniform(1, 80, 12)
    observed = draw.poisson(expected * draw.gamma(4, 0.25, 12))
    assert shrink_ratios(observed, expected) == pytest.approx(shrink_slowly(observed, expected), rel=1e-12)


def test_where_areas_differ_by_chance_alone_all_have_the_mean() -> None:
    expected = np.array([10.0, 20.0, 30.0, 40.0])
    assert shrink_ratios([10, 20, 30, 40], expected) == pytest.approx([1, 1, 1, 1])


def test_an_area_with_many_events_keeps_its_own_ratio_and_one_with_few_hardly() -> None:
    ratios = shrink_ratios([20_000, 2, 9_000, 11_000], [10_000, 1, 10_000, 10_000])
    assert ratios[0] == pytest.approx(2.0, rel=0.01)
    mean = 40_002 / 30_001
    assert abs(ratios[1] - mean) < 0.25 * (2 - mean)


def test_shrunk_ratios_are_nearer_the_truth_than_the_raw_ones() -> None:
    """What it is for: over many draws the squared error falls."""
    draw = np.random.default_rng(9)
    raw_error, own_error = 0.0, 0.0
    for _ in range(200):
        truth, expected = draw.gamma(25, 1 / 25, 9), draw.uniform(3, 40, 9)
        seen = draw.poisson(truth * expected)
        raw_error += float(((seen / expected - truth) ** 2).mean())
        own_error += float(((shrink_ratios(seen, expected) - truth) ** 2).mean())
    assert own_error < 0.6 * raw_error


def make_areas(size: float, levels=(1.0, 1.0, 1.0)):
    exposure = np.full((len(levels), AGES), size)
    return exposure * STANDARD * np.array(levels)[:, None], exposure


def test_the_events_expected_are_those_that_happened() -> None:
    draw = np.random.default_rng(3)
    exposure = draw.uniform(20, 400, (9, 2, AGES))
    events = draw.poisson(exposure * STANDARD * 1.3)
    rates = fit_to_standard(events, exposure, np.stack([STANDARD, STANDARD]), STARTS)
    assert (rates * exposure).sum() == pytest.approx(events.sum(), rel=1e-12)


def test_a_large_population_keeps_its_levels_and_its_pattern() -> None:
    """A million a cell, with an age pattern that is not the standard's: it comes back within a few percent."""
    pattern = STANDARD * np.exp(0.6 * np.sin(np.arange(AGES) / 12))
    exposure = np.full((3, AGES), 1e6)
    truth = pattern * np.array([0.7, 1.0, 1.4])[:, None]
    rates = fit_to_standard(truth * exposure, exposure, STANDARD, STARTS)
    assert np.abs(rates / truth - 1)[:, 5:-5].max() < 0.08
    assert (rates * exposure).sum(-1) == pytest.approx((truth * exposure).sum(-1), rel=0.02)


def test_an_area_without_people_has_the_citys_rates() -> None:
    events, exposure = make_areas(5e4, (0.8, 1.2, 1.0))
    events[2], exposure[2] = 0, 0
    rates = fit_to_standard(events, exposure, STANDARD, STARTS)
    assert rates[2].min() > 0
    assert rates[2] == pytest.approx(STANDARD, rel=0.06)


def test_a_city_without_any_event_has_no_rates() -> None:
    rates = fit_to_standard(np.zeros((2, AGES)), np.ones((2, AGES)), STANDARD, STARTS)
    assert not rates.any()


def test_where_the_standard_is_zero_there_are_no_events() -> None:
    standard = np.where(np.arange(AGES) < 15, 0.0, STANDARD)
    events, exposure = make_areas(1e4)
    assert not fit_to_standard(events, exposure, standard, STARTS)[:, :15].any()


@pytest.mark.parametrize(
    ("events", "exposure", "named"),
    [
        (-np.ones((2, AGES)), np.ones((2, AGES)), "events[0, 0]"),
        (np.ones((2, AGES)), np.zeros((2, AGES)), "events"),
        (np.ones((2, AGES)), np.full((2, AGES), math.nan), "exposure[0, 0]"),
    ],
)
def test_nonsense_is_refused_with_its_cell(events, exposure, named) -> None:
    with pytest.raises(ShidaiError) as error:
        fit_to_standard(events, exposure, STANDARD, STARTS)
    assert named in str(error.value)
