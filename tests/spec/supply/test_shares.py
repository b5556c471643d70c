"""A store that has less than it is asked for: shares are proposed, and approved at once by somebody who didn't ask."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shidai.core.access import NoAccess, Scope
from shidai.core.ids import new_id
from shidai.supply import actions
from shidai.supply.models import Requisition, RequisitionStep, Site
from shidai.supply.queries import shortages
from shidai.words import ShidaiError
from tests.factories import COUNTY, OPERATOR, OTHER_COUNTY, TOWNSHIP, Cast
from tests.spec.supply.conftest import CONDOM, JUNE, STATION, STORE, fill
from tests.spec.supply.test_faults import faults_at
from tests.spec.supply.test_pages import DAY, sign_in

pytestmark = pytest.mark.django_db
SECOND, ADDRESS = "S-XI", f"/supply/sites/{STORE}/allot/{CONDOM}/"


@pytest.fixture
def asked(cast: Cast, keeper: Scope) -> list[Requisition]:
    """The store has 500. A station that uses 100 a month and has 300 left asks for 400, as does one that has none."""
    actions.open_site(
        by=OPERATOR, code=SECOND, area=TOWNSHIP, kind="station", name_zh="西站", name_en="West",
        opened_on=date(2005, 1, 1), supplier=STORE,
    )  # fmt: skip
    fill(site=STORE, quantity=500)
    for site, units in ((STATION, 900), (SECOND, 600)):
        fill(site=site, quantity=units, day=date(2005, 11, 1))
        for week in range(20):
            actions.hand_out(
                by=OPERATOR, site=site, commodity=CONDOM, quantity=30, day=date(2006, 1, 1) + timedelta(weeks=week)
            )
    return [
        actions.request_stock(by=by, site=site, commodity=CONDOM, quantity=400, day=JUNE, reason="备货")
        for by, site in ((cast.xu, STATION), (keeper, SECOND))
    ]


def test_shares_make_all_last_equally_long(
    cast: Cast, keeper: Scope, asked: list[Requisition], sites: dict[str, Site]
) -> None:
    found = shortages(keeper, [sites[STORE]], JUNE)[0]
    assert (found.available, found.asked) == (500, 800)
    assert [one.units for one in found.shares] == [100, 400]
    assert [one.own for one in found.shares] == [False, True]
    actions.withdraw_requisition(by=cast.xu, requisition=asked[0].uuid, day=JUNE)
    assert not shortages(keeper, [sites[STORE]], JUNE), "one alone can have what it asks for"


def test_nothing_is_offered_to_be_shared_while_there_is_nothing(asked: list[Requisition]) -> None:
    actions.send(by=OPERATOR, site=STORE, to=STATION, quantities={CONDOM: 500}, day=JUNE)
    page = sign_in("sun").get(f"/supply/requisitions/?area={COUNTY}").content.decode()
    assert "到货后再分配" in page
    assert ADDRESS not in page


def test_one_click_approves_what_others_asked_for(cast: Cast, asked: list[Requisition]) -> None:
    sun = sign_in("sun")
    assert ADDRESS in sun.get(f"/supply/requisitions/?area={COUNTY}").content.decode()
    page = sun.get(ADDRESS)
    assert "须由他人审批" in page.content.decode(), "she asked for the second herself"
    first = f"share_{asked[0].uuid.hex}"
    form = page.context["form"]
    assert [name for name in form.fields if name.startswith("share_")] == [first]
    sent = {"id": new_id(), first: form.fields[first].initial, "reason": form.fields["reason"].initial, "day": DAY}
    for _ in range(2):
        assert sun.post(ADDRESS, sent).status_code == 302
    step = RequisitionStep.objects.get()
    assert (step.requisition_id, step.deed, step.quantity, step.by) == (asked[0].pk, "approved", 100, "sun")


def test_never_more_than_there_is_and_all_or_none(keeper: Scope, cast: Cast, asked: list[Requisition]) -> None:
    about = {"supplier": STORE, "commodity": CONDOM, "day": JUNE, "reason": "不足"}
    answer = sign_in("gu").post(
        ADDRESS, {"id": new_id(), "day": DAY, "reason": "", **{f"share_{one.uuid.hex}": "400" for one in asked}}
    )
    assert "id_reason" in faults_at(answer)
    with pytest.raises(ShidaiError, match="more than the 500"):
        actions.approve_shares(by=OPERATOR, shares={one.uuid: 400 for one in asked}, **about)
    with pytest.raises(ShidaiError, match="Somebody else"):
        actions.approve_shares(by=keeper, shares={one.uuid: 100 for one in asked}, **about)
    assert not RequisitionStep.objects.exists(), "all or none"
    id = new_id()
    for _ in range(2):
        made = actions.approve_shares(by=OPERATOR, shares={asked[0].uuid: 0, asked[1].uuid: 400}, id=id, **about)
        assert [one.quantity for one in made] == [400]
    with pytest.raises(ShidaiError, match="more than the 100"):
        actions.approve_shares(by=OPERATOR, shares={asked[0].uuid: 200}, **about)


def test_only_who_answers_for_the_store_shares_it_out(cast: Cast, asked: list[Requisition]) -> None:
    assert sign_in("xu").get(ADDRESS).status_code == 404
    assert sign_in("ma").get(ADDRESS).status_code == 404
    assert cast.ma.allows("supply.approve", OTHER_COUNTY)
    with pytest.raises(NoAccess):
        actions.approve_shares(
            by=cast.ma, supplier=STORE, commodity=CONDOM, shares={asked[0].uuid: 1}, day=JUNE, reason="x"
        )


def test_nothing_is_approved_that_another_place_is_asked_for(keeper: Scope, asked: list[Requisition]) -> None:
    """The store's stock says nothing of what a station can send."""
    actions.open_site(
        by=OPERATOR, code="R-XI", area=TOWNSHIP, kind="room", name_zh="西室", name_en="West room",
        opened_on=date(2005, 1, 1), supplier=SECOND,
    )  # fmt: skip
    elsewhere = actions.request_stock(by=OPERATOR, site="R-XI", commodity=CONDOM, quantity=9, day=JUNE, reason="备货")
    about = {"by": keeper, "supplier": STORE, "commodity": CONDOM, "day": JUNE, "reason": "库存不足"}
    with pytest.raises(ShidaiError, match="no such requisition"):
        actions.approve_shares(**about, shares={asked[0].uuid: 100, elsewhere.uuid: 5})
    assert not RequisitionStep.objects.exists()
