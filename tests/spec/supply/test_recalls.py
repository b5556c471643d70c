"""A recall is lifted, with a reason, by who answers for the whole city; what the book doesn't know is a surplus."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from shidai.core.access import NoAccess, Scope
from shidai.core.ids import new_id
from shidai.core.models import AuditEntry
from shidai.supply import actions
from shidai.supply.ledger import find_imbalances
from shidai.supply.models import Balance, Lot, Recall, RecallEnd, StockEntry
from shidai.words import ShidaiError
from tests.factories import CITY, OPERATOR, Cast, make_staff
from tests.spec.supply.conftest import CONDOM, JUNE, MARCH, STATION, fill
from tests.spec.supply.test_faults import faults_at
from tests.spec.supply.test_pages import DAY, sign_in

pytestmark = pytest.mark.django_db
JULY = date(2006, 7, 1)
ADDRESS = f"/supply/recall/{CONDOM}/BAD/lift/"


@pytest.fixture
def chief(cast: Cast) -> Scope:
    """Lu answers for supply in the whole city."""
    return make_staff("lu", "supply_manager", CITY)


def recall(by: Scope = OPERATOR, day: date = MARCH) -> Recall:
    return actions.recall_lot(by=by, commodity=CONDOM, lot="BAD", reason="厂家通知", day=day)


def lift(by: Scope, **more: object) -> RecallEnd:
    about = {"commodity": CONDOM, "lot": "bad", "reason": "复检合格", "day": JUNE} | more
    return actions.lift_recall(by=by, **about)  # type: ignore[arg-type]


def test_a_lifted_lot_is_handed_out_again_and_may_be_recalled_again(cast: Cast, keeper: Scope, chief: Scope) -> None:
    fill(lot="BAD")
    first = recall(by=keeper)
    assert recall(by=keeper).pk == first.pk, "a second recall does nothing"
    lift(chief)
    actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=20, day=JUNE)
    second = recall(by=keeper, day=JULY)
    assert second.pk != first.pk
    with pytest.raises(ShidaiError, match="Only 0"):
        actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=20, day=JULY)
    assert Lot.objects.get().recalled
    assert AuditEntry.objects.filter(deed="supply.lift").count() == 1


def test_two_clicks_lift_once_and_nothing_written_is_changed(keeper: Scope, chief: Scope) -> None:
    fill(lot="BAD")
    recall(by=keeper)
    id = new_id()
    assert lift(chief, id=id).pk == lift(chief, id=id).pk
    with pytest.raises(ShidaiError, match="isn't recalled"):
        lift(chief, id=new_id())
    for row in (Recall.objects.get(), RecallEnd.objects.get()):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            row.save()


def test_a_recall_is_lifted_by_the_city_with_a_reason_and_not_before_its_day(keeper: Scope, chief: Scope) -> None:
    fill(lot="BAD")
    recall(by=keeper)
    with pytest.raises(NoAccess):
        lift(keeper)
    with pytest.raises(ShidaiError, match="reason"):
        lift(chief, reason=" ")
    with pytest.raises(ShidaiError, match="before"):
        lift(chief, day=date(2006, 2, 1))
    lift(chief)
    with pytest.raises(ShidaiError, match="before"):
        recall(by=keeper, day=date(2006, 5, 1))


def test_the_page_of_a_lot_tells_its_recalls(cast: Cast, keeper: Scope, chief: Scope) -> None:
    fill(lot="BAD")
    recall(by=keeper)
    assert sign_in("sun").get(ADDRESS).status_code == 404, "a county's manager can't"
    assert sign_in("xu").get(ADDRESS).status_code == 403
    lu = sign_in("lu")
    assert ADDRESS in lu.get(f"/supply/lots/{CONDOM}/BAD/").content.decode()
    assert "id_reason" in faults_at(lu.post(ADDRESS, {"id": new_id(), "day": DAY}))
    answer = lu.post(ADDRESS, {"id": new_id(), "reason": "复检合格", "day": DAY}, follow=True)
    page = answer.content.decode()
    assert "召回记录" in page
    assert page.index("复检合格") < page.index("厂家通知")
    assert ADDRESS not in page


SURPLUS = {"commodity": CONDOM, "lot": "LEFT", "expires_on": "2008-12-31", "quantity": "30", "reason": "上次漏数"}


def test_units_of_which_the_book_has_none_are_a_surplus(cast: Cast) -> None:
    """Of a lot that the site has used up, and of one that nobody knew."""
    fill(lot="LEFT", quantity=20)
    actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=20, day=JUNE)
    xu, address = sign_in("xu"), f"/supply/sites/{STATION}/surplus/"
    sent = SURPLUS | {"id": new_id(), "day": DAY}
    for _ in range(2):
        assert xu.post(address, sent).status_code == 302
    xu.post(address, SURPLUS | {"id": new_id(), "day": DAY, "lot": "NEW", "expires_on": "2006-01-31"})
    assert dict(Balance.objects.values_list("lot__number", "quantity")) == {"LEFT": 30, "NEW": 30}
    assert {one.deed for one in StockEntry.objects.filter(reason="上次漏数")} == {"count"}
    assert not find_imbalances()
    assert "待报废 30" in xu.get(f"/supply/sites/{STATION}/").content.decode(), (
        "what expired is found, then written off"
    )


def test_a_surplus_needs_its_reason_and_its_place_and_isnt_counted_twice(cast: Cast) -> None:
    fill(lot="LEFT", quantity=20)
    xu, address = sign_in("xu"), f"/supply/sites/{STATION}/surplus/"
    sent = SURPLUS | {"id": new_id(), "day": DAY}
    assert "账面还有20" in faults_at(xu.post(address, sent))["id_lot"]
    assert "id_reason" in faults_at(xu.post(address, sent | {"reason": ""}))
    assert "原登记" in faults_at(xu.post(address, sent | {"expires_on": "2009-01-01"}))["id_expires_on"]
    assert sign_in("lan").get(address).status_code == 404
    line = actions.Received(CONDOM, "NEW", date(2008, 12, 31), 5)
    with pytest.raises(NoAccess):
        actions.record_surplus(by=cast.lan, site=STATION, line=line, reason="x", day=JUNE)
