"""Hints in pregnancy: aspirin, glucose, RhD; the Edinburgh scale; medicines. Each case with where it is from."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shidai.advice.druginteractions import drugs, interactions
from shidai.advice.edinburgh import edinburgh, points
from shidai.advice.eligibility import conditions
from shidai.advice.pregnancyrisks import factors, glucose, preeclampsia, rhd
from shidai.advice.tables import sources, thresholds, tips
from shidai.words import ShidaiError

# Pre-eclampsia: NICE NG133

WELL: dict[str, Any] = {"age": 28, "bmi": 22, "interval": 3}
ASPIRIN: tuple[tuple[str, list[str], dict[str, Any], list[str]], ...] = (
    ("chronic hypertension: one high factor is enough", ["chronic_hypertension"], WELL, ["aspirin.offer"]),
    ("lupus", ["autoimmune"], WELL, ["aspirin.offer"]),
    ("first pregnancy alone", ["first_pregnancy"], {"age": 28, "bmi": 22}, ["aspirin.no"]),
    ("first pregnancy at 40", ["first_pregnancy"], {"age": 40, "bmi": 22}, ["aspirin.offer"]),
    ("first pregnancy at 39", ["first_pregnancy"], {"age": 39, "bmi": 22}, ["aspirin.no"]),
    ("twins, body mass index of 35", ["multiple"], {**WELL, "bmi": 35}, ["aspirin.offer"]),
    ("eleven years since the last, mother had it", ["family"], {**WELL, "interval": 11}, ["aspirin.offer"]),
    ("ten years since the last, mother had it", ["family"], {**WELL, "interval": 10}, ["aspirin.no"]),
    ("nothing known but her age", [], {"age": 28}, ["aspirin.no", "aspirin.ask"]),
)


@pytest.mark.parametrize(("case", "named", "more", "expected"), ASPIRIN, ids=[one[0] for one in ASPIRIN])
def test_aspirin_is_offered_by_the_published_factors(
    case: str, named: list[str], more: dict[str, Any], expected: list[str]
) -> None:
    assert [one.id for one in preeclampsia(named, **more).tips] == expected


@given(st.sets(st.sampled_from(sorted(factors()))), st.sampled_from(sorted(factors())))
def test_another_factor_never_takes_the_offer_back(named: set[str], more: str) -> None:
    offered = preeclampsia(named, age=28, bmi=22, interval=1).tips[0].id == "aspirin.offer"
    assert not offered or preeclampsia({*named, more}, age=28, bmi=22, interval=1).tips[0].id == "aspirin.offer"


# Glucose: WHO 2013 with the thresholds of IADPSG


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((5.0, 9.9, 8.4), ["glucose.below"]),
        ((5.1, None, None), ["glucose.gestational"]),
        ((4.5, 10.0, 7.0), ["glucose.gestational"]),
        ((4.5, 8.0, 8.5), ["glucose.gestational"]),
        ((7.0, None, None), ["glucose.diabetes"]),
        ((4.5, 8.0, 11.1), ["glucose.diabetes"]),
        ((4.5, None, 7.0), ["glucose.below", "glucose.ask"]),
        ((None, None, None), ["glucose.ask"]),
    ],
)
def test_one_value_at_its_threshold_is_enough(
    values: tuple[float | None, float | None, float | None], expected: list[str]
) -> None:
    assert [one.id for one in glucose(*values)] == expected


def test_rhd_is_hinted_at_only_where_it_is_known_to_be_negative() -> None:
    assert [one.id for one in rhd(True)] == ["rhd.negative"]
    assert rhd(False) == rhd(None) == ()


# The Edinburgh scale: Cox, Holden and Sagovsky 1987


@pytest.mark.parametrize(
    ("each", "total", "expected"),
    [
        ([0] * 10, 0, ["mood.low"]),
        ([1] * 9 + [0], 9, ["mood.low"]),
        ([2] + [1] * 8 + [0], 10, ["mood.possible"]),
        ([3, 2] + [1] * 7 + [0], 12, ["mood.possible"]),
        ([3, 3] + [1] * 7 + [0], 13, ["mood.probable"]),
        ([0] * 9 + [1], 1, ["mood.harm"]),
        ([3] * 10, 30, ["mood.harm", "mood.probable"]),
    ],
)
def test_the_edinburgh_scale(each: list[int], total: int, expected: list[str]) -> None:
    told = edinburgh(each)
    assert (told.total, [one.id for one in told.tips]) == (total, expected)


def test_the_first_answer_has_no_point_on_items_1_2_4_and_three_on_the_others() -> None:
    assert [points(item, 1) for item in range(1, 11)] == [0, 0, 3, 0, 3, 3, 3, 3, 3, 3]
    assert [points(item, 4) for item in range(1, 11)] == [3, 3, 0, 3, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("each", [[1] * 9, [1] * 9 + [4], [1] * 9 + [-1]])
def test_half_a_questionnaire_has_no_sum(each: list[int]) -> None:
    with pytest.raises(ShidaiError):
        edinburgh(each)


# Medicines: the drug interactions of the WHO's criteria


@pytest.mark.parametrize(
    ("named", "expected", "inducer"),
    [
        (["carbamazepine"], {"coc": "3", "pop": "3", "implant": "2", "dmpa": "1", "cu_iud": "1"}, True),
        (["利福平"], {"coc": "3", "net_en": "2", "dmpa": "1"}, True),
        (["Rifampin"], {"coc": "3"}, True),
        (["lamotrigine"], {"coc": "3", "dmpa": "1"}, False),
        (["amoxicillin"], {"coc": "1", "pop": "1"}, False),
        (["amoxicillin", "efavirenz"], {"coc": "2", "dmpa": "1"}, True),
    ],
)
def test_a_medicine_has_the_categories_of_its_row(named: list[str], expected: dict[str, str], inducer: bool) -> None:
    told = interactions(named)
    categories = {one.method.id: str(one.initiation) for one in told.methods}
    assert {method: categories[method] for method in expected} == expected
    assert told.enzyme_inducer is inducer


def test_a_medicine_that_nobody_judged_is_said_to_be_so() -> None:
    assert interactions(["carbamazepine", "St John's wort"]).unjudged == ("st john's wort",)


# The tables


def test_every_medicine_names_a_row_of_the_criteria() -> None:
    assert {one.condition for one in drugs().values()} <= set(conditions())


def test_every_sentence_stands_in_both_languages_and_every_source_is_used() -> None:
    for one in (*tips().values(), *thresholds().values(), *sources().values()):
        words = one.text if hasattr(one, "text") else one.title
        assert words.zh
        assert words.en
        assert not {",", ";", "?"} & set(words.zh), words.zh
    cited = {one.source.id for one in (*tips().values(), *thresholds().values())}
    assert set(sources()) == cited
    assert {one.check for one in sources().values()} == {"page", "quoted", "memory", "own"}
