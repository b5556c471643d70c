"""An attacker with all published rows, and subtraction, must not get any hidden count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shidai.indicators.cells import Cell
from shidai.indicators.periods import periods_of
from shidai.indicators.protect import class_lines, period_lines, small_counts, suppress_secondary
from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.indicators.tree import AreaTree
from shidai.packs import Pack, load_pack
from tests.oracle import cities

YEAR = 2005
PARENTS = {4: None, 6: 4, 9: 6, 12: 9}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("wuxi-2006")


def attack(known: dict[tuple, float], lines: list[tuple[tuple, list[tuple]]]) -> dict[tuple, float]:
    """Subtract wherever all of a line but one is known, again and again. What was found that wasn't known."""
    found = dict(known)
    while True:
        before = len(found)
        for total, parts in lines:
            missing = [cell for cell in (total, *parts) if cell not in found]
            if len(missing) == 1:
                rest = sum(found[part] for part in parts if part in found)
                found[missing[0]] = rest if missing[0] == total else found[total] - rest
        if len(found) == before:
            return {cell: value for cell, value in found.items() if cell not in known}


def lines_of_counts(rows: list[dict]) -> list[tuple[tuple, list[tuple]]]:
    """All sums among count rows: areas, periods, sexes, orders, ages. Rows that were left out count nothing."""
    cells = {(row["indicator"], row["area"], row["period"], row["breakdown"]) for row in rows}
    lines = []
    for one in cells:
        indicator, area, period, breakdown = one
        moves = indicator.startswith("moves")  # a move inside an area isn't one into it: areas don't sum
        children = [] if moves else [c for c in cells if (c[0], c[2], c[3]) == (indicator, period, breakdown)
                    and PARENTS[len(c[1])] == len(area) and c[1].startswith(area)]  # fmt: skip
        lines.append((one, children))
        if indicator.startswith(("births", "deaths", "moves")):
            same = [c for c in cells if (c[0], c[1], c[3]) == (indicator, area, breakdown)]
            quarters, months = ([c for c in same if len(c[2]) == 7 and ("Q" in c[2]) == q] for q in (True, False))
            if len(period) == 4:
                lines += [(one, quarters), (one, months)]
            elif "Q" in period:
                ours = [f"{YEAR}-{3 * int(period[-1]) - k:02d}" for k in (2, 1, 0)]
                lines.append((one, [c for c in months if c[2] in ours]))
        here = [c for c in cells if c[:3] == one[:3]]
        for dimension in ("sex", "order", "age5"):
            if dimension in breakdown:
                continue
            parts = [c for c in here if c[3] and set(c[3].split(";")) > set(filter(None, breakdown.split(";")))
                     and len(c[3].split(";")) == len(list(filter(None, breakdown.split(";")))) + 1
                     and f"{dimension}=" in c[3]]  # fmt: skip
            lines.append((one, parts))
    return [(total, parts) for total, parts in lines if parts]


@pytest.mark.parametrize(("seed", "people"), [(0, 40), (1, 120)])
def test_no_hidden_count_can_be_had_by_subtraction(tmp_path, pack, seed: int, people: int) -> None:
    cities.write_city(tmp_path, cities.random_city(seed, YEAR, people), YEAR)
    with Records.open(tmp_path) as records:
        for one in ("births", "deaths", "moves_in", "migrants"):
            rows = compute(records, pack, year=YEAR, period=None, indicators=[one]).to_pylist()
            if one == "migrants":  # figures of one day: one period is as good as another
                rows = [row for row in rows if row["period"] == str(YEAR)]
            known = {
                (row["indicator"], row["area"], row["period"], row["breakdown"]): row["numerator"]
                for row in rows
                if not row["suppressed"]
            }
            assert 0 < len(known) < len(rows), one
            assert not attack(known, lines_of_counts(rows)), one


def test_the_attack_itself_works() -> None:
    """Without secondary suppression it finds the hidden count, so a pass above means something."""
    known = {("births", "99", "2005", ""): 20.0, ("births", "9901", "2005", ""): 17.0}
    lines = [(("births", "99", "2005", ""), [("births", "9901", "2005", ""), ("births", "9902", "2005", "")])]
    assert attack(known, lines) == {("births", "9902", "2005", ""): 3.0}


def test_small_counts_never_show(tmp_path, pack) -> None:
    cities.write_city(tmp_path, cities.random_city(7, YEAR, 120), YEAR)
    with Records.open(tmp_path) as records:
        shown = compute(records, pack, year=YEAR, period=None).to_pylist()
    counts = {i for i, one in pack.indicators.items() if one.formula == "count"}
    small = range(1, pack.disclosure.threshold)
    assert not [row for row in shown if row["indicator"] in counts and row["numerator"] in small]
    assert all(row["value"] is row["numerator"] is row["n"] is None for row in shown if row["suppressed"])


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
    suppress_secondary(cells, hidden, tree, time, [])
    assert not (hidden.sum(0) == 1).any()  # the city and its counties
    for total, parts in time:
        assert not (hidden[:, [total, *parts]].sum(1) == 1).any()


def test_ages_make_up_their_totals_in_every_published_way() -> None:
    family = tuple(
        Cell("deaths", "registered", first=first, last=last)
        for first, last in ((None, None), (0, 4), (5, 9), (10, 14), (0, 14), (15, 100))
    )
    lines = class_lines(family)
    assert (4, (1, 2, 3)) in lines
    assert (0, (4, 5)) in lines
    assert (0, (1, 2, 3, 5)) in lines
