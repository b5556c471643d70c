"""Pages of supply: the nurse's way at the dispensing point, the store's, the officer's, and what nobody sees."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from shidai.core import queries
from shidai.core.access import Scope
from shidai.core.ids import new_id
from shidai.core.models import AuditEntry
from shidai.registry.models import Person
from shidai.supply import actions
from shidai.supply.finding import card_token
from shidai.supply.models import Balance, StockEntry
from shidai.supply.queries.sites import BOOK_LINES
from tests.factories import COUNTY, OPERATOR, TOWNSHIP, Cast, make_person
from tests.spec.supply.conftest import CONDOM, MARCH, PILL, ROOM, STATION, STORE, fill

pytestmark = pytest.mark.django_db
DAY = "2006-06-01"
POINT = f"/supply/sites/{STATION}/hand-out/"


def sign_in(member: str) -> Client:
    client = Client()
    client.force_login(queries.staff_named(member))
    return client


@pytest.fixture
def xu(cast: Cast) -> Client:
    return sign_in("xu")


@pytest.fixture
def card() -> tuple[Person, str]:
    person = make_person("欧阳若兰")
    return person, actions.issue_card(by=OPERATOR, person=person.uuid, day=MARCH).number


def test_a_card_is_read_and_something_handed_out_with_no_name_shown(xu: Client, card: tuple[Person, str]) -> None:
    fill()
    person, number = card
    page = xu.post(POINT, {"who": card_token(number)}).content.decode()
    assert number[-4:] in page
    assert person.name not in page
    assert "最多120只" in page
    answer = xu.post(POINT, {"who": number, "commodity": CONDOM, "quantity": "20", "id": new_id()}, follow=True)
    assert "已发放" in answer.content.decode()
    assert StockEntry.objects.get(deed="handout").person_id == person.pk


def test_two_clicks_hand_out_once(xu: Client, card: tuple[Person, str]) -> None:
    fill()
    sent = {"who": card[1], "commodity": CONDOM, "quantity": "20", "id": new_id()}
    for _ in range(2):
        xu.post(POINT, sent)
    assert Balance.objects.get().quantity == 980


def test_a_card_that_leads_nowhere_is_told_and_what_was_typed_isnt_logged(xu: Client) -> None:
    fill()
    answer = xu.post(POINT, {"who": "123456789012"})
    assert answer.status_code == 422
    assert "不对应任何人" in answer.content.decode()
    assert "123456789012" not in " ".join(str(one.detail) for one in AuditEntry.objects.all())


def test_more_than_the_allowance_is_refused_at_its_field(xu: Client, card: tuple[Person, str]) -> None:
    fill()
    answer = xu.post(POINT, {"who": card[1], "commodity": CONDOM, "quantity": "121", "id": new_id()})
    assert answer.status_code == 422
    assert "本期还可领120只" in answer.content.decode()


def test_goods_come_in_by_a_scan_or_by_typing(xu: Client) -> None:
    address = f"/supply/sites/{STATION}/receive/"
    scan = "(17)081231(10)LOT9"
    xu.post(address, {"id": new_id(), "code": scan, "commodity": CONDOM, "quantity": "300", "day": DAY})
    assert Balance.objects.get(lot__number="LOT9").quantity == 300
    wrong = xu.post(address, {"id": new_id(), "code": "abc", "commodity": CONDOM, "quantity": "300", "day": DAY})
    assert "无法识别" in wrong.content.decode()


def test_the_store_sends_and_the_station_says_what_came(xu: Client, keeper: Scope) -> None:
    fill(site=STORE)
    sun = sign_in("sun")
    sun.post(
        f"/supply/sites/{STORE}/send/",
        {"id": new_id(), "to": STATION, "commodity": CONDOM, "quantity": "200", "day": DAY},
    )
    sent = StockEntry.objects.get(deed="transfer")
    assert "确认到货" in xu.get(f"/supply/sites/{STATION}/").content.decode()
    lot = Balance.objects.get(account=f"site:{STORE}").lot_id
    short = xu.post(f"/supply/transfers/{sent.uuid}/", {"id": new_id(), f"lot_{lot}": "190", "day": DAY})
    assert short.status_code == 422
    xu.post(f"/supply/transfers/{sent.uuid}/", {"id": new_id(), f"lot_{lot}": "190", "reason": "破损", "day": DAY})
    assert Balance.objects.get(account=f"site:{STATION}").quantity == 190


def test_a_count_doesnt_show_the_book_and_keeps_what_was_typed_when_it_moves(xu: Client) -> None:
    fill(quantity=777)
    address = f"/supply/sites/{STATION}/count/"
    page = xu.get(address)
    mark, lot = page.context["form"].initial["mark"], Balance.objects.get().lot_id
    shown = re.sub(r"<[^>]*>", " ", page.content.decode().split("<main")[1])  # tokens stand in tags only
    assert "777" not in shown
    actions.hand_out(by=OPERATOR, site=STATION, commodity=CONDOM, quantity=7, day=date(2006, 6, 1))
    sent = {"id": new_id(), f"lot_{lot}": "760", "reason": "受潮", "day": DAY, "mark": mark}
    answer = xu.post(address, sent)
    assert answer.status_code == 422
    assert 'value="760"' in answer.content.decode()
    xu.post(address, sent | {"mark": answer.context["form"]["mark"].value()})
    assert Balance.objects.get().quantity == 760


def test_a_requisition_goes_its_way_through_the_pages(xu: Client, keeper: Scope) -> None:
    fill(site=STORE)
    xu.post(
        f"/supply/sites/{STATION}/ask/",
        {"id": new_id(), "commodity": CONDOM, "quantity": "300", "reason": "备货", "day": DAY},
    )
    gu, sun = sign_in("gu"), sign_in("sun")
    where = f"/supply/requisitions/?area={COUNTY}"
    assert "待审批" in gu.get(where).content.decode()
    uuid = next(iter(queries_of(gu, where)))
    assert gu.post(f"/supply/requisitions/{uuid}/send/", {"id": new_id(), "day": DAY}).status_code == 404
    for client, act, about in (
        (gu, "approve", {"id": new_id(), "quantity": "300", "day": DAY}), (sun, "send", {"id": new_id(), "day": DAY}),
    ):  # fmt: skip
        for _ in range(2):  # a second click finds the first
            assert client.post(f"/supply/requisitions/{uuid}/{act}/", about).status_code == 302
        assert client.post(f"/supply/requisitions/{uuid}/{act}/", about | {"id": new_id()}).status_code == 404
    assert StockEntry.objects.get(deed="transfer").other.code == STATION  # type: ignore[union-attr]


def queries_of(client: Client, where: str) -> set[str]:
    return set(re.findall(r"/supply/requisitions/([0-9a-f-]{36})/", client.get(where).content.decode()))


def test_a_recalled_lot_shows_its_places_and_whom_it_reached_only_to_who_may_see(
    xu: Client, keeper: Scope, card: tuple[Person, str], cast: Cast
) -> None:
    fill(lot="BAD")
    actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=20, day=date(2006, 6, 1), who=card[1])
    sun = sign_in("sun")
    sun.post("/supply/recall/", {"id": new_id(), "commodity": CONDOM, "lot": "BAD", "reason": "厂家通知", "day": DAY})
    address = f"/supply/lots/{CONDOM}/BAD/"
    assert card[0].name in xu.get(address).content.decode()
    told = sun.get(address).content.decode()
    assert card[0].name not in told
    assert "1 位领取人" in told or "位领取人不在" in told


def test_a_card_is_issued_printed_and_reported_lost(cast: Cast) -> None:
    person, lan = make_person("欧阳若兰"), sign_in("lan")
    answer = lan.post(f"/supply/people/{person.uuid}/card/", {"id": new_id(), "day": DAY}, follow=True)
    page = answer.content.decode()
    assert "<svg" in page
    assert person.name not in page.split("<main")[1]
    fragment = lan.get(f"/supply/people/{person.uuid}/").content.decode()
    end = next(part.split('"')[0] for part in fragment.split('href="') if part.split('"')[0].endswith("/end/"))
    lan.post(end, {"id": new_id()})
    assert "已挂失" in lan.get(f"/supply/people/{person.uuid}/").content.decode()


def test_the_overview_says_what_needs_care(xu: Client) -> None:
    fill(lot="OLD", expires_on=date(2006, 6, 30), day=MARCH)
    page = xu.get(f"/supply/?area={TOWNSHIP}").content.decode()
    assert "待报废批号" in page
    csv = xu.get(f"/supply/csv/?area={TOWNSHIP}").content.decode("utf-8-sig")
    assert csv.splitlines()[1].startswith(f"{STATION},")


def test_service_rooms_stand_on_the_map_and_open_to_their_hours(keeper: Scope, xu: Client) -> None:
    """The map is of the pack's counties; the area tree here is another, so that there is only the list."""
    assert "服务室地图和开放时间" in xu.get(f"/supply/?area={TOWNSHIP}").content.decode()
    page = xu.get(f"/supply/?area={TOWNSHIP}&rooms=1").content.decode()
    assert "周一至周五 08:30–11:30、13:30–17:00" in page.replace("\u2060", "")
    assert f"站点{ROOM}" in page
    assert "开设站点" not in page


def test_a_hand_out_without_a_choice_says_what_is_missing(xu: Client) -> None:
    fill()
    answer = xu.post(POINT, {"who": "", "quantity": "", "id": new_id()})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "没有发放，请修正" in page
    assert 'id="id_commodity_error"' in page
    assert 'id="id_quantity_error"' in page


def test_what_lies_on_the_shelf_is_named_by_its_commodity(xu: Client) -> None:
    """Lots of different commodities may have numbers alike; the longest list has its page to go on."""
    fill(lot="A1", commodity=PILL, quantity=3)
    assert "短效口服避孕药 A1（3板）" in xu.get(f"/supply/sites/{STATION}/loss/").content.decode()
    for at in range(BOOK_LINES):
        fill(lot=f"B{at:02}", quantity=at + 1)
    first = xu.get(f"/supply/sites/{STATION}/").content.decode()
    assert f"/supply/lots/{PILL}/A1/" in first, "it is on the shelf"
    assert '<span class="muted">A1</span>' not in first
    assert "?book=2" in first
    second = xu.get(f"/supply/sites/{STATION}/?book=2").content.decode()
    assert '<span class="muted">A1</span>' in second, "the first entry is the last of the book"
    assert "更早的记录" not in second
    assert "较新的记录" in second


def test_the_book_says_what_came_what_went_and_what_never_arrived(xu: Client, keeper: Scope) -> None:
    fill(site=STORE)
    sent = actions.send(by=keeper, site=STORE, to=STATION, quantities={CONDOM: 1000}, day=MARCH)
    lot = sent.movements.get().lot_id
    about = {"id": new_id(), f"lot_{lot}": "990", "reason": "破损", "day": DAY}
    over = xu.post(f"/supply/transfers/{sent.uuid}/", about | {f"lot_{lot}": "1001"})
    assert "最多1,000。" in over.content.decode()
    book = xu.post(f"/supply/transfers/{sent.uuid}/", about, follow=True).content.decode()
    assert "+990" in book
    assert "缺10" in book
    assert "−1,000" in sign_in("sun").get(f"/supply/sites/{STORE}/").content.decode()


def test_a_form_that_has_nothing_to_work_on_says_so(xu: Client) -> None:
    for act in ("send", "count", "loss", "write-off"):
        page = xu.get(f"/supply/sites/{STATION}/{act}/").content.decode()
        assert "没有要办的" in page
        assert f'href="/supply/sites/{STATION}/"' in page
        assert 'name="day"' not in page
    fill()
    assert 'name="lot"' in xu.get(f"/supply/sites/{STATION}/loss/").content.decode()
    assert "没有过期或召回" in xu.get(f"/supply/sites/{STATION}/write-off/").content.decode()


def test_an_empty_site_says_how_to_begin(xu: Client) -> None:
    assert "先登记入库" in xu.get(f"/supply/sites/{STATION}/").content.decode()
    assert sign_in("lan").get(f"/supply/sites/{ROOM}/").status_code == 200


def test_a_manager_closes_a_site_that_is_empty(keeper: Scope) -> None:
    fill()
    sun = sign_in("sun")
    assert "现在还不能停用" in sun.get(f"/supply/sites/{STATION}/close/").content.decode()
    assert "现在还不能停用" not in sun.get(f"/supply/sites/{ROOM}/close/").content.decode()
    full = sun.post(f"/supply/sites/{STATION}/close/", {"id": new_id(), "day": "2006-12-31"})
    assert full.status_code == 422
    assert "还有库存" in full.content.decode()
    sun.post(f"/supply/sites/{ROOM}/close/", {"id": new_id(), "day": "2006-12-31"})
    assert sign_in("lan").get(f"/supply/sites/{ROOM}/hand-out/").status_code == 404
    assert sign_in("xu").get(f"/supply/sites/{STATION}/close/").status_code == 403


def test_a_lot_is_found_however_its_number_is_typed(keeper: Scope, xu: Client) -> None:
    fill(lot="ab1")
    fill(lot=" AB1 ", day=date(2006, 3, 2))
    assert Balance.objects.get().quantity == 2000
    sun = sign_in("sun")
    sun.post("/supply/recall/", {"id": new_id(), "commodity": CONDOM, "lot": "Ab1", "reason": "厂家通知", "day": DAY})
    assert "已召回" in xu.get(f"/supply/sites/{STATION}/").content.decode()
