"""DuckDB and Spark must give the very figures that the slow oracle counts record by record."""

from __future__ import annotations

import math
import os
import shutil
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.packs import Pack, load_pack
from shidai.packs.schema.indicator import FOLLOWED, IN_GROUPS, Indicator, Term
from tests.oracle import cities, figures
from tests.oracle.programmes import add_sessions, add_visits
from tests.oracle.supplied import add_supply
from tests.oracle.tally import Tally, tally
from tests.oracle.trained import add_training

LEAP, COMMON = 2004, 2005
SEED = 2  # of a city in which every indicator counts something
QUICK = (Phase.explicit, Phase.generate)  # a failing seed names a small city already: no shrinking
COMPARED: Counter = Counter()
"""Rows compared, by indicator: an indicator that was never compared fails the last test."""
MUST_BE_GENERATED = {
    "born on 29 February", "unknown birth date", "half-known birth date", "day on an edge", "moved back", "twins",
    "gap between spells", "spell of no length", "overlapping unions", "overlapping methods", "death",
}  # fmt: skip


@cache
def earlier_pack() -> Pack:
    """The pack, its programmes in force in the years that are counted; a round begins and ends within them."""
    pack, changed = load_pack("wuxi-2006"), []
    for one in pack.all_programmes:
        version, schedule = one.version[0], one.version[0].schedule
        rounds = tuple(
            each.model_copy(update={"effective_from": date(2004, 2, 10), "effective_to": date(2005, 11, 16)})
            for each in schedule.round
        )
        update = {"effective_from": date(2000, 1, 1), "schedule": schedule.model_copy(update={"round": rounds})}
        changed.append(one.model_copy(update={"version": (version.model_copy(update=update),)}))
    fields = {name: getattr(pack, name) for name in type(pack).model_fields}
    told = (
        *pack.all_indicators,
        *(step_figure(measure) for measure in ("programme_visits", *sorted(FOLLOWED | IN_GROUPS))),
    )
    return Pack.model_construct(**{**fields, "all_programmes": tuple(changed), "all_indicators": told})


def step_figure(measure: str) -> Indicator:
    """A figure of one step of a programme, which the pack itself doesn't count: of its findings, of its follow-up."""
    one = load_pack("wuxi-2006").indicators["rti_round_person_times"]
    narrowed = {"result": ("treated",)} if measure == "programme_visits" else {}
    step = "recheck" if measure in FOLLOWED else "check"
    term = Term(measure=measure, programme="rti-control", step=step, **narrowed)
    return one.model_copy(update={"id": f"step_{measure}", "numerator": (term,), "effective_from": date(2000, 1, 1)})


@pytest.fixture(scope="module")
def pack() -> Pack:
    return earlier_pack()


def random_city(seed: int, year: int, people: int) -> dict[str, list[dict]]:
    """With visits under every programme."""
    records = cities.random_city(seed, year, people) | {"attested": []}
    for one in earlier_pack().all_programmes:
        add_visits(records, one, seed, year, (None, *cities.VILLAGES))
    add_sessions(records, ("rti-control",), seed, year, cities.VILLAGES)
    add_supply(records, earlier_pack().all_commodities, seed, year, cities.VILLAGES)
    add_training(records, seed, year, cities.VILLAGES)
    return records


def rows_of(folder: Path, pack: Pack, year: int, engine: str) -> list[dict]:
    with Records.open(folder, engine) as records:
        return compute(records, pack, year=year, period=None, protect=False).to_pylist()


def chosen_rows(rows: list[dict]) -> list[dict]:
    """All totals, and every class for one area of each level in the whole year and in two months."""
    areas = {min(row["area"] for row in rows if len(row["area"]) == n) for n in (4, 6, 9, 12)}
    return [
        row for row in rows
        if not row["breakdown"] or (row["area"] in areas and row["period"][4:] in ("", "-Q1", "-02", "-12"))
    ]  # fmt: skip


def compare(rows: list[dict], truth: Tally, pack: Pack) -> None:
    """Every row's numerator, denominator and value; and no counted class may be missing."""
    truth.programmes = pack.programmes
    for row in chosen_rows(rows):
        indicator = pack.indicators[row["indicator"]]
        classes = dict(part.split("=") for part in row["breakdown"].split(";") if part)
        where = (row["area"], row["period"], classes)
        told = f"{indicator.id} {where}"
        if indicator.formula in ("count", "ratio"):
            assert row["numerator"] == pytest.approx(figures.numerator(truth, indicator, *where)), told
        if indicator.formula == "ratio":
            assert row["denominator"] == pytest.approx(figures.denominator(truth, indicator, *where)), told
        if indicator.formula not in ("life_expectancy", "net_reproduction_rate"):
            expected = figures.value(truth, indicator, *where)
            assert (row["value"] is None) == (expected is None), told
            assert expected is None or math.isclose(row["value"], expected, abs_tol=1e-9), told
        COMPARED[indicator.id] += bool(row["numerator"])
    assert_nothing_missing(rows, truth, pack)


def assert_nothing_missing(rows: list[dict], truth: Tally, pack: Pack) -> None:
    """Classes of a count must sum to its total: a class that was left out counts nothing."""
    by_total: Counter = Counter()
    totals: dict[tuple, float] = {}
    for row in rows:
        if pack.indicators[row["indicator"]].formula != "count":
            continue
        key = (row["indicator"], row["area"], row["period"])
        if not row["breakdown"]:
            totals[key] = row["numerator"]
        else:
            kind = ";".join(part.split("=")[0] for part in row["breakdown"].split(";"))
            by_total[*key, kind] += row["numerator"]
    for (*key, kind), found in by_total.items():
        assert found == totals[tuple(key)], (key, kind)


@cache
def counted_city(seed: int, year: int, people: int) -> tuple[dict[str, list[dict]], Tally]:
    """A city and what the oracle counts in it; both engines are held against the same one."""
    records = random_city(seed, year, people)
    return records, tally(records, year)


@pytest.mark.parametrize(("seed", "year"), [(1, LEAP)])
def test_duckdb_counts_what_the_oracle_counts(tmp_path, pack, seed: int, year: int) -> None:
    """The leap year; the common year is the last test's."""
    records, truth = counted_city(seed, year, 20)
    cities.write_city(tmp_path, records, year)
    compare(rows_of(tmp_path, pack, year, "duckdb"), truth, pack)


@pytest.mark.full
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=QUICK)
@given(seed=st.integers(0, 10**9), year=st.sampled_from([LEAP, COMMON]), people=st.integers(2, 60))
def test_duckdb_counts_what_the_oracle_counts_in_many_cities(
    tmp_path_factory, pack, seed: int, year: int, people: int
) -> None:
    folder = tmp_path_factory.mktemp("city")
    records = random_city(seed, year, people)
    cities.write_city(folder, records, year)
    compare(rows_of(folder, pack, year, "duckdb"), tally(records, year), pack)


@pytest.mark.spark
@pytest.mark.skipif(not (os.environ.get("JAVA_HOME") or shutil.which("java")), reason="Spark needs Java 17")
@pytest.mark.parametrize(("seed", "year"), [(1, LEAP)])
def test_spark_counts_what_the_oracle_counts(tmp_path, pack, seed: int, year: int) -> None:
    records, truth = counted_city(seed, year, 20)
    cities.write_city(tmp_path, records, year)
    compare(rows_of(tmp_path, pack, year, "spark"), truth, pack)


def test_every_awkward_thing_and_every_indicator_was_generated(tmp_path, pack) -> None:
    records, truth = counted_city(SEED, COMMON, 120)
    cities.write_city(tmp_path, records, COMMON)
    compare(rows_of(tmp_path, pack, COMMON, "duckdb"), truth, pack)
    assert set(cities.SEEN) >= MUST_BE_GENERATED
    assert not [thing for thing in MUST_BE_GENERATED if not cities.SEEN[thing]]
    assert not [one for one in pack.indicators if not COMPARED[one]]
