"""Emergency contraception: what is possible so many hours after intercourse, and what to know of each method."""

from __future__ import annotations

import pytest

from shidai.advice import eligibility
from shidai.advice.emergency import Emergency, body_mass_index, emergency_options
from shidai.words import ShidaiError


def tips_of(told: Emergency, method: str) -> list[str]:
    (option,) = (one for one in told.options if one.method == method)
    return [one.id for one in option.tips]


def test_the_copper_iud_comes_first_as_it_works_best() -> None:
    """MSD Manual: 0.1 % become pregnant, against 2 to 3 % after levonorgestrel; all within 120 hours."""
    assert [one.method for one in emergency_options(12, bmi=22).options] == ["cu_iud", "ec_upa", "ec_lng"]


@pytest.mark.parametrize(("hours", "less"), [(72, False), (73, True), (120, True)])
def test_levonorgestrel_works_less_after_three_days_and_is_still_possible(hours: float, less: bool) -> None:
    """UpToDate's table: up to 3 days, though it may work up to 5."""
    assert ("emergency.lng_less" in tips_of(emergency_options(hours, bmi=22), "ec_lng")) is less


@pytest.mark.parametrize(("bmi", "less"), [(29.9, False), (30, True)])
def test_pills_may_work_less_with_a_body_mass_index_of_30(bmi: float, less: bool) -> None:
    """UpToDate's table: at 30 and more 5.8 % after levonorgestrel, 2.6 % after ulipristal."""
    told = emergency_options(10, bmi=bmi)
    for pill in ("ec_upa", "ec_lng"):
        assert ("emergency.weight" in tips_of(told, pill)) is less
    assert "emergency.weight" not in tips_of(told, "cu_iud")


def test_who_was_not_weighed_is_helped_all_the_same() -> None:
    told = emergency_options(10)
    assert len(told.options) == 3
    assert "emergency.ask_weight" in [one.id for one in told.tips]


def test_with_enzyme_inducing_medicine_the_iud_is_preferred() -> None:
    told = emergency_options(10, bmi=22, enzyme_inducer=True)
    assert "emergency.inducer" in tips_of(told, "ec_lng")
    assert "emergency.inducer" not in tips_of(told, "cu_iud")


def test_after_ulipristal_hormones_wait_five_days() -> None:
    told = emergency_options(10, bmi=22)
    assert "emergency.upa_wait" in tips_of(told, "ec_upa")
    assert "emergency.upa_wait" not in tips_of(told, "ec_lng")


def test_after_five_days_none_is_named_and_she_is_not_sent_away() -> None:
    told = emergency_options(121)
    assert told.options == ()
    assert [one.id for one in told.tips] == ["emergency.late"]


def test_methods_are_those_of_the_eligibility_table() -> None:
    assert {one.method for one in emergency_options(1).options} <= set(eligibility.methods())


def test_the_body_mass_index_is_unknown_where_a_measure_is() -> None:
    assert body_mass_index(64, 160) == pytest.approx(25)
    assert body_mass_index(None, 160) is None
    assert body_mass_index(64, None) is None
    with pytest.raises(ShidaiError):
        body_mass_index(64, 1.6)
