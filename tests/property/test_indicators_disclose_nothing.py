"""An attacker with all published rows, and subtraction, must not get any hidden count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shidai.indicators.cells import Cell
from shidai.indicators.lines import Doubt, period_lines, suppress_secondary
from shidai.indicators.periods import periods_of
from shidai.indicators.protect import class_lines, small_counts
from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.indicators.tree import AreaTree
from shidai.packs import Pack, load_pack
from tests.oracle import cities

YEAR = 2005
PARENTS = {4: None, 6: 4, 9: 6, 12: 9}


CITIES = [(0, 40), (1, 120)]
"""Seed and people."""


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("wuxi-2006")


@pytest.fixture(scope="module", params=CITIES, ids=str)
def published(request, tmp_path_factory, pack) -> list[dict]:
    """Everything that is published of a random city."""
    seed, people = request.param
    folder = tmp_path_factory.mktemp("city")
    cities.write_city(folder, cities.random_city(seed, YEAR, people), YEAR)
    with Records.open(folder) as records:
        return compute(records, pack, year=YEAR, period=None).to_pylist()


def attack(
    known: dict[tuple, float],
    lines: list[tuple[tuple, list[tuple]]],
    balances: Sequence[tuple[list[tuple], list[tuple]]] = (),
    *,
    ones: bool = False,
) -> dict[tuple, float]:
    """Subtract wherever all of a line but one is known, again and again. What was found that wasn't known.

    A balance has two sides of the same sum. Where a total is zero, every part is. Where as many parts are hidden as
    they come to, each is one: zeros are shown.
    """
    found = dict(known)
    while True:
        before = len(found)
        for total, parts in lines:
            if found.get(total) == 0:
                found |= {part: 0.0 for part in parts if part not in found}
            hidden = [part for part in parts if part not in found]
            if ones and total in found and found[total] - sum(found[p] for p in parts if p in found) == len(hidden):
                found |= dict.fromkeys(hidden, 1.0)
        for left, right in [([total], parts) for total, parts in lines] + list(balances):
            missing = [cell for cell in (*left, *right) if cell not in found]
            if len(missing) == 1:
                sides = (sum(found[cell] for cell in side if cell in found) for side in (left, right))
                difference = next(sides) - next(sides)
                found[missing[0]] = -difference if missing[0] in left else difference
        if len(found) == before:
            return {cell: value for cell, value in found.items() if cell not in known}


def lines_of_counts(rows: list[dict]) -> list[tuple[tuple, list[tuple]]]:
    """All sums among count rows: areas, periods, sexes, orders, ages. Rows that were left out count nothing."""
    cells = {(row["indicator"], row["area"], row["period"], row["breakdown"]) for row in rows}
    lines = []
    groups: dict[tuple, list[tuple]] = defaultdict(list)  # cells that share all but the area, the period or the class
    for one, area, period, breakdown in cells:
        for key in (("area", one, period, breakdown), ("period", one, area, breakdown), ("class", one, area, period)):
            groups[key].append((one, area, period, breakdown))
    for one in cells:
        indicator, area, period, breakdown = one
        moves = indicator.startswith("moves")  # a move inside an area isn't one into it: areas don't sum
        children = [] if moves else [c for c in groups["area", indicator, period, breakdown]
                    if PARENTS[len(c[1])] == len(area) and c[1].startswith(area)]  # fmt: skip
        lines.append((one, children))
        if indicator.startswith(("births", "deaths", "moves")):
            same = groups["period", indicator, area, breakdown]
            quarters, months = ([c for c in same if len(c[2]) == 7 and ("Q" in c[2]) == q] for q in (True, False))
            if len(period) == 4:
                lines += [(one, quarters), (one, months)]
            elif "Q" in period:
                ours = [f"{YEAR}-{3 * int(period[-1]) - k:02d}" for k in (2, 1, 0)]
                lines.append((one, [c for c in months if c[2] in ours]))
        here = groups["class", indicator, area, period]
        for dimension in ("sex", "order", "age5"):
            if dimension in breakdown:
                continue
            parts = [c for c in here if c[3] and set(c[3].split(";")) > set(filter(None, breakdown.split(";")))
                     and len(c[3].split(";")) == len(list(filter(None, breakdown.split(";")))) + 1
                     and f"{dimension}=" in c[3]]  # fmt: skip
            lines.append((one, parts))
    return [(total, parts) for total, parts in lines if parts]


@pytest.mark.parametrize("one", ["births", "deaths", "moves_in", "migrants"])
def test_no_hidden_count_can_be_had_by_subtraction(published, one: str) -> None:
    rows = [row for row in published if row["indicator"] == one]
    if one == "migrants":  # figures of one day: one period is as good as another
        rows = [row for row in rows if row["period"] == str(YEAR)]
    known = {place_of(row): row["numerator"] for row in rows if not row["suppressed"]}
    assert len(known) < len(rows)
    assert known or one == "moves_in"  # in a city of forty no move can be shown
    assert not attack(known, lines_of_counts(rows), ones=not one.startswith("moves"))  # moves of none are hidden too


SHARES = ("contraceptive_prevalence", "contraceptive_prevalence_modern", "migrant_share", "share_0_14", "share_15_64")


@pytest.mark.parametrize("one", SHARES)
def test_a_share_does_not_tell_of_few_others(published, pack, one: str) -> None:
    """11 of 12 use a method: the twelfth is one woman."""
    shown = [row for row in published if row["indicator"] == one and not row["suppressed"]]
    assert shown
    few = [row for row in shown if 0 < row["denominator"] - row["numerator"] < pack.disclosure.threshold]
    assert not [row for row in few if "unknown" not in row["breakdown"]]


def place_of(row: dict) -> tuple:
    return (row["indicator"], row["area"], row["period"], row["breakdown"])


BALANCE = {
    "registered": ("population_registered", "births", "deaths", "moves_in", "moves_out"),
    "living": ("population_living", "births_living", "deaths_living", "moves_in_living", "moves_out_living"),
}
SEXES = ("", "sex=1", "sex=2", "sex=9")


@pytest.mark.parametrize("residence", ["registered", "living"])
def test_the_balance_of_a_population_gives_no_hidden_count_away(published, residence: str) -> None:
    """births = population at the end - at the start + deaths - moves in + moves out, and so for each part of it."""
    rows = [row for row in published if row["indicator"] in BALANCE[residence] and row["breakdown"] in SEXES]
    known = {place_of(row): row["numerator"] for row in rows if not row["suppressed"]}
    known |= {cell: 0.0 for cell in places_of_the_balance(residence, rows) if cell not in map_of(rows)}
    known |= starts_told_by_means(published, residence, known)
    flows = [row for row in rows if not row["indicator"].startswith("population")]
    lines = [line for one in BALANCE[residence][1:] for line in lines_of_counts(
        [row for row in flows if row["indicator"] == one])]  # fmt: skip
    hidden = [row for row in rows if row["suppressed"]]
    assert {row["indicator"] for row in hidden} == set(BALANCE[residence])
    found = attack(known, lines, balances_of(residence, {row["area"] for row in rows}))
    assert not [cell for cell in found if cell[2] != "before"]  # last December is last year's to publish or to hide


def map_of(rows: list[dict]) -> set[tuple]:
    return {place_of(row) for row in rows}


def places_of_the_balance(residence: str, rows: list[dict]) -> list[tuple]:
    """All its cells; a class that was left out counts nobody."""
    areas, periods = ({row[name] for row in rows} for name in ("area", "period"))
    return [
        (one, area, period, sex) for one in BALANCE[residence] for area in areas for period in periods for sex in SEXES
    ]


def starts_told_by_means(published: list[dict], residence: str, known: dict[tuple, float]) -> dict[tuple, float]:
    """The population before the year: twice the mean population, a shown denominator, less that of the year's end."""
    rate = "crude_birth_rate" if residence == "registered" else "crude_birth_rate_living"
    found = {}
    for row in published:
        end = (BALANCE[residence][0], row["area"], str(YEAR), "")
        if row["indicator"] == rate and row["period"] == str(YEAR) and not row["suppressed"] and end in known:
            found[(BALANCE[residence][0], row["area"], "before", "")] = 2 * row["denominator"] - known[end]
    return found


def balances_of(residence: str, areas: set[str]) -> list[tuple[list[tuple], list[tuple]]]:
    """end + deaths + out = start + births + in, for every area, period and sex."""
    stock, births, deaths, into, out = BALANCE[residence]
    before = {period.name: f"{YEAR}-{period.first:02d}" if period.first else "before" for period in periods_of(YEAR)}
    found = []
    for area in areas:
        for sex in SEXES:
            for end, start in before.items():
                left = [(stock, area, end, sex), (deaths, area, end, sex), (out, area, end, sex)]
                right = [(stock, area, start, sex), (births, area, end, sex), (into, area, end, sex)]
                found.append((left, right))
    return found


def test_person_years_give_no_hidden_population_away(published, pack) -> None:
    """A woman there all year lives one person-year: the denominator of a rate by age is a count of women."""
    rates = [row for row in published if row["indicator"] == "age_specific_fertility_rate"]
    rates = [row for row in rates if row["breakdown"].startswith("age5")]
    hidden = {
        place_of(row)[1:] for row in published if row["suppressed"] and row["indicator"] == "population_registered"
    }
    share = {period.name: (period.last - period.first) / 12 for period in periods_of(YEAR)}
    shown = [row for row in rates if not row["suppressed"]]
    assert len(shown) < len(rates)
    for row in shown:
        assert (row["area"], row["period"], f"sex=2;{row['breakdown']}") not in hidden, row
        assert not 0 < row["denominator"] / share[row["period"]] < pack.disclosure.threshold * 0.95, row


def test_hidden_person_years_can_not_be_had_by_subtraction(published) -> None:
    rates = [row for row in published if row["indicator"] == "age_specific_fertility_rate"]
    rows = [{**row, "indicator": "births"} for row in rates if not row["breakdown"].startswith("age=")]
    known = {place_of(row): row["denominator"] for row in rows if not row["suppressed"]}
    assert len(known) < len(rows)
    assert not attack(known, lines_of_counts(rows))


def test_the_attack_itself_works() -> None:
    """Without secondary suppression it finds the hidden count, so a pass above means something."""
    known = {("births", "99", "2005", ""): 20.0, ("births", "9901", "2005", ""): 17.0}
    lines = [(("births", "99", "2005", ""), [("births", "9901", "2005", ""), ("births", "9902", "2005", "")])]
    assert attack(known, lines) == {("births", "9902", "2005", ""): 3.0}
    parts = [("births", f"99{number:02d}", "2005", "") for number in range(5)]
    assert attack(
        {("births", "99", "2005", ""): 5.0}, [(("births", "99", "2005", ""), parts)], ones=True
    ) == dict.fromkeys(parts, 1.0)


def test_small_counts_never_show(published, pack) -> None:
    counts = {i for i, one in pack.indicators.items() if one.formula == "count"}
    small = range(1, pack.disclosure.threshold)
    assert not [row for row in published if row["indicator"] in counts and row["numerator"] in small]
    assert all(row["value"] is row["numerator"] is row["n"] is None for row in published if row["suppressed"])


def flat_tree(children: int) -> AreaTree:
    from datetime import date

    from shidai.indicators.tree import Area

    codes = ["99"] + [f"99{number:02d}" for number in range(children)]
    return AreaTree(tuple(
        Area(code, "99" if place else None, "county" if place else "city",
             code, code, False, place, date(1900, 1, 1), None)
        for place, code in enumerate(codes)
    ))  # fmt: skip


@settings(deadline=None)
@given(counts=st.lists(st.integers(0, 30), min_size=2, max_size=6), months=st.integers(0, 2**31))
def test_no_line_is_left_with_one_hidden_cell(counts: list[int], months: int) -> None:
    rng = np.random.default_rng(months)
    periods = periods_of(YEAR)
    own = rng.multinomial(counts, [1 / 12] * 12).astype(float)
    city = np.vstack([own.sum(0), own])
    cells = np.stack([city[:, period.first : period.last].sum(1) for period in periods], axis=1)[..., None]
    tree, time = flat_tree(len(counts)), period_lines(periods)
    hidden = small_counts(cells, lambda count: count == 0 or count >= 5)
    suppress_secondary(cells, hidden, tree, time, [], Doubt(least=1, spread=1))
    assert not (hidden.sum(0) == 1).any()  # the city and its counties
    for total, parts in time:
        assert not (hidden[:, [total, *parts]].sum(1) == 1).any()
        inside = hidden[:, list(parts)]
        room = (cells[:, list(parts)] - 1).sum(1, where=inside)
        assert not (inside.any(1) & ~hidden[:, total] & (room < 1)).any()


def test_ages_make_up_their_totals_in_every_published_way() -> None:
    family = tuple(
        Cell("deaths", "registered", first=first, last=last)
        for first, last in ((None, None), (0, 4), (5, 9), (10, 14), (0, 14), (15, 100))
    )
    lines = class_lines(family)
    assert (4, (1, 2, 3)) in lines
    assert (0, (4, 5)) in lines
    assert (0, (1, 2, 3, 5)) in lines
