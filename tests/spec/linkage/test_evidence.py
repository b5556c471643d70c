"""Each aspect's weight, so that a person sees why two records are taken for one."""

from __future__ import annotations

import pytest

from shidai.linkage.evidence import explain_pairs, weigh_before
from shidai.linkage.model import clean, find_pairs, train
from tests.spec.linkage.lists import as_table, make_people, make_slips


@pytest.mark.parametrize("lists", [1, 2])
def test_the_weights_of_all_aspects_add_up_to_the_pairs_own(lists: int) -> None:
    people = make_people(3, 300)
    other = make_slips(people, 4)
    if lists == 1:
        again = [each | {"id": f"again {each['id']}"} for each in other[::7]]
        cleaned = [clean("han", as_table([*people, *again]))]
    else:
        cleaned = [clean("han", as_table(each)) for each in (people, other)]
    model = train("han", cleaned)
    pairs = find_pairs(model, cleaned)
    told = explain_pairs(model, cleaned, pairs)
    assert pairs.num_rows > 100
    for weight, evidence in zip(pairs["weight"].to_pylist(), told, strict=True):
        assert weigh_before(model) + sum(one.weight for one in evidence) == pytest.approx(weight, abs=1e-6)


def test_what_is_unknown_says_nothing() -> None:
    people = make_people(3, 200)
    for each in people:
        each["identifier"] = each["identifier"] if each["id"] != "0" else None
    cleaned = [clean("han", as_table(each)) for each in (people, people)]
    model = train("han", cleaned)
    pairs = find_pairs(model, cleaned)
    place = next(at for at, (a, b) in enumerate(zip(*(pairs[k].to_pylist() for k in ("id_a", "id_b")), strict=True))
                 if a == b == "0")  # fmt: skip
    told = {one.aspect: one for one in explain_pairs(model, cleaned, pairs)[place]}
    assert "number" not in told
    assert told["birth"].rung == "same day"
    assert told["birth"].weight > 5
