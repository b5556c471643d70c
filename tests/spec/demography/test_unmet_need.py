"""Unmet need for family planning, branch by branch of the revised definition (Bradley et al. 2012, figure 2)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shidai.demography.unmet_need import LastPeriod, Need, Wanted, Wish, WomenAsked, classify_need, has_unmet_need
from shidai.words import ShidaiError

NEVER = float("nan")
BLANK = {
    "using": False, "wish": Wish.NO_MORE, "pregnant": False, "wanted": Wanted.UNKNOWN, "months_since_birth": 30.0,
    "amenorrhoeic": 0.0, "months_since_period": 1.0, "last_period": LastPeriod.DATED, "in_union": True, "active": True,
    "years_in_union": 8.0, "ever_used": True, "no_method_as_infecund": False,
}  # fmt: skip
"""In a union, a birth two and a half years ago, periods regular, no method, wants no more children."""


def asked(*women: dict[str, Any]) -> WomenAsked:
    columns = {name: np.array([woman[name] for woman in women]) for name in BLANK}
    return WomenAsked(**columns)


def need(**different: Any) -> Need:
    return Need(int(classify_need(asked({**BLANK, **different}))[0]))


def test_a_user_who_wants_no_more_uses_to_limit() -> None:
    for wish in (Wish.NO_MORE, Wish.STERILISED, Wish.DECLARED_INFECUND):
        assert need(using=True, wish=wish) is Need.USING_LIMITING


def test_any_other_user_uses_to_space() -> None:
    for wish in (Wish.WITHIN_TWO_YEARS, Wish.AFTER_TWO_YEARS, Wish.UNSURE_WHEN, Wish.UNDECIDED, Wish.UNKNOWN):
        assert need(using=True, wish=wish) is Need.USING_SPACING


def test_a_pregnancy_wanted_when_it_came_is_no_need() -> None:
    assert need(pregnant=True, wanted=Wanted.THEN) is Need.NO_NEED


def test_a_pregnancy_wanted_later_was_an_unmet_need_for_spacing() -> None:
    assert need(pregnant=True, wanted=Wanted.LATER) is Need.UNMET_SPACING


def test_a_pregnancy_not_wanted_at_all_was_an_unmet_need_for_limiting() -> None:
    assert need(pregnant=True, wanted=Wanted.NOT_AT_ALL) is Need.UNMET_LIMITING


def test_a_pregnancy_without_an_answer_is_unknown() -> None:
    assert need(pregnant=True, wanted=Wanted.UNKNOWN) is Need.UNKNOWN


@pytest.mark.parametrize(
    ("wanted", "code"),
    [(Wanted.THEN, Need.NO_NEED), (Wanted.LATER, Need.UNMET_SPACING), (Wanted.NOT_AT_ALL, Need.UNMET_LIMITING)],
)
def test_amenorrhoea_within_two_years_of_a_birth_goes_by_whether_that_birth_was_wanted(
    wanted: Wanted, code: Need
) -> None:
    assert need(amenorrhoeic=1.0, months_since_birth=23.0, wanted=wanted, wish=Wish.WITHIN_TWO_YEARS) is code


def test_amenorrhoea_from_two_years_after_a_birth_goes_by_the_wish_for_a_child() -> None:
    late = {"amenorrhoeic": 1.0, "months_since_birth": 24.0, "wanted": Wanted.THEN, "months_since_period": 33.0}
    assert need(**late) is Need.UNMET_LIMITING
    assert need(**late, wish=Wish.WITHIN_TWO_YEARS) is Need.NO_NEED


def test_without_an_answer_a_last_period_before_the_last_birth_is_amenorrhoea() -> None:
    recent = {"amenorrhoeic": NEVER, "months_since_birth": 10.0, "wanted": Wanted.LATER}
    assert need(**recent, months_since_period=19.0) is Need.UNMET_SPACING
    said = {"months_since_period": NEVER, "last_period": LastPeriod.BEFORE_LAST_BIRTH}
    assert need(**recent, **said) is Need.UNMET_SPACING
    assert need(**recent, months_since_period=1.0) is Need.UNMET_LIMITING  # her period is back: her wish counts


def test_a_last_period_before_a_birth_five_years_ago_is_no_amenorrhoea() -> None:
    old = {"amenorrhoeic": NEVER, "months_since_period": 70.0}
    assert need(**old, months_since_birth=59.0) is Need.UNMET_LIMITING
    assert need(**old, months_since_birth=60.0) is Need.INFECUND


def test_outside_a_union_without_recent_intercourse_there_is_no_need() -> None:
    assert need(in_union=False, active=False) is Need.NOT_ACTIVE
    assert need(in_union=False, active=True) is Need.UNMET_LIMITING
    assert need(in_union=True, active=False) is Need.UNMET_LIMITING


def test_five_years_in_a_union_without_a_birth_or_any_method_is_a_sign_of_infecundity() -> None:
    childless = {"months_since_birth": NEVER, "ever_used": False, "years_in_union": 5.0}
    assert need(**childless) is Need.INFECUND
    assert need(**{**childless, "months_since_birth": 60.0}) is Need.INFECUND
    assert need(**{**childless, "months_since_birth": 59.0}) is Need.UNMET_LIMITING
    assert need(**{**childless, "years_in_union": 4.0}) is Need.UNMET_LIMITING
    assert need(**{**childless, "years_in_union": NEVER}) is Need.UNMET_LIMITING
    assert need(**{**childless, "ever_used": True}) is Need.UNMET_LIMITING
    assert need(**childless, in_union=False) is Need.UNMET_LIMITING


def test_a_woman_who_says_that_she_cannot_have_children_is_infecund() -> None:
    assert need(wish=Wish.DECLARED_INFECUND) is Need.INFECUND


def test_menopause_or_hysterectomy_as_the_reason_for_no_method_is_infecundity() -> None:
    assert need(no_method_as_infecund=True) is Need.INFECUND


def test_six_months_without_a_period_are_infecundity_unless_after_a_birth() -> None:
    assert need(months_since_period=6.0) is Need.INFECUND
    assert need(months_since_period=5.9) is Need.UNMET_LIMITING
    assert need(months_since_period=40.0, amenorrhoeic=1.0, months_since_birth=30.0) is Need.UNMET_LIMITING


def test_menopause_given_for_the_last_period_is_infecundity() -> None:
    assert need(months_since_period=NEVER, last_period=LastPeriod.MENOPAUSE) is Need.INFECUND


def test_never_having_menstruated_is_infecundity_without_a_recent_birth() -> None:
    never = {"months_since_period": NEVER, "last_period": LastPeriod.NEVER}
    assert need(**never, months_since_birth=NEVER) is Need.INFECUND
    assert need(**never, months_since_birth=12.0) is Need.UNMET_LIMITING


def test_a_last_period_before_a_birth_five_years_ago_is_infecundity() -> None:
    before = {"months_since_period": NEVER, "last_period": LastPeriod.BEFORE_LAST_BIRTH, "amenorrhoeic": NEVER}
    assert need(**before, months_since_birth=60.0) is Need.INFECUND
    assert need(**before, months_since_birth=NEVER) is Need.INFECUND
    assert need(**before, months_since_birth=59.0) is Need.UNMET_LIMITING  # amenorrhoeic for long: her wish counts


def test_a_fecund_woman_goes_by_her_wish() -> None:
    assert need(wish=Wish.WITHIN_TWO_YEARS) is Need.NO_NEED
    for wish in (Wish.AFTER_TWO_YEARS, Wish.UNSURE_WHEN, Wish.UNDECIDED):
        assert need(wish=wish) is Need.UNMET_SPACING
    assert need(wish=Wish.NO_MORE) is Need.UNMET_LIMITING
    assert need(wish=Wish.UNKNOWN) is Need.UNKNOWN


def test_unmet_need_is_that_for_spacing_and_for_limiting() -> None:
    codes = [int(code) for code in Need]
    assert [Need(c) for c, unmet in zip(codes, has_unmet_need(codes), strict=True) if unmet] == [
        Need.UNMET_SPACING, Need.UNMET_LIMITING
    ]  # fmt: skip


def test_a_code_of_no_list_and_columns_of_other_lengths_are_named() -> None:
    with pytest.raises(ShidaiError, match=r"wish\[1\]: unknown code 8"):
        classify_need(asked(BLANK, {**BLANK, "wish": 8}))
    columns = {name: np.array([BLANK[name]] * 2) for name in BLANK}
    with pytest.raises(ShidaiError, match="ever_used"):
        classify_need(WomenAsked(**{**columns, "ever_used": np.array([True])}))
    with pytest.raises(ShidaiError, match="in_union: true or false"):
        classify_need(WomenAsked(**{**columns, "in_union": np.array([1, 0])}))


def one_woman(w: dict[str, Any]) -> Need:
    """The definition once more, as a chain of questions to one woman."""
    has_born, recent = w["months_since_birth"] == w["months_since_birth"], w["months_since_birth"] < 60
    if w["using"]:
        return Need.USING_LIMITING if w["wish"] in (5, 6, 7) else Need.USING_SPACING
    if w["amenorrhoeic"] == w["amenorrhoeic"]:
        amenorrhoeic = w["amenorrhoeic"] == 1
    else:
        amenorrhoeic = recent and (w["last_period"] == 995 or w["months_since_period"] > w["months_since_birth"])
    if w["pregnant"] or (amenorrhoeic and has_born and w["months_since_birth"] < 24):
        return {1: Need.NO_NEED, 2: Need.UNMET_SPACING, 3: Need.UNMET_LIMITING, 9: Need.UNKNOWN}[w["wanted"]]
    if not w["in_union"] and not w["active"]:
        return Need.NOT_ACTIVE
    signs = [
        w["in_union"] and w["years_in_union"] >= 5 and not recent and not w["ever_used"],
        w["wish"] == 7,
        w["no_method_as_infecund"],
        w["months_since_period"] >= 6 and not amenorrhoeic,
        w["last_period"] == 994,
        w["last_period"] == 996 and not recent,
        w["last_period"] == 995 and not recent,
    ]
    if any(signs):
        return Need.INFECUND
    by_wish = {1: Need.NO_NEED, 2: Need.UNMET_SPACING, 3: Need.UNMET_SPACING, 4: Need.UNMET_SPACING}
    return {**by_wish, 5: Need.UNMET_LIMITING}.get(w["wish"], Need.UNKNOWN)


MONTHS = st.one_of(st.just(NEVER), st.integers(0, 80).map(float))
WOMAN = st.fixed_dictionaries({
    "using": st.booleans(), "wish": st.sampled_from([int(c) for c in Wish]), "pregnant": st.booleans(),
    "wanted": st.sampled_from([int(c) for c in Wanted]), "months_since_birth": MONTHS,
    "amenorrhoeic": st.sampled_from([0.0, 1.0, NEVER]), "months_since_period": MONTHS,
    "last_period": st.sampled_from([int(c) for c in LastPeriod]), "in_union": st.booleans(), "active": st.booleans(),
    "years_in_union": st.one_of(st.just(NEVER), st.integers(0, 12).map(float)), "ever_used": st.booleans(),
    "no_method_as_infecund": st.booleans(),
})  # fmt: skip


@given(st.lists(WOMAN, min_size=1, max_size=30))
def test_any_women_stand_where_a_chain_of_questions_puts_them_one_by_one(women: list[dict[str, Any]]) -> None:
    assert classify_need(asked(*women)).tolist() == [int(one_woman(w)) for w in women]
