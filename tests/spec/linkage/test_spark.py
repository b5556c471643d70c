"""From the same settings Spark finds the same pairs as DuckDB, with the same probabilities."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import pyarrow as pa
import pytest

from shidai.indicators.engines import _connect_spark
from shidai.linkage.model import clean, find_pairs, train
from shidai.linkage.onspark import find_pairs_on_spark
from tests.spec.linkage.lists import as_table, make_people, make_slips

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="no Java on this machine: Spark needs one"),
]


def told(pairs: pa.Table) -> dict[tuple[str, str], float]:
    columns = (pairs[name].to_pylist() for name in ("id_a", "id_b", "probability"))
    return {(a, b): probability for a, b, probability in zip(*columns, strict=True)}


@pytest.mark.parametrize(("count", "numbers"), [(1, True), (2, False)], ids=["one list", "two lists, no numbers"])
def test_spark_finds_the_same_pairs(count: int, numbers: bool) -> None:
    people = make_people(3, 30)
    slips = make_slips(people, 4, numbers=numbers)
    lists: Sequence[pa.Table]
    if count == 2:
        lists = [clean("han", as_table(people)), clean("han", as_table(slips))]
    else:
        again = [dict(one) | {"id": f"again{one['id']}"} for one in slips[:20]]
        lists = [clean("han", as_table([*people, *again]))]
    session = _connect_spark()._session
    model = train("han", lists)
    on_duckdb, on_spark = told(find_pairs(model, lists)), told(find_pairs_on_spark(model, lists, session))
    assert len(on_duckdb) > 15
    assert on_spark == pytest.approx(on_duckdb, abs=1e-12)
