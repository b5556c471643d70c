"""Families: one home's people stay apart, and one person stays one through what happens in a family."""

from __future__ import annotations

from random import Random

import pyarrow as pa
import pytest

from shidai.linkage.model import Model, clean, find_pairs, train
from shidai.linkage.pairs import choose_one_to_one, expect_errors
from tests.spec.linkage.lists import Person, as_table, make_people, make_slips

PHONE, VILLAGE = "15499999999", "329901101201"


def person(key: str, name: str, birth: str, **other: str | None) -> Person:
    plain: Person = {"sex": "男", "identifier": None, "phone": PHONE, "locality": VILLAGE}
    return plain | {"id": key, "name": name, "birth_date": birth} | other


@pytest.fixture(scope="module")
def model() -> tuple[Model, list[Person]]:
    """Learned from two lists of 800 families without numbers for half of the people."""
    people = make_people(11, 800)
    slips = make_slips(people, 12)
    rng = Random(1)
    for each in (*people, *slips):
        each["identifier"] = each["identifier"] if rng.random() < 0.5 else None
    return train("han", [clean("han", as_table(each)) for each in (people, slips)]), people


def probability(model: tuple[Model, list[Person]], one: Person, other: Person) -> float:
    """Of two records, each in a list with everybody else, so that names are as rare as they are there."""
    learned, people = model
    lists = [clean("han", as_table([*people, each])) for each in ({**one, "id": "one"}, {**other, "id": "other"})]
    pairs = find_pairs(learned, lists, least=1e-9).to_pylist()
    return next((pair["probability"] for pair in pairs if (pair["id_a"], pair["id_b"]) == ("one", "other")), 0.0)


def test_siblings_with_one_phone_and_one_home_stay_apart(model) -> None:
    assert probability(model, person("1", "王梓涵", "2001-03-05"), person("2", "王宇轩", "2004-08-19")) < 0.01


def test_siblings_whose_names_share_a_sign_stay_apart(model) -> None:
    assert probability(model, person("1", "王梓涵", "2001-03-05"), person("2", "王梓轩", "2004-08-19")) < 0.05


def test_twins_without_numbers_stay_apart(model) -> None:
    """One birthday, surname, sex, phone and home: only the given names tell them apart."""
    assert probability(model, person("1", "王梓涵", "2001-03-05"), person("2", "王宇轩", "2001-03-05")) < 0.5


def test_twins_whose_numbers_hold_stay_apart_even_with_like_names(model) -> None:
    first, second = (str(each["identifier"]) for each in make_people(5, 1)[-2:])  # the first family has twins
    birth = f"{first[6:10]}-{first[10:12]}-{first[12:14]}"
    one, other = (
        person(number, name, birth, identifier=number) for number, name in ((first, "王梓涵"), (second, "王梓轩"))
    )
    assert probability(model, one, other) < 0.05


def test_father_and_son_stay_apart(model) -> None:
    assert probability(model, person("1", "王建国", "1960-03-05"), person("2", "王建华", "1985-08-19")) < 0.01


def test_the_remarried_who_moved_and_changed_the_phone_stay_one(model) -> None:
    moved = person("2", "欧阳雪晶", "1971-06-14", sex="女", phone="15411112222", locality="329901101233")
    assert probability(model, person("1", "欧阳雪晶", "1971-06-14", sex="女"), moved) > 0.9


def test_an_adopted_child_with_another_surname_stays_one_where_the_number_says_so(model) -> None:
    number = str(make_people(5, 1)[2]["identifier"])
    birth = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    adopted = person("2", "陈梓涵", birth, identifier=number, phone="15411112222", locality="329901101233")
    assert probability(model, person("1", "王梓涵", birth, identifier=number), adopted) > 0.9


def test_an_adopted_child_stays_one_by_birthday_and_given_name_in_the_same_home(model) -> None:
    assert probability(model, person("1", "王梓涵", "2001-03-05"), person("2", "陈梓涵", "2001-03-05")) > 0.5


def test_one_family_is_one_evidence(model) -> None:
    """Phone and village together say little more than the phone: whoever shares it lives there."""
    there = probability(model, person("1", "王梓涵", "2001-03-05"), person("2", "王梓轩", "2001-08-05"))
    elsewhere = probability(
        model, person("1", "王梓涵", "2001-03-05"), person("2", "王梓轩", "2001-08-05", locality="329901101233")
    )
    assert there == pytest.approx(elsewhere, abs=0.02)


@pytest.fixture(scope="module")
def linked() -> tuple[pa.Table, tuple[int, int]]:
    """Two lists without numbers and with many slips, four fifths in common: much is unsure."""
    people = make_people(21, 2500)
    people, other = (make_slips(people, seed, numbers=False) for seed in (22, 23))
    cut = len(people) // 5
    lists = [clean("han", as_table(each)) for each in (people[: len(people) - cut], other[cut:])]
    return find_pairs(train("han", lists), lists), (lists[0].num_rows, lists[1].num_rows)


@pytest.mark.parametrize("one_to_one", [False, True])
def test_probabilities_are_kept_as_promises(linked, one_to_one) -> None:
    """Of all pairs, as many are wrong as their probabilities say, within a quarter and ten pairs."""
    pairs, sizes = linked
    if one_to_one:
        pairs = choose_one_to_one(pairs, 0.5, sizes)
    wrong = sum(a != b for a, b in zip(pairs["id_a"].to_pylist(), pairs["id_b"].to_pylist(), strict=True))
    said, _ = expect_errors(pairs, 0.0)
    assert abs(said - wrong) <= 0.25 * wrong + 10


def test_a_proof_states_how_many_duplicates_it_is_expected_to_miss() -> None:
    told = pa.table({"probability": [0.99, 0.9, 0.2, 0.1]})
    assert expect_errors(told, 0.5) == pytest.approx((0.11, 0.3))
