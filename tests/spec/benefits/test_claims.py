"""From an application to the money: every decision kept, every fen paid once, everything closing at any moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from shidai.benefits import actions
from shidai.benefits.deciding import same_result
from shidai.benefits.models import Batch, Claim, Decision, Due, LedgerEntry, Payment, Settled
from shidai.benefits.queries import batch_state, closure, standing_of, unpaid_and_overpaid
from shidai.core.access import NoAccess, Scope
from shidai.registry import actions as registry
from shidai.registry.citypack import city_pack
from shidai.registry.models import Person
from shidai.words import ShidaiError
from tests.factories import COUNTY, OPERATOR, Cast, day, make_person
from tests.spec.benefits.conftest import BANK, CARD, YEAR

SCHEME = "rural-reward"


def make_elder(born: str = "1940-3-5", children: int = 1, since: str | None = None) -> Person:
    """A rural widow with so many children."""
    elder = make_person("陈秀英", 2, born, since=since, registration="rural")
    for number in range(children):
        identity = registry.Identity(name=f"陈{'一二三'[number]}", sex=1, birth=day(f"{1965 + 3 * number}-1-1"))
        registry.register_person(by=OPERATOR, identity=identity, area=elder.registered_area, mother=elder.uuid)
    elder.refresh_from_db()
    return elder


def carry_through(cast: Cast, elder: Person, applied: date = date(2006, 1, 10)) -> Claim:
    """A claim from the counter to the county's confirmation."""
    claim = actions.apply_for(by=cast.lan, scheme=SCHEME, subject=actions.Subject(elder.uuid), day=applied)
    for by, on in ((cast.lan, date(2006, 1, 11)), (cast.zhou, date(2006, 2, 1)), (cast.gu, date(2006, 3, 1))):
        actions.act_on_claim(by=by, claim=claim.uuid, act="pass", day=on)
    actions.set_account(by=cast.lan, claim=claim.uuid, holder=elder.name, number=CARD, bank_code=BANK)
    return claim


def pay(cast: Cast, other_officer: Scope, until: date = YEAR) -> Batch:
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=until)
    batch = actions.build_batch(by=cast.gu, scheme=SCHEME, area=COUNTY, pay_day=until)
    return actions.sign_batch(by=other_officer, batch=batch.uuid)


def answer(cast: Cast, batch: Batch, *, paid: bool = True) -> int:
    lines = [
        actions.BankLine(one.reference, one.fen, paid, date(2007, 1, 5), "" if paid else "账号已销户")
        for one in batch.payments.all()
    ]
    return actions.record_answer(by=cast.gu, batch=batch.uuid, lines=lines)


pytestmark = pytest.mark.usefixtures("payer")


def test_a_claim_goes_from_the_village_to_the_county_and_every_decision_is_kept(cast: Cast) -> None:
    claim = carry_through(cast, make_elder())
    assert standing_of(claim, date(2006, 3, 1)).state == "in_force"
    decisions = list(claim.decisions.order_by("pk"))
    assert len(decisions) == 4
    assert all(decision.eligible for decision in decisions)
    aged = next(outcome for outcome in decisions[-1].outcomes if outcome["id"] == "aged")
    assert aged["facts"]["age"] == 65
    assert decisions[-1].version == city_pack().schemes[SCHEME].version_on(date(2006, 3, 1)).id  # type: ignore[union-attr]


def test_a_decision_run_again_gives_the_same_even_after_the_register_has_changed(cast: Cast) -> None:
    elder = make_elder()
    claim = carry_through(cast, elder)
    registry.record_death(by=OPERATOR, person=elder.uuid, death=day("2006-5-5"))
    assert all(same_result(decision) for decision in claim.decisions.all())


def test_who_does_not_meet_a_condition_is_not_passed_and_told_which(cast: Cast) -> None:
    elder = make_elder(children=3)
    claim = actions.apply_for(by=cast.lan, scheme=SCHEME, subject=actions.Subject(elder.uuid), day=date(2006, 1, 10))
    with pytest.raises(ShidaiError) as refused:
        actions.act_on_claim(by=cast.lan, claim=claim.uuid, act="pass", day=date(2006, 1, 11))
    assert [problem.where for problem in refused.value.problems] == ["children"]
    actions.act_on_claim(by=cast.lan, claim=claim.uuid, act="refuse", day=date(2006, 1, 11), reason="三个子女")
    assert standing_of(claim, date(2006, 1, 12)).state == "refused"


def test_each_step_is_for_its_own_office(cast: Cast) -> None:
    elder = make_elder()
    claim = actions.apply_for(by=cast.lan, scheme=SCHEME, subject=actions.Subject(elder.uuid), day=date(2006, 1, 10))
    for by in (cast.zhou, cast.gu):
        with pytest.raises(NoAccess):
            actions.act_on_claim(by=by, claim=claim.uuid, act="pass", day=date(2006, 1, 11))
    with pytest.raises(ShidaiError, match="There is no such claim"):
        actions.act_on_claim(by=cast.ma, claim=claim.uuid, act="pass", day=date(2006, 1, 11))
    with pytest.raises(ShidaiError):
        actions.apply_for(by=cast.ma, scheme=SCHEME, subject=actions.Subject(elder.uuid), day=date(2006, 1, 10))


def test_two_clicks_apply_once_and_act_once(cast: Cast) -> None:
    elder, form, click = make_elder(), uuid4(), uuid4()
    first = actions.apply_for(
        by=cast.lan, scheme=SCHEME, subject=actions.Subject(elder.uuid), day=date(2006, 1, 10), id=form
    )
    again = actions.apply_for(
        by=cast.lan, scheme=SCHEME, subject=actions.Subject(elder.uuid), day=date(2006, 1, 10), id=form
    )
    assert first == again
    for _ in range(2):
        actions.act_on_claim(by=cast.lan, claim=first.uuid, act="pass", day=date(2006, 1, 11), id=click)
    assert LedgerEntry.objects.count() == 2


def test_a_person_has_one_claim_under_a_scheme(cast: Cast) -> None:
    elder = make_elder()
    actions.apply_for(by=cast.lan, scheme=SCHEME, subject=actions.Subject(elder.uuid), day=date(2006, 1, 10))
    with pytest.raises(ShidaiError, match="can't apply for it"):
        actions.apply_for(by=cast.lan, scheme=SCHEME, subject=actions.Subject(elder.uuid), day=date(2006, 1, 12))
    assert Claim.objects.count() == 1


def test_every_month_comes_due_once_and_is_paid_once(cast: Cast, other_officer: Scope) -> None:
    claim = carry_through(cast, make_elder())
    batch = pay(cast, other_officer)
    assert [due.fen for due in claim.dues.order_by("period")] == [5000] * 12
    assert batch.payments.get().fen == 60_000
    assert actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR) == 0
    with pytest.raises(ShidaiError, match="nothing to pay"):
        actions.build_batch(by=cast.gu, scheme=SCHEME, area=COUNTY, pay_day=YEAR)


def test_the_same_click_builds_one_batch(cast: Cast) -> None:
    carry_through(cast, make_elder())
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    click = uuid4()
    first, again = (
        actions.build_batch(by=cast.gu, scheme=SCHEME, area=COUNTY, pay_day=YEAR, id=click) for _ in range(2)
    )
    assert first == again
    assert Payment.objects.count() == 1


def test_the_database_itself_refuses_to_pay_a_due_twice(cast: Cast, other_officer: Scope) -> None:
    claim = carry_through(cast, make_elder())
    batch = pay(cast, other_officer)
    payment, due = batch.payments.get(), claim.dues.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Settled.objects.create(payment=payment, due=due)


@pytest.mark.parametrize("model", [LedgerEntry, Decision, Due, Payment])
def test_the_database_itself_refuses_to_change_what_is_written(
    cast: Cast, other_officer: Scope, model: type[LedgerEntry | Decision | Due | Payment]
) -> None:
    carry_through(cast, make_elder())
    pay(cast, other_officer)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        model.objects.update(by="somebody")  # type: ignore[attr-defined]


def test_who_built_a_batch_cannot_release_it(cast: Cast, other_officer: Scope) -> None:
    carry_through(cast, make_elder())
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    batch = actions.build_batch(by=cast.gu, scheme=SCHEME, area=COUNTY, pay_day=YEAR)
    with pytest.raises(ShidaiError, match="Who built a batch can't release it"):
        actions.sign_batch(by=cast.gu, batch=batch.uuid)
    with pytest.raises(NoAccess):
        actions.sign_batch(by=cast.zhou, batch=batch.uuid)
    assert batch_state(batch) == "built"
    with pytest.raises(ShidaiError, match="hasn't been released"):
        answer(cast, batch)
    actions.sign_batch(by=other_officer, batch=batch.uuid)
    assert batch_state(batch) == "released"


def test_a_returned_payment_is_unpaid_again_and_paid_in_a_later_batch(cast: Cast, other_officer: Scope) -> None:
    carry_through(cast, make_elder())
    batch = pay(cast, other_officer)
    answer(cast, batch, paid=False)
    unpaid, _ = unpaid_and_overpaid(SCHEME, COUNTY, YEAR)
    assert [one.fen for one in unpaid] == [60_000]
    later = actions.build_batch(by=cast.gu, scheme=SCHEME, area=COUNTY, pay_day=YEAR)
    actions.sign_batch(by=other_officer, batch=later.uuid)
    answer(cast, later)
    told = closure(cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    assert (told.earned, told.batched, told.paid, told.returned) == (60_000, 120_000, 60_000, 60_000)
    assert told.closes


def test_an_answer_that_does_not_fit_is_refused_whole(cast: Cast, other_officer: Scope) -> None:
    carry_through(cast, make_elder())
    batch = pay(cast, other_officer)
    payment = batch.payments.get()
    good = actions.BankLine(payment.reference, payment.fen, True, date(2007, 1, 5))
    for lines, told in (
        ([replace(good, fen=59_999)], "differs from the batch's 60000"),
        ([good, good], "more than once"),
        ([good, replace(good, reference="0" * 32)], "isn't in this batch"),
    ):
        with pytest.raises(ShidaiError, match=told):
            actions.record_answer(by=cast.gu, batch=batch.uuid, lines=lines)
    assert batch_state(batch) == "released"
    assert answer(cast, batch) == 1
    assert answer(cast, batch) == 0
    assert answer(cast, batch, paid=False) == 1, "what was paid may come back later"
    with pytest.raises(ShidaiError, match="said otherwise"):
        answer(cast, batch)


def test_a_death_registered_late_gives_back_every_month_after_it(cast: Cast, other_officer: Scope) -> None:
    elder = make_elder()
    claim = carry_through(cast, elder)
    answer(cast, pay(cast, other_officer))
    registry.record_death(by=OPERATOR, person=elder.uuid, death=day("2006-9-15"))
    assert actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR) == 4
    assert [due.fen for due in claim.dues.filter(number=1).order_by("period")] == [-5000] * 4
    unpaid, overpaid = unpaid_and_overpaid(SCHEME, COUNTY, YEAR)
    assert unpaid == []
    assert sum(one.fen for one in overpaid) == 20_000
    told = closure(cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    assert (told.earned, told.paid, told.held) == (40_000, 60_000, -20_000)
    assert told.closes


def test_a_corrected_date_of_birth_pays_the_months_that_were_missed(cast: Cast, other_officer: Scope) -> None:
    elder = make_elder("1945-12-20", since="1990-1-1")
    claim = carry_through(cast, elder)
    answer(cast, pay(cast, other_officer))
    registry.correct_birth_date(by=OPERATOR, person=elder.uuid, birth=day("1946-6-1"))
    assert actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR) == 5
    registry.correct_birth_date(by=OPERATOR, person=elder.uuid, birth=day("1946-3-1"))
    assert actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR) == 3
    assert sum(due.fen for due in claim.dues.all()) == 10 * 5000
    assert closure(cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR).closes


def test_no_more_comes_due_after_a_stop(cast: Cast) -> None:
    claim = carry_through(cast, make_elder())
    actions.act_on_claim(by=cast.gu, claim=claim.uuid, act="stop", day=date(2006, 7, 15), reason="迁出本市")
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    assert [due.period.month for due in claim.dues.order_by("period")] == [1, 2, 3, 4, 5, 6]


def test_an_archive_clause_is_asked_of_nobody(cast: Cast) -> None:
    claim = actions.apply_for(
        by=cast.lan, scheme=SCHEME, subject=actions.Subject(make_elder().uuid), day=date(2006, 1, 10)
    )
    archive = next(fact.id for fact in city_pack().attested.values() if fact.archive)
    with pytest.raises(ShidaiError, match="nobody is asked"):
        actions.attest(by=cast.lan, claim=claim.uuid, fact=archive, value=True, paper="x", since=date(2006, 1, 1))


def test_account_numbers_are_sealed(cast: Cast, tmp_path: Path) -> None:
    account = carry_through(cast, make_elder()).accounts.get()
    assert CARD.replace(" ", "").encode() not in bytes(account.number)


@pytest.mark.parametrize(
    ("number", "code", "told"),
    [
        ("6.2E+18", BANK, "scientific notation"),
        ("6228480000000000002", BANK, "check digit"),
        (CARD, "1033", "12 digits"),
    ],
)
def test_an_account_that_cannot_be_right_is_refused(cast: Cast, number: str, code: str, told: str) -> None:
    claim = actions.apply_for(
        by=cast.lan, scheme=SCHEME, subject=actions.Subject(make_elder().uuid), day=date(2006, 1, 10)
    )
    with pytest.raises(ShidaiError, match=told):
        actions.set_account(by=cast.lan, claim=claim.uuid, holder="陈秀英", number=number, bank_code=code)
    assert not claim.accounts.exists()
