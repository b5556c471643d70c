"""Fertility and child mortality from questions and lists, where registration doesn't tell; and the fertility spline."""

from __future__ import annotations

import numpy as np
import pytest

from shidai.demography.child_mortality import CHILD_AGES, child_mortality
from shidai.demography.fertility import total_fertility_rate
from shidai.demography.fertility_spline import fertility_spline, fit_fertility_spline
from shidai.demography.own_children import own_children_rates
from shidai.demography.pf_ratio import adjusted_rates, parity_equivalents, pf_ratios
from shidai.words import ShidaiError

GROUPS = np.arange(15, 50, 5)

# Survey of Panama, August to October 1976 (Manual X, table 49): women, children ever born and dead, boys and girls.
PANAMA_WOMEN = [2695, 2095, 1828, 1605, 1362, 1128, 930]
PANAMA_BORN = np.array([[278, 1380, 2395, 3097, 3444, 3274, 2682], [279, 1253, 2362, 2988, 3278, 3093, 2594]])
PANAMA_DEAD = np.array([[24, 77, 172, 236, 348, 394, 354], [16, 53, 140, 199, 288, 292, 335]])
# Manual X, table 53: probabilities of dying by 1, 2, 3, 5, 10, 15, 20 and the years before the survey, West.
PANAMA_PUBLISHED = {
    "boys": (
        (0.0952, 0.0580, 0.0707, 0.0757, 0.1021, 0.1201, 0.1308),
        (0.97, 2.33, 4.39, 6.86, 9.58, 12.43, 15.36),
    ),
    "girls": (
        (0.0590, 0.0440, 0.0595, 0.0676, 0.0909, 0.0965, 0.1309),
        (1.14, 2.41, 4.24, 6.41, 8.80, 11.41, 14.33),
    ),
    "both": (
        (0.0766, 0.0514, 0.0652, 0.0718, 0.0967, 0.1088, 0.1309),
        (1.05, 2.37, 4.32, 6.64, 9.19, 11.92, 14.86),
    ),
}


@pytest.mark.parametrize("sex", ["boys", "girls", "both"])
def test_child_mortality_of_panama_is_manual_xs(sex: str) -> None:
    """To the last printed digit but one: the manual goes on from parities and multipliers rounded to four decimals."""
    born, dead = {
        "boys": (PANAMA_BORN[0], PANAMA_DEAD[0]),
        "girls": (PANAMA_BORN[1], PANAMA_DEAD[1]),
        "both": (PANAMA_BORN.sum(0), PANAMA_DEAD.sum(0)),
    }[sex]
    estimate = child_mortality(PANAMA_WOMEN, born, dead, family="west")
    probability, years_back = PANAMA_PUBLISHED[sex]
    assert np.abs(estimate.probability - probability).max() < 0.00015
    assert np.abs(estimate.years_back - years_back).max() < 0.011
    assert CHILD_AGES == (1, 2, 3, 5, 10, 15, 20)


def test_child_mortality_of_both_sexes_at_once_is_that_of_each() -> None:
    together = child_mortality(PANAMA_WOMEN, PANAMA_BORN, PANAMA_DEAD, family="south").probability
    for sex in (0, 1):
        alone = child_mortality(PANAMA_WOMEN, PANAMA_BORN[sex], PANAMA_DEAD[sex], family="south").probability
        assert np.allclose(together[sex], alone)


def test_more_dead_than_born_and_unknown_families_are_refused() -> None:
    with pytest.raises(ShidaiError, match=r"dead\[2\]"):
        child_mortality(PANAMA_WOMEN, [9, 9, 9, 9, 9, 9, 9], [0, 0, 10, 0, 0, 0, 0], family="west")
    assert np.allclose(child_mortality([9] * 7, [9] * 7, [9] * 7, family="west").dead_share, 1)
    with pytest.raises(ShidaiError, match="weast"):
        child_mortality(PANAMA_WOMEN, PANAMA_BORN[0], PANAMA_DEAD[0], family="weast")  # type: ignore[arg-type]


def test_the_pf_ratio_of_bangladesh_1974() -> None:
    """Manual X, chapter II, Bangladesh 1974: the mean of P/F at 20–34 is 1.500 (the figure as later literature quotes
    it; the manual rounds on its way, so 0.002 is allowed)."""
    women = np.array([3014706, 2653155, 2607009, 2015663, 1771680, 1479575, 1135129])
    born = np.array([1160919, 4901382, 9085852, 9910256, 10384001, 9164329, 6905673])
    births = np.array([320406, 609269, 561494, 367833, 237297, 95357, 38125])
    rates, parities = births / women, born / women
    ratios = pf_ratios(parities, rates, mother_age="at_survey")
    assert float(ratios[[1, 2, 3]].mean()) == pytest.approx(1.500, abs=0.002)
    adjusted = adjusted_rates(parities, rates, mother_age="at_survey")
    assert np.allclose(adjusted / rates, ratios[[1, 2, 3]].mean())


def test_lasting_fertility_gives_ratios_near_one() -> None:
    """Parities that the same rates have led to, women evenly spread by age: P/F is 1 within the method's 3 %."""
    spline = fertility_spline(0.22, 15, 26, 36)
    ages = np.arange(15, 50, 0.05)
    born_by = np.cumsum(spline.rate(ages)) * 0.05
    parities = np.array([born_by[(ages >= a) & (ages < a + 5)].mean() for a in GROUPS])
    ratios = pf_ratios(parities, spline.mean_rate(GROUPS, 5), mother_age="at_birth")
    assert np.allclose(ratios[1:], 1, atol=0.03)


def test_parity_equivalents_scale_with_the_rates_and_need_seven_groups() -> None:
    rates = np.array([0.05, 0.2, 0.22, 0.15, 0.1, 0.04, 0.01])
    for when in ("at_birth", "at_survey"):
        assert np.allclose(
            parity_equivalents(2 * rates, mother_age=when), 2 * parity_equivalents(rates, mother_age=when)
        )
    with pytest.raises(ShidaiError, match="seven"):
        parity_equivalents(rates[:6], mother_age="at_birth")
    with pytest.raises(ShidaiError, match="groups"):
        adjusted_rates(rates, rates, mother_age="at_birth", groups=(22,))
    ratios = pf_ratios(rates * 20, rates, mother_age="at_birth")
    for first in (15, 45):
        one = adjusted_rates(rates * 20, rates, mother_age="at_birth", groups=(first,))
        assert np.allclose(one, rates * ratios[(first - 15) // 5])


def population_of_mothers(seed: int = 5, women: int = 400_000) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Women and their living children drawn one by one: rates that don't change, a known survival of both.

    Returns children (15, 65) by own age and mother's age, women (65,), and Lx of children and of women.
    """
    draw = np.random.default_rng(seed)
    death_rate = 0.01
    age = draw.uniform(0, 65, women)
    children = np.zeros((15, 65))
    for completed in range(15, 50):  # the births while she was this old
        started = age - completed  # years ago that she reached this age
        lived = np.clip(started, 0, 1)
        at = draw.uniform(0, 1, women)
        bears = (draw.uniform(0, 1, women) < true_rate(completed)) & (at < lived)
        child = (started - at)[bears]
        alive = draw.uniform(0, 1, child.size) < np.exp(-death_rate * child)
        young = alive & (child < 15)
        np.add.at(children, (child[young].astype(int), age[bears][young].astype(int)), 1)
    return children, np.bincount(age.astype(int), minlength=65).astype(float), lx(death_rate, 15), lx(0.0, 65)


def true_rate(age: int) -> float:
    return 0.12 * np.exp(-((age - 27) ** 2) / 60)


def lx(rate: float, ages: int) -> np.ndarray:
    middle = np.arange(ages) + 0.5
    return np.exp(-rate * middle)


def test_own_children_give_back_the_rates_by_which_they_were_born() -> None:
    """400,000 women drawn one by one: total fertility of every year back within 2.5 % (four standard errors)."""
    children, women, child_years, woman_years = population_of_mothers()
    rates = own_children_rates(
        children, np.zeros(15), women, child_years=child_years, woman_years=woman_years, ages=(15, 50)
    )
    truth = sum(true_rate(age) for age in range(15, 50))
    assert rates.shape == (15, 35)
    assert np.allclose(rates.sum(-1), truth, rtol=0.025)
    assert float(rates.sum(-1).mean()) == pytest.approx(truth, rel=0.006)
    by_age = rates.mean(0)
    assert np.abs(by_age - [true_rate(a) for a in range(15, 50)]).max() < 0.004


def test_children_without_their_mother_raise_the_rates_in_proportion() -> None:
    children, women, child_years, woman_years = population_of_mothers(women=20_000)
    given = {"child_years": child_years, "woman_years": woman_years}
    all_found = own_children_rates(children, np.zeros(15), women, **given)
    half_found = own_children_rates(children / 2, children.sum(-1) / 2, women, **given)
    assert np.allclose(half_found, all_found)


def test_women_who_have_died_are_brought_back() -> None:
    """With a death rate of 2 % a year for women the rates fall as their number x years ago was higher."""
    children, women, child_years, _ = population_of_mothers(women=20_000)
    rates = own_children_rates(children, np.zeros(15), women, child_years=child_years, woman_years=lx(0.02, 65))
    without = own_children_rates(children, np.zeros(15), women, child_years=child_years, woman_years=lx(0.0, 65))
    back = np.arange(15) + 0.5
    assert np.allclose(np.nansum(rates, -1) / np.nansum(without, -1), np.exp(-0.02 * back), rtol=1e-3)


def test_missing_ages_of_women_and_children_nobody_claims_are_named() -> None:
    children, women, child_years, woman_years = population_of_mothers(women=2_000)
    given = {"child_years": child_years, "woman_years": woman_years[:60]}
    with pytest.raises(ShidaiError, match=r"women\[60\]"):
        own_children_rates(children[:, :60], np.zeros(15), women[:60], **given)
    children[3] = 0
    with pytest.raises(ShidaiError, match=r"unmatched\[3\]"):
        own_children_rates(children, np.ones(15), women, child_years=child_years, woman_years=woman_years)


def test_the_spline_goes_through_what_its_parameters_say() -> None:
    spline = fertility_spline(0.2, 15, [26, 28], [33, 34])
    assert np.allclose(spline.rate([15, 26])[0], [0, 0.2])
    assert np.allclose(spline.rate([33])[0], 0.1)
    assert np.allclose(spline.rate([10, 14.9, 50.1]), 0)
    ages = np.arange(10, 55, 0.01)
    assert np.allclose(spline.rate(ages).max(-1), 0.2)


@pytest.mark.parametrize(("start", "peak", "half", "knot", "end"), [
    (15, 28, 34, 15 + (0.25 + 0.025 * 13) * 13, 50),  # 4·34 − 3·28 = 52: not beyond 50
    (10, 35, 42, 10 + 0.75 * 25, 50),  # the share of the way up is three quarters at most
    (16, 30, 36, 16 + 0.6 * 14, 50),
    (14, 24, 28, 14 + 0.5 * 10, 40),  # 4·28 − 3·24
])  # fmt: skip
def test_the_second_knot_and_the_end_lie_where_the_article_puts_them(
    start: float, peak: float, half: float, knot: float, end: float
) -> None:
    """Up to the second knot the curve is one parabola from the start; from the end on it is nothing."""
    spline = fertility_spline(0.2, start, peak, half)
    before, after = (np.linspace(*span, 20) for span in ((start + 1, knot), (knot + 0.5, peak)))
    steepness = spline.rate(before) / (before - start) ** 2
    assert np.allclose(steepness, steepness[0])
    assert np.abs(spline.rate(after) / (after - start) ** 2 / steepness[0] - 1).min() > 1e-4
    assert spline.rate([end - 0.5])[0] > 0
    assert spline.rate([end, end + 1]).tolist() == pytest.approx([0, 0], abs=1e-12)


def test_mean_rates_of_groups_are_the_area_under_the_spline() -> None:
    spline = fertility_spline(0.2, 15, 27, 34)
    ages = np.arange(15, 50, 0.001) + 0.0005
    slow = spline.rate(ages).reshape(7, -1).mean(-1)
    assert np.allclose(spline.mean_rate(GROUPS, 5), slow, atol=1e-6)


@pytest.mark.parametrize("truth", [(0.2, 15, 28, 34), (0.08, 14, 22, 30), (0.3, 16, 25, 38)])
def test_a_fit_finds_the_parameters_of_its_own_schedules(truth: tuple[float, float, float, float]) -> None:
    for ages, width in ((GROUPS, 5), (np.arange(12, 50), 1)):
        fitted = fit_fertility_spline(fertility_spline(*truth).mean_rate(ages, width), ages, width)
        assert np.allclose([fitted.level, fitted.start, fitted.peak, fitted.half], truth, rtol=0.002)


def test_a_fit_keeps_the_total_and_refuses_what_it_cannot_fit() -> None:
    rates = np.array([[0.02, 0.09, 0.12, 0.08, 0.03, 0.01, 0.001], [0.05, 0.2, 0.22, 0.15, 0.1, 0.04, 0.01]])
    fitted = fit_fertility_spline(rates, GROUPS, 5)
    assert np.allclose(total_fertility_rate(fitted.mean_rate(GROUPS, 5), 5), total_fertility_rate(rates, 5), rtol=0.02)
    with pytest.raises(ShidaiError, match="zero"):
        fit_fertility_spline(np.zeros(7), GROUPS, 5)
    with pytest.raises(ShidaiError, match=r"half"):
        fertility_spline(0.2, 15, 30, 29)
