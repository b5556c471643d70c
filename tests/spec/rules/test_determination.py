"""A determination: who is eligible, why not, and how much, for one person as for a million."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from shidai.rules import compile_version
from shidai.words import ShidaiError
from tests.spec.rules.making import as_arrays, as_table, make_columns, make_version

COLUMNS = make_columns(age="int", rural="bool!", children="int!", grade="int", area="text", born="day")
OLD = make_version("age >= :min_age", "rural", "children = 1", parameters={"min_age": 60})


def test_a_person_who_meets_every_condition_gets_the_amount() -> None:
    told = compile_version(OLD, COLUMNS).for_person({"age": 60, "rural": True, "children": 1})
    assert told.eligible
    assert told.fen == 5000


def test_every_condition_is_told_with_the_facts_it_used() -> None:
    told = compile_version(OLD, COLUMNS).for_person({"age": 59, "rural": True, "children": 1})
    assert not told.eligible
    assert told.fen == 0
    assert told.failed == ("c0",)
    assert told.outcomes[0].facts == (("age", 59),)


def test_an_unknown_fact_meets_no_condition_and_is_told_as_unknown() -> None:
    told = compile_version(OLD, COLUMNS).for_person({"rural": True, "children": 1})
    assert told.outcomes[0].met is None
    assert not told.eligible
    rows = [{"age": None, "rural": True, "children": 1}, {"age": 40, "rural": True, "children": 1}]
    found = compile_version(OLD, COLUMNS).on_arrays(as_arrays(rows, COLUMNS))
    assert found.failed.tolist() == [1, 1]
    assert found.unknown.tolist() == [1, 0]


def test_what_is_certain_decides_even_beside_an_unknown() -> None:
    rules = compile_version(make_version("rural OR grade <= 3"), COLUMNS)
    assert rules.for_person({"rural": True}).eligible
    assert not rules.for_person({"rural": False}).eligible


def test_a_reform_changes_a_parameter_and_nothing_else() -> None:
    rules = compile_version(OLD, COLUMNS)
    person = {"age": 57, "rural": True, "children": 1}
    assert not rules.for_person(person).eligible
    assert rules.with_values(min_age=55).for_person(person).eligible
    with pytest.raises(ShidaiError, match="max_age"):
        rules.with_values(max_age=99)


def test_supplements_come_on_top_and_the_cap_holds() -> None:
    more = [
        {
            "id": "grave",
            "when": "grade <= 2",
            "fen": "300 * children",
            "title": {"zh": "重", "en": "x"},
            "clause": {"zh": "二", "en": "2"},
        }
    ]
    rules = compile_version(make_version("rural", fen="1000", supplement=more, cap="1500"), COLUMNS)
    assert rules.for_person({"rural": True, "grade": 1, "children": 1}).fen == 1300
    assert rules.for_person({"rural": True, "grade": 1, "children": 3}).fen == 1500
    assert rules.for_person({"rural": True, "grade": 3, "children": 1}).fen == 1000
    assert rules.for_person({"rural": True, "children": 1}).fen == 1000


def test_money_is_whole_fen_of_64_bits_even_over_narrow_facts() -> None:
    rules = compile_version(make_version("rural", fen="100000000 * children"), COLUMNS)
    found = rules.on_arrays(as_arrays([{"rural": True, "children": 300}], COLUMNS))
    assert found.fen.dtype == np.int64
    assert found.fen.tolist() == [30_000_000_000]


def test_a_day_is_compared_as_a_day_and_an_area_by_its_code() -> None:
    rules = compile_version(make_version("born >= DATE '1933-01-01'", "starts_with(area, '3202')"), COLUMNS)
    rows = [{"born": date(1933, 1, 1), "area": "320281"}, {"born": date(1932, 12, 31), "area": "330100"}]
    assert rules.on_arrays(as_arrays(rows, COLUMNS)).failed.tolist() == [0, 3]
    assert [rules.for_person(row).eligible for row in rows] == [True, False]


def test_a_table_gets_the_reasons_and_the_amount_beside_the_columns_that_it_keeps() -> None:
    rows = [{"age": 70, "rural": True, "children": 1}, {"age": None, "rural": False, "children": 1}]
    found = compile_version(OLD, COLUMNS).on_table(as_table(rows, COLUMNS), "row").order_by("row").to_pyarrow()
    assert found.to_pylist() == [
        {"row": 0, "failed": 0, "unknown": 0, "fen": 5000},
        {"row": 1, "failed": 3, "unknown": 1, "fen": 0},
    ]


def test_more_than_eight_conditions_have_bits_of_their_own() -> None:
    rules = compile_version(make_version(*[f"children <> {number}" for number in range(20)]), COLUMNS)
    found = rules.on_arrays(as_arrays([{"children": 19}, {"children": 8}], COLUMNS))
    assert [rules.names(int(bits)) for bits in found.failed] == [("c19",), ("c8",)]


def test_facts_that_are_missing_are_named() -> None:
    rules = compile_version(OLD, COLUMNS)
    with pytest.raises(ShidaiError, match="rural, children"):
        rules.on_arrays({"age": as_arrays([{"age": 1}], COLUMNS)["age"]})


def test_no_scheme_takes_money_from_anybody() -> None:
    rules = compile_version(make_version("rural", fen="1000 - 600 * children"), COLUMNS)
    rows = [{"rural": True, "children": 1}, {"rural": True, "children": 3}]
    assert [rules.for_person(row).fen for row in rows] == [400, 0]
    assert rules.on_arrays(as_arrays(rows, COLUMNS)).fen.tolist() == [400, 0]
    assert rules.on_table(as_table(rows, COLUMNS), "row").order_by("row").to_pyarrow()["fen"].to_pylist() == [400, 0]


@pytest.mark.parametrize(
    ("when", "fen"),
    [
        ("age > 99999999999999999999", "1"),
        ("age IN (1, 99999999999999999999)", "1"),
        ("age * 4611686018427387904 > 0", "1"),
        ("rural", "9223372036854775807 + children"),
        ("rural", "children * children * children"),
    ],
)
def test_numbers_that_may_not_fit_64_bits_are_refused(when: str, fen: str) -> None:
    """They would be one result for one person, another in numpy, and an error in the database."""
    with pytest.raises(ShidaiError, match="64 bits"):
        compile_version(make_version(when, fen=fen), COLUMNS)


def test_a_reform_can_neither_grow_a_number_beyond_64_bits_nor_put_a_day_in_its_place() -> None:
    rules = compile_version(OLD, COLUMNS)
    with pytest.raises(ShidaiError, match="64 bits"):
        rules.with_values(min_age=10**20)
    with pytest.raises(ShidaiError, match="a whole number"):
        rules.with_values(min_age=date(2006, 1, 1))


def test_an_amount_that_may_be_unknown_is_refused() -> None:
    with pytest.raises(ShidaiError, match="may be unknown"):
        compile_version(make_version("rural", fen="grade"), COLUMNS)
