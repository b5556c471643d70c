"""A city's outlook: what the records show, ingredients that lean on a standard, runs that can be repeated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from shidai.demography.lifetable import life_table
from shidai.demography.trajectories_run import find_media
from shidai.indicators.outlook.backtest import backtest_city
from shidai.indicators.outlook.ingredients import Ingredients, measure
from shidai.indicators.outlook.needs import read_needs, share_of
from shidai.indicators.outlook.observed import AGES, Observed, observe
from shidai.indicators.outlook.observedrates import observed_rates
from shidai.indicators.outlook.paths import follow, shift_ages
from shidai.indicators.outlook.plans import prepare
from shidai.indicators.outlook.running import Wish, observed_figures, read_ingredients, run_id, run_outlook
from shidai.indicators.outlook.standard import Schedules, read_schedules
from shidai.indicators.outlook.stored import KeptRun, keep_run, kept_runs
from shidai.indicators.records import Records
from shidai.indicators.supplied import users_on
from shidai.packs import Pack, load_pack
from shidai.packs.schema.scenario import Official, Scenario
from shidai.words import ShidaiError
from tests.spec.indicators.outlookcity import CITY, EAST, FIRST, LAST, WEST, make_city, write_city

YEARS = range(FIRST, LAST + 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_city(tmp_path_factory.mktemp("outlook"))


@pytest.fixture(scope="module")
def observed(folder: Path) -> Observed:
    with Records.open(folder) as records:
        return observe(records, YEARS)


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The shipped pack, without what needs schemes and programmes of its year."""
    shipped = load_pack("wuxi-2006")
    fields = {name: getattr(shipped, name) for name in type(shipped).model_fields}
    kept = tuple(one for one in shipped.all_consequences if one.of in ("births", "people", "method"))
    return Pack.model_construct(**{**fields, "all_consequences": kept})


@pytest.fixture(scope="module")
def medium(pack: Pack) -> Scenario:
    return pack.scenarios["medium"]


@pytest.fixture(scope="module")
def standard(pack: Pack, medium: Scenario) -> Schedules:
    return read_schedules(pack.folder, medium.standard, 2004)


@pytest.fixture(scope="module")
def given(observed: Observed, standard: Schedules) -> Ingredients:
    return measure(observed, standard, 5)


def test_what_is_observed_closes_as_the_balancing_equation_does(observed: Observed) -> None:
    """In every county and year: those at the end are those at the start, the born, the dead and all moves."""
    after = np.concatenate([observed.start[1:], observed.end[None]]).sum((-2, -1))
    moved = observed.moves.sum((-2, -1))
    net = (observed.arrivals - observed.departures).sum((-2, -1)) + moved.sum(1) - moved.sum(2)
    natural = observed.births.sum(-1) - observed.deaths.sum((-2, -1))
    assert after == pytest.approx(observed.start.sum((-2, -1)) + natural + net)


def test_moves_are_those_that_were_written_down(observed: Observed) -> None:
    at = {EAST: 0, WEST: 1}
    for year_at, year in enumerate(observed.years):
        told = [(start, end) for when, start, end in make_city().moves if when == year]
        assert observed.arrivals[year_at].sum() == sum(start is None for start, _ in told)
        assert observed.departures[year_at].sum() == sum(end is None for _, end in told)
        for start in at:
            for end in at:
                if start != end:
                    assert observed.moves[year_at, at[start], at[end]].sum() == told.count((start, end))


def test_those_of_unknown_age_or_sex_are_spread_and_nobody_is_lost(folder: Path, observed: Observed) -> None:
    assert observed.end.sum() == sum(row["end_date"] is None for row in make_city().residence)
    assert observed.births.sum() == len(make_city().births)


def test_ingredients_expect_the_events_that_happened(given: Ingredients, observed: Observed) -> None:
    lived, cohorts = observed.lived.sum(0), observed.cohorts.sum(0)
    assert (given.mortality * lived).sum() == pytest.approx(observed.deaths.sum())
    assert (given.fertility * lived[:, 1]).sum() == pytest.approx(observed.births.sum())
    assert 5 * given.arrivals.sum() == pytest.approx(observed.arrivals.sum())
    assert (given.leaving * cohorts).sum() == pytest.approx(observed.departures.sum(), rel=0.01)
    assert (given.flows * cohorts[:, None]).sum() == pytest.approx(observed.moves.sum(), rel=0.01)


def test_nobody_flows_to_where_she_is(given: Ingredients) -> None:
    assert not given.flows[[0, 1], [0, 1]].any()
    assert given.flows.sum(1).max() < 1


def test_births_come_later_and_are_as_many() -> None:
    schedule = np.zeros(AGES)
    schedule[20:30] = 0.1
    for years in (-2.5, 0.0, 3.0):
        moved = shift_ages(schedule, years)
        assert moved.sum() == pytest.approx(1.0)
        assert (moved * np.arange(AGES)).sum() == pytest.approx((schedule * np.arange(AGES)).sum() + years)


def test_the_medium_of_a_plan_is_the_deterministic_projection(given, medium, standard) -> None:
    ready = prepare(medium, given, standard, 2030)
    for at, path in enumerate(find_media(ready.plans, ready.flows)):
        assert path == pytest.approx(ready.medium.population[:-1, at], rel=1e-6, abs=1e-6)


def test_moves_between_counties_leave_the_city_as_it_is(given, medium, standard) -> None:
    ready = prepare(medium, given, standard, 2030)
    outside = np.array([plan.migration for plan in ready.plans]).sum(0)
    assert ready.medium.migration.sum(1) == pytest.approx(outside)


def test_without_migration_only_births_and_deaths_change_the_city(given, pack, standard) -> None:
    ready = prepare(pack.scenarios["no-migration"], given, standard, 2030)
    assert not ready.medium.migration.any()
    assert not any(plan.net.values.any() for plan in ready.plans)  # and that is sure


def test_higher_fertility_gives_more_births_and_the_same_old(given, pack, standard) -> None:
    low, middle, high = (
        prepare(pack.scenarios[name], given, standard, 2040).medium for name in ("low", "medium", "high")
    )
    assert low.births[-1].sum() < middle.births[-1].sum() < high.births[-1].sum()
    assert low.population[-1, ..., 60:].sum() == pytest.approx(high.population[-1, ..., 60:].sum())


def test_the_paths_begin_at_the_citys_own_values(given, medium) -> None:
    paths = follow(medium, given, 2030)
    assert paths.tfr[0] == pytest.approx(given.fertility.sum(-1), rel=0.02)
    assert paths.fertility.sum(-1) == pytest.approx(paths.tfr)
    assert (np.diff(paths.e0, axis=0) > 0).all()


@pytest.mark.parametrize(("area", "year", "people"), [(CITY, 2006, 2000), (CITY, 2015, 2500), (WEST, 2012, 700)])
def test_official_totals_are_met(area, year, people, given, medium, standard) -> None:
    told = medium.model_copy(update={"official": (Official(source="own", area=area, year=year, population=people),)})
    ready = prepare(told, given, standard, 2030)
    rows = slice(None) if area == CITY else slice(1, 2)
    assert ready.medium.population[year - LAST, rows].sum() == pytest.approx(people, abs=0.05)


@pytest.mark.parametrize(("area", "year"), [("3301", 2010), (CITY, 2050), (CITY, 2005)])
def test_an_official_total_of_no_area_or_year_is_refused(area, year, given, medium, standard) -> None:
    told = medium.model_copy(update={"official": (Official(source="own", area=area, year=year, population=1),)})
    with pytest.raises(ShidaiError, match=str(year)):
        prepare(told, given, standard, 2030)


@pytest.mark.parametrize("until", [2006, 1999, 2107])
def test_years_that_are_none_ahead_are_refused(until, given, medium, standard) -> None:
    with pytest.raises(ShidaiError, match=str(until)):
        prepare(medium, given, standard, until)


def test_where_nearly_everybody_moves_nobody_moves_twice(given, medium, standard) -> None:
    """A cell of a hamlet in which 0.9 leave the city and 0.8 move to the other county."""
    flows = given.flows.copy()
    flows[0, 1, :, 20] = 0.8
    leaving = given.leaving.copy()
    leaving[0, :, 20] = 0.9
    ready = prepare(medium, replace(given, flows=flows, leaving=leaving), standard, 2010)
    assert ready.flows is not None
    assert ready.flows.shares[:, 0, 1, :, 20].max() == pytest.approx(0.95 * 0.8 / 1.7)
    assert ready.medium.population.min() >= 0


def test_shares_count_those_who_were_counted() -> None:
    draw = np.random.default_rng(1)
    people = draw.uniform(10, 50, (3, 2, AGES))
    counted = np.floor(people * 0.3)
    assert (share_of(counted, people) * people).sum() == pytest.approx(counted.sum())


def test_needs_on_the_last_day_are_those_on_record(folder, pack, observed) -> None:
    """Users of a method by the records, and pupils as people of their ages."""
    with Records.open(folder) as records:
        needs = {one.id: one for one in read_needs(records, pack, observed, "living")}
        told = users_on(records, date(observed.years[-1], 12, 31), 4)
    ended = {row["person_id"] for row in make_city().residence if row["end_date"] is None}
    users = sum(row["person_id"] in ended for row in make_city().use)
    assert (needs["contraception.iud"].weights * observed.end).sum() == pytest.approx(users)
    assert {one for by in told.values() for one in by} == {"iud"}
    assert sum(by["iud"] for by in told.values()) == users, "the supply plan counts the same women"
    assert not needs["contraception.iud"].weights[:, 0].any()
    assert (needs["primary"].weights * observed.end).sum() == pytest.approx(observed.end[:, :, 6:12].sum())
    assert needs["maternity-beds"].weights is None


@pytest.fixture(scope="module")
def run(folder, pack, medium):
    with Records.open(folder) as records:
        return run_outlook(records, pack, Wish(medium, 2016, 200, 3))


def test_the_same_inputs_give_the_same_run(folder, pack, medium, run) -> None:
    with Records.open(folder) as records:
        again = run_outlook(records, pack, Wish(medium, 2016, 200, 3))
        other = run_outlook(records, pack, Wish(medium, 2016, 200, 4))
    assert again.head.id == run.head.id == run_id(pack, Wish(medium, 2016, 200, 3), run.head.manifest)
    assert again.figures.equals(run.figures)
    assert again.ages.equals(run.ages)
    assert other.head.id != run.head.id
    assert not other.figures.equals(run.figures)


def test_intervals_are_in_order_and_hold_the_median(run) -> None:
    for row in run.figures.to_pylist():
        if row["median"] is not None and row["year"] > LAST:
            levels = [row[name] for name in ("lo95", "lo80", "median", "hi80", "hi95")]
            assert levels == sorted(levels)


def test_a_run_holds_the_observed_years_too(run, observed) -> None:
    kept = KeptRun(run.head, run.figures, run.ages)
    births = {one.year: one for one in kept.figure(CITY, "births")}
    assert [births[year].median for year in YEARS] == observed.births.sum((1, 2)).tolist()
    assert births[LAST].lo80 is None


def test_the_city_has_a_fan_of_its_fertility_and_length_of_life(run) -> None:
    """Between those of its two counties in every year, as it is both of them."""
    kept = KeptRun(run.head, run.figures, run.ages)
    for name in ("tfr", "e0_m", "e0_f", "migration"):
        assert [one.year for one in kept.figure(CITY, name) if one.year > LAST] == list(kept.years)
    for name in ("tfr", "e0_m", "e0_f"):
        medians = [[one.median for one in kept.figure(area, name)][-1] for area in (EAST, CITY, WEST)]
        assert min(medians[0], medians[2]) - 0.02 < medians[1] < max(medians[0], medians[2]) + 0.02


def test_fertility_on_record_is_births_by_woman_years_with_its_chance(observed) -> None:
    tfr = observed_rates(observed, slice(None))["tfr"]
    women, births = observed.lived[:, :, 1].sum(1), observed.births.sum(1)
    by_hand = [sum(b / w for b, w in zip(*year, strict=True) if b) for year in zip(births, women, strict=True)]
    assert tfr[2] == pytest.approx(by_hand)
    assert (np.diff(tfr, axis=0) > 0).all()
    many = replace(observed, births=observed.births * 100, lived=observed.lived * 100)
    assert observed_rates(many, slice(None))["tfr"][2] == pytest.approx(by_hand)
    narrower = np.ptp(observed_rates(many, slice(None))["tfr"], axis=0) / np.ptp(tfr, axis=0)
    assert narrower == pytest.approx(np.full(len(YEARS), 0.1), rel=0.05)


def test_length_of_life_on_record_needs_enough_people(observed) -> None:
    assert np.isnan(observed_rates(observed, slice(None))["e0_f"]).all()  # some 800 women
    old = np.arange(AGES) > 84  # the made-up city has hardly anybody so old
    many = replace(observed, deaths=observed.deaths * 30 + 8 * old, lived=observed.lived * 30 + 50)
    found = observed_rates(many, slice(None))
    ages = np.array([0, 1, *range(5, 90, 5)])
    for sex, name in enumerate(("e0_m", "e0_f")):
        died, lived = (np.add.reduceat(cells[0, :, sex].sum(0), ages) for cells in (many.deaths, many.lived))
        table = life_table(died / lived, ages, sex=("male", "female")[sex])
        assert found[name][2, 0] == pytest.approx(float(table.e0))
        assert (np.diff(found[name], axis=0) > 0).all()


def test_a_hidden_years_fertility_is_hidden_too(observed, pack) -> None:
    few = observed.births.copy()
    few[0] = 0
    few[0, 0, 25], few[0, 1, 25] = 3, 40
    rows = [
        row for table in observed_figures(replace(observed, births=few), pack.disclosure) for row in table.to_pylist()
    ]
    assert {row["area"] for row in rows if (row["year"], row["measure"]) == (FIRST, "tfr")} == {CITY}


def test_small_counts_are_hidden(run, pack) -> None:
    """In the first years a projection lies close to the records."""
    people = [row["median"] for row in run.ages.to_pylist()]
    pupils = [row["median"] for row in run.figures.to_pylist() if row["measure"] == "need.primary"]
    for counts in (people, pupils):
        assert min(one for one in counts if one is not None and round(one) > 0) >= pack.disclosure.threshold - 0.5
    assert any(one is None for one in people)


def test_a_hidden_count_is_not_given_away_by_the_citys(observed, pack) -> None:
    """Three births in the East: the West's are hidden too, or the city's number less the West's would tell."""
    few = observed.births.copy()
    few[0] = 0
    few[0, 0, 25], few[0, 1, 25] = 3, 40
    tables = observed_figures(replace(observed, births=few), pack.disclosure)
    first = {
        row["area"]: row["median"]
        for table in tables
        for row in table.to_pylist()
        if (row["year"], row["measure"]) == (FIRST, "births")
    }
    assert first == {EAST: None, WEST: None, CITY: 43}


def test_what_is_kept_reads_back(run, tmp_path) -> None:
    keep_run(tmp_path / run.head.id, run)
    (head,) = kept_runs(tmp_path)
    assert head == run.head
    kept = KeptRun.read(tmp_path / head.id)
    people = {one.year: one.median for one in kept.figure(CITY, "population")}
    male, female = kept.pyramids(CITY)[2010]
    assert sum(male) + sum(female) == pytest.approx(people[2010], rel=0.1)
    pupils = {one.year: one.median for one in kept.need(CITY, "primary")}
    assert pupils[2010] == pytest.approx(sum(male[6:12]) + sum(female[6:12]), rel=0.1)


def test_a_run_that_is_not_there_says_how_to_make_it(tmp_path) -> None:
    with pytest.raises(ShidaiError, match="no such run"):
        KeptRun.read(tmp_path / "0123456789abcdef")


def test_records_that_end_in_mid_year_project_from_the_last_full_one(tmp_path, pack, medium) -> None:
    folder = write_city(tmp_path)
    with Records.open(folder) as records:
        early = records.manifest.model_copy(update={"cutoff": date(LAST, 6, 30)})
        records.manifest = early
        given, _ = read_ingredients(records, pack, medium.model_copy(update={"observed_years": 2}))
    assert given.observed.years == (LAST - 2, LAST - 1)


def test_as_if_the_records_had_ended_earlier(observed: Observed) -> None:
    earlier = observed.until(2004)
    assert earlier.years == (2002, 2003, 2004)
    assert earlier.end == pytest.approx(observed.start[3])


def test_a_city_without_births_is_refused(observed, standard) -> None:
    with pytest.raises(ShidaiError, match="no birth"):
        measure(replace(observed, births=np.zeros_like(observed.births)), standard, 5)


def test_a_projection_from_an_earlier_year_is_scored_against_the_records(folder, pack, medium) -> None:
    """County by county and for the city; what isn't known yet isn't used, so its first year's base is exact."""
    two_years = medium.model_copy(update={"observed_years": 2})
    with Records.open(folder) as records:
        scores = backtest_city(records, pack, two_years, 2004, 100, 1)
        with pytest.raises(ShidaiError, match="cover 19"):
            backtest_city(records, pack, two_years, 2010, 100, 1)
    assert {one.area for one in scores} == {CITY, EAST, WEST}
    assert all(one.points == 3 for one in scores)
    people = next(one for one in scores if (one.area, one.measure) == (CITY, "population"))
    assert people.error < 0.05
