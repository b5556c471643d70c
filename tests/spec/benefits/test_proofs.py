"""No error, no duplicate, no omission, and everything closes: what a year's records prove, and what they find."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from shidai.benefits import actions
from shidai.benefits.extract import contribute
from shidai.benefits.models import Claim, Due
from shidai.benefits.queries import overpaid_of
from shidai.core.access import Scope
from shidai.indicators.proofs import CountyProof, Finding, Proofs, prove
from shidai.indicators.records import Records, RecordWriter
from shidai.registry import actions as registry
from shidai.registry.citypack import city_pack
from shidai.registry.extract import extract_records
from shidai.registry.models import Person
from tests.factories import CITY, COUNTY, OPERATOR, Cast, day
from tests.spec.benefits.conftest import BANK, CARD, YEAR
from tests.spec.benefits.test_claims import SCHEME, answer, carry_through, make_elder, pay

pytestmark = pytest.mark.usefixtures("payer")


def publish(folder: Path, cutoff: date = date(2007, 6, 30)) -> None:
    """The record tables of the small city."""
    here = city_pack()
    pack = here.model_copy(update={"header": here.header.model_copy(update={"city": CITY})})
    extract_records(folder, by=OPERATOR, pack=pack, cutoff=cutoff, more=(contribute,))


def proofs_of_the_year(folder: Path, cutoff: date = date(2007, 6, 30)) -> Proofs:
    publish(folder, cutoff)
    with Records.open(folder) as records:
        return prove(records, city_pack(), 2006, schemes=[SCHEME])


def confirm(
    cast: Cast,
    elder: Person,
    applied: date = date(2006, 1, 10),
    passed: tuple[date, date, date] = (date(2006, 1, 11), date(2006, 2, 1), date(2006, 3, 1)),
) -> Claim:
    """A claim that was passed by all three offices, without an account."""
    claim = actions.apply_for(by=cast.lan, scheme=SCHEME, subject=actions.Subject(elder.uuid), day=applied)
    for by, on in zip((cast.lan, cast.zhou, cast.gu), passed, strict=True):
        actions.act_on_claim(by=by, claim=claim.uuid, act="pass", day=on)
    return claim


def the_county(made: Proofs) -> CountyProof:
    (row,) = [row for row in made.rows if row.county == COUNTY]
    return row


def found(made: Proofs, proof: str) -> list[Finding]:
    return [one for one in made.findings if one.proof == proof]


def test_a_year_with_a_death_a_move_and_a_returned_payment_proves_whole(
    cast: Cast, other_officer: Scope, tmp_path: Path
) -> None:
    stays, dies, moves = (make_elder(f"194{year}-3-5") for year in range(3))
    for elder in (stays, dies, moves):
        carry_through(cast, elder)
    registry.record_death(by=OPERATOR, person=dies.uuid, death=day("2006-9-15"))
    registry.register_move(by=OPERATOR, person=moves.uuid, kind="registered", day=day("2006-5-10"))
    answer(cast, pay(cast, other_officer), paid=False)
    answer(cast, pay(cast, other_officer))
    made = proofs_of_the_year(tmp_path)
    row = the_county(made)
    assert made.hold
    assert (row.payees, row.paid, row.entitled) == (3, 60_000 + 40_000 + 20_000, 1)
    assert (row.closing.batched, row.closing.returned, row.closing.paid) == (240_000, 120_000, 120_000)
    assert made.findings == ()


def test_a_death_registered_after_the_payment_is_found_as_an_error_until_it_is_given_back(
    cast: Cast, other_officer: Scope, tmp_path: Path
) -> None:
    elder = make_elder()
    claim = carry_through(cast, elder)
    answer(cast, pay(cast, other_officer))
    registry.record_death(by=OPERATOR, person=elder.uuid, death=day("2006-11-15"))
    before = proofs_of_the_year(tmp_path / "before")
    assert [(one.period.month, one.fen, one.should, one.reasons[0]) for one in found(before, "error")] == [
        (11, 5_000, 0, "alive"), (12, 5_000, 0, "alive"),
    ]  # fmt: skip
    assert the_county(before).errors == 1
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    actions.record_repayment(by=cast.gu, claim=claim.uuid, fen=10_000, day=date(2007, 2, 1), paper="收据 1 号")
    after = proofs_of_the_year(tmp_path / "after")
    assert after.hold
    assert (after.manifest, after.seal) != (before.manifest, before.seal)


def test_who_meets_every_condition_and_has_no_claim_is_found(cast: Cast, tmp_path: Path) -> None:
    make_elder("1940-1-1")
    actions.apply_for(
        by=cast.lan, scheme=SCHEME, subject=actions.Subject(make_elder("1941-1-1").uuid), day=date(2006, 1, 10)
    )
    declined = actions.apply_for(
        by=cast.lan, scheme=SCHEME, subject=actions.Subject(make_elder("1942-1-1").uuid), day=date(2006, 1, 10)
    )
    actions.act_on_claim(by=cast.lan, claim=declined.uuid, act="decline", day=date(2006, 1, 12))
    made = proofs_of_the_year(tmp_path)
    assert sorted(one.reasons[0] for one in found(made, "omission")) == ["declined", "overlooked", "waiting"]
    assert (the_county(made).overlooked, the_county(made).entitled) == (1, 3)
    assert not made.hold


def test_one_person_paid_under_two_claims_is_found(cast: Cast, other_officer: Scope, tmp_path: Path) -> None:
    elder, other = make_elder("1940-1-1"), make_elder("1941-1-1")
    carry_through(cast, elder)
    claim = carry_through(cast, other)
    answer(cast, pay(cast, other_officer))
    Claim.objects.filter(pk=claim.pk).update(person=elder, occasion="second")  # what no action lets anybody do
    made = proofs_of_the_year(tmp_path)
    assert [one.reasons for one in found(made, "duplicate")] == [("twice",)] * 12
    assert not the_county(made).holds


def test_money_under_two_schemes_that_bar_each_other_is_found_until_one_is_given_back(
    cast: Cast, other_officer: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schemes = city_pack().schemes
    monkeypatch.setitem(schemes, "twin", schemes[SCHEME].model_copy(update={"id": "twin", "incompatible": (SCHEME,)}))
    elder, other = make_elder("1940-1-1"), make_elder("1941-1-1")
    carry_through(cast, elder)
    second = carry_through(cast, other)
    answer(cast, pay(cast, other_officer))
    Claim.objects.filter(pk=second.pk).update(person=elder, scheme="twin")  # what no action lets anybody do
    before = found(proofs_of_the_year(tmp_path / "before"), "duplicate")
    assert [(one.fen, one.should, one.reasons) for one in before] == [(10_000, 5_000, ("twin",))] * 12
    actions.act_on_claim(by=cast.gu, claim=second.uuid, act="stop", day=date(2006, 3, 1), reason="不能同时享受")
    actions.accrue(by=cast.gu, scheme="twin", area=COUNTY, until=YEAR)
    owed = sum(overpaid_of(second).values())
    actions.record_repayment(by=cast.gu, claim=second.uuid, fen=owed, day=date(2007, 2, 1), paper="收据 1 号")
    after = found(proofs_of_the_year(tmp_path / "after"), "duplicate")
    assert len(after) == 12 - owed // 5_000


def test_a_ledger_that_earned_something_else_than_the_rules_give_is_found(
    cast: Cast, other_officer: Scope, tmp_path: Path
) -> None:
    claims = [carry_through(cast, make_elder(f"194{year}-1-1")) for year in range(3)]
    answer(cast, pay(cast, other_officer))
    right = proofs_of_the_year(tmp_path / "right")
    assert right.hold
    assert the_county(right).closing.by_rules == the_county(right).closing.earned == 180_000
    for claim, fen in ((claims[0], 700), (claims[1], -5_000)):  # what no action lets anybody do
        line = claim.dues.get(period=date(2006, 5, 31))
        Due.objects.create(by="x", claim=claim, period=line.period, number=1, fen=fen, decision=line.decision)
    wrong = proofs_of_the_year(tmp_path / "wrong")
    assert sorted((one.fen, one.should, one.reasons) for one in found(wrong, "error")) == [
        (55_000, 60_000, ("amount earned",)), (60_700, 60_000, ("amount earned",)),
    ]  # fmt: skip
    row = the_county(wrong)
    assert (row.errors, row.closing.earned, row.closing.by_rules, row.closing.closes) == (2, 175_700, 180_000, False)
    assert found(wrong, "omission") == []


def test_who_is_not_paid_on_the_day_of_payment_is_found_until_she_is(
    cast: Cast, other_officer: Scope, tmp_path: Path
) -> None:
    paid, elder = make_elder("1940-1-1"), make_elder("1941-1-1")
    carry_through(cast, paid)
    claim = confirm(cast, elder)
    answer(cast, pay(cast, other_officer))
    before = proofs_of_the_year(tmp_path / "before")
    assert [(one.fen, one.should, one.reasons) for one in found(before, "omission")] == [(0, 60_000, ("unpaid",))]
    assert (the_county(before).unpaid, the_county(before).overlooked, before.hold) == (1, 0, False)
    assert the_county(before).closing.closes
    actions.set_account(by=cast.lan, claim=claim.uuid, holder=elder.name, number=CARD, bank_code=BANK)
    answer(cast, pay(cast, other_officer))
    assert proofs_of_the_year(tmp_path / "after").hold


def test_a_day_of_payment_that_passed_without_a_batch_is_found(cast: Cast, tmp_path: Path) -> None:
    carry_through(cast, make_elder())
    made = proofs_of_the_year(tmp_path)
    assert [(one.fen, one.should, one.reasons) for one in found(made, "omission")] == [(0, 60_000, ("unpaid",))]
    assert found(made, "error") == []  # nothing was reckoned yet


def test_whose_money_came_back_is_told_and_is_nobodys_omission(
    cast: Cast, other_officer: Scope, tmp_path: Path
) -> None:
    carry_through(cast, make_elder())
    answer(cast, pay(cast, other_officer), paid=False)
    made = proofs_of_the_year(tmp_path)
    assert [(one.should, one.reasons) for one in found(made, "omission")] == [(60_000, ("returned",))]
    assert (the_county(made).unpaid, made.hold) == (0, True)


def test_who_was_confirmed_after_the_day_of_payment_is_rightly_unpaid(
    cast: Cast, other_officer: Scope, tmp_path: Path
) -> None:
    carry_through(cast, make_elder("1940-1-1"))
    answer(cast, pay(cast, other_officer))
    late = make_elder("1941-1-1")
    confirm(cast, late, date(2006, 12, 20), passed=(date(2006, 12, 21), date(2007, 1, 10), date(2007, 2, 1)))
    made = proofs_of_the_year(tmp_path)
    assert (made.hold, made.findings) == (True, ())


def test_money_without_a_claim_does_not_close(cast: Cast, other_officer: Scope, tmp_path: Path) -> None:
    carry_through(cast, make_elder())
    answer(cast, pay(cast, other_officer))
    assert proofs_of_the_year(tmp_path).hold
    with RecordWriter(tmp_path, cutoff=date(2007, 6, 30), source="registry", anew=False) as writer:
        writer.drop("entitlement", COUNTY)
    with Records.open(tmp_path) as records:
        made = prove(records, city_pack(), 2006, schemes=[SCHEME])
    assert not the_county(made).closing.closes
    assert {one.reasons for one in made.findings if one.proof == "error"} == {("no claim",)}
