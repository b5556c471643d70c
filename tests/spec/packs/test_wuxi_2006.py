"""The pack of the reference summary's city: real county codes, numbered villages, every case passes."""

from __future__ import annotations

from datetime import date

import pytest

from shidai.packs import check_pack, load_pack
from shidai.packs.cases import run_cases

COUNTIES = {
    "320202": "崇安区",
    "320203": "南长区",
    "320204": "北塘区",
    "320205": "锡山区",
    "320206": "惠山区",
    "320211": "滨湖区",
    "320271": "新区",
    "320281": "江阴市",
    "320282": "宜兴市",
}


def test_it_has_no_problems() -> None:
    assert check_pack("wuxi-2006") == []


def test_its_counties_are_those_of_2006() -> None:
    areas = load_pack("wuxi-2006").areas_at("county", on=date(2006, 7, 1))
    assert {area.code: area.name_zh for area in areas} == COUNTIES


def test_it_reaches_down_to_about_1300_villages_and_communities() -> None:
    pack = load_pack("wuxi-2006")
    villages = pack.areas_at("village")
    assert 1250 <= len(villages) <= 1350
    assert {village.parent for village in villages} == {town.code for town in pack.areas_at("township")}


def test_towns_named_in_the_summary_are_there() -> None:
    names = {area.name_zh for area in load_pack("wuxi-2006").areas_at("township")}
    assert {"羊尖镇", "顾山镇", "洛社镇", "申港镇", "华士镇", "硕放街道"} <= names


def test_county_populations_are_those_of_the_city_roughly() -> None:
    counties = load_pack("wuxi-2006").areas_at("county")
    assert sum(area.population or 0 for area in counties) == pytest.approx(4_580_000, rel=0.02)


def test_every_case_of_its_rules_series_and_targets_passes() -> None:
    results = run_cases(load_pack("wuxi-2006"))
    assert [result for result in results if not result.passed] == []
    assert {result.kind for result in results} == {
        "areas", "commodity", "training", "checklist", "equipment", "migrant", "disclosure", "limits", "quality",
        "methods", "series", "target", "scenario", "what-if", "map",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("registered", "living", "days", "migrant"),
    [
        ("411325", "320281", 30, True),  # from Henan, a month
        ("411325", "320281", 29, False),
        ("320205101203", "320202001001", 400, False),  # from one district of the city to another
        ("320282113201", "320202001001", 400, True),  # from Yixing to a district
        (None, "320281", 400, False),
    ],
)
def test_who_is_a_migrant(registered: str | None, living: str, days: int, migrant: bool) -> None:
    rule = load_pack("wuxi-2006").migrant
    assert rule.is_migrant(registered=registered, living=living, days=days) is migrant


def test_published_values_are_those_of_the_summary() -> None:
    """The series were taken from figures.toml; the values that the summary leads with are spot-checked here."""
    series = load_pack("wuxi-2006").series
    stated = {
        "published.natural_growth_rate": 1.21,
        "published.prepregnancy_screenings": 19_002,
        "published.rti_round_person_times": 619_900,
        "published.reward_recipients": 12_702,
        "published.reward_amount": 7_353_800,
        "published.petitions_handled": 2_685,
        "published.satisfaction_rate": 99.81,
        "planned_birth_rate": 99.78,
        "social_maintenance_fee_cases": 101,
    }
    assert {id_: series[id_].value("2006") for id_ in stated} == stated
