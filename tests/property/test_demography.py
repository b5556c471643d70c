"""Identities that hold for every population, whatever its numbers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shidai.demography import arriaga
from shidai.demography.age_heaping import (
    age_ratio_score,
    age_sex_accuracy_index,
    bachi_index,
    blended_digits,
    myers_index,
    sex_ratio_score,
    whipple_index,
)
from shidai.demography.exposure import completed_age, person_days
from shidai.demography.fertility import gross_reproduction_rate, net_reproduction_rate, total_fertility_rate
from shidai.demography.graduation import beers, monotone, sprague
from shidai.demography.intervals import (
    binomial_interval,
    poisson_interval,
    weighted_poisson_interval,
    wilson_interval,
)
from shidai.demography.lifetable import life_table
from shidai.demography.registration import close_births
from shidai.demography.relational import relate
from shidai.demography.standardise import direct_rate
from shidai.demography.structure import old_age_dependency, total_dependency, youth_dependency
from shidai.demography.topals import smooth_rates

AGES = np.array([0, 1, *range(5, 90, 5)])
RATES = arrays(np.float64, (3, AGES.size), elements=st.floats(1e-5, 2.0))
COUNTS = arrays(np.int64, (5,), elements=st.integers(0, 500))
DAYS = st.integers(-20_000, 13_500)


@given(RATES, st.sampled_from(["half", "greville", "constant_hazard"]))
def test_survivors_never_rise_and_deaths_add_up_to_the_born(mx: np.ndarray, rule: str) -> None:
    table = life_table(mx, AGES, sex=[1, 2, 3], ax=rule, largest=np.inf)
    assert np.all((table.qx >= 0) & (table.qx <= 1))
    assert np.all(np.diff(table.lx, axis=-1) <= 0)
    assert np.allclose(table.dx.sum(-1), 1)
    assert np.allclose(table.Tx[..., 0], table.Lx.sum(-1))


@given(RATES)
def test_the_tables_death_rates_are_those_it_was_made_from(mx: np.ndarray) -> None:
    table = life_table(mx, AGES, sex="both", largest=np.inf)
    alive = table.Lx > 1e-12
    assert np.allclose((table.dx[alive] / table.Lx[alive]), mx[alive])


@given(st.floats(0.001, 0.5))
def test_a_constant_hazard_gives_its_inverse_as_life_expectancy(rate: float) -> None:
    table = life_table(np.full(AGES.size, rate), AGES, sex="both", ax="constant_hazard", infant="half")
    assert np.isclose(table.e0, 1 / rate)


@given(arrays(np.float64, (7,), elements=st.floats(0, 0.4)), arrays(np.float64, (7,), elements=st.floats(0, 5)))
def test_net_reproduction_never_exceeds_gross(rates: np.ndarray, lived: np.ndarray) -> None:
    net, gross = net_reproduction_rate(rates, lived), gross_reproduction_rate(rates, 5)
    assert net <= gross + 1e-12
    assert gross <= total_fertility_rate(rates, 5) + 1e-12


@given(COUNTS, st.floats(0.5, 0.999))
def test_exact_intervals_hold_their_estimate(counts: np.ndarray, level: float) -> None:
    low, high = poisson_interval(counts, level=level)
    assert np.all((low <= counts) & (counts <= high))
    for interval in (binomial_interval, wilson_interval):
        low, high = interval(counts, counts.max() + 1, level)
        share = counts / (counts.max() + 1)
        assert np.all((low >= 0) & (low <= share + 1e-12) & (share <= high + 1e-12) & (high <= 1))


@given(COUNTS, st.floats(0.1, 10))
def test_equal_weights_give_the_exact_interval_of_the_sum(counts: np.ndarray, weight: float) -> None:
    ours = weighted_poisson_interval(np.full(5, weight), counts)
    theirs = poisson_interval(counts.sum(), 1 / weight)
    assert np.allclose(ours, theirs)


@given(COUNTS, arrays(np.float64, (5,), elements=st.floats(1, 1e5)))
def test_standardising_on_its_own_population_gives_the_crude_rate(counts: np.ndarray, years: np.ndarray) -> None:
    assert np.isclose(direct_rate(counts, years, years), 1000 * counts.sum() / years.sum())


@given(arrays(np.float64, (4,), elements=st.floats(1, 1e6)))
def test_dependency_ratios_add_up(people: np.ndarray) -> None:
    ages, bounds = [0, 15, 40, 65], {"adult": 15, "old": 65}
    parts = youth_dependency(people, ages, **bounds) + old_age_dependency(people, ages, **bounds)
    assert np.isclose(parts, total_dependency(people, ages, **bounds))


@given(st.lists(st.tuples(DAYS, st.integers(0, 40_000), st.integers(0, 9_000)), min_size=1, max_size=20))
def test_days_by_age_add_up_to_the_days_lived_one_by_one(spells: list[tuple[int, int, int]]) -> None:
    birth = np.array([b for b, _, _ in spells])
    start = birth + np.array([s for _, s, _ in spells])
    end = start + np.array([n for _, _, n in spells])
    first, last = np.datetime64("2004-01-01"), np.datetime64("2007-01-01")
    counted = person_days(birth, start, end, period=(first, last), age_start=range(111))
    slow = np.zeros(111, dtype=int)
    for b, s, e in zip(birth, start, end, strict=True):
        days = np.arange(max(s, first.astype(int)), min(e, last.astype(int)))
        if days.size:
            np.add.at(slow, np.minimum(completed_age(np.full(days.size, b), days), 110), 1)
    assert counted[0].tolist() == slow.tolist()


FIVE_YEAR_GROUPS = arrays(np.float64, (2, 12), elements=st.floats(1, 1e6))
SINGLE_AGES = arrays(np.float64, (2, 100), elements=st.floats(1, 1e5))


@given(FIVE_YEAR_GROUPS)
def test_graduated_groups_keep_their_sums(groups: np.ndarray) -> None:
    starts = np.arange(0, 60, 5)
    for single in (sprague(groups), beers(groups), monotone(groups, starts)):
        assert np.allclose(np.add.reduceat(single, starts, axis=-1), groups, atol=1e-6 * groups.max())
    assert monotone(groups, starts).min() >= 0
    assert np.allclose(beers(groups, modified=True).sum(-1), groups.sum(-1))


@given(SINGLE_AGES, st.floats(0.01, 100))
def test_heaping_indices_have_their_bounds_and_no_size(people: np.ndarray, times: float) -> None:
    for index, least, most in ((whipple_index, 0, 500), (myers_index, 0, 90), (bachi_index, 0, 450)):
        found = index(people)
        assert np.all((found >= least) & (found <= most))
        assert np.allclose(found, index(people * times))
    assert np.allclose(blended_digits(people).sum(-1), 100)


@given(FIVE_YEAR_GROUPS, st.floats(0.1, 10))
def test_the_accuracy_index_of_two_like_sexes_has_no_sex_part(groups: np.ndarray, ratio: float) -> None:
    assert np.allclose(sex_ratio_score(groups * ratio, groups), 0, atol=1e-8)
    assert np.allclose(age_sex_accuracy_index(groups * ratio, groups), 2 * age_ratio_score(groups))


@given(RATES)
def test_parts_of_a_difference_in_life_expectancy_add_up(mx: np.ndarray) -> None:
    first, second = (
        life_table(mx[0], AGES, sex="both", largest=np.inf),
        life_table(mx[1], AGES, sex="both", largest=np.inf),
    )
    for both in (False, True):
        parts = arriaga.by_age(first, second, both_ways=both)
        assert np.isclose(parts.sum(), second.e0 - first.e0, atol=1e-9)
        causes = arriaga.by_cause(first, second, [mx[1], mx[2]], [mx[2], mx[0]], both_ways=both)
        assert np.allclose(causes.sum(0), parts, atol=1e-9)


@given(RATES, st.floats(-0.5, 0.5), st.floats(0.7, 1.4))
def test_a_related_schedule_is_a_life_table(mx: np.ndarray, level: float, slope: float) -> None:
    rates = relate(life_table(np.sort(mx[0]) / 4, AGES, sex="both"), level, slope)
    assert np.all(np.isfinite(rates) & (rates > 0))


@given(COUNTS, arrays(np.float64, (5,), elements=st.floats(0, 1e5)))
def test_smoothed_rates_exist_wherever_people_are(deaths: np.ndarray, years: np.ndarray) -> None:
    lived = np.where(deaths > 0, years + deaths, years)
    found = smooth_rates(deaths, lived, [0.02, 0.001, 0.002, 0.01, 0.1], [0, 1, 5, 40, 70])
    assert np.all(np.isfinite(found.mx) & (found.mx > 0) & (found.error > 0))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 400)), max_size=30))
def test_close_births_are_those_found_one_by_one(births: list[tuple[int, int]]) -> None:
    mother, day = (np.array([b[i] for b in births], dtype=np.int64) for i in (0, 1))
    marked = close_births(mother, day, twin_days=3, interval_days=150)
    slow = 0
    for own in np.unique(mother):
        days, soon = sorted(day[mother == own]), False
        for earlier, later in pairwise(days):
            soon = later - earlier < 150 if later - earlier > 3 else soon
            slow += soon
    assert marked.sum() == slow
