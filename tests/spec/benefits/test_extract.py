"""Claims and payments as record tables: what was paid, came back and was given back adds up by period."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from shidai.benefits import actions
from shidai.benefits.extract import contribute
from shidai.core.access import Scope
from shidai.indicators.records import Records
from shidai.registry import actions as registry
from shidai.registry.citypack import city_pack
from shidai.registry.extract import extract_records
from tests.factories import CITY, COUNTY, OPERATOR, Cast, day
from tests.spec.benefits.conftest import YEAR
from tests.spec.benefits.test_claims import SCHEME, answer, carry_through, make_elder, pay

pytestmark = pytest.mark.usefixtures("payer")


def extract(folder: Path, cutoff: date = date(2007, 12, 31)) -> dict[str, list[dict[str, object]]]:
    """The rows of the three tables in the county's partition."""
    here = city_pack()
    pack = here.model_copy(update={"header": here.header.model_copy(update={"city": CITY})})
    extract_records(folder, by=OPERATOR, pack=pack, cutoff=cutoff, more=(contribute,))
    with Records.open(folder) as records:
        return {
            table: records.fetch(records.table(table)).to_pylist() for table in ("attested", "entitlement", "payment")
        }


def test_a_claim_and_what_was_paid_on_it_are_there_by_period(cast: Cast, other_officer: Scope, tmp_path: Path) -> None:
    carry_through(cast, make_elder())
    answer(cast, pay(cast, other_officer))
    rows = extract(tmp_path)
    (claim,) = rows["entitlement"]
    assert (claim["outcome"], claim["fen"], claim["start_date"]) == ("in_force", 60_000, date(2006, 3, 1))
    assert {row["entitlement_id"] for row in rows["payment"]} == {claim["record_id"]}
    assert [(row["outcome"], row["fen"]) for row in rows["payment"]] == [("paid", 5_000)] * 12
    assert len({row["record_id"] for row in rows["payment"]}) == 12
    assert len({row["payment_id"] for row in rows["payment"]}) == 1


def test_what_came_back_and_what_was_given_back_stand_beside_it(
    cast: Cast, other_officer: Scope, tmp_path: Path
) -> None:
    elder = make_elder()
    claim = carry_through(cast, elder)
    answer(cast, pay(cast, other_officer), paid=False)
    answer(cast, pay(cast, other_officer))
    registry.record_death(by=OPERATOR, person=elder.uuid, death=day("2006-11-15"))
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    actions.record_repayment(by=cast.gu, claim=claim.uuid, fen=7_000, day=date(2007, 2, 1), paper="收据 1 号")
    rows = extract(tmp_path)["payment"]
    sums: Counter[object] = Counter()
    for row in rows:
        sums[row["outcome"]] += row["fen"]  # type: ignore[operator]
    assert dict(sums) == {"returned": 60_000, "paid": 60_000, "repaid": -7_000}
    assert extract(tmp_path / "earlier", YEAR)["payment"] == [row for row in rows if row["outcome"] != "repaid"]


def test_what_changes_is_extracted_again(cast: Cast, other_officer: Scope, tmp_path: Path) -> None:
    claim = carry_through(cast, make_elder())
    assert extract(tmp_path)["payment"] == []
    pay(cast, other_officer)
    assert len(extract(tmp_path)["payment"]) == 12
    actions.act_on_claim(by=cast.gu, claim=claim.uuid, act="stop", day=date(2007, 1, 15), reason="迁出本市")
    assert [row["outcome"] for row in extract(tmp_path)["entitlement"]] == ["stopped"]
