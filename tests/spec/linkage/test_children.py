"""The eldest child as evidence: a parent who stands twice is found by it, the two parents of one child stay apart."""

from __future__ import annotations

import pytest

from shidai.linkage.evidence import explain_pairs
from shidai.linkage.model import clean, find_pairs_among, train
from shidai.linkage.residentnumber import check_character
from tests.spec.linkage.lists import Person, as_table, make_people

CHILD = "王梓涵1986-03-04"


def number(area: str, birth: str, order: str) -> str:
    first = f"{area}{birth.replace('-', '')}{order}"
    return first + check_character(first)


def parent(key: str, birth: str, **other: str | None) -> Person:
    """A man on the list; all numbers hold, as those of a register do."""
    area, order = str(other.pop("area", "990206")), str(other.pop("order", "101"))
    plain: Person = {
        "id": key, "name": "王建国", "sex": "男", "birth_date": birth, "identifier": number(area, birth, order),
        "phone": None, "locality": "329901101201", "child": CHILD,
    }  # fmt: skip
    return plain | other


ONE = parent("one", "1945-04-02")
AGAIN = {"birth": "1945-04-03", "area": "990311", "order": "215", "locality": "329901105509"}
"""The second record: another county, another number that holds, a slip in the day."""


@pytest.fixture(scope="module")
def register() -> list[Person]:
    """800 families; every first of a family has the third for his child."""
    people = make_people(31, 800)
    for one, child in zip(people, people[2:], strict=False):
        one["child"] = f"{child['name']}{child['birth_date']}" if str(one["birth_date"]) < "1970" else None
    for one in people[-2:]:
        one["child"] = None
    return people


def probability(register: list[Person], one: Person, other: Person) -> float:
    """Of two records, among a hundred others who are paid."""
    everybody = clean("han", as_table([*register, one, other]))
    paid = [str(each["id"]) for each in register[:100]] + ["one", "other"]
    pairs = find_pairs_among(train("han", [everybody]), everybody, paid, 0.1, least=1e-9).to_pylist()
    both = {"one", "other"}
    return next((pair["probability"] for pair in pairs if {pair["id_a"], pair["id_b"]} == both), 0.0)


def test_one_who_is_paid_in_two_counties_is_found_by_the_child(register) -> None:
    again = parent("other", **AGAIN)
    assert probability(register, ONE, again) > 0.9
    assert probability(register, ONE | {"child": None}, again | {"child": None}) < 0.5, "it was the child that told"


def test_mother_and_father_of_one_child_stay_apart(register) -> None:
    mother = parent("other", "1946-08-11", name="李秀英", sex="女", order="102")
    assert probability(register, ONE, mother) < 0.001


def test_the_child_of_mother_and_father_tells_nothing(register) -> None:
    mother = parent("other", "1945-04-02", name="王建国", sex="女", order="102")
    without = probability(register, ONE | {"child": None}, mother)
    assert probability(register, ONE, mother) == pytest.approx(without, abs=0.02)


def test_people_of_one_name_with_other_children_are_two(register) -> None:
    namesake = parent("other", **AGAIN, child="王宇浩1971-11-30")
    assert probability(register, ONE, namesake) < 0.05


def test_the_evidence_names_the_child(register) -> None:
    everybody = clean("han", as_table([*register, ONE, parent("other", **AGAIN)]))
    model = train("han", [everybody])
    pairs = find_pairs_among(model, everybody, ["one", "other"], 0.1)
    told = {one.aspect: one for one in explain_pairs(model, [everybody], pairs)[0]}
    assert told["child"].rung == "child alike"
    assert told["child"].weight > 5
