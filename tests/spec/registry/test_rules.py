"""What can't be true of a life is refused; what is only unknown is not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shidai.packs import load_pack
from shidai.packs.schema.limits import Limit, Limits
from shidai.registry.dates import HalfDate
from shidai.registry.recordsday import age_told
from shidai.registry.rules import (
    FEMALE,
    MALE,
    Life,
    Stretch,
    birth_date_fits,
    death_fits,
    father_fits,
    in_order,
    mother_fits,
    not_future,
    not_too_old,
    overlap,
    sibling_fits,
    spell_fits,
    union_fits,
)
from tests.factories import day

TODAY = date(2006, 12, 31)
LIMITS = load_pack("wuxi-2006").limits


def fields(faults):
    return [fault.field for fault in faults]


def woman(born, died=None):
    return Life(day(born), day(died) if died else None, FEMALE)


def man(born, died=None):
    return Life(day(born), day(died) if died else None, MALE)


class TestMother:
    def test_nine_years_old_is_refused(self):
        faults = mother_fits("mother", day("1989-12-31"), woman("1980-1-1"), LIMITS)
        assert "younger than 10" in faults[0].what.en
        assert "不满 10 岁" in faults[0].what.zh

    def test_ten_years_old_is_not(self):
        assert mother_fits("mother", day("1990-1-1"), woman("1980-1-1"), LIMITS) == []

    def test_a_half_known_date_is_refused_only_when_no_day_of_it_fits(self):
        assert mother_fits("mother", day("1990"), woman("1980-6-1"), LIMITS) == []
        assert fields(mother_fits("mother", day("1989"), woman("1980-6-1"), LIMITS)) == ["mother"]

    def test_born_on_29_february_she_is_ten_on_1_march(self):
        assert fields(mother_fits("mother", day("1990-2-28"), woman("1980-2-29"), LIMITS)) == ["mother"]
        assert mother_fits("mother", day("1990-3-1"), woman("1980-2-29"), LIMITS) == []

    def test_a_generation_mistyped_is_refused(self):
        assert fields(mother_fits("mother", day("2006-1-1"), woman("1930-1-1"), LIMITS)) == ["mother"]

    def test_a_dead_mother_gives_no_birth_but_may_die_in_it(self):
        assert fields(mother_fits("mother", day("2001-1-2"), woman("1970-1-1", "2001-1-1"), LIMITS)) == ["mother"]
        assert mother_fits("mother", day("2001-1-1"), woman("1970-1-1", "2001-1-1"), LIMITS) == []

    def test_a_man_is_no_mother(self):
        assert "is a man" in mother_fits("mother", None, man("1970-1-1"), LIMITS)[0].what.en


class TestFather:
    def test_a_child_may_be_born_up_to_ten_months_after_his_death(self):
        assert father_fits("father", day("2001-11-1"), man("1970-1-1", "2001-1-1"), LIMITS) == []
        assert fields(father_fits("father", day("2002-1-1"), man("1970-1-1", "2001-1-1"), LIMITS)) == ["father"]

    def test_a_woman_is_no_father(self):
        assert "is a woman" in father_fits("father", None, woman("1970-1-1"), LIMITS)[0].what.en


class TestSiblings:
    def test_two_births_two_months_apart_are_refused(self):
        assert fields(sibling_fits("birth", day("2001-3-1"), 1, [(day("2001-1-1"), 1)], LIMITS)) == ["birth"]

    def test_twins_over_midnight_are_fine(self):
        assert sibling_fits("birth", day("2001-1-2"), 2, [(day("2001-1-1"), 1)], LIMITS) == []

    def test_twins_who_are_not_said_to_be_twins_are_refused_with_the_way_out(self):
        faults = sibling_fits("birth", day("2001-1-1"), 1, [(day("2001-1-1"), 1)], LIMITS)
        assert "give the plurality" in faults[0].mend.en

    def test_being_twins_does_not_allow_a_month(self):
        assert fields(sibling_fits("birth", day("2001-2-1"), 2, [(day("2001-1-1"), 2)], LIMITS)) == ["birth"]

    def test_half_known_dates_may_lie_far_enough_apart(self):
        assert sibling_fits("birth", day("2001"), 1, [(day("2001-1-5"), 1)], LIMITS) == []

    @given(st.integers(90, 9000))
    def test_ninety_days_and_more_are_fine_in_either_order(self, gap):
        first = day("1980-1-1")
        later = first._replace(day=date.fromordinal(first.day.toordinal() + gap))
        assert (
            sibling_fits("birth", later, 1, [(first, 1)], LIMITS)
            == sibling_fits("birth", first, 1, [(later, 1)], LIMITS)
            == []
        )


class TestSpells:
    def test_two_of_a_kind_may_not_overlap(self):
        faults = spell_fits("start", Stretch(day("2001-1-1")), Life(), [Stretch(day("2000-1-1"))], TODAY)
        assert "2000-01-01" in faults[0].what.en

    def test_one_may_start_on_the_day_on_which_the_other_ends(self):
        assert (
            spell_fits("start", Stretch(day("2001-1-1")), Life(), [Stretch(day("2000-1-1"), day("2001-1-1"))], TODAY)
            == []
        )

    def test_none_starts_before_birth_or_after_death_or_tomorrow(self):
        life = Life(day("1970-5-1"), day("2001-1-1"))
        assert fields(spell_fits("start", Stretch(day("1970-4-30")), life, [], TODAY)) == ["start"]
        assert fields(spell_fits("start", Stretch(day("2001-1-2")), life, [], TODAY)) == ["start"]
        assert fields(spell_fits("start", Stretch(day("2007-1-1")), Life(), [], TODAY)) == ["start"]

    def test_none_ends_before_it_starts(self):
        assert fields(in_order("end", Stretch(day("2001-1-1"), day("2000-12-31")))) == ["end"]
        assert in_order("end", Stretch(day("2001-3"), day("2001-3-2"))) == []

    @given(*[st.integers(0, 40)] * 4)
    def test_overlapping_is_the_same_seen_from_either_side_and_means_a_common_day(self, a, b, c, d):
        def at(n):
            return day("2000-1-1")._replace(day=date.fromordinal(date(2000, 1, 1).toordinal() + n))

        one, other = Stretch(at(min(a, b)), at(max(a, b))), Stretch(at(min(c, d)), at(max(c, d)))
        common = set(range(min(a, b), max(a, b))) & set(range(min(c, d), max(c, d)))
        assert overlap(one, other) == overlap(other, one) == bool(common)


class TestUnions:
    def test_nobody_is_in_two_at_a_time(self):
        faults = union_fits("start", Stretch(day("2001-1-1")), Life(), Life(), [Stretch(day("1999-1-1"))], TODAY)
        assert fields(faults) == ["start"]

    def test_one_may_marry_again_on_the_day_of_a_divorce(self):
        others = [Stretch(day("1999-1-1"), day("2001-1-1"))]
        assert union_fits("start", Stretch(day("2001-1-1")), Life(), Life(), others, TODAY) == []

    def test_nobody_marries_after_death(self):
        assert fields(union_fits("start", Stretch(day("2001-1-1")), woman("1970", "2000"), man("1970"), [], TODAY)) == [
            "start"
        ]


class TestDeath:
    def test_it_is_not_before_birth_nor_tomorrow(self):
        assert fields(death_fits("death", day("1969"), woman("1970-1-1"), [], TODAY)) == ["death"]
        assert fields(death_fits("death", day("2007-1-1"), woman("1970-1-1"), [], TODAY)) == ["death"]

    def test_it_is_not_before_anything_the_person_did(self):
        faults = death_fits("death", day("2000-1-1"), woman("1970-1-1"), [day("2000-6-1")], TODAY)
        assert "2000-06-01" in faults[0].what.zh


class TestBirthDate:
    def test_it_is_not_after_anything_the_person_did(self):
        assert fields(birth_date_fits("birth", day("1990-1-1"), [day("1989-5-5")], TODAY, LIMITS)) == ["birth"]

    def test_no_register_reaches_back_so_far(self):
        assert fields(not_too_old("birth", day("1789-7-14"), TODAY, LIMITS)) == ["birth"]

    def test_a_half_known_date_of_this_year_is_not_in_the_future(self):
        assert not_future("birth", day("2006"), date(2006, 2, 1)) == []


MOTHER_BORN = day("1900-1-1")
DIED = day("1990-1-1")


def a_birth_at(years):
    """A day on which somebody born with the mother has completed so many years, and no more."""
    return HalfDate(date(MOTHER_BORN.day.year + years, 12, 31))


def ages_not_told(years):
    """An age beyond every human one isn't shown."""
    return ["age"] if age_told(date(TODAY.year - years, 1, 1), TODAY) is None else []


def born_after(days, plurality):
    later = HalfDate(DIED.day + timedelta(days))
    return sibling_fits("birth", later, plurality, [(DIED, plurality)], LIMITS)


THROUGH_THE_RULES = {
    "mother_age": lambda years: mother_fits("mother", a_birth_at(years), Life(MOTHER_BORN), LIMITS),
    "father_age": lambda years: father_fits("father", a_birth_at(years), Life(MOTHER_BORN), LIMITS),
    "birth_interval": lambda days: born_after(days, plurality=1),
    "delivery_days": lambda days: born_after(days, plurality=2),
    "after_fathers_death": lambda days: father_fits(
        "father", HalfDate(DIED.day + timedelta(days)), Life(day("1950"), DIED), LIMITS
    ),
    "age": ages_not_told,
    "born_years_ago": lambda years: not_too_old("birth", HalfDate(date(TODAY.year - years, 1, 1)), TODAY, LIMITS),
}


class TestLimitsAreThePacks:
    """No number stands in the code: the pack's cases are true of the rules, and another pack has other limits."""

    @pytest.mark.parametrize("case", LIMITS.case, ids=lambda case: "{}={}".format(*case.fact))
    def test_every_case_of_the_pack_is_true_of_the_rules(self, case):
        fact, value = case.fact
        assert (THROUGH_THE_RULES[fact](value) == []) is case.possible

    def test_a_pack_with_other_limits_gives_other_answers_and_says_its_own_numbers(self):
        other = LIMITS.model_copy(
            update={
                "youngest_mother": LIMITS.youngest_mother.model_copy(update={"value": 15}),
                "birth_interval_days": LIMITS.birth_interval_days.model_copy(update={"value": 150}),
            }
        )
        assert "younger than 15" in mother_fits("mother", day("1994-1-1"), woman("1980-1-1"), other)[0].what.en
        assert "150 天" in sibling_fits("birth", day("2001-5-1"), 1, [(day("2001-1-1"), 1)], other)[0].what.zh

    def test_no_limit_has_a_number_of_its_own(self):
        assert [
            name for name, field in Limits.model_fields.items() if field.annotation is Limit and not field.is_required()
        ] == []
