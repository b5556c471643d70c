"""One definition, three readers: arrays, tables and one person agree for random conditions over random facts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis
import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st

from shidai.rules import compile_version
from shidai.words import ShidaiError
from tests.spec.rules.making import as_arrays, as_table, make_columns, make_version

COLUMNS = make_columns(a="int", b="int!", c="int", p="bool", q="bool!", d="day", e="day!", t="text", u="text")
DAYS = [date(1933, 1, 1) + timedelta(days=n) for n in (-1, 0, 1, 366, 10_000)]
WORDS = ("rural", "urban", "320281", "32028101", "")
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # every try compiles a query: no shrinking
INTS = st.integers(-40, 120)
SIGN = st.sampled_from(("=", "<>", "<", "<=", ">", ">="))
EQUAL = st.sampled_from(("=", "<>"))


def _numbers() -> st.SearchStrategy[str]:
    plain = st.one_of(st.sampled_from(("a", "b", "c", ":k")), st.integers(0, 60).map(str))
    return st.recursive(
        plain,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(("+", "-", "*")), inner).map(lambda x: f"({x[0]} {x[1]} {x[2]})"),
            st.tuples(st.sampled_from(("LEAST", "GREATEST", "COALESCE")), inner, inner).map(
                lambda x: f"{x[0]}({x[1]}, {x[2]})"
            ),
            st.tuples(inner, SIGN, inner, inner, inner).map(
                lambda x: f"CASE WHEN {x[0]} {x[1]} {x[2]} THEN {x[3]} ELSE {x[4]} END"
            ),
            inner.map(lambda x: f"(-{x})" if not x.startswith("-") else x),
        ),
        max_leaves=4,
    )


def _conditions() -> st.SearchStrategy[str]:
    days = st.sampled_from(("d", "e", *(f"DATE '{day}'" for day in DAYS)))
    texts = st.sampled_from(("t", "u"))
    plain = st.one_of(
        st.sampled_from(("p", "q")),
        st.tuples(_numbers(), SIGN, _numbers()).map(lambda x: f"{x[0]} {x[1]} {x[2]}"),
        st.tuples(days, SIGN, days).map(lambda x: f"{x[0]} {x[1]} {x[2]}"),
        st.tuples(texts, EQUAL, st.sampled_from(("t", "u", *(f"'{word}'" for word in WORDS)))).map(
            lambda x: f"{x[0]} {x[1]} {x[2]}"
        ),
        st.tuples(texts, st.sampled_from(WORDS)).map(lambda x: f"starts_with({x[0]}, '{x[1]}')"),
        st.tuples(_numbers(), st.integers(0, 20), st.integers(0, 60)).map(
            lambda x: f"{x[0]} BETWEEN {x[1]} AND {x[2]}"
        ),
        st.sampled_from(
            ("a IN (1, 2, 30)", "t IN ('rural', '')", "a IS NULL", "t IS NOT NULL", "d IS NULL", "COALESCE(p, q)")
        ),
    )
    return st.recursive(
        plain,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(("AND", "OR")), inner).map(lambda x: f"({x[0]} {x[1]} {x[2]})"),
            inner.map(lambda x: f"NOT ({x})"),
            inner.map(lambda x: f"(({x}) IS NULL)"),
        ),
        max_leaves=5,
    )


def _rows() -> st.SearchStrategy[list[dict[str, Any]]]:
    maybe: dict[str, st.SearchStrategy[Any]] = {
        "a": st.none() | INTS, "b": INTS, "c": st.none() | INTS, "p": st.none() | st.booleans(), "q": st.booleans(),
        "d": st.none() | st.sampled_from(DAYS), "e": st.sampled_from(DAYS),
        "t": st.none() | st.sampled_from(WORDS), "u": st.none() | st.sampled_from(WORDS),
    }  # fmt: skip
    return st.lists(st.fixed_dictionaries(maybe), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def engine() -> Any:
    return ibis.duckdb.connect()


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), phases=QUICK)
@given(conditions=st.lists(_conditions(), min_size=1, max_size=3), fen=_numbers(), k=st.integers(0, 60), rows=_rows())
def test_arrays_tables_and_one_person_agree(
    engine: Any, conditions: list[str], fen: str, k: int, rows: list[dict[str, Any]]
) -> None:
    version = make_version(*conditions, fen=f"COALESCE({fen}, 0)", parameters={"k": k})
    try:
        rules = compile_version(version, COLUMNS)
    except ShidaiError as refused:
        if "64 bits" not in str(refused):
            raise
        reject()  # three columns multiplied
    told = [rules.for_person(row) for row in rows]
    arrays = rules.on_arrays(as_arrays(rows, COLUMNS))
    assert [rules.names(int(bits)) for bits in arrays.failed] == [one.failed for one in told]
    assert arrays.fen.tolist() == [one.fen for one in told]
    unknown = [tuple(out.condition.id for out in one.outcomes if out.met is None) for one in told]
    assert [rules.names(int(bits)) for bits in arrays.unknown] == unknown
    table = engine.to_pyarrow(rules.on_table(as_table(rows, COLUMNS), "row").order_by("row")).to_pydict()
    assert table["failed"] == arrays.failed.tolist()
    assert table["unknown"] == arrays.unknown.tolist()
    assert table["fen"] == arrays.fen.tolist()
