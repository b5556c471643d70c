"""Life tables: against published tables, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from shidai.demography.ax import AxRule, InfantRule
from shidai.demography.lifetable import life_table, life_table_from_deaths, life_table_from_probabilities
from shidai.words import ShidaiError
from tests.spec.demography.published import AUSTRIA_AX, AUSTRIA_DEATHS, AUSTRIA_POPULATION
from tests.spec.demography.wpp import COUNTRIES, column, read_table

ABRIDGED = np.array([0, 1, *range(5, 90, 5)])


def test_austria_1992_males_have_the_textbooks_life_expectancy() -> None:
    table, error = life_table_from_deaths(AUSTRIA_DEATHS, AUSTRIA_POPULATION, ABRIDGED, sex="male", ax=AUSTRIA_AX)
    assert table.e0 == pytest.approx(72.889, abs=0.0005)
    assert np.round(table.lx[:4] * 100_000).tolist() == [100000, 99133, 98986, 98910]
    assert 0.05 < error < 0.10


@pytest.mark.parametrize(("sex", "letter"), [("male", "m"), ("female", "f"), ("both", "b")])
@pytest.mark.parametrize("country", COUNTRIES)
def test_life_expectancy_of_the_uns_countries(country: str, sex: str, letter: str) -> None:
    """Within 0.03 years for every period 1950–2095.

    The UN computes by single years of age; the five-year rates published lose the shape inside a group. With
    Greville's ax that costs 0.004 years on average and at most 0.028 (Japan's women in 2095).
    """
    rows = [r for r in read_table("mx5.csv.gz") if r["iso3"] == country]
    periods = [r for r in read_table("period5.csv.gz") if r["iso3"] == country]
    mx = column(rows, f"mx_{letter}").reshape(len(periods), -1)
    ages = column(rows, "age_start")[: mx.shape[1]]
    computed = life_table(mx, ages, sex=sex, ax="greville").e0
    assert np.abs(computed - column(periods, f"e0_{letter}")).max() < 0.03


def test_many_populations_at_once_equal_one_by_one() -> None:
    mx = np.array([[0.02, 0.001, 0.002, 0.2], [0.01, 0.002, 0.004, 0.1]])
    ages = [0, 1, 5, 60]
    both = life_table(mx, ages, sex=[1, 2])
    single = [life_table(mx[0], ages, sex="male"), life_table(mx[1], ages, sex="female")]
    assert both.e0.tolist() == [t.e0 for t in single]


def test_a_probability_above_one_never_comes_out_of_a_rule() -> None:
    table = life_table([0.1, 0.1, 0.9, 0.9], [0, 1, 5, 10], sex="both")
    assert table.qx[2] < 1
    assert table.ax[2] == pytest.approx(1 / 0.9 - 5 / np.expm1(4.5))


def test_a_negative_rate_is_named_by_its_cell() -> None:
    with pytest.raises(ShidaiError, match=r"mx\[1, 2\]"):
        life_table([[0.1, 0.1, 0.1], [0.1, 0.1, -0.2]], [0, 1, 5], sex="male")


def test_an_open_group_without_deaths_is_refused_or_missing_as_asked() -> None:
    rates = [[0.1, 0.1, 0.0], [0.1, 0.1, 0.1]]
    with pytest.raises(ShidaiError, match="open age group has no deaths"):
        life_table(rates, [0, 1, 5], sex="male")
    assert np.isnan(life_table(rates, [0, 1, 5], sex="male", missing="nan").e0).tolist() == [True, False]


def test_given_ax_that_cannot_be_is_refused() -> None:
    with pytest.raises(ShidaiError, match="exceed the width"):
        life_table([0.1, 0.1, 0.1], [0, 1, 5], sex="male", ax=[0.1, 9.0, 3.0])
    with pytest.raises(ShidaiError, match="probability of dying exceed 1"):
        life_table([0.1, 0.6, 0.1], [0, 1, 5], sex="male", ax=[0.1, 2.0, 3.0])


def test_deaths_without_exposure_are_refused() -> None:
    with pytest.raises(ShidaiError, match=r"deaths\[1\].*without any exposure"):
        life_table_from_deaths([1, 2, 3], [10, 0, 10], [0, 1, 5], sex="male")


def test_the_error_of_life_expectancy_halves_with_four_times_the_deaths() -> None:
    small = life_table_from_deaths(AUSTRIA_DEATHS, AUSTRIA_POPULATION, ABRIDGED, sex="male")[1]
    large = life_table_from_deaths(
        4 * np.array(AUSTRIA_DEATHS), 4 * np.array(AUSTRIA_POPULATION), ABRIDGED, sex="male"
    )[1]
    assert large == pytest.approx(small / 2)


def test_the_error_of_life_expectancy_agrees_with_repeated_sampling() -> None:
    draw = np.random.default_rng(4)
    deaths = draw.poisson(AUSTRIA_DEATHS, size=(4000, 19))
    tables, _ = life_table_from_deaths(deaths, AUSTRIA_POPULATION, ABRIDGED, sex="male", ax=AUSTRIA_AX)
    from shidai.demography.lifetable import e0_standard_error

    exact = life_table_from_deaths(AUSTRIA_DEATHS, AUSTRIA_POPULATION, ABRIDGED, sex="male", ax=AUSTRIA_AX)[0]
    stated = e0_standard_error(exact, AUSTRIA_DEATHS, open_group=True)
    assert tables.e0.std() == pytest.approx(float(stated), rel=0.05)


def test_grevilles_rule_reaches_the_last_closed_group() -> None:
    """An abridged table of a Gompertz population dies at 90 to 99 as its single-year table does; n/2 does not."""
    age = np.arange(101)
    single = life_table(5e-5 * np.exp(0.095 * age), age, sex="female")
    starts = np.array([0, 1, *range(5, 105, 5)])
    rates = np.add.reduceat(single.dx, starts) / np.add.reduceat(single.Lx, starts)
    abridged = life_table(rates, starts, sex="female", ax="greville")
    for first in (90, 95):
        exact = 1 - single.lx[first + 5] / single.lx[first]
        assert abridged.probability_of_dying(first, first + 5) == pytest.approx(exact, abs=0.007)
    assert abs(life_table(rates, starts, sex="female", ax="half").qx[-2] - (1 - single.lx[100] / single.lx[95])) > 0.02


@pytest.mark.parametrize("rule", ["half", "greville", "constant_hazard"])
@pytest.mark.parametrize("infant", ["andreev_kingkade", "coale_demeny_west", "half"])
def test_probabilities_give_back_the_table_they_come_from(rule: AxRule, infant: InfantRule) -> None:
    mx = 4e-5 * np.exp(0.095 * ABRIDGED) + np.where(ABRIDGED == 0, [[0.006], [0.15]], 0)
    told = life_table(mx, ABRIDGED, sex=[1, 2], ax=rule, infant=infant)
    found = life_table_from_probabilities(
        told.qx, ABRIDGED, sex=[1, 2], open_life=told.ex[..., -1], ax=rule, infant=infant
    )
    assert found.mx == pytest.approx(told.mx, rel=1e-9)
    assert found.e0 == pytest.approx(told.e0, rel=1e-11)


def test_probabilities_of_austria_1992_have_the_textbooks_life_expectancy() -> None:
    told, _ = life_table_from_deaths(AUSTRIA_DEATHS, AUSTRIA_POPULATION, ABRIDGED, sex="male", ax=AUSTRIA_AX)
    given = np.append(AUSTRIA_AX[:-1], 0.0)
    table = life_table_from_probabilities(told.qx, ABRIDGED, sex="male", open_life=told.ex[-1], ax=given)
    assert table.e0 == pytest.approx(72.889, abs=0.0005)


def test_probabilities_that_cannot_be_are_named() -> None:
    with pytest.raises(ShidaiError, match=r"qx\[1\].*between 0 and 1"):
        life_table_from_probabilities([0.1, 20.0, 1.0], [0, 1, 5], sex="male", open_life=60)
    with pytest.raises(ShidaiError, match=r"qx\[2\].*must be 1"):
        life_table_from_probabilities([0.1, 0.2, 0.3], [0, 1, 5], sex="male", open_life=60)
    with pytest.raises(ShidaiError, match="open_life"):
        life_table_from_probabilities([0.1, 0.2, 1.0], [0, 1, 5], sex="male", open_life=0)


def test_rates_per_thousand_are_named_and_a_hamlets_own_rates_are_not() -> None:
    with pytest.raises(ShidaiError, match=r"mx\[1\].*divide rates per thousand by 1000"):
        life_table([0.02, 1.7, 0.1], [0, 1, 5], sex="male")
    table, _ = life_table_from_deaths([0, 1, 2], [3.0, 0.5, 20.0], [0, 1, 5], sex="male")
    assert table.mx[1] == 2.0
    assert np.isfinite(table.e0)


def test_a_probability_of_dying_asks_for_ages_that_begin_a_group() -> None:
    table = life_table([0.02, 0.01, 0.1], [0, 1, 5], sex="male")
    assert table.probability_of_dying(0, 5) == pytest.approx(1 - table.lx[2])
    for ages in ((0, 4), (0, 110), (5, 1)):
        with pytest.raises(ShidaiError, match="first ages of groups"):
            table.probability_of_dying(*ages)
