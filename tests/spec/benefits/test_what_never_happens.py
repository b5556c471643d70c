"""Money that is never lost, paid twice or made from nothing: each rule once went wrong, or could have."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.utils import timezone

from shidai.benefits import actions
from shidai.benefits.models import Batch
from shidai.benefits.queries import (
    batch_state,
    closure,
    overpaid_of,
    shared_accounts,
    standing_of,
    unpaid_and_overpaid,
)
from shidai.core.access import Scope
from shidai.registry import actions as registry
from shidai.registry.citypack import city_pack
from shidai.registry.models import Person
from shidai.words import ShidaiError
from tests.factories import CITY, COUNTY, OPERATOR, Cast, day, make_staff
from tests.spec.benefits.conftest import CARD, YEAR
from tests.spec.benefits.test_claims import SCHEME, answer, carry_through, make_elder, pay
from tests.spec.benefits.test_money_back import granted_claim, overpaid_claim

pytestmark = pytest.mark.usefixtures("payer")
JANUARY = date(2006, 1, 10)


def test_days_typed_back_skip_no_public_notice(cast: Cast, settings: LazySettings) -> None:
    settings.DEMONSTRATION = False
    claim = actions.apply_for(by=cast.lan, scheme=SCHEME, subject=actions.Subject(make_elder().uuid), day=JANUARY)
    actions.act_on_claim(by=cast.lan, claim=claim.uuid, act="pass", day=JANUARY)
    for typed in (date(2006, 2, 1), timezone.localdate()):
        with pytest.raises(ShidaiError, match="The public notice runs to"):
            actions.act_on_claim(by=cast.zhou, claim=claim.uuid, act="pass", day=typed)
    until = standing_of(claim, JANUARY).until
    notice = city_pack().schemes[SCHEME].version_named(claim.version).step[0].notice_days
    assert until == timezone.localdate() + timedelta(days=notice)


def test_a_stop_entered_after_the_dues_were_reckoned_takes_back_what_counts_no_more(
    cast: Cast, other_officer: Scope
) -> None:
    claim = carry_through(cast, make_elder())
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    actions.act_on_claim(by=cast.gu, claim=claim.uuid, act="stop", day=date(2006, 7, 15), reason="迁出本市")
    assert pay(cast, other_officer).payments.get().fen == 30_000


def test_a_stop_entered_after_the_payment_makes_the_rest_overpaid(cast: Cast, other_officer: Scope) -> None:
    claim = carry_through(cast, make_elder())
    answer(cast, pay(cast, other_officer))
    actions.act_on_claim(by=cast.gu, claim=claim.uuid, act="stop", day=date(2006, 7, 15), reason="迁出本市")
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    assert sum(overpaid_of(claim).values()) == 30_000
    assert actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR) == 0
    assert closure(cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR).closes


def test_a_death_that_is_known_when_the_batch_is_built_is_not_paid(cast: Cast) -> None:
    elder = make_elder()
    carry_through(cast, elder)
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    registry.record_death(by=OPERATOR, person=elder.uuid, death=day("2006-9-15"))
    batch = actions.build_batch(by=cast.gu, scheme=SCHEME, area=COUNTY, pay_day=YEAR)
    assert batch.payments.get().fen == 40_000


def waive_all(cast: Cast, other_officer: Scope) -> actions.Subject:
    claim = overpaid_claim(cast, other_officer)
    actions.record_repayment(
        by=cast.gu, claim=claim.uuid, fen=20_000, day=date(2007, 2, 1), paper="家庭困难，不追讨", waived=True
    )
    assert claim.person is not None
    return actions.Subject(claim.person.uuid)


def test_what_was_not_asked_back_is_not_paid_out_when_nothing_had_been_paid_too_much(
    cast: Cast, other_officer: Scope
) -> None:
    person = waive_all(cast, other_officer).person
    assert person is not None
    registry.withdraw_death(by=OPERATOR, person=person, why="误报")
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    assert unpaid_and_overpaid(SCHEME, COUNTY, YEAR) == ([], [])
    assert closure(cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR).closes


def test_what_was_not_asked_back_is_not_paid_out_when_the_payment_itself_comes_back(
    cast: Cast, other_officer: Scope
) -> None:
    waive_all(cast, other_officer)
    answer(cast, Batch.objects.get(), paid=False)
    unpaid, _ = unpaid_and_overpaid(SCHEME, COUNTY, YEAR)
    assert [one.fen for one in unpaid] == [40_000]


@pytest.mark.usefixtures("holiday_relief")
def test_what_is_granted_once_is_not_granted_again_by_declining_and_applying_anew(
    cast: Cast, other_officer: Scope
) -> None:
    claim = granted_claim(cast, "holiday-relief", 30_000)
    batch = actions.build_batch(by=cast.gu, scheme="holiday-relief", area=COUNTY, pay_day=YEAR)
    answer(cast, actions.sign_batch(by=other_officer, batch=batch.uuid))
    actions.act_on_claim(by=cast.lan, claim=claim.uuid, act="decline", day=date(2006, 4, 1))
    actions.act_on_claim(by=cast.lan, claim=claim.uuid, act="apply", day=date(2006, 4, 2))
    with pytest.raises(ShidaiError, match="nothing to pay"):
        actions.build_batch(by=cast.gu, scheme="holiday-relief", area=COUNTY, pay_day=YEAR)


@pytest.mark.usefixtures("holiday_relief")
def test_only_who_passes_the_last_step_sets_the_sum(cast: Cast) -> None:
    claim = granted_claim(cast, "holiday-relief", 30_000)
    with pytest.raises(ShidaiError, match="last level sets the amount"):
        actions.act_on_claim(by=cast.lan, claim=claim.uuid, act="decline", day=date(2006, 4, 1), fen=100_000)
    assert standing_of(claim, date(2006, 4, 2)).state == "in_force"


def test_an_appeal_that_is_won_gives_back_the_months_between(cast: Cast) -> None:
    elder = make_elder()
    claim = actions.apply_for(by=cast.lan, scheme=SCHEME, subject=actions.Subject(elder.uuid), day=date(2006, 1, 10))
    actions.act_on_claim(by=cast.lan, claim=claim.uuid, act="refuse", day=date(2006, 2, 1), reason="误认为已迁出")
    actions.act_on_claim(by=cast.lan, claim=claim.uuid, act="appeal", day=date(2006, 8, 1), reason="没有迁出")
    for by, on in ((cast.lan, date(2006, 8, 2)), (cast.zhou, date(2006, 8, 20)), (cast.gu, date(2006, 9, 10))):
        actions.act_on_claim(by=by, claim=claim.uuid, act="pass", day=on)
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    assert claim.dues.count() == 12


def test_nothing_is_written_down_before_it_has_happened(cast: Cast) -> None:
    claim, tomorrow = carry_through(cast, make_elder()), timezone.localdate() + timedelta(days=1)
    for act in (
        lambda: actions.act_on_claim(by=cast.gu, claim=claim.uuid, act="reverify", day=tomorrow),
        lambda: actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=tomorrow),
        lambda: actions.build_batch(by=cast.gu, scheme=SCHEME, area=COUNTY, pay_day=tomorrow),
    ):
        with pytest.raises(ShidaiError, match="lies in the future"):
            act()


def test_an_id_that_was_used_for_something_else_is_refused(cast: Cast) -> None:
    first, second, click = carry_through(cast, make_elder()), carry_through(cast, make_elder("1941-1-1")), uuid4()
    actions.act_on_claim(by=cast.gu, claim=first.uuid, act="reverify", day=date(2006, 5, 1), id=click)
    for claim, act in ((second, "reverify"), (first, "stop")):
        with pytest.raises(ShidaiError, match="used for something else"):
            actions.act_on_claim(by=cast.gu, claim=claim.uuid, act=act, day=date(2006, 5, 1), reason="x", id=click)  # type: ignore[arg-type]


def test_a_batch_that_is_refused_leaves_everything_to_be_paid_later(cast: Cast, other_officer: Scope) -> None:
    carry_through(cast, make_elder())
    batch = actions.build_batch(by=cast.gu, scheme=SCHEME, area=COUNTY, pay_day=YEAR)
    with pytest.raises(ShidaiError, match="reason"):
        actions.refuse_batch(by=other_officer, batch=batch.uuid, reason=" ")
    actions.refuse_batch(by=other_officer, batch=batch.uuid, reason="账号有误")
    assert batch_state(batch) == "refused"
    with pytest.raises(ShidaiError, match="was refused"):
        actions.sign_batch(by=other_officer, batch=batch.uuid)
    answer(cast, pay(cast, other_officer))
    told = closure(cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    assert (told.batched, told.paid) == (60_000, 60_000)
    assert told.closes


def test_a_released_batch_is_not_refused(cast: Cast, other_officer: Scope) -> None:
    carry_through(cast, make_elder())
    batch = pay(cast, other_officer)
    with pytest.raises(ShidaiError, match="released already"):
        actions.refuse_batch(by=other_officer, batch=batch.uuid, reason="账号有误")


def test_one_account_of_two_people_is_shown_to_who_releases(cast: Cast) -> None:
    for born in ("1940-3-5", "1941-3-5"):
        carry_through(cast, make_elder(born))
    batch = actions.build_batch(by=cast.gu, scheme=SCHEME, area=COUNTY, pay_day=YEAR)
    assert [len(payments) for payments in shared_accounts(batch).values()] == [2], CARD


def test_no_more_is_agreed_than_was_paid_too_much(cast: Cast, other_officer: Scope) -> None:
    claim = overpaid_claim(cast, other_officer)
    agree = {"by": cast.gu, "claim": claim.uuid, "instalments": 2, "first_day": date(2007, 2, 28), "paper": "协议"}
    actions.agree_recovery(fen=15_000, **agree)  # type: ignore[arg-type]
    with pytest.raises(ShidaiError, match=r"50\.00 yuan was paid too much"):
        actions.agree_recovery(fen=15_000, **agree)  # type: ignore[arg-type]


def merge_families(keep: Person, gone: Person) -> None:
    """A family stood on the register twice: the elder and the only child become one record each."""
    registrar = make_staff("shen", "city_registrar", CITY)
    children = [Person.objects.get(parentage__mother=elder) for elder in (keep, gone)]
    for kept, merged in (children, (keep, gone)):
        registry.merge_people(by=registrar, keep=kept.uuid, gone=merged.uuid, reason="同一人两份档案")


def test_a_merged_record_keeps_its_claim_and_nobody_is_paid_twice(cast: Cast, other_officer: Scope) -> None:
    gone, keep = make_elder(), make_elder()
    claim = carry_through(cast, gone)
    answer(cast, pay(cast, other_officer))
    merge_families(keep, gone)
    assert actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR) == 0
    assert overpaid_of(claim) == {}
    with pytest.raises(ShidaiError, match="can't apply for it"):
        actions.apply_for(by=cast.lan, scheme=SCHEME, subject=actions.Subject(keep.uuid), day=date(2006, 12, 1))


def test_of_two_claims_of_one_person_the_merged_records_one_is_taken_back(cast: Cast, other_officer: Scope) -> None:
    gone, keep = make_elder(), make_elder()
    double, own = carry_through(cast, gone), carry_through(cast, keep)
    answer(cast, pay(cast, other_officer))
    merge_families(keep, gone)
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    assert (sum(overpaid_of(double).values()), overpaid_of(own)) == (60_000, {})
