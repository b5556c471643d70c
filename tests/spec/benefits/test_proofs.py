"""No error, no duplicate, no omission, and everything closes: what a year's records prove, and what they find."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from shidai.benefits import actions
from shidai.benefits.extract import contribute
from shidai.benefits.models import Claim
from shidai.benefits.queries import overpaid_of
from shidai.core.access import Scope
from shidai.indicators.proofs import CountyProof, Finding, Proofs, prove
from shidai.indicators.records import Records, RecordWriter
from shidai.registry import actions as registry
from shidai.registry.citypack import city_pack
from shidai.registry.extract import extract_records
from tests.factories import CITY, COUNTY, OPERATOR, Cast, day
from tests.spec.benefits.conftest import YEAR
from tests.spec.benefits.test_claims import SCHEME, answer, carry_through, make_elder, pay

pytestmark = pytest.mark.usefixtures("payer")


def proofs_of_the_year(folder: Path, cutoff: date = date(2007, 6, 30)) -> Proofs:
    here = city_pack()
    pack = here.model_copy(update={"header": here.header.model_copy(update={"city": CITY})})
    extract_records(folder, by=OPERATOR, pack=pack, cutoff=cutoff, more=(contribute,))
    with Records.open(folder) as records:
        return prove(records, pack, 2006, schemes=[SCHEME])


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
