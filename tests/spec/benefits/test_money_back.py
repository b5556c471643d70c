"""Money that goes wrong and comes right: bank files, returns, what was paid too much, grants, and confirming again."""

from __future__ import annotations

import io
from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from shidai.benefits import actions
from shidai.benefits.deciding import same_result
from shidai.benefits.models import BankFile, Batch, Claim, Payer, Recovery, Repayment
from shidai.benefits.queries import batch_state, closure, instalments_of, order_of, overpaid_of, unpaid_and_overpaid
from shidai.core.access import NoAccess, Scope
from shidai.packs.schema.scheme import Scheme
from shidai.registry import actions as registry
from shidai.registry.citypack import city_pack
from shidai.registry.models import Household, Spell
from shidai.words import ShidaiError
from tests.factories import COUNTY, NANQIAO, OPERATOR, Cast, day, make_couple
from tests.spec.benefits.conftest import YEAR
from tests.spec.benefits.test_claims import SCHEME, answer, carry_through, make_elder, pay

pytestmark = pytest.mark.usefixtures("payer")


def list_answer(batch: Batch, results: list[str]) -> bytes:
    """A bank's list of results in GB18030, as it is made from the list that it was sent."""
    lines = ["序号,户名,账号,金额(元),结果,原因"]
    for number, (transfer, result) in enumerate(zip(order_of(batch).transfers, results, strict=True), 1):
        yuan = f"{transfer.fen // 100}.{transfer.fen % 100:02d}"
        lines.append(f"{number},{transfer.payee_name},{transfer.account},{yuan},{result},")
    return "\r\n".join(lines).encode("gb18030")


def test_the_bank_file_of_a_batch_is_the_same_every_time_and_only_after_its_release(
    cast: Cast, other_officer: Scope
) -> None:
    carry_through(cast, make_elder())
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    batch = actions.build_batch(by=cast.gu, scheme=SCHEME, area=COUNTY, pay_day=YEAR)
    with pytest.raises(ShidaiError, match="hasn't been released"):
        actions.write_bank_file(by=cast.gu, batch=batch.uuid, form="pain.001", out=io.BytesIO())
    actions.sign_batch(by=other_officer, batch=batch.uuid)
    files = [io.BytesIO(), io.BytesIO()]
    for out in files:
        actions.write_bank_file(by=cast.gu, batch=batch.uuid, form="pain.001", out=out)
    assert files[0].getvalue() == files[1].getvalue()
    assert b"600.00" in files[0].getvalue()
    assert BankFile.objects.filter(batch=batch, answer=False).count() == 2
    with pytest.raises(NoAccess):
        actions.write_bank_file(by=cast.ma, batch=batch.uuid, form="csv", out=io.BytesIO())


def test_a_list_that_does_not_name_its_batch_wants_the_officers_word(cast: Cast, other_officer: Scope) -> None:
    carry_through(cast, make_elder())
    batch = pay(cast, other_officer)
    data = list_answer(batch, ["成功"])
    with pytest.raises(ShidaiError, match="doesn't name its batch"):
        actions.take_bank_answer(by=cast.gu, batch=batch.uuid, data=data, file="results.csv")
    assert batch_state(batch) == "released"
    assert actions.take_bank_answer(by=cast.gu, batch=batch.uuid, data=data, file="results.csv", confirmed=True) == 1
    assert actions.take_bank_answer(by=cast.gu, batch=batch.uuid, data=data, file="results.csv", confirmed=True) == 0
    assert batch_state(batch) == "answered"


def test_a_list_with_a_changed_amount_is_refused_whole(cast: Cast, other_officer: Scope) -> None:
    for born in ("1940-3-5", "1941-3-5"):
        carry_through(cast, make_elder(born))
    batch = pay(cast, other_officer)
    data = list_answer(batch, ["成功", "成功"]).replace(b"600.00", b"599.00", 1)
    with pytest.raises(ShidaiError):
        actions.take_bank_answer(by=cast.gu, batch=batch.uuid, data=data, file="results.csv", confirmed=True)
    assert not BankFile.objects.filter(answer=True).exists()
    assert closure(cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR).in_flight == 120_000


def overpaid_claim(cast: Cast, other_officer: Scope) -> Claim:
    """Twelve months were paid; a death registered late leaves eight."""
    elder = make_elder()
    claim = carry_through(cast, elder)
    answer(cast, pay(cast, other_officer))
    registry.record_death(by=OPERATOR, person=elder.uuid, death=day("2006-9-15"))
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    return claim


def test_what_was_paid_too_much_is_given_back_by_instalments_and_the_rest_waived(
    cast: Cast, other_officer: Scope
) -> None:
    claim = overpaid_claim(cast, other_officer)
    assert sum(overpaid_of(claim).values()) == 20_000
    agreement = actions.agree_recovery(
        by=cast.gu, claim=claim.uuid, fen=15_000, instalments=2, first_day=date(2007, 2, 28), paper="协议 1 号"
    )
    assert instalments_of(agreement) == [(date(2007, 2, 28), 7_500), (date(2007, 3, 28), 7_500)]
    click = uuid4()
    for _ in range(2):
        actions.record_repayment(
            by=cast.gu, claim=claim.uuid, fen=7_500, day=date(2007, 2, 20), paper="收据 8 号", id=click
        )
    assert list(overpaid_of(claim).values()) == [2_500, 5_000, 5_000]
    actions.record_repayment(
        by=cast.gu, claim=claim.uuid, fen=12_500, day=date(2007, 3, 1), paper="死亡当月已发，不追讨", waived=True
    )
    assert overpaid_of(claim) == {}
    told = closure(cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    assert (told.earned, told.paid, told.given_back, told.held, told.waived) == (40_000, 60_000, 7_500, -12_500, 12_500)
    assert told.closes


def test_nobody_gives_back_more_than_was_paid_too_much(cast: Cast, other_officer: Scope) -> None:
    claim = overpaid_claim(cast, other_officer)
    with pytest.raises(ShidaiError, match=r"200\.00 yuan was paid too much"):
        actions.record_repayment(by=cast.gu, claim=claim.uuid, fen=20_001, day=date(2007, 2, 20), paper="收据")
    with pytest.raises(NoAccess):
        actions.record_repayment(by=cast.lan, claim=claim.uuid, fen=1, day=date(2007, 2, 20), paper="收据")
    assert not Repayment.objects.exists()


def test_what_was_given_back_for_a_death_that_was_none_is_paid_again(cast: Cast, other_officer: Scope) -> None:
    claim = overpaid_claim(cast, other_officer)
    actions.record_repayment(by=cast.gu, claim=claim.uuid, fen=20_000, day=date(2007, 2, 20), paper="收据 8 号")
    assert claim.person is not None
    registry.withdraw_death(by=OPERATOR, person=claim.person.uuid, why="误报")
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    unpaid, overpaid = unpaid_and_overpaid(SCHEME, COUNTY, YEAR)
    assert ([one.fen for one in unpaid], overpaid) == ([20_000], [])
    answer(cast, pay(cast, other_officer))
    assert closure(cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR).closes


def test_nothing_counts_after_the_day_by_which_it_should_have_been_confirmed_again(
    cast: Cast, other_officer: Scope
) -> None:
    claim = carry_through(cast, make_elder())
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=date(2007, 6, 30))
    assert claim.dues.order_by("period").last().period == date(2007, 2, 28)  # type: ignore[union-attr]
    actions.act_on_claim(by=cast.gu, claim=claim.uuid, act="reverify", day=date(2007, 5, 20))
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=date(2007, 6, 30))
    assert claim.dues.count() == 18, "once confirmed, the months between count too"


def make_household() -> Household:
    wife, _ = make_couple()
    home = Household.objects.create(area=NANQIAO, head=wife)
    Spell.objects.filter(person=wife).update(household=home)
    return home


def granted_claim(cast: Cast, scheme: str, fen: int | None) -> Claim:
    """A household whose hardship is attested, with a sum granted at the last step."""
    home = make_household()
    claim = actions.apply_for(
        by=cast.lan, scheme=scheme, subject=actions.Subject(household=home.uuid), day=date(2006, 1, 5)
    )
    actions.attest(
        by=cast.lan, claim=claim.uuid, fact="household_hardship", value=True, paper="走访记录", since=date(2006, 1, 5)
    )
    steps = scheme_called(scheme).version[0].step
    hands = {"village": cast.lan, "township": cast.zhou, "county": cast.gu, "city": cast.gu}
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        actions.act_on_claim(
            by=hands[step.level],
            claim=claim.uuid,
            act="pass",
            day=date(2006, 1 + number, 28),
            fen=fen if last else None,
        )
    return claim


def scheme_called(id_: str) -> Scheme:
    return city_pack().schemes[id_]


@pytest.mark.usefixtures("holiday_relief")
def test_a_grant_within_its_limits_is_handed_over_against_a_signature(cast: Cast, other_officer: Scope) -> None:
    claim = granted_claim(cast, "holiday-relief", 30_000)
    assert claim.occasion == "holiday-2006"
    for until in (date(2006, 3, 31), YEAR):
        actions.accrue(by=cast.gu, scheme="holiday-relief", area=COUNTY, until=until)
    assert [due.fen for due in claim.dues.all()] == [30_000], "granted once, whenever it is looked at"
    batch = actions.build_batch(by=cast.gu, scheme="holiday-relief", area=COUNTY, pay_day=YEAR)
    assert (batch.form, batch.payer, batch.payments.get().account) == ("hand", None, None)
    actions.sign_batch(by=other_officer, batch=batch.uuid)
    with pytest.raises(ShidaiError, match="handed over"):
        actions.write_bank_file(by=cast.gu, batch=batch.uuid, form="csv", out=io.BytesIO())
    answer(cast, batch)
    assert closure(cast.gu, scheme="holiday-relief", area=COUNTY, until=YEAR).closes
    assert all(same_result(decision) for decision in claim.decisions.all())


@pytest.mark.usefixtures("holiday_relief")
@pytest.mark.parametrize("fen", [4_999, 100_001, None])
def test_a_grant_outside_its_limits_is_refused(cast: Cast, fen: int | None) -> None:
    with pytest.raises(ShidaiError, match=r"between 50\.00 and 1,000\.00 yuan"):
        granted_claim(cast, "holiday-relief", fen)


def test_a_village_gets_its_grant_once(cast: Cast) -> None:
    village = actions.Subject(village=NANQIAO)
    first = actions.apply_for(by=cast.lan, scheme="village-grant", subject=village, day=date(2006, 1, 5))
    assert first.occasion == "grant-2006"
    with pytest.raises(ShidaiError, match="can't apply for it"):
        actions.apply_for(by=cast.lan, scheme="village-grant", subject=village, day=date(2006, 5, 5))


def test_of_schemes_that_cannot_be_held_together_the_second_is_not_confirmed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    schemes = city_pack().schemes
    twin = schemes[SCHEME].model_copy(update={"id": "rural-twin", "incompatible": (SCHEME,)})
    monkeypatch.setitem(schemes, "rural-twin", twin)
    elder = make_elder()
    carry_through(cast, elder)
    claim = actions.apply_for(
        by=cast.lan, scheme="rural-twin", subject=actions.Subject(elder.uuid), day=date(2006, 4, 1)
    )
    with pytest.raises(ShidaiError, match="can't be held together"):
        actions.act_on_claim(by=cast.lan, claim=claim.uuid, act="pass", day=date(2006, 4, 2))


@pytest.mark.parametrize("model", [Recovery, Repayment, Payer, BankFile, Batch])
def test_the_database_itself_refuses_to_change_money_that_is_written(
    cast: Cast, other_officer: Scope, model: type[Recovery | Repayment | Payer | BankFile | Batch]
) -> None:
    claim = overpaid_claim(cast, other_officer)
    actions.agree_recovery(
        by=cast.gu, claim=claim.uuid, fen=15_000, instalments=2, first_day=date(2007, 2, 28), paper="协议"
    )
    actions.record_repayment(by=cast.gu, claim=claim.uuid, fen=7_500, day=date(2007, 2, 20), paper="收据")
    actions.write_bank_file(by=cast.gu, batch=Batch.objects.get().uuid, form="csv", out=io.BytesIO())
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        model.objects.update(by="somebody")  # type: ignore[attr-defined]
