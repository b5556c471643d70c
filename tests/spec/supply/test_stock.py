"""The stock book: double entry by lot and site, first expired first out, never below nought."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from shidai.core.access import NoAccess, Scope
from shidai.core.ids import new_id
from shidai.supply import actions
from shidai.supply.actions.moving import book_mark
from shidai.supply.finding import find_commodity
from shidai.supply.hours import is_open_at, read_hours, say_hours
from shidai.supply.ledger import find_imbalances, lock_balances, shelf_of, transit_to
from shidai.supply.models import Balance, Lot, Movement, Site, StockEntry
from shidai.words import ShidaiError
from tests.factories import OPERATOR, Cast
from tests.spec.supply.conftest import CONDOM, JUNE, MARCH, PILL, ROOM, STATION, STORE, fill

pytestmark = pytest.mark.django_db


def on_shelf(site: str, lot: str = "A1") -> int:
    return sum(Balance.objects.filter(account=f"site:{site}", lot__number=lot).values_list("quantity", flat=True))


def test_every_movement_has_two_sides_and_the_sum_over_all_accounts_is_nought(cast: Cast) -> None:
    fill(quantity=500)
    actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=20, day=JUNE)
    totals: dict[str, int] = {}
    for one in Movement.objects.all():
        totals[one.source] = totals.get(one.source, 0) - one.quantity
        totals[one.target] = totals.get(one.target, 0) + one.quantity
    assert totals == {"supplier": -500, f"site:{STATION}": 480, "people": 20}
    assert sum(totals.values()) == 0
    assert find_imbalances() == []


def test_what_expires_first_goes_out_first(cast: Cast) -> None:
    fill(lot="LATE", quantity=30, expires_on=date(2009, 1, 31))
    fill(lot="SOON", quantity=30, expires_on=date(2006, 12, 31))
    given = actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=40, day=JUNE)
    assert [(one.lot.number, one.quantity) for one in given.movements.order_by("pk")] == [("SOON", 30), ("LATE", 10)]


def test_an_expired_lot_is_neither_handed_out_nor_received(cast: Cast) -> None:
    fill(lot="OLD", quantity=30, expires_on=date(2006, 5, 31))
    with pytest.raises(ShidaiError) as caught:
        actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=10, day=JUNE)
    assert "只有0只" in caught.value.problems[0].what.zh
    with pytest.raises(ShidaiError, match="expired"):
        fill(lot="OLDER", expires_on=date(2006, 2, 28))
    assert on_shelf(STATION, "OLD") == 30


def test_a_lot_may_be_used_on_its_last_day(cast: Cast) -> None:
    fill(lot="LAST", quantity=30, expires_on=JUNE)
    assert actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=10, day=JUNE).deed == "handout"


def test_a_lot_has_one_day_of_expiry() -> None:
    fill(lot="A1", expires_on=date(2008, 12, 31))
    with pytest.raises(ShidaiError, match="known with expiry on 2008-12-31"):
        fill(site=STORE, lot="A1", expires_on=date(2009, 12, 31))


def test_the_same_id_again_does_nothing_and_another_act_under_it_is_refused(cast: Cast) -> None:
    fill(quantity=100)
    id_ = new_id()
    for _ in range(2):
        actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=20, day=JUNE, id=id_)
    assert on_shelf(STATION) == 80
    with pytest.raises(ShidaiError, match="something else"):
        actions.record_loss(
            by=cast.xu, site=STATION, commodity=CONDOM, lot="A1", quantity=1, reason="wet", day=JUNE, id=id_
        )


def test_goods_are_under_way_until_they_arrive_and_what_is_missing_has_a_reason(cast: Cast, keeper: Scope) -> None:
    fill(site=STORE, quantity=500)
    sent = actions.send(by=keeper, site=STORE, to=STATION, quantities={CONDOM: 200}, day=MARCH)
    assert (on_shelf(STORE), on_shelf(STATION)) == (300, 0)
    assert Balance.objects.get(account=transit_to(sent.other)).quantity == 200
    lot = Lot.objects.get().pk
    with pytest.raises(ShidaiError, match="reason"):
        actions.record_arrival(by=cast.xu, transfer=sent.uuid, received={lot: 190}, day=JUNE)
    actions.record_arrival(by=cast.xu, transfer=sent.uuid, received={lot: 190}, reason="一箱受潮", day=JUNE)
    assert (on_shelf(STATION), Balance.objects.get(account=transit_to(sent.other)).quantity) == (190, 0)
    with pytest.raises(ShidaiError):
        actions.record_arrival(by=cast.xu, transfer=sent.uuid, day=JUNE)
    assert find_imbalances() == []


def test_a_transfer_isnt_received_before_it_was_sent_nor_taken_back_after_it_came(cast: Cast, keeper: Scope) -> None:
    fill(site=STORE)
    sent = actions.send(by=keeper, site=STORE, to=STATION, quantities={CONDOM: 200}, day=JUNE)
    with pytest.raises(ShidaiError):
        actions.record_arrival(by=cast.xu, transfer=sent.uuid, day=MARCH)
    actions.record_arrival(by=cast.xu, transfer=sent.uuid, day=JUNE)
    with pytest.raises(ShidaiError):
        actions.reverse_entry(by=keeper, entry=sent.uuid, reason="wrong site", day=JUNE)


def test_several_commodities_are_sent_together(cast: Cast, keeper: Scope) -> None:
    fill(site=STORE)
    fill(site=STORE, commodity=PILL, lot="P1", quantity=50)
    sent = actions.send(by=keeper, site=STORE, to=STATION, quantities={PILL: 20, CONDOM: 100}, day=JUNE)
    assert sorted((one.lot.commodity, one.quantity) for one in sent.movements.all()) == [(CONDOM, 100), (PILL, 20)]


def test_a_stock_take_follows_the_shelf_with_a_reason_and_only_on_the_book_it_began_with(
    cast: Cast, sites: dict[str, Site]
) -> None:
    fill(quantity=100)
    held = lock_balances(shelf_of(sites[STATION]))
    mark, lot = book_mark(held), held[0].lot_id
    about = {"by": cast.xu, "site": STATION, "counted": {lot: 97}, "day": JUNE}
    with pytest.raises(ShidaiError, match="reason"):
        actions.count_stock(**about, mark=mark)
    actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=1, day=JUNE)
    with pytest.raises(ShidaiError, match="moved since"):
        actions.count_stock(**about, mark=mark, reason="三只破损")
    actions.count_stock(**about, mark=book_mark(lock_balances(shelf_of(sites[STATION]))), reason="两只破损")
    assert on_shelf(STATION) == 97
    assert find_imbalances() == []


def test_only_what_expired_or_was_recalled_is_written_off(cast: Cast) -> None:
    fill(lot="A1", quantity=100, expires_on=date(2006, 12, 31))
    with pytest.raises(ShidaiError, match="hasn't expired"):
        actions.write_off(by=cast.xu, site=STATION, commodity=CONDOM, lot="A1", day=JUNE)
    actions.write_off(by=cast.xu, site=STATION, commodity=CONDOM, lot="A1", day=date(2007, 1, 1))
    assert on_shelf(STATION) == 0


def test_a_recalled_lot_is_handed_out_nowhere(cast: Cast, keeper: Scope) -> None:
    fill(lot="BAD", quantity=100)
    actions.recall_lot(by=keeper, commodity=CONDOM, lot="BAD", reason="厂家召回", day=JUNE)
    with pytest.raises(ShidaiError, match="Only 0"):
        actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=1, day=JUNE)
    with pytest.raises(ShidaiError, match="recalled"):
        fill(site=STORE, lot="BAD")
    actions.write_off(by=cast.xu, site=STATION, commodity=CONDOM, lot="BAD", day=JUNE)
    assert on_shelf(STATION, "BAD") == 0


def test_what_was_typed_wrongly_is_reversed_and_stays_in_the_book(cast: Cast) -> None:
    fill(quantity=100)
    given = actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=30, day=JUNE)
    with pytest.raises(ShidaiError, match="reason"):
        actions.reverse_entry(by=cast.xu, entry=given.uuid, reason=" ", day=JUNE)
    actions.reverse_entry(by=cast.xu, entry=given.uuid, reason="多打了一个零", day=JUNE)
    assert on_shelf(STATION) == 100
    with pytest.raises(ShidaiError):
        actions.reverse_entry(by=cast.xu, entry=given.uuid, reason="again", day=JUNE)
    assert StockEntry.objects.filter(pk=given.pk).exists()


def test_a_receipt_isnt_taken_back_after_its_goods_went_out(cast: Cast) -> None:
    received = fill(quantity=30)
    actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=20, day=JUNE)
    with pytest.raises(ShidaiError, match="only 10"):
        actions.reverse_entry(by=cast.xu, entry=received.uuid, reason="another lot", day=JUNE)
    assert on_shelf(STATION) == 10


def test_the_database_itself_refuses_to_change_the_book_or_to_fall_below_nought(cast: Cast) -> None:
    fill(quantity=30)
    for statement in (
        "UPDATE supply_movement SET quantity = 1",
        "DELETE FROM supply_stockentry",
        "UPDATE supply_balance SET quantity = -1",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_nobody_keeps_the_stock_of_a_foreign_site(cast: Cast) -> None:
    fill()
    with pytest.raises(NoAccess):
        actions.hand_out(by=cast.ma, site=STATION, commodity=CONDOM, quantity=1, day=JUNE)
    with pytest.raises(NoAccess):
        actions.record_loss(by=cast.lan, site=ROOM, commodity=CONDOM, lot="A1", quantity=1, reason="x", day=JUNE)
    with pytest.raises(NoAccess):
        actions.open_site(
            by=cast.gu, code="X", area="329902", kind="room", name_zh="外", name_en="Out", opened_on=MARCH
        )


def test_a_site_closes_only_when_it_is_empty(cast: Cast, keeper: Scope) -> None:
    fill()
    with pytest.raises(ShidaiError, match="still has stock"):
        actions.close_site(by=keeper, site=STATION, day=JUNE)
    actions.close_site(by=keeper, site=ROOM, day=JUNE)
    with pytest.raises(ShidaiError, match="isn't open"):
        fill(site=ROOM, day=JUNE)


def test_days_to_come_and_unknown_names_are_refused_with_the_remedy(cast: Cast) -> None:
    fill()
    with pytest.raises(ShidaiError, match="future"):
        actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=1, day=date(2999, 1, 1))
    with pytest.raises(ShidaiError, match="no commodity"):
        actions.hand_out(by=cast.xu, site=STATION, commodity="balloon", quantity=1, day=JUNE)
    with pytest.raises(ShidaiError, match="no site"):
        actions.receive(by=OPERATOR, site="NOWHERE", lines=[], day=JUNE)
    with pytest.raises(ShidaiError, match="whole number above 0"):
        actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=0, day=JUNE)


def test_hours_are_read_as_people_write_them(sites: dict[str, Site]) -> None:
    hours = sites[STATION].opens
    assert is_open_at(hours, datetime(2006, 6, 1, 9, 0, tzinfo=UTC))  # a Thursday
    assert not is_open_at(hours, datetime(2006, 6, 1, 12, 0, tzinfo=UTC))
    assert not is_open_at(hours, datetime(2006, 6, 3, 9, 0, tzinfo=UTC))
    assert say_hours(hours).zh == "周一至周五 08:30–11:30、13:30–17:00"
    assert say_hours(read_hours("1-5 8:30-17:00；6 9:00-12:00")).en == "Mon–Fri 08:30–17:00; Sat 09:00–12:00"
    for wrong in ("8-9 08:00-12:00", "1 12:00-08:00", "1 08:00-25:00", "always"):
        with pytest.raises(ShidaiError, match="can't be read"):
            read_hours(wrong)


def test_a_commoditys_policy_is_the_packs() -> None:
    condom = find_commodity(CONDOM, JUNE)
    assert condom.couple_years(120) == 1.0
    assert condom.left_of(100) == 20
