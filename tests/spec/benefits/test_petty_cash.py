"""Petty cash: small sums handed over against a signature, where the scheme says so."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from shidai.benefits import actions
from shidai.benefits.models import Batch
from shidai.benefits.queries import batch_state, closure
from shidai.core.access import Scope
from shidai.registry.citypack import city_pack
from shidai.words import ShidaiError
from tests.factories import COUNTY, Cast
from tests.spec.benefits.conftest import YEAR
from tests.spec.benefits.test_claims import SCHEME, answer, carry_through, make_elder
from tests.spec.benefits.test_money_back import granted_claim, scheme_called
from tests.spec.benefits.test_pages import sign_in

pytestmark = pytest.mark.usefixtures("payer")


@pytest.fixture
def petty_cash(holiday_relief: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The relief as money, of which 500 yuan at most are petty cash."""
    scheme = scheme_called("holiday-relief")
    version = scheme.version[0].model_copy(update={"petty_cash_up_to": 50_000})
    money = scheme.model_copy(update={"kind": "money", "version": (version,)})
    monkeypatch.setitem(city_pack().schemes, "holiday-relief", money)


@pytest.mark.usefixtures("petty_cash")
def test_small_sums_are_petty_cash_where_the_scheme_says_so_and_larger_ones_are_left_to_the_bank(
    cast: Cast, other_officer: Scope
) -> None:
    small, large = (granted_claim(cast, "holiday-relief", fen) for fen in (50_000, 50_001))
    relief = {"scheme": "holiday-relief", "area": COUNTY, "pay_day": YEAR}
    batch = actions.build_batch(by=cast.gu, form="hand", **relief)
    assert [one.claim for one in batch.payments.all()] == [small]
    assert (batch.form, batch.payer) == ("hand", None)
    actions.sign_batch(by=other_officer, batch=batch.uuid)
    answer(cast, batch)
    with pytest.raises(ShidaiError, match=r"500\.00 yuan a claim and year at most are petty cash"):
        actions.build_batch(by=cast.gu, form="hand", **relief)
    with pytest.raises(ShidaiError, match="none has an account"):
        actions.build_batch(by=cast.gu, **relief)
    assert closure(cast.gu, scheme="holiday-relief", area=COUNTY, until=YEAR).closes
    assert large.payments.count() == 0


def test_nothing_of_a_scheme_without_petty_cash_is_paid_in_cash(cast: Cast) -> None:
    carry_through(cast, make_elder())
    with pytest.raises(ShidaiError, match="Nothing of this scheme is paid in cash"):
        actions.build_batch(by=cast.gu, scheme=SCHEME, area=COUNTY, pay_day=YEAR, form="hand")


@pytest.mark.usefixtures("petty_cash")
def test_petty_cash_is_built_signed_for_and_entered_on_its_pages(cast: Cast, other_officer: Scope) -> None:
    granted_claim(cast, "holiday-relief", 50_000)
    actions.accrue(by=cast.gu, scheme="holiday-relief", area=COUNTY, until=YEAR)
    gu, feng = (sign_in(name) for name in ("gu", "feng"))
    build = f"/benefits/batches/new/holiday-relief/?area={COUNTY}&form=hand&until={YEAR}"
    page = gu.get(build)
    assert "零星现金（每份每年不超过500.00元）" in page.content.decode()
    made = gu.post(build, {"pay_day": f"{YEAR}", "id": page.context["form"]["id"].value()})
    assert made.status_code == 302, made.content.decode()
    batch = Batch.objects.get(form="hand")
    assert gu.get(f"/benefits/batches/{batch.uuid}/sheet/").status_code == 404, "nobody signs before it is released"
    assert feng.post(f"/benefits/batches/{batch.uuid}/sign/", {"id": uuid4()}).status_code == 302
    sheet = gu.get(f"/benefits/batches/{batch.uuid}/sheet/").content.decode()
    assert "签名或按印" in sheet
    assert "500.00元" in sheet
    signed = {"signed": [batch.payments.get().reference], "day": f"{YEAR}", "id": uuid4()}
    assert gu.post(f"/benefits/batches/{batch.uuid}/handed/", signed).status_code == 302
    assert batch_state(batch) == "answered"


def test_a_sum_is_not_made_petty_by_cutting_it(
    cast: Cast, other_officer: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    """600 yuan a year, paid by the month: what makes 500 with what was handed over already is the last in cash."""
    scheme = scheme_called(SCHEME)
    version = scheme.version[0].model_copy(update={"petty_cash_up_to": 25_000})
    monkeypatch.setitem(city_pack().schemes, SCHEME, scheme.model_copy(update={"version": (version,)}))
    carry_through(cast, make_elder())
    for until, paid in ((date(2006, 4, 30), 20_000), (date(2006, 5, 31), 5_000)):
        batch = actions.build_batch(by=cast.gu, scheme=SCHEME, area=COUNTY, pay_day=until, form="hand")
        assert batch.payments.get().fen == paid
    with pytest.raises(ShidaiError, match=r"250\.00 yuan a claim and year"):
        actions.build_batch(by=cast.gu, scheme=SCHEME, area=COUNTY, pay_day=date(2006, 6, 30), form="hand")
