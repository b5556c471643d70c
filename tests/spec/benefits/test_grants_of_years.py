"""A sum that an office sets anew prices its own years; years that an earlier grant priced keep their sum."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from shidai.benefits import actions
from shidai.benefits.deciding import same_result
from shidai.benefits.models import Claim
from shidai.benefits.workflow import Act
from shidai.core.access import Scope
from shidai.indicators.proofs import prove
from shidai.indicators.records import Records
from shidai.registry.citypack import city_pack
from tests.factories import COUNTY, Cast
from tests.spec.benefits.test_claims import answer
from tests.spec.benefits.test_money_back import granted_claim
from tests.spec.benefits.test_proofs import publish

pytestmark = pytest.mark.usefixtures("payer", "fund")
FUND = "public-welfare-fund"


@pytest.fixture
def fund(pack: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pack's yearly fund, in the tests' city, with rules that go on after 2006 and a notice of each grant."""
    scheme = city_pack().schemes[FUND]
    version = scheme.version[0]
    here = tuple(
        one.model_copy(update={"when": f"starts_with(area, '{COUNTY}')"}) if one.id == "in_city" else one
        for one in version.condition
    )
    step = (*version.step[:-1], version.step[-1].model_copy(update={"notice_days": 7}))
    version = version.model_copy(update={"condition": here, "effective_to": None, "step": step})
    monkeypatch.setitem(city_pack().schemes, FUND, scheme.model_copy(update={"version": (version,)}))


def do(by: Scope, claim: Claim, act: Act, on: date, fen: int | None = None) -> None:
    actions.act_on_claim(by=by, claim=claim.uuid, act=act, day=on, reason="家庭情况变化", fen=fen)


def grant_again(cast: Cast, claim: Claim, year: int, fen: int) -> None:
    """An appeal against a stop that is won, with another sum."""
    do(cast.lan, claim, "appeal", date(year, 3, 1))
    for month, step in enumerate(city_pack().schemes[FUND].version[0].step, 3):
        by = {"village": cast.lan, "township": cast.zhou, "county": cast.gu, "city": cast.gu}[step.level]
        last = step is city_pack().schemes[FUND].version[0].step[-1]
        do(by, claim, "pass", date(year, month, 28), fen if last else None)


def reckon(cast: Cast, until: date) -> None:
    actions.accrue(by=cast.gu, scheme=FUND, area=COUNTY, until=until)


def earned(claim: Claim) -> dict[int, int]:
    """By year what the claim's ledger has earned, in fen."""
    years: dict[int, int] = {}
    for due in claim.dues.all():
        years[due.period.year] = years.get(due.period.year, 0) + due.fen
    return years


def test_a_later_grant_leaves_the_years_before_as_they_were(cast: Cast) -> None:
    claim = granted_claim(cast, FUND, 60_000)
    reckon(cast, date(2006, 12, 31))
    do(cast.gu, claim, "stop", date(2007, 2, 1))
    grant_again(cast, claim, 2007, 90_000)
    reckon(cast, date(2007, 12, 31))
    assert earned(claim) == {2006: 60_000, 2007: 90_000}
    assert all(same_result(decision) for decision in claim.decisions.all())


def test_years_reckoned_only_afterwards_are_priced_by_their_own_grants(cast: Cast) -> None:
    claim = granted_claim(cast, FUND, 60_000)
    do(cast.gu, claim, "stop", date(2007, 2, 1))
    grant_again(cast, claim, 2007, 90_000)
    do(cast.gu, claim, "stop", date(2008, 2, 1))
    grant_again(cast, claim, 2008, 30_000)
    reckon(cast, date(2008, 12, 31))
    assert earned(claim) == {2006: 60_000, 2007: 90_000, 2008: 30_000}


def test_the_year_that_a_won_appeal_gives_back_has_the_sum_of_the_appeal(cast: Cast) -> None:
    claim = granted_claim(cast, FUND, 60_000)
    do(cast.gu, claim, "stop", date(2007, 2, 1))
    reckon(cast, date(2007, 12, 31))
    assert earned(claim) == {2006: 60_000}
    grant_again(cast, claim, 2008, 90_000)
    reckon(cast, date(2008, 12, 31))
    assert earned(claim) == {2006: 60_000, 2007: 90_000, 2008: 90_000}


def test_a_grant_that_never_came_into_force_prices_nothing(cast: Cast) -> None:
    claim = granted_claim(cast, FUND, 60_000)
    do(cast.gu, claim, "stop", date(2007, 2, 1))
    grant_again(cast, claim, 2007, 90_000)
    notice = claim.entries.order_by("number").last()
    assert notice is not None
    do(cast.lan, claim, "object", notice.day)
    do(cast.gu, claim, "refuse", date(2007, 8, 1))
    reckon(cast, date(2007, 12, 31))
    assert earned(claim) == {2006: 60_000}


def test_the_proofs_hold_each_year_to_its_own_grant(cast: Cast, other_officer: Scope, tmp_path: Path) -> None:
    claim = granted_claim(cast, FUND, 60_000)
    actions.set_account(
        by=cast.lan, claim=claim.uuid, holder="王秀英", number="6228 4800 0000 0000 000", bank_code="103302000000"
    )
    for year, fen in ((2006, None), (2007, 90_000)):
        if fen is not None:
            do(cast.gu, claim, "stop", date(year, 2, 1))
            grant_again(cast, claim, year, fen)
        batch = actions.build_batch(by=cast.gu, scheme=FUND, area=COUNTY, pay_day=date(year, 12, 31))
        answer(cast, actions.sign_batch(by=other_officer, batch=batch.uuid))
    publish(tmp_path, date(2008, 6, 30))
    with Records.open(tmp_path) as records:
        for year, fen in ((2006, 60_000), (2007, 90_000)):
            made = prove(records, city_pack(), year, schemes=[FUND])
            (row,) = [row for row in made.rows if row.county == COUNTY]
            assert (row.paid, row.errors, row.closing.closes) == (fen, 0, True)
