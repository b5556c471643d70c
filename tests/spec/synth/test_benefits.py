"""The year's work with benefits: every figure is a count of acts, and every act follows from the schemes' own rules."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow.csv as csv
import pytest

from shidai.indicators.entitled import determine
from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.packs import Pack
from shidai.packs.schema.demonstration import Benefits
from shidai.synth.benefits.attested import HOUSEHOLD, PERSON, VILLAGE, draw_attested, fact_names
from shidai.synth.benefits.claims import IN_FLIGHT, IN_FORCE, PAID, RETURNED, STOPPED
from shidai.synth.benefits.files import card_numbers, write_benefit_files
from shidai.synth.benefits.grants import grant_claims
from shidai.synth.benefits.plan import Plan, benefits_of, plan_of_year
from shidai.synth.benefits.tables import benefit_parts
from shidai.synth.columns import pseudonyms
from shidai.synth.days import NEVER, day_number, new_year
from shidai.synth.identity import resident_numbers
from shidai.synth.record_tables import write_records
from shidai.synth.register_tables import PERSON as PERSON_IDS
from tests.spec.synth.cities import parameters, small_city, wuxi


@lru_cache(maxsize=1)
def plan() -> Plan:
    return plan_of_year(small_city(), wuxi())


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    write_records(small_city(), wuxi(), folder)
    return folder


def claims_of(scheme: str) -> np.ndarray:
    """Rows of the claims under a scheme."""
    at = [version[0] for version in plan().claims.versions].index(scheme)
    return np.flatnonzero(plan().claims.table["scheme"] == at)


def with_share(scheme: str, times: float) -> Benefits:
    return benefits_of(wuxi()).model_copy(
        update={
            "grant": tuple(
                one.model_copy(update={"share": times * one.share}) if one.scheme == scheme else one
                for one in benefits_of(wuxi()).grant
            )
        }
    )


def figures(folder: Path, *indicators: str) -> dict[str, float]:
    with Records.open(folder) as opened:
        rows = compute(opened, wuxi(), year=2006, area=wuxi().city, indicators=indicators, protect=False, breakdown="")
    return {row["indicator"]: row["value"] for row in rows.to_pylist()}


def test_what_a_month_earns_is_what_the_schemes_rules_say(records: Path) -> None:
    """On the record tables of the whole city, which the plan's own determination did not read."""
    claims, day = plan().claims, date(2006, 8, 31)
    with Records.open(records) as opened:
        rows = determine(opened, wuxi(), "rural-reward", day)
    due = dict(zip(rows["person"].to_pylist(), rows["amount_fen"].to_pylist(), strict=True))
    mine = np.isin(claims.periods["claim"], claims_of("rural-reward")) & (claims.periods["day"] == day_number(day))
    who = np.asarray(pseudonyms(claims.table["who"][claims.periods["claim"][mine]], PERSON_IDS))
    assert len(who) > 10
    assert [due[one] for one in who.tolist()] == claims.periods["fen"][mine].tolist()


def test_who_is_entitled_and_not_on_the_roster_was_overlooked_or_has_a_claim_that_says_why(records: Path) -> None:
    with Records.open(records) as opened:
        rows = determine(opened, wuxi(), "rural-reward", wuxi().last_day)
    entitled = set(rows["person"].filter(rows["eligible"]).to_pylist())
    claimed = plan().claims.table["who"][claims_of("rural-reward")]
    told = np.concatenate([claimed, plan().overlooked["rural-reward"]])
    unexplained = entitled - set(pseudonyms(told, PERSON_IDS).to_pylist())
    recent = len(unexplained) / len(entitled)
    assert recent < 0.1  # turned sixty a few days ago and hasn't come yet
    assert len(plan().overlooked["rural-reward"]) >= 1
    assert not set(claimed) & set(plan().overlooked["rural-reward"])


def test_nothing_is_earned_before_the_application_or_after_a_death() -> None:
    claims, people = plan().claims, small_city().people
    of = claims.periods["claim"]
    assert (claims.periods["day"] >= claims.table["applied"][of]).all()
    persons = claims.table["kind"][of] == PERSON
    assert (claims.periods["day"][persons] < people["death"][claims.table["who"][of[persons]]]).all()
    assert (claims.table["in_force"][of] < NEVER).all()


def test_steps_follow_each_other_with_their_notices_between() -> None:
    claims = plan().claims
    version = wuxi().schemes["rural-reward"].version_named("pilot-2004")
    rows = claims_of("rural-reward")
    rows = rows[np.isin(claims.table["outcome"][rows], [IN_FORCE, STOPPED])]
    passed = claims.passed[rows]
    for at, step in enumerate(version.step[1:]):
        assert (passed[:, at + 1] > passed[:, at] + version.step[at].notice_days).all(), step.level
    assert (claims.table["applied"][rows] < passed[:, 0]).all()


def test_all_that_was_earned_is_paid_or_back_or_in_flight_or_not_yet_due() -> None:
    """Of claims that came into force before the last day of payment nothing stays open but what came back on it."""
    claims = plan().claims
    earned = np.bincount(claims.periods["claim"], claims.periods["fen"], minlength=len(claims))
    tables = [rows for table, _, rows in benefit_parts(small_city(), wuxi(), plan()) if table == "payment"]
    lines = [row for rows in tables for row in rows.to_pylist()]
    settled = sum(row["fen"] for row in lines if row["outcome"] in ("paid", "in_flight"))
    assert settled == earned.sum()
    assert len({row["record_id"] for row in lines}) == len(lines)


def test_money_that_came_back_is_paid_anew_later() -> None:
    payments = plan().claims.payments
    back = np.flatnonzero(payments["outcome"] == RETURNED)
    assert len(back)
    for row in back.tolist():
        same = (payments["claim"] == payments["claim"][row]) & (payments["first"] == payments["first"][row])
        again = payments["day"][same & (payments["outcome"] == PAID)]
        assert (again > payments["answered"][row]).all()
        assert len(again) == 1
    assert (payments["answered"][payments["outcome"] == IN_FLIGHT] == NEVER).all()


def test_households_get_sums_within_the_funds_limits() -> None:
    granted = plan().claims.table["granted"][claims_of("public-welfare-fund")]
    granted = granted[granted > 0]
    assert len(granted)
    assert granted.min() >= 20_000
    assert granted.max() <= 500_000


@pytest.mark.parametrize("scheme", ["public-welfare-fund", "holiday-relief"])
def test_doubling_a_share_doubles_how_many_are_helped(scheme: str) -> None:
    """Both are drawn from the same households in hardship, so the counts differ by rounding only."""
    city, pack = small_city(), wuxi()
    attested = draw_attested(city, pack, benefits_of(pack))
    count = []
    for benefits in (with_share(scheme, 2), with_share(scheme, 4)):
        share = next(one for one in benefits.grant if one.scheme == scheme)
        claims = grant_claims(city, pack, attested, share, np.random.default_rng(1))
        count.append(int((claims.table["outcome"] == IN_FORCE).sum()))
    assert count[0] > 5
    assert count[1] == pytest.approx(2 * count[0], abs=2)


def test_eleven_villages_of_yixing_are_granted_30_000_yuan_each(records: Path) -> None:
    """Eleven acts: the county's list names so many of its villages, whatever the city's size."""
    assert figures(records, "village_grants", "village_grant_each") == {
        "village_grants": 11,
        "village_grant_each": 30_000,
    }
    villages = plan().claims.table["who"][claims_of("village-grant")]
    assert len(set(villages.tolist())) == 11
    assert all(code.startswith("320282") for code in small_city().places.village_code[villages])


def test_figures_are_counts_of_payments_of_the_year(records: Path) -> None:
    claims = plan().claims
    paid = (claims.payments["outcome"] == PAID) & (claims.payments["day"] >= new_year(2006))
    found = figures(records, "reward_recipients", "welfare_fund_households", "holiday_relief_households")
    for indicator, scheme in zip(found, ("rural-reward", "public-welfare-fund", "holiday-relief"), strict=True):
        who = claims.payments["claim"][paid & np.isin(claims.payments["claim"], claims_of(scheme))]
        assert found[indicator] == len(set(who.tolist())) > 0


def test_a_person_on_the_register_twice_is_paid_twice_in_two_counties() -> None:
    """The seeded duplicate that the proof has to find."""
    city, claims = small_city(), plan().claims
    doubles = city.tables["doubles"]
    in_force = claims_of("rural-reward")
    in_force = in_force[claims.table["outcome"][in_force] == IN_FORCE]
    village = dict(zip(claims.table["who"][in_force].tolist(), claims.table["area"][in_force].tolist(), strict=True))
    twice = [
        (one, other)
        for one, other in zip(doubles["original"].tolist(), doubles["double"].tolist(), strict=True)
        if one in village and other in village
    ]
    assert twice
    for one, other in twice:
        assert city.people["sex"][one] == city.people["sex"][other]
        assert city.places.county_of[village[one]] != city.places.county_of[village[other]]
        assert abs(city.people["birth"][one] - city.people["birth"][other]) <= 10


def test_facts_are_attested_for_the_packs_shares() -> None:
    attested, names = plan().attested, fact_names(benefits_of(wuxi()))
    of = {name: [at for at, one in enumerate(names) if one == name] for name in set(names)}
    counted = {name: int(np.isin(attested["fact"], places).sum()) for name, places in of.items()}
    assert counted["model_village"] == 11
    assert counted["enterprise_years"] == counted["retired_from_enterprise"]
    assert {*attested["kind"].tolist()} == {PERSON, HOUSEHOLD, VILLAGE}
    years = attested["number"][np.isin(attested["fact"], of["enterprise_years"])]
    assert years.min() >= 8
    assert years.max() <= 40


def test_account_numbers_pass_luhn_and_belong_to_no_bank() -> None:
    prefix = benefits_of(wuxi()).unassigned_card
    numbers = card_numbers(prefix, np.arange(5000)).to_pylist()
    assert len(set(numbers)) == 5000
    for number in numbers[:200]:
        digits = [int(sign) for sign in reversed(number)]
        total = sum(digit if at % 2 == 0 else sum(divmod(2 * digit, 10)) for at, digit in enumerate(digits))
        assert total % 10 == 0
        assert number.startswith(prefix)
        assert len(number) == 19


def test_the_files_tell_the_plan_row_by_row(tmp_path: Path) -> None:
    city, pack = small_city(), wuxi()
    numbers = resident_numbers(city, parameters())
    rows = write_benefit_files(city, pack, plan(), numbers, tmp_path)
    texts = csv.ConvertOptions(strings_can_be_null=True)
    told = csv.read_csv(tmp_path / "benefits.csv", convert_options=texts).to_pylist()
    assert rows["benefits"] == len(told) == len(plan().claims)
    assert {row["outcome"] for row in told} >= {"in_force", "refused", "stopped"}
    assert [row["applied_on"] for row in told] == sorted(row["applied_on"] for row in told)
    for row in told:
        assert (row["person_key"] is None) == (row["resident_number"] is None)
    assert rows["truth-doubles"] == len(city.tables["doubles"]["double"])


def test_a_pack_without_benefits_grows_a_city_without_them(tmp_path: Path) -> None:
    pack = wuxi()
    fields = {name: getattr(pack, name) for name in type(pack).model_fields}
    plain = Pack.model_construct(**{**fields, "demonstration": parameters().model_copy(update={"benefits": None})})
    manifest = write_records(small_city(), plain, tmp_path)
    assert "payment" not in manifest.tables
    with pytest.raises(ValueError, match="no benefits"):
        plan_of_year(small_city(), plain)
