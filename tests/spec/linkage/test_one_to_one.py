"""One partner each: the chosen pairs together weigh the most."""

from __future__ import annotations

from itertools import permutations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from shidai.linkage.pairs import choose_one_to_one, group_records


def pairs(*rows: tuple[str, str, float]) -> pa.Table:
    return pa.table(
        {
            "id_a": [row[0] for row in rows],
            "id_b": [row[1] for row in rows],
            "probability": [0.9] * len(rows),
            "weight": [row[2] for row in rows],
        }
    )


def chosen(table: pa.Table) -> set[tuple[str, str]]:
    found = choose_one_to_one(table).to_pylist()
    return {(row["id_a"], row["id_b"]) for row in found}


def test_twins_get_their_own_partners() -> None:
    """The best pair alone would leave the other twin with a stranger's record."""
    table = pairs(("a", "x", 10.0), ("a", "y", 9.0), ("b", "x", 9.5), ("b", "y", 2.0))
    assert chosen(table) == {("a", "y"), ("b", "x")}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.floats(1, 20)), min_size=1, max_size=10))
def test_nothing_else_would_weigh_more(rows) -> None:
    best = {(a, b): weight for a, b, weight in rows}
    table = pairs(*((f"a{a}", f"b{b}", weight) for (a, b), weight in best.items()))
    found = chosen(table)
    assert len({a for a, _ in found}) == len({b for _, b in found}) == len(found)
    most = max(
        sum(1 + best[a, b] - min(best.values()) for a, b in enumerate(order) if (a, b) in best)
        for order in permutations(range(4))
    )
    weight = sum(1 + best[int(a[1]), int(b[1])] - min(best.values()) for a, b in found)
    assert abs(weight - most) < 1e-9


def test_records_joined_by_pairs_form_groups() -> None:
    table = pairs(("1", "2", 5.0), ("2", "3", 5.0), ("7", "9", 5.0))
    assert group_records(table) == [["1", "2", "3"], ["7", "9"]]
    assert choose_one_to_one(table.slice(0, 0)).num_rows == 0
