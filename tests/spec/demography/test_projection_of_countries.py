"""The UN's ten countries, projected from mid-2025 to 2100 with nothing but what stands in its tables."""

from __future__ import annotations

import time

import numpy as np
import pytest

from shidai.demography.outcome import Outcome
from shidai.demography.wpp import Country, Variant, read_country
from shidai.demography.wpp_base import project_country
from shidai.words import ShidaiError
from tests.spec.demography.wpp import COUNTRIES, FOLDER, read_table

FIRST, LAST = 2025, 2100
pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the UN's tables are not beside the repository")

# Largest error reached over all ten countries and 76 years, in percent (share: percentage points). The goals of
# issue 5 are 0.3, 1, 1.5 and 0.15.
REACHED = {"population": 0.13, "births": 0.41, "deaths": 0.38, "share": 0.05}


@pytest.fixture(scope="module")
def countries() -> dict[str, Country]:
    return {iso3: read_country(FOLDER, iso3) for iso3 in COUNTRIES}


def published(country: Country, name: str) -> np.ndarray:
    return np.array([country.at(name, year) for year in range(FIRST, LAST + 1)])


def percent(ours: np.ndarray, theirs: np.ndarray) -> float:
    return float(np.abs(ours / theirs - 1).max() * 100)


def share_error(country: Country, outcome: Outcome, variant: Variant) -> float:
    """Percentage points, at the mid-years that the UN publishes by age."""
    ours = outcome.share_from(65)
    errors = []
    for year in range(FIRST, LAST + 1, 5):
        groups = country.population[variant, year]
        errors.append(abs(groups[:, 13:].sum() / groups.sum() - ours[year - FIRST]) * 100)
    return float(max(errors))


@pytest.mark.parametrize("iso3", COUNTRIES)
def test_the_medium_variant_comes_out(iso3: str, countries: dict[str, Country]) -> None:
    country = countries[iso3]
    outcome = project_country(country, FIRST, LAST)
    assert percent(outcome.total(), published(country, "pop_mid")) < REACHED["population"]
    assert percent(outcome.births.sum(-1), published(country, "births")) < REACHED["births"]
    assert percent(outcome.deaths.sum((-2, -1)), published(country, "deaths")) < REACHED["deaths"]
    assert share_error(country, outcome, "medium") < REACHED["share"]


# The UN's age patterns of fertility in the low and high variants are not in the tables; the medium pattern stands in
# for them, which costs most where the variant's cohorts differ most in size. Population in percent, share in points.
@pytest.mark.parametrize(
    ("variant", "iso3", "population", "share"),
    [
        ("low", "JPN", 0.85, 0.44),
        ("high", "CHN", 0.69, 0.23),
        ("high", "NGA", 0.66, 0.06),
        ("high", "KEN", 0.59, 0.07),
        ("high", "USA", 0.35, 0.08),
        *(("low", iso3, 0.13, 0.07) for iso3 in COUNTRIES if iso3 != "JPN"),
        *(("high", iso3, 0.12, 0.03) for iso3 in ("JPN", "KOR", "IND", "FRA", "BRA", "VNM")),
    ],
)
def test_the_low_and_high_variants_come_out_from_their_own_bases(
    variant: Variant, iso3: str, population: float, share: float, countries: dict[str, Country]
) -> None:
    country = countries[iso3]
    outcome = project_country(country, FIRST, LAST, variant)
    theirs = np.array([country.population[variant, year].sum() for year in range(FIRST, LAST + 1, 5)])
    assert percent(outcome.total()[::5], theirs) < population
    assert share_error(country, outcome, variant) < share


@pytest.mark.parametrize("variant", ["medium", "low", "high"])
def test_the_base_gives_back_the_published_mid_year_groups(variant: Variant, countries: dict[str, Country]) -> None:
    country = countries["NGA"]
    outcome = project_country(country, FIRST, FIRST, variant)
    groups = np.add.reduceat(outcome.mid_year[0], country.pop_ages.astype(int), axis=-1)
    assert groups == pytest.approx(country.population[variant, FIRST], rel=1e-5)


def test_cohorts_keep_the_sizes_they_were_born_with(countries: dict[str, Country]) -> None:
    """Single ages against the UN's own, both sexes: Japan's fire-horse year 1966 is a dent at 59, not smoothed away."""
    country = countries["JPN"]
    ours = project_country(country, FIRST, FIRST).mid_year[0].sum(0)
    rows = [r for r in read_table("single_age_both.csv.gz") if r["iso3"] == "JPN" and r["year"] == str(FIRST)]
    theirs = np.array([float(row["pop_mid"]) for row in rows])
    assert np.abs(ours[:50] / theirs[:50] - 1).max() < 0.01
    assert ours[58] < 0.95 * ours[57]
    assert theirs[58] < 0.95 * theirs[57]


def test_a_later_start_uses_the_later_population(countries: dict[str, Country]) -> None:
    country = countries["KOR"]
    outcome = project_country(country, 2050, 2060)
    assert percent(outcome.total(), np.array([country.at("pop_mid", year) for year in range(2050, 2061)])) < 0.1


def test_a_start_before_migration_is_known_by_age_uses_a_model_schedule(countries: dict[str, Country]) -> None:
    """From 1990, with the numbers of migrants alone: Brazil 35 years later within half a percent."""
    country = countries["BRA"]
    outcome = project_country(country, 1990, 2024)
    assert percent(outcome.total(), np.array([country.at("pop_mid", year) for year in range(1990, 2025)])) < 0.5


def test_one_country_takes_less_than_a_tenth_of_a_second(countries: dict[str, Country]) -> None:
    times = []
    for _ in range(5):
        start = time.process_time()
        project_country(countries["CHN"], FIRST, LAST)
        times.append(time.process_time() - start)
    assert min(times) < 0.1


def test_what_is_not_in_the_folder_is_said(tmp_path, countries: dict[str, Country]) -> None:
    with pytest.raises(ShidaiError, match="JPN"):
        read_country(FOLDER, "XXX")
    with pytest.raises(ShidaiError, match=r"countries\.csv"):
        read_country(tmp_path, "JPN")
    with pytest.raises(ShidaiError, match="2025, 2030"):
        project_country(countries["JPN"], 2027, 2100)
    with pytest.raises(ShidaiError, match="until 2101"):
        project_country(countries["JPN"], 2025, 2101)
    with pytest.raises(ShidaiError, match="until 2020"):
        project_country(countries["JPN"], 2025, 2020)
