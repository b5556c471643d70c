"""What an act at a site refuses stands at its field and in the summary that links to it; what was typed stays."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from shidai.core.access import Scope
from shidai.core.ids import new_id
from shidai.supply import actions
from shidai.supply.models import Balance, Card, StockEntry
from tests.factories import OPERATOR, Cast, make_person
from tests.spec.supply.conftest import CONDOM, IUD, JUNE, MARCH, PILL, ROOM, STATION, STORE, fill
from tests.spec.supply.test_pages import DAY, POINT, sign_in

pytestmark = pytest.mark.django_db


def faults_at(answer: object) -> dict[str, str]:
    """By the id of a field: the fault that stands there, for those that the summary links to."""
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code in (422, 429)  # type: ignore[attr-defined]
    linked = re.findall(r'<li><a href="#(\w+)">', page)
    at = dict(re.findall(r'<ul class="errorlist" id="(\w+)_error"><li>(.*?)</li>', page))
    assert set(linked) == set(at), "every fault stands at a field, and the summary links to it"
    assert all(f'id="{name}"' in page for name in linked)
    return at


@pytest.fixture
def xu(cast: Cast) -> Client:
    return sign_in("xu")


@pytest.fixture
def card() -> Card:
    return actions.issue_card(by=OPERATOR, person=make_person("欧阳若兰").uuid, day=MARCH)


def hand_out(client: Client, **typed: str) -> object:
    return client.post(POINT, {"commodity": CONDOM, "quantity": "10", "id": new_id()} | typed)


def test_over_the_allowance_stands_at_the_quantity(xu: Client, card: Card) -> None:
    fill()
    answer = hand_out(xu, who=card.number, quantity="121")
    assert "每3个月最多领120只" in faults_at(answer)["id_quantity"]
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert 'value="121"' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_quantity_error"' in page


def test_a_card_that_ended_meanwhile_stands_at_the_card_and_nothing_typed_is_lost(xu: Client, card: Card) -> None:
    fill()
    actions.end_card(by=OPERATOR, card=card.uuid, reason="lost")
    answer = hand_out(xu, who=card.number, quantity="17")
    assert "已停用" in faults_at(answer)["id_who"]
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert page.count(f'value="{card.number}"') == 2, "the card's field, and the hand-out's: never without a name"
    assert 'name="quantity" value="17"' in page
    fresh = actions.issue_card(by=OPERATOR, person=make_person("欧阳若菊").uuid, day=MARCH)
    read = xu.post(POINT, {"who": fresh.number, "typed_commodity": CONDOM, "typed_quantity": "17"}).content.decode()
    assert 'name="quantity" value="17"' in read
    assert re.search(f'value="{CONDOM}"[^>]*checked', read)
    assert not StockEntry.objects.filter(deed="handout").exists()


@pytest.mark.parametrize(
    ("commodity", "field", "said"),
    [(CONDOM, "id_quantity", "只有0只"), (IUD, "id_who", "不能不记名领取"), ("none", "id_commodity", "选")],
)
def test_what_may_no_longer_be_had_says_why(xu: Client, commodity: str, field: str, said: str) -> None:
    """The last was handed out while the page was open; it isn't given without a name; it is no commodity."""
    assert said in faults_at(hand_out(xu, commodity=commodity))[field]


def test_a_foreign_number_is_told_at_the_card(xu: Client) -> None:
    answer = xu.post(POINT, {"who": "123456789012"})
    assert "不对应任何人" in faults_at(answer)["id_who"]
    assert 'value="123456789012"' in answer.content.decode()


RECEIPT = {"commodity": CONDOM, "lot": "A1", "expires_on": "2008-12-31", "quantity": "300", "day": DAY}


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"expires_on": "2006-05-31"}, "id_expires_on", "过期"),
        ({"expires_on": "2009-01-31"}, "id_expires_on", "原登记的有效期"),
        ({"day": "2004-12-31"}, "id_day", "不开放"),
        ({"day": "2999-01-01"}, "id_day", "还没有到"),
        ({"code": "(01)12345"}, "id_code", "校验位"),
        ({"lot": "BAD"}, "id_lot", "已召回"),
        ({"quantity": "0"}, "id_quantity", "1"),
    ],
)
def test_a_receipt_says_at_its_field_what_is_wrong(xu: Client, changed: dict[str, str], field: str, said: str) -> None:
    fill()
    fill(lot="BAD")
    actions.recall_lot(by=OPERATOR, commodity=CONDOM, lot="BAD", reason="厂家通知", day=MARCH)
    answer = xu.post(f"/supply/sites/{STATION}/receive/", {"id": new_id()} | RECEIPT | changed)
    assert said in faults_at(answer)[field]
    for name, value in (RECEIPT | changed).items():
        if name != "commodity":
            assert f'value="{value}"' in answer.content.decode()


def test_what_came_of_a_transfer_is_told_at_its_lot_and_its_reason(xu: Client, keeper: Scope) -> None:
    fill(site=STORE)
    sent = actions.send(by=keeper, site=STORE, to=STATION, quantities={CONDOM: 100}, day=MARCH)
    lot = Balance.objects.get(account=f"transit:{STATION}").lot_id
    address = f"/supply/transfers/{sent.uuid}/"
    more = xu.post(address, {"id": new_id(), f"lot_{lot}": "101", "day": DAY})
    assert f"id_lot_{lot}" in faults_at(more)
    less = xu.post(address, {"id": new_id(), f"lot_{lot}": "90", "day": DAY})
    assert "原因" in faults_at(less)["id_reason"]
    early = xu.post(address, {"id": new_id(), f"lot_{lot}": "100", "day": "2006-02-01"})
    assert "不能早于" in faults_at(early)["id_day"]


def test_goods_that_cant_be_sent_are_told_at_site_or_quantity(xu: Client, keeper: Scope) -> None:
    fill(site=STORE)
    sun = sign_in("sun")
    about = {"id": new_id(), "to": ROOM, "commodity": CONDOM, "quantity": "100", "day": DAY}
    address = f"/supply/sites/{STORE}/send/"
    assert "只有1,000只" in faults_at(sun.post(address, about | {"quantity": "1001"}))["id_quantity"]
    assert "不开放" in faults_at(sun.post(address, about | {"day": "2004-12-31"}))["id_day"]
    actions.close_site(by=OPERATOR, site=ROOM, day=date(2006, 7, 1))
    # the page offers it until the day of the records passes its last one; the act says what is wrong
    closed = sun.post(address, about | {"day": "2006-07-02"})
    assert "id_to" in faults_at(closed)


def test_a_requisition_says_at_its_field_what_is_wrong(xu: Client) -> None:
    asked = actions.request_stock(by=OPERATOR, site=STATION, commodity=PILL, quantity=100, day=JUNE, reason="备货")
    unreasoned = xu.post(
        f"/supply/sites/{STATION}/ask/", {"id": new_id(), "commodity": PILL, "quantity": "100", "day": DAY}
    )
    assert "原因" in faults_at(unreasoned)["id_reason"]
    gu, address = sign_in("gu"), f"/supply/requisitions/{asked.uuid}/approve/"
    more = gu.post(address, {"id": new_id(), "quantity": "101", "day": DAY})
    assert "请领的只有100" in faults_at(more)["id_quantity"]
    less = gu.post(address, {"id": new_id(), "quantity": "99", "day": DAY})
    assert "原因" in faults_at(less)["id_reason"]
