"""A condition: what can be written, and what is refused with a remedy."""

from __future__ import annotations

import pytest

from shidai.rules.columns import columns_for
from shidai.rules.reading import read_expression
from shidai.words import ShidaiError
from tests.spec.rules.making import make_columns

COLUMNS = columns_for("person")
WRITABLE = (
    "age >= 60",
    "age >= :min_age AND registration = 'rural'",
    "surviving_children = 1 OR (surviving_children = 2 AND surviving_daughters = 2)",
    "months_old BETWEEN 1 AND 36",
    "birth_date >= DATE '1933-01-01'",
    "starts_with(living_area, '320281')",
    "registration IS NOT NULL",
    "sex IN (1, 2)",
    "NOT in_union",
    "LEAST(age, 80) - 10 * surviving_children > -5",
    "COALESCE(birth_order, 1) = 1",
    "CASE WHEN age < 80 THEN 1 ELSE 2 END = 2",
)
REFUSED = {
    "agee >= 60": "Did you mean age?",
    "age >= :least_age": "There is no parameter least_age",
    "age >= '60'": "puts int beside text",
    "age": "is of type int; bool is needed here",
    "age >= 60 AND surviving_children": "is of type int; bool is needed here",
    "registration > 'rural'": "can only be equal or not",
    "age > 59.5": "isn't a whole number",
    "age / 2 > 30": "can't stand in a condition",
    "EXISTS (SELECT 1)": "can't stand in a condition",
    "age IN (SELECT 60)": "Only fixed values",
    "random() > 0": "can't stand in a condition",
    "read_csv('x') = 1": "can't stand in a condition",
    "person.age > 60": "There is no column",
    "birth_date > DATE '2006-02-30'": "is not a day that exists",
    "birth_date > '2006-02-28'": "puts day beside text",
    "COALESCE(registration, 'rural') = 'rural'": "texts can only be compared",
    "age >=": "can't be read",
    "age >= 60; DROP TABLE person": "One expression stands here, and no more",
    "'rural' = 'rural'": "names no column",
    "'rural' IN ('rural', 'urban')": "names no column",
    "starts_with('320281', '32')": "names no column",
    "registration = '\0'": "characters that nobody can see",
    "(" * 490 + "alive" + ")" * 490: "nested more than 16 levels",
    "NOT " * 40 + "alive": "nested more than 16 levels",
    "age > 1" + " AND age > 1" * 100: "longer than 1000 characters",
    "CASE WHEN age > 60 THEN 1 END = 1": "Write CASE WHEN",
}


@pytest.mark.parametrize("text", WRITABLE)
def test_a_condition_is_sql_over_documented_columns(text: str) -> None:
    assert read_expression(text, COLUMNS, {"min_age": "int"})


@pytest.mark.parametrize(("text", "told"), REFUSED.items())
def test_anything_else_is_refused_and_the_remedy_told(text: str, told: str) -> None:
    with pytest.raises(ShidaiError) as refused:
        read_expression(text, COLUMNS, {"min_age": "int"}, where="schemes/a.toml:12")
    (problem,) = refused.value.problems
    assert problem.where == "schemes/a.toml:12"
    assert told in problem.said("en")
    assert problem.said("zh") != problem.said("en")


def test_every_column_says_what_it_means_in_both_languages() -> None:
    for subject in ("person", "household", "village"):
        for column in columns_for(subject).values():  # type: ignore[arg-type]
            assert column.title.zh
            assert column.meaning.en


def test_a_number_can_be_wanted_instead_of_a_condition() -> None:
    assert read_expression("5000 * members", make_columns(members="int!"), {}, wanted="int")


def test_a_parameter_may_be_called_as_a_word_of_sql_is() -> None:
    for word in ("grant", "case", "end", "from", "select", "date"):
        assert read_expression(f"age >= :{word} AND age > -:{word}", COLUMNS, {word: "int"})
