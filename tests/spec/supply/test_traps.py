"""What people run into: earlier days, closed sites, second clicks, merged records, odd lot numbers, codes misread."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from shidai.core.access import Scope
from shidai.core.ids import new_id
from shidai.core.models import AuditEntry
from shidai.registry import actions as registry
from shidai.registry.citypack import city_pack
from shidai.supply import actions
from shidai.supply.finding import find_commodity
from shidai.supply.gs1 import read_code
from shidai.supply.ledger import Line, draft, post, shelf_of
from shidai.supply.models import CardEnd, Lot, Site, StockEntry
from shidai.supply.standing import Standing, standings
from shidai.words import ShidaiError
from tests.factories import OPERATOR, TOWNSHIP, Cast, make_person
from tests.spec.supply.conftest import CONDOM, JUNE, MARCH, PILL, ROOM, STATION, STORE, fill
from tests.spec.supply.test_pages import sign_in

pytestmark = pytest.mark.django_db
POINT = f"/supply/sites/{STATION}/hand-out/"


def give(by: Scope, quantity: int = 10, day: date = JUNE, **more: object) -> StockEntry:
    return actions.hand_out(by=by, site=STATION, commodity=CONDOM, quantity=quantity, day=day, **more)  # type: ignore[arg-type]


def standing() -> Standing:
    return standings(Site.objects.get(code=STATION), [find_commodity(CONDOM, JUNE)], JUNE)[0]


@pytest.fixture
def xu(cast: Cast) -> Client:
    return sign_in("xu")


def test_an_allowance_isnt_passed_by_with_an_earlier_day(cast: Cast) -> None:
    fill()
    person = make_person()
    give(cast.xu, 100, person=person.uuid)
    with pytest.raises(ShidaiError, match="20 are left"):
        give(cast.xu, 21, day=date(2006, 5, 31), person=person.uuid)
    assert give(cast.xu, 120, day=MARCH, person=person.uuid).day == MARCH  # three months before: a stretch of its own


def test_nothing_is_sent_to_a_site_that_has_closed(cast: Cast, keeper: Scope) -> None:
    fill(site=STORE)
    actions.close_site(by=keeper, site=STATION, day=MARCH)
    with pytest.raises(ShidaiError, match="isn't open"):
        actions.send(by=keeper, site=STORE, to=STATION, quantities={CONDOM: 10}, day=JUNE)


def test_a_site_closes_after_it_opened_and_after_its_last_entry(cast: Cast, keeper: Scope) -> None:
    fill(quantity=10)
    give(cast.xu, 10)
    for day in (date(2004, 1, 1), date(2006, 2, 1), JUNE):
        with pytest.raises(ShidaiError, match="has entries"):
            actions.close_site(by=keeper, site=STATION, day=day)
    actions.close_site(by=keeper, site=STATION, day=date(2006, 6, 2))


def test_nothing_is_taken_back_before_its_day_or_onto_the_shelf_of_a_closed_site(cast: Cast, keeper: Scope) -> None:
    fill(quantity=10)
    given = give(cast.xu, 10)
    with pytest.raises(ShidaiError, match="before the day of the entry"):
        actions.reverse_entry(by=cast.xu, entry=given.uuid, reason="typo", day=MARCH)
    actions.close_site(by=keeper, site=STATION, day=date(2006, 7, 1))
    with pytest.raises(ShidaiError, match="isn't open"):
        actions.reverse_entry(by=cast.xu, entry=given.uuid, reason="typo", day=date(2006, 8, 1))


def test_a_form_sent_again_with_another_quantity_is_refused_and_not_told_as_done(cast: Cast) -> None:
    fill()
    id_ = new_id()
    give(cast.xu, 10, id=id_)
    with pytest.raises(ShidaiError, match="something else"):
        give(cast.xu, 20, id=id_)


def test_the_card_of_a_merged_record_can_be_reported_lost(cast: Cast) -> None:
    keep, gone = make_person("张一"), make_person("张二")
    card = actions.issue_card(by=cast.lan, person=gone.uuid, day=MARCH)
    registry.merge_people(by=OPERATOR, keep=keep.uuid, gone=gone.uuid, reason="the same person, seen together")
    actions.end_card(by=cast.lan, card=card.uuid, reason="lost")
    assert CardEnd.objects.get().card == card


@pytest.mark.parametrize("number", ["06/03 1", "2006.03", "A%2", "C#7?", "甲一"])
def test_a_lots_page_opens_whatever_its_makers_number_holds(xu: Client, number: str) -> None:
    fill(lot=number)
    page = xu.get(f"/supply/sites/{STATION}/").content.decode()
    found = re.search(r'href="(/supply/lots/[^"]*)"', page)
    assert found is not None
    assert xu.get(found[1]).status_code == 200


def test_what_was_typed_wrongly_and_taken_back_later_was_never_used(cast: Cast) -> None:
    fill(quantity=10_000)
    give(cast.xu, 40, day=date(2006, 5, 10))
    before = standing().monthly
    typo = actions.send(by=cast.xu, site=STATION, to=ROOM, quantities={CONDOM: 3000}, day=date(2006, 3, 10))
    actions.reverse_entry(by=cast.xu, entry=typo.uuid, reason="one nought too many", day=date(2006, 5, 20))
    assert standing().monthly == before


def test_what_was_approved_is_coming_not_what_was_asked_for(cast: Cast, keeper: Scope) -> None:
    asked = actions.request_stock(
        by=cast.xu, site=STATION, commodity=CONDOM, quantity=300, day=MARCH, reason="a campaign"
    )
    assert standing().coming == 300
    actions.approve_requisition(by=keeper, requisition=asked.uuid, quantity=100, day=MARCH, reason="short")
    assert standing().coming == 100


def test_a_station_sends_goods_back_to_its_supplier_beyond_its_own_areas(xu: Client) -> None:
    fill()
    about = {"id": new_id(), "to": STORE, "commodity": CONDOM, "quantity": "200", "day": "2006-06-01"}
    xu.post(f"/supply/sites/{STATION}/send/", about)
    sent = StockEntry.objects.get(deed="transfer")
    assert sent.other is not None
    assert sent.other.code == STORE


def test_a_scan_that_differs_from_what_is_typed_is_refused(xu: Client) -> None:
    pill = city_pack().in_force(JUNE).commodities[PILL]
    scan = "(17)081231(10)LOT9" + (f"(01){pill.gtin[0]}" if pill.gtin else "")
    about = {"code": scan, "commodity": CONDOM, "quantity": "300", "day": "2006-06-01"}
    answer = xu.post(f"/supply/sites/{STATION}/receive/", {"id": new_id(), "lot": "LOT8", **about})
    assert answer.status_code == 422
    assert "与扫描到的不一致" in answer.content.decode()
    assert not StockEntry.objects.exists()


def test_numbers_that_lead_to_nobody_are_logged_without_the_number(xu: Client) -> None:
    fill()
    for number in range(3):
        xu.post(POINT, {"who": f"3299011980010112{number:02}"})
    tries = AuditEntry.objects.filter(deed="supply.unknown")
    assert tries.count() == 3
    assert "32990119800101" not in repr(list(tries.values()))


def test_a_shelf_is_counted_where_something_lies_that_the_pack_no_longer_has(xu: Client) -> None:
    fill()
    site, shelf = Site.objects.get(code=STATION), f"site:{STATION}"
    old = Lot.objects.create(commodity="no-longer", number="O1", expires_on=date(2008, 1, 1))
    receipt = draft("cai", StockEntry.Deed.RECEIPT, site, MARCH, None)
    post(receipt, [Line(old, 5, "supplier", shelf_of(site))], {shelf: site})
    page = xu.get(f"/supply/sites/{STATION}/count/")
    counted = {f"lot_{Lot.objects.get(number='A1').pk}": "990", "mark": page.context["form"].initial["mark"]}
    answer = xu.post(
        f"/supply/sites/{STATION}/count/", {"id": new_id(), "reason": "受潮", "day": "2006-06-01", **counted}
    )
    assert answer.status_code == 302


def test_the_overview_asks_no_more_of_the_database_for_many_requisitions(
    xu: Client, cast: Cast, django_assert_max_num_queries: object
) -> None:
    for _ in range(20):
        actions.request_stock(by=cast.xu, site=STATION, commodity=CONDOM, quantity=3, day=MARCH, reason="a campaign")
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        xu.get(f"/supply/?area={TOWNSHIP}")


@pytest.mark.parametrize("text", ["(17)ABC", "(17)28", "(17)281301", "²²²²²²²²", "６９０１２３４５６７８９２"])
def test_codes_that_only_look_like_numbers_are_refused(text: str) -> None:
    with pytest.raises(ShidaiError):
        read_code(text, JUNE)
