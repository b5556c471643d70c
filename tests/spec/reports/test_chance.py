"""Whether chance may explain a difference: tested for events, never said of stocks and shares of a register."""

from __future__ import annotations

import pytest
from scipy import stats

from shidai.demography.intervals import poisson_interval
from shidai.demography.sexratio import sex_ratio_interval
from shidai.reports.chance import counts_events, may_be_chance, outside_range
from shidai.reports.wording import beside_range
from tests.spec.reports import madeup
from tests.spec.reports.standin import Row

INDICATORS = madeup.pack().indicators


def row(value: float, *, numerator: float | None = None, denominator: float | None = None,
        low: float | None = None, high: float | None = None) -> Row:  # fmt: skip
    return Row("3202", "2006", "", numerator, denominator, value, low, high)


def births(count: int) -> Row:
    low, high = poisson_interval(count)
    return row(count, numerator=count, low=float(low), high=float(high))


@pytest.mark.parametrize("id_", ["births", "crude_death_rate", "natural_growth_rate", "total_fertility_rate",
                                 "life_expectancy", "sex_ratio_at_birth", "infant_mortality_rate"])  # fmt: skip
def test_events_vary_by_chance(id_: str) -> None:
    assert counts_events(INDICATORS[id_])


@pytest.mark.parametrize("id_", ["population_registered", "migrants", "migrant_share", "share_65", "dependency_ratio",
                                 "contraceptive_prevalence_modern", "women_in_union"])  # fmt: skip
def test_of_stocks_and_shares_of_a_register_nothing_is_said(id_: str) -> None:
    low_and_high = row(50.0, numerator=50, denominator=100, low=40, high=60)
    assert may_be_chance(INDICATORS[id_], low_and_high, low_and_high) is None


@pytest.mark.parametrize(("now", "before"), [(246, 230), (1100, 1000), (1080, 1000), (3, 12), (0, 5), (0, 6)])
def test_counts_are_tested_exactly(now: int, before: int) -> None:
    tail = min(stats.binom.cdf(now, now + before, 0.5), stats.binom.sf(now - 1, now + before, 0.5))
    assert may_be_chance(INDICATORS["births"], births(now), births(before)) is bool(2 * tail > 0.05)


def test_overlapping_intervals_may_still_differ() -> None:
    """1,100 (1,036 to 1,167) and 1,000 (939 to 1,064) overlap, and yet chance explains the difference badly."""
    now, before = births(1100), births(1000)
    assert now.low is not None
    assert before.high is not None
    assert now.low < before.high
    assert may_be_chance(INDICATORS["births"], now, before) is False


def test_rates_are_tested_with_their_exposures() -> None:
    """As many deaths in half the population are twice the rate."""
    rate = INDICATORS["crude_death_rate"]
    now, before = (row(100 / n, numerator=100, denominator=n, low=0, high=1) for n in (10_000, 20_000))
    assert may_be_chance(rate, now, before) is False
    assert may_be_chance(rate, now, now) is True


def test_other_figures_of_events_by_the_interval_of_their_difference() -> None:
    """Normal limits ±0.1 give ±0.14 for the difference, not the ±0.2 of two intervals that touch."""
    growth = INDICATORS["natural_growth_rate"]
    before = row(1.0, low=0.9, high=1.1)
    assert may_be_chance(growth, row(1.13, low=1.03, high=1.23), before) is True
    assert may_be_chance(growth, row(1.15, low=1.05, high=1.25), before) is False
    assert may_be_chance(growth, row(1.15), before) is None


def test_the_sex_ratio_at_birth_beside_its_usual_range() -> None:
    definition = next(f for f in madeup.pack().reports["annual"].figure if f.id == "sex_ratio_at_birth")
    usual = definition.baseline
    assert usual is not None
    assert usual.source in madeup.pack().sources

    def lies(boys: int, girls: int) -> tuple[int, bool]:
        low, high = sex_ratio_interval(boys, girls)
        return outside_range(row(100 * boys / girls, low=float(low), high=float(high)), usual.low, usual.high)

    assert lies(105, 100) == (0, True)
    assert lies(134, 100) == (1, True)
    assert lies(1340, 1000) == (1, False)
    assert lies(800, 1000) == (-1, False)


def test_the_text_says_on_which_side_and_whether_chance_explains_it() -> None:
    read = madeup.reading()
    read.put("sex_ratio_at_birth", madeup.CITY, "2006", 117.0, low=114.0, high=120.0)
    assert "为117.0（95%区间114.0～120.0）；高于102～107的通常范围，且超出随机波动。" in madeup.prose(read)
    said = "; it lies above the usual range of 102 to 107, by more than chance explains."
    assert said in madeup.prose(read, "en")
    assert beside_range(0, 102, 107, "zh", noise=True) == "在102～107的通常范围之内"
    assert beside_range(-1, 102, 107, "en", noise=True).endswith(
        "below the usual range of 102 to 107, which chance may explain"
    )
