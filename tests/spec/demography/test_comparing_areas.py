"""Comparing areas and years: standardising, splitting a difference, and telling signals from noise."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy import integrate, stats

from shidai.demography.control_charts import g_chart, p_chart, t_chart, u_chart
from shidai.demography.funnel import binomial_funnel, overdispersed_limits, overdispersion, poisson_funnel
from shidai.demography.multiple_tests import adjust_p_values
from shidai.demography.rate_difference import das_gupta, kitagawa
from shidai.demography.sexratio import sex_ratio_test, sex_ratio_tests
from shidai.demography.small_areas import small_area_rates
from shidai.demography.standardise import expected_events, standardised_ratio, standardised_ratio_interval
from shidai.demography.structure import dissimilarity
from shidai.words import ShidaiError


def test_dissimilarity_of_siegel_and_swansons_example() -> None:
    """Table 7.20 of Siegel & Swanson (2004): two age distributions in per cent, index 5.5."""
    first = [7.38, 14.16, 14.79, 17.36, 15.11, 10.14, 8.50, 7.28, 5.28]
    second = [6.48, 12.27, 15.25, 15.10, 14.66, 10.80, 8.95, 9.28, 7.21]
    assert round(float(dissimilarity(first, second)), 1) == 5.5


def test_a_standardised_ratio_by_hand() -> None:
    """Twelve events where the standard expects 0.01 × 500 + 0.05 × 100 = 10."""
    assert expected_events([500, 100], [0.01, 0.05]) == pytest.approx(10)
    assert standardised_ratio(12, [500, 100], [0.01, 0.05]) == pytest.approx(1.2)
    low, high = standardised_ratio_interval(12, [500, 100], [0.01, 0.05])
    assert (10 * low, 10 * high) == pytest.approx((stats.chi2.ppf(0.025, 24) / 2, stats.chi2.ppf(0.975, 26) / 2))


def test_events_where_none_are_expected_are_named() -> None:
    with pytest.raises(ShidaiError, match=r"events\[1\]"):
        standardised_ratio([3, 1], [[10, 5], [0, 0]], [0.1, 0.1])


def test_kitagawas_parts_by_hand() -> None:
    """Rates 10 and 20 per thousand; the second population has more of the group with the higher rate."""
    rates, composition = kitagawa([0.01, 0.02], [80, 20], [0.01, 0.03], [50, 50])
    assert rates.tolist() == pytest.approx([0, 0.01 * 0.35])
    assert composition.tolist() == pytest.approx([-0.3 * 0.01, 0.3 * 0.025])
    first, second = 0.8 * 0.01 + 0.2 * 0.02, 0.5 * 0.01 + 0.5 * 0.03
    assert rates.sum() + composition.sum() == pytest.approx(second - first)


def test_a_population_of_nobody_has_no_composition() -> None:
    with pytest.raises(ShidaiError, match="second_people"):
        kitagawa([0.1, 0.2], [1, 1], [0.1, 0.2], [0, 0])


def effect_over_all_orders(first: list[float], second: list[float], measure) -> list[float]:
    """Let the factors change one after the other in every possible order and average each one's step."""
    effects = [0.0] * len(first)
    orders = list(permutations(range(len(first))))
    for order in orders:
        now = list(first)
        for factor in order:
            before = measure(*now)
            now[factor] = second[factor]
            effects[factor] += (measure(*now) - before) / len(orders)
    return effects


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_das_guptas_effects_are_the_average_over_all_orders(size: int) -> None:
    draw = np.random.default_rng(size)
    first, second = draw.uniform(0.1, 2, size), draw.uniform(0.1, 2, size)

    def measure(*factors: float) -> float:
        return float(np.exp(-np.prod(factors)) + np.sum(factors))

    slow = effect_over_all_orders(list(first), list(second), measure)
    assert np.allclose(das_gupta(first, second, measure), slow)


def test_das_guptas_three_factors_have_his_formula() -> None:
    """(bc + b'c')/3 + (bc' + b'c)/6 times the change of a (Das Gupta 1993, ch. 2)."""
    (a, b, c), (a2, b2, c2) = (2.0, 3.0, 5.0), (7.0, 4.0, 6.0)
    by_a = ((b * c + b2 * c2) / 3 + (b * c2 + b2 * c) / 6) * (a2 - a)
    assert das_gupta([a, b, c], [a2, b2, c2])[0] == pytest.approx(by_a)


def test_both_sides_need_the_same_factors() -> None:
    with pytest.raises(ShidaiError, match="factors"):
        das_gupta([1, 2], [1, 2, 3])


def test_benjamini_and_hochbergs_own_example() -> None:
    """Fifteen p-values of their 1995 article: at 0.05 four are rejected, by Holm's procedure three."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert (adjust_p_values(p, "benjamini-hochberg") <= 0.05).sum() == 4
    assert (adjust_p_values(p, "holm") <= 0.05).sum() == 3


def test_adjusted_values_are_scipys_and_skip_cells_without_a_test() -> None:
    p = np.random.default_rng(1).uniform(0, 1, (4, 6)) ** 2
    p[1, 2] = np.nan
    known = ~np.isnan(p)
    adjusted = adjust_p_values(p, "benjamini-hochberg")
    assert np.allclose(adjusted[known], stats.false_discovery_control(p[known]))
    assert np.isnan(adjusted[1, 2])
    assert adjust_p_values([0.0, 1.0], "holm").tolist() == [0, 1]
    with pytest.raises(ShidaiError, match=r"p_values\[0\]"):
        adjust_p_values([1.2], "holm")
    with pytest.raises(ShidaiError, match="bonferroni"):
        adjust_p_values([0.2], "bonferroni")  # type: ignore[arg-type]


def test_sex_ratios_of_many_areas_and_years_raise_few_false_alarms() -> None:
    """200 villages × 10 years at 105: single tests call dozens odd, adjusted ones hardly any; a true 130 stands out."""
    draw = np.random.default_rng(4)
    births = draw.integers(100, 400, (200, 10))
    boys = draw.binomial(births, 105 / 205)
    single = sex_ratio_test(boys, births - boys, 105)
    assert (single < 0.05).sum() > 40
    for control in ("benjamini-hochberg", "holm"):
        assert (sex_ratio_tests(boys, births - boys, 105, control=control) < 0.05).sum() == 0
    boys[7, 3], births[7, 3] = 1300, 2300
    assert np.argwhere(sex_ratio_tests(boys, births - boys, 105) < 0.05).tolist() == [[7, 3]]
    assert np.isnan(sex_ratio_tests([0, 5], [0, 5], 105)[0])


def drawn_areas(seed: int, areas: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    truth = draw.gamma(8.0, 0.01 / 8, areas)
    years = draw.uniform(50, 5000, areas)
    return truth, draw.poisson(truth * years), years


def test_shrunken_rates_are_nearer_the_truth_than_the_areas_own() -> None:
    truth, events, years = drawn_areas(1)
    found = small_area_rates(events, years)
    assert ((found.rate - truth) ** 2).mean() < 0.55 * ((events / years - truth) ** 2).mean()
    assert float(found.mean) == pytest.approx(0.01, rel=0.08)
    assert float(found.spread) == pytest.approx(0.01 / np.sqrt(8), rel=0.15)


def test_credible_intervals_cover_the_truth_as_often_as_they_say() -> None:
    covered = []
    for seed in range(10):
        truth, events, years = drawn_areas(seed)
        low, high = small_area_rates(events, years).interval(0.9)
        covered.append(np.mean((low <= truth) & (truth <= high)))
    assert np.mean(covered) == pytest.approx(0.9, abs=0.015)


def test_the_rate_is_the_mean_of_the_posterior_by_integration() -> None:
    _, events, years = drawn_areas(2, areas=30)
    found = small_area_rates(events, years)
    shape = float((found.mean / found.spread) ** 2)
    for area in range(5):

        def posterior(rate: float, area: int = area) -> float:
            prior = stats.gamma.pdf(rate, shape, scale=float(found.mean) / shape)
            return float(prior * stats.poisson.pmf(events[area], rate * years[area]))

        total = integrate.quad(posterior, 0, 0.1, limit=200)[0]
        mean = integrate.quad(lambda rate: rate * posterior(rate), 0, 0.1, limit=200)[0] / total
        assert found.rate[area] == pytest.approx(mean, rel=1e-4)


def test_areas_that_differ_by_chance_only_all_get_the_common_rate() -> None:
    found = small_area_rates([10, 10, 10, 10], [1000, 1000, 1000, 1000])
    assert np.allclose(found.rate, 0.01, rtol=1e-3)
    assert float(found.spread) < 1e-4
    assert np.all(found.weight < 0.01)


def test_an_area_without_exposure_gets_the_mean_of_all_and_one_with_much_keeps_its_own() -> None:
    found = small_area_rates([0, 400, 30, 5, 80], [0, 10_000, 2_000, 800, 1_500])
    assert found.rate[0] == pytest.approx(float(found.mean))
    assert found.weight[0] == 0
    assert found.rate[1] == pytest.approx(0.04, rel=0.01)


def test_years_are_fitted_each_by_itself_and_empty_ones_are_named() -> None:
    events, years = np.array([[3, 8, 1], [9, 2, 4]]), np.array([[100.0, 300, 80], [200, 90, 300]])
    together = small_area_rates(events, years)
    for year in (0, 1):
        assert np.allclose(together.rate[year], small_area_rates(events[year], years[year]).rate)
    assert small_area_rates([3, 8], [100, 90]).rate.shape == (2,)
    with pytest.raises(ShidaiError, match="two areas"):
        small_area_rates([3, 0], [100, 0])
    with pytest.raises(ShidaiError, match=r"\[1\].*one event"):
        small_area_rates([[3, 8], [0, 0]], [[100, 90], [80, 80]])


@pytest.mark.parametrize("level", [0.95, 0.998])
def test_a_funnel_lets_through_as_many_areas_as_its_level_says(level: float) -> None:
    """No more than the level says, on either side, and little less where counts are many."""
    expected = np.array([0.5, 5.0, 30, 200, 2000])
    low, high = poisson_funnel(expected, 1.0, level)
    count, tail = np.arange(4000)[:, None], (1 - level) / 2
    chance = stats.poisson.pmf(count, expected)
    for outside in ((chance * (count < low * expected)).sum(0), (chance * (count > high * expected)).sum(0)):
        assert np.all(outside <= tail)
        assert outside[-1] > 0.9 * tail
    assert np.all(np.diff(high) < 0)
    assert np.all(np.diff(low) >= 0)


def test_a_funnel_depends_on_what_is_expected_and_is_in_the_rates_unit() -> None:
    """5,000 person-years at 4 per thousand expect 20, as 1,000 at 20 per thousand do; 5 years at 4 as 20 years at 1."""
    few, many = poisson_funnel(5000, 0.004), poisson_funnel(1000, 0.02)
    assert np.allclose(np.array(few) * 5000, np.array(many) * 1000)
    low, high = np.array(few) * 5000
    assert stats.poisson.cdf(low - 1, 20) < 0.025 < stats.poisson.cdf(low + 1, 20)
    assert stats.poisson.cdf(high - 2, 20) < 0.975 < stats.poisson.cdf(high, 20)


def test_funnels_of_shares_narrow_with_size_and_stay_shares() -> None:
    low, high = binomial_funnel([10, 100, 1000], 0.95)
    assert np.all((low >= 0) & (high <= 1) & (low < 0.95) & (high > 0.95))
    assert np.all(np.diff(high - low) < 0)
    assert np.isnan(binomial_funnel(0, 0.5)[0])
    assert np.allclose(binomial_funnel(10, [0, 1]), [[0, 0.9025], [0.0975, 1]])  # 1 of 10, and 9 of 10, are alarms
    mirrored = binomial_funnel([10, 100, 1000], 0.05)
    assert np.allclose([1 - high, 1 - low], mirrored)
    with pytest.raises(ShidaiError, match="target"):
        binomial_funnel(10, 95)


def test_a_funnel_of_areas_that_differ_is_widened() -> None:
    draw = np.random.default_rng(8)
    z = draw.normal(0, 2, 300)
    factor = overdispersion(z)
    assert 2.2 < factor < 4.2  # variance 4, less what drawing in the outermost tenths takes away
    assert overdispersion(draw.normal(0, 0.5, 300)) == 1.0
    low, high = overdispersed_limits(0.01, 0.01 / 5000, factor)
    plain = overdispersed_limits(0.01, 0.01 / 5000)
    assert (high - low) / (plain[1] - plain[0]) == pytest.approx(np.sqrt(factor))
    with pytest.raises(ShidaiError, match=r"z\[1\]"):
        overdispersion([1.0, np.nan])
    with pytest.raises(ShidaiError, match="trim"):
        overdispersion([1.0, 2.0], trim=0.5)


def test_montgomerys_orange_juice_cans() -> None:
    """Thirty samples of 50 cans (Montgomery, ch. 7): centre 0.2313, limits 0.0524 and 0.4102, samples 15 and 23
    outside."""
    cans = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
    chart = p_chart(cans, 50)
    assert [round(float(line[0]), 4) for line in (chart.centre, chart.low, chart.high)] == [0.2313, 0.0524, 0.4102]
    assert (np.flatnonzero(chart.beyond) + 1).tolist() == [15, 23]


def test_rare_events_charts_by_hand() -> None:
    """Gaps of 9 births on average: limits 9 ± 3·√(9·10), not below 0. Equal times leave no width."""
    chart = g_chart([8, 10, 8, 10])
    assert [float(line[0]) for line in (chart.centre, chart.low, chart.high)] == pytest.approx([9, 0, 9 + 3 * 90**0.5])
    even = t_chart([30, 30, 30])
    assert np.allclose([even.centre, even.low, even.high], 30)
    bent = np.array([20.0, 45]) ** (1 / 3.6)
    high = (bent.mean() + 2.66 * (bent[1] - bent[0])) ** 3.6
    assert t_chart([20, 45]).high[0] == pytest.approx(high)
    assert p_chart([5, 4], [5, 5]).value.tolist() == [1, 0.8]


def test_limits_come_from_the_baseline_and_follow_each_times_size() -> None:
    chart = u_chart([10, 12, 9, 11, 40], [1000, 1000, 1000, 1000, 500], baseline=4)
    assert np.allclose(chart.centre, 0.0105)
    assert chart.high[4] > chart.high[0]
    assert chart.beyond.tolist() == [False, False, False, False, True]


def test_eight_times_on_one_side_are_a_signal_without_any_beyond_the_limits() -> None:
    chart = u_chart([10, 10, 10, 10, *[12] * 8], 1000, baseline=4)
    assert not chart.beyond.any()
    assert np.flatnonzero(chart.runs()).tolist() == [11]
    assert np.flatnonzero(chart.runs(5)).tolist() == [8, 9, 10, 11]


@pytest.mark.parametrize("draw_chart", ["p", "u", "g", "t"])
def test_a_quiet_series_seldom_raises_an_alarm(draw_chart: str) -> None:
    draw = np.random.default_rng(21)
    chart = {
        "p": lambda: p_chart(draw.binomial(400, 0.1, (200, 60)), 400),
        "u": lambda: u_chart(draw.poisson(20, (200, 60)), 1000),
        "g": lambda: g_chart(draw.geometric(0.02, (200, 60)) - 1),
        "t": lambda: t_chart(draw.exponential(30, (200, 60))),
    }[draw_chart]()
    assert chart.beyond.mean() < (0.025 if draw_chart == "g" else 0.006)  # a geometric tail is long: 1.8 % lie beyond


def test_rare_events_that_become_frequent_show_as_a_run_below_the_centre() -> None:
    quiet, frequent = [180, 240, 90, 300, 150, 210], [20, 12, 30, 9, 25, 14, 8, 16]
    for chart in (g_chart(quiet + frequent, baseline=6), t_chart(quiet + frequent, baseline=6)):
        assert chart.runs().any()
        assert not chart.runs()[:6].any()
    with pytest.raises(ShidaiError, match=r"times\[1\]"):
        t_chart([3, 0, 5])
    with pytest.raises(ShidaiError, match=r"part\[1\]"):
        p_chart([3, 9], [5, 8])
    with pytest.raises(ShidaiError, match="two times"):
        u_chart(3, 100)
