"""What holds of rates that borrow strength, whatever was counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shidai.demography.borrowing import fit_to_standard, shrink_ratios

AGES = 30
STARTS = np.arange(0, AGES, 10)
EVENTS = arrays(np.int64, (4, AGES), elements=st.integers(0, 30))
EXPOSURE = arrays(np.float64, (4, AGES), elements=st.floats(0.5, 500))
STANDARD = arrays(np.float64, (AGES,), elements=st.floats(0.001, 0.5))


@given(EVENTS, EXPOSURE, STANDARD)
def test_as_many_events_are_expected_as_happened(
    events: np.ndarray, exposure: np.ndarray, standard: np.ndarray
) -> None:
    rates = fit_to_standard(events, exposure, standard, STARTS)
    assert np.isfinite(rates).all()
    assert (rates >= 0).all()
    assert (rates * exposure).sum() == pytest.approx(events.sum(), rel=1e-9, abs=1e-9)


@given(EVENTS, EXPOSURE, STANDARD, st.floats(0.01, 100))
def test_only_the_standards_pattern_counts(events, exposure, standard, level: float) -> None:
    rates = fit_to_standard(events, exposure, standard, STARTS)
    assert fit_to_standard(events, exposure, level * standard, STARTS) == pytest.approx(rates, rel=1e-6, abs=1e-12)


@given(EVENTS, EXPOSURE)
def test_a_shrunken_ratio_lies_between_its_own_and_the_mean(events: np.ndarray, exposure: np.ndarray) -> None:
    seen, due = events.ravel().astype(float), exposure.ravel()
    shrunk, mean, own = shrink_ratios(seen, due), seen.sum() / due.sum(), seen / due
    assert (shrunk >= np.minimum(own, mean) - 1e-12).all()
    assert (shrunk <= np.maximum(own, mean) + 1e-12).all()
