"""The rates that the pack states come out of the people, and parameters change results as they should."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shidai.demography.lifetable import life_table
from shidai.indicators.proofs import prove
from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.packs.schema.demonstration import Demonstration, value_in
from shidai.synth.benefits.plan import plan_of_year
from shidai.synth.days import days_of_year, draw_days, new_year
from shidai.synth.grow import grow_city
from shidai.synth.rates import Rates, read_rates
from shidai.synth.record_tables import write_records
from tests.spec.synth.cities import (
    LIVING,
    REGISTERED,
    RESIDENTS,
    in_year,
    parameters,
    present,
    small_city,
    two_counties,
    wuxi,
)


def changed(**sections: dict[str, Any]) -> Demonstration:
    """The pack's parameters with some values replaced."""
    now = two_counties().demonstration
    assert now is not None
    return now.model_copy(
        update={name: getattr(now, name).model_copy(update=values) for name, values in sections.items()}
    )


def national_rates() -> Rates:
    return read_rates(wuxi().folder, parameters().rates, 1950, 2006)


def test_single_year_rates_give_the_uns_life_expectancy() -> None:
    """Within 0.15 years: the UN's own single-year rates are not among the published ones."""
    e0 = life_table(national_rates().mx, np.arange(111), sex=[1, 2]).e0
    published = {1950: (42.1791, 45.7265), 1960: (32.1663, 34.8585), 1990: (65.8606, 70.5609), 2006: (71.9044, 77.1002)}
    for year, pair in published.items():
        assert e0[year - 1950] == pytest.approx(pair, abs=0.15)


def test_single_year_rates_give_the_uns_total_fertility() -> None:
    """Within 0.01: births under 15 and over 49 are left out."""
    total = national_rates().fx.sum(1)
    for year, tfr in {1963: 7.513, 1980: 2.739, 2006: 1.6441}.items():
        assert total[year - 1950] == pytest.approx(tfr, abs=0.015)


def test_the_registered_population_follows_the_packs_path() -> None:
    size = parameters().size
    scale = RESIDENTS / (size.registered + size.migrants)
    registered = present(small_city(), REGISTERED, 2006).sum()
    assert registered == pytest.approx(size.registered * scale, rel=0.02)


def test_residents_asked_for_are_registered_people_and_migrants_living_there() -> None:
    city = small_city()
    registered = present(city, REGISTERED, 2006).sum()
    migrants = (present(city, LIVING, 2006) & (city.spells["registered"] < 0)).sum()
    assert registered + migrants == pytest.approx(RESIDENTS, rel=0.03)


def test_registered_women_have_the_packs_fertility() -> None:
    """TFR of 2000–2006 together: within five standard errors of level × national rate (about 1,200 births)."""
    city = small_city()
    births, people, spells = city.tables["births"], city.people, city.spells
    observed, expected = 0, 0.0
    rates = national_rates()
    for year in range(2000, 2007):
        observed += int((in_year(births["day"], year) & (births["registered"] >= 0)).sum())
        here = present(city, LIVING, year) & (spells["registered"] >= 0)
        who = spells["person"][here]
        age = ((new_year(year + 1) - people["birth"][who]) / 365.25).astype(int)
        women = np.bincount(age[people["sex"][who] == 2], minlength=111)
        fx = rates.fx[year - 1950]
        level = value_in(parameters().fertility.level, year)
        expected += float((women * level * (fx + np.append(0, fx[:-1])) / 2).sum())
    assert observed == pytest.approx(expected, rel=5 / np.sqrt(expected))


def test_deaths_are_as_many_as_the_rates_expect() -> None:
    city = small_city()
    people, spells, rates = city.people, city.spells, national_rates()
    observed, expected = 0, 0.0
    for year in range(2000, 2007):
        deaths = city.tables["deaths"]
        old_enough = people["birth"][deaths["person"]] < new_year(year)
        observed += int((in_year(deaths["day"], year) & (deaths["registered"] >= 0) & old_enough).sum())
        who = spells["person"][present(city, REGISTERED, year - 1)]
        age = ((new_year(year) - people["birth"][who]) / 365.25).astype(int)
        mx = rates.mx[year - 1950] * value_in(parameters().mortality.adult, year)
        half = (mx + np.roll(mx, -1, axis=1)) / 2
        expected += float((1 - np.exp(-half[people["sex"][who] - 1, np.minimum(age, 109)])).sum())
    assert observed == pytest.approx(expected, rel=5 / np.sqrt(expected))


def test_doubling_fertility_about_doubles_births() -> None:
    """In the last five years, on the same people: the level is doubled from 2001 on only."""
    level = dict(parameters().fertility.level)
    before = {year: value_in(level, year) for year in range(1950, 2001)}
    after = {year: 2 * value_in(level, year) for year in range(2001, 2007)}
    few = 20_000
    plain = grow_city(two_counties(), few, 3)
    doubled = grow_city(two_counties(), few, 3, demonstration=changed(fertility={"level": before | after}))
    count = [
        int(((c.tables["births"]["day"] >= new_year(2001)) & (c.tables["births"]["registered"] >= 0)).sum())
        for c in (plain, doubled)
    ]
    assert count[1] / count[0] == pytest.approx(2, abs=0.4)


def test_doubling_mortality_shortens_lives() -> None:
    few = 4_000
    twice = {year: 2 * value for year, value in parameters().mortality.adult.items()}
    plain, hard = (
        grow_city(two_counties(), few, 3),
        grow_city(two_counties(), few, 3, demonstration=changed(mortality={"adult": twice})),
    )
    old = [
        ((new_year(2007) - c.people["birth"][c.spells["person"][present(c, REGISTERED, 2006)]]) / 365.25 >= 65).mean()
        for c in (plain, hard)
    ]
    assert old[1] < 0.8 * old[0]


def test_a_sex_ratio_of_the_pack_comes_out() -> None:
    boys = changed(fertility={"sex_ratio": {1950: (150.0, 150.0, 150.0)}})
    births = grow_city(two_counties(), 8_000, 3, demonstration=boys).tables["births"]
    share = (births["sex"] == 1).mean()
    assert share == pytest.approx(0.6, abs=5 * np.sqrt(0.24 / len(births["sex"])))


def test_without_migrants_nobody_comes_from_outside_unregistered() -> None:
    none = grow_city(two_counties(), 2_000, 3, demonstration=changed(migrants={"path": {1950: 0.0}}))
    assert not (none.spells["registered"][none.spells["kind"] == LIVING] < 0).any()


def test_days_of_a_year_reach_from_the_first_to_the_last() -> None:
    rng = np.random.default_rng(1)
    for year in (2004, 2006):
        days = draw_days(rng, year, 200_000, 0.1, 285)
        assert days.min() == new_year(year)
        assert days.max() == new_year(year + 1) - 1
        assert len(np.unique(days)) == days_of_year(year)


@pytest.mark.full
def test_the_full_city_has_the_summarys_figures_and_its_year_of_benefits_proves(tmp_path: Path) -> None:
    """From records, through the indicators: 1.21‰ ± 0.15, registered population 4.6 million ± 2 %, plausible others.

    Of the benefits 12,702 persons ± 3 %, and the other figures of the summary as near as the pack's notes tell. Nobody
    was paid wrongly or twice, all money closes, and just those whom the plan overlooked are found.
    """
    pack = wuxi()
    city = grow_city(pack, 6_600_000, 1)
    write_records(city, pack, tmp_path)
    wanted = {
        "natural_growth_rate": pytest.approx(1.21, abs=0.15),
        "population_registered": pytest.approx(4_600_000, rel=0.02),
        "total_fertility_rate": pytest.approx(1.05, abs=0.25),
        "sex_ratio_at_birth": pytest.approx(113, abs=6),
        "share_65": pytest.approx(12, abs=2),
        "reward_recipients": pytest.approx(12_702, rel=0.03),
        "reward_amount": pytest.approx(7_353_800, rel=0.05),
        "welfare_fund_households": pytest.approx(1_533, rel=0.01),
        "welfare_fund_amount": pytest.approx(1_041_000, rel=0.05),
        "holiday_relief_amount": pytest.approx(657_500, rel=0.05),
        "prepregnancy_screening_coverage": pytest.approx(62.62, abs=0.5),
        "prepregnancy_screenings": pytest.approx(19_002, rel=0.02),
        "rti_round_coverage": pytest.approx(54.35, abs=0.5),
        "rti_round_person_times": pytest.approx(619_900, rel=0.02),
        "migrant_checkups": pytest.approx(288_500, rel=0.02),
        "migrant_service_rooms": 52,
        "village_grants": 11,
        "village_grant_each": 30_000,
    }
    with Records.open(tmp_path) as records:
        rows = compute(records, pack, year=2006, area=pack.city, indicators=list(wanted), breakdown="").to_pylist()
        proofs = prove(records, pack, 2006)
    found = {row["indicator"]: row["value"] for row in rows}
    print(found)
    assert found == wanted
    assert [one for one in proofs.findings if one.proof in ("error", "duplicate")] == []
    assert all(row.closing.closes for row in proofs.rows)
    overlooked = [one for one in proofs.findings if one.reasons == ("overlooked",)]
    assert len(overlooked) == sum(len(who) for who in plan_of_year(city, pack).overlooked.values()) > 0
