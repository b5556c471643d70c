"""Months of stock, what to ask for, shares when there isn't enough, odd months; requisitions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shidai.core.access import NoAccess, Scope
from shidai.packs.schema.commodity import Reorder
from shidai.supply import actions
from shidai.supply.finding import find_commodity
from shidai.supply.forecast import (
    DAYS_OF_MONTH,
    Use,
    allot,
    chance_of,
    monthly_use,
    months_of_stock,
    units_for_users,
    units_to_ask,
    usable_units,
)
from shidai.supply.models import Site
from shidai.supply.queries.waiting import find_requisition
from shidai.supply.standing import standings
from shidai.words import ShidaiError
from tests.factories import COUNTY, FARAWAY, OPERATOR, Cast, make_staff
from tests.spec.supply.conftest import CONDOM, JUNE, MARCH, STATION, STORE, fill

REORDER = Reorder(lead_months=1, least_months=2, most_months=4, look_back_months=6)


def test_days_without_stock_count_neither_as_use_nor_as_time() -> None:
    full, half = Use(300, 30, 30, 30), Use(150, 15, 30, 15)
    assert monthly_use([full]) == pytest.approx(10 * DAYS_OF_MONTH)
    assert monthly_use([full, half]) == pytest.approx(10 * DAYS_OF_MONTH)
    assert monthly_use([Use(0, 0, 30, 0)]) is None
    assert monthly_use([Use(110, 2, 30, 1)]) is None, "a first day's 110 aren't 3,348 a month"
    assert monthly_use([Use(0, 0, 30, 10), Use(190, 19, 30, 20)]) == pytest.approx(190 / 30 * DAYS_OF_MONTH)


def test_what_will_expire_unused_is_no_stock() -> None:
    """1,000 that expire in ten days are worth ten days' use; the next lot is used after them."""
    daily = 10.0
    monthly = daily * DAYS_OF_MONTH
    assert usable_units([(1000, 10)], monthly) == pytest.approx(100)
    assert usable_units([(1000, 10), (500, 400)], monthly) == pytest.approx(600)
    assert usable_units([(500, 400), (1000, 10)], monthly) == pytest.approx(600)
    assert usable_units([(50, 10), (500, 30)], monthly) == pytest.approx(300)


def test_stock_that_is_about_to_expire_doesnt_put_off_a_reorder() -> None:
    monthly = 300.0
    assert units_to_ask(monthly, usable_units([(5000, 10)], monthly), 0, REORDER, 100) > 0
    assert units_to_ask(monthly, usable_units([(5000, 400)], monthly), 0, REORDER, 100) == 0


def test_a_site_asks_up_to_the_most_months_in_whole_packs_and_counts_what_comes() -> None:
    assert units_to_ask(100.0, 150.0, 0, REORDER, 100) == 300
    assert units_to_ask(100.0, 200.0, 0, REORDER, 100) == 0
    assert units_to_ask(100.0, 50.0, 150, REORDER, 100) == 0
    assert units_to_ask(100.0, 50.0, 100, REORDER, 100) == 300
    assert units_to_ask(None, 0.0, 0, REORDER, 100) == 0
    assert months_of_stock(250.0, 100.0) == 2.5


def test_when_there_isnt_enough_all_last_equally_long() -> None:
    given = allot([1000, 1000], [100.0, 100.0], [0.0, 300.0], 900, 100)
    assert given == [600, 300]
    assert allot([100, 200], [10.0, 10.0], [0.0, 0.0], 300, 100) == [100, 200]
    assert sum(allot([500, 500, 500], [1.0, 2.0, 3.0], [0.0, 0.0, 0.0], 700, 50)) == 700
    assert all(given <= 500 for given in allot([500, 500, 500], [1.0, 2.0, 3.0], [0.0, 0.0, 0.0], 1400, 50))


def test_a_months_use_is_odd_when_chance_hardly_explains_it() -> None:
    before = [Use(300, 30, 30, 30) for _ in range(5)]
    assert chance_of(Use(320, 32, 30, 30), before) > 0.5
    assert chance_of(Use(900, 90, 30, 30), before) < 1e-6
    assert chance_of(Use(0, 0, 30, 0), before) == 1.0, "without stock nothing can be handed out: that isn't odd"


@pytest.mark.django_db
def test_a_site_stands_as_its_book_says(cast: Cast, sites: dict[str, Site]) -> None:
    fill(quantity=390, expires_on=date(2006, 7, 31), day=date(2006, 1, 1))
    for week in range(20):
        actions.hand_out(
            by=cast.xu, site=STATION, commodity=CONDOM, quantity=14, day=date(2006, 1, 8) + timedelta(weeks=week)
        )
    told = standings(sites[STATION], [find_commodity(CONDOM, JUNE)], JUNE)[0]
    assert told.on_shelf == told.good == 110
    assert told.expiring == 110
    assert told.monthly == pytest.approx(280 / 151 * DAYS_OF_MONTH, rel=0.02)
    assert told.is_low
    assert told.to_ask > 0
    assert not told.is_odd


@pytest.mark.django_db
def test_a_reversed_hand_out_is_no_use(cast: Cast, sites: dict[str, Site]) -> None:
    fill(quantity=400, day=date(2006, 1, 1))
    for quantity in (20, 30):
        given = actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=quantity, day=MARCH)
    actions.reverse_entry(by=cast.xu, entry=given.uuid, reason="typed twice", day=MARCH)
    told = standings(sites[STATION], [find_commodity(CONDOM, JUNE)], JUNE)[0]
    assert told.monthly == pytest.approx(20 / 151 * DAYS_OF_MONTH, rel=0.02)


@pytest.mark.django_db
def test_a_requisition_is_asked_approved_by_somebody_else_and_sent(cast: Cast, keeper: Scope) -> None:
    fill(site=STORE, quantity=1000)
    asked = actions.request_stock(by=cast.xu, site=STATION, commodity=CONDOM, quantity=300, day=JUNE, reason="新站开张")
    assert asked.proposed == 0
    with pytest.raises(ShidaiError, match="hasn't been approved"):
        actions.send_requisition(by=keeper, requisition=asked.uuid, day=JUNE)
    with pytest.raises(ShidaiError, match="reason"):
        actions.approve_requisition(by=cast.gu, requisition=asked.uuid, quantity=200, day=JUNE)
    actions.approve_requisition(by=cast.gu, requisition=asked.uuid, quantity=200, day=JUNE, reason="先发二百")
    with pytest.raises(ShidaiError):
        actions.approve_requisition(by=cast.gu, requisition=asked.uuid, quantity=300, day=JUNE)
    sent = actions.send_requisition(by=keeper, requisition=asked.uuid, day=JUNE)
    assert sent.entry is not None
    assert sent.entry.deed == "transfer"
    with pytest.raises(ShidaiError, match="ended"):
        actions.withdraw_requisition(by=cast.xu, requisition=asked.uuid, day=JUNE)


@pytest.mark.django_db
def test_nobody_approves_what_she_asked_for(keeper: Scope) -> None:
    asked = actions.request_stock(
        by=keeper, site=STATION, commodity=CONDOM, quantity=100, day=JUNE, reason="first stock"
    )
    with pytest.raises(ShidaiError, match="Somebody else"):
        actions.approve_requisition(by=keeper, requisition=asked.uuid, quantity=100, day=JUNE)
    with pytest.raises(ShidaiError, match="reason"):
        actions.request_stock(by=keeper, site=STATION, commodity=CONDOM, quantity=100, day=JUNE)
    with pytest.raises(ShidaiError, match="no supplier"):
        actions.request_stock(by=keeper, site=STORE, commodity=CONDOM, quantity=100, day=JUNE)


@pytest.mark.django_db
def test_users_of_a_method_are_a_forecast() -> None:
    assert units_for_users(find_commodity(CONDOM, JUNE), 100, 6) == 6000


def test_who_answers_for_the_supplier_decides_and_not_who_answers_for_the_site_alone(keeper: Scope) -> None:
    county = FARAWAY[:6]
    for code, area, above in (("S-FAR", county, ""), ("R-EAST", COUNTY, "S-FAR")):
        actions.open_site(
            by=OPERATOR, code=code, area=area, kind="store", name_zh=f"站点{code}", name_en=f"Site {code}",
            opened_on=MARCH, supplier=above,
        )  # fmt: skip
    asked = actions.request_stock(by=OPERATOR, site="R-EAST", commodity=CONDOM, quantity=5, day=JUNE, reason="new")
    about = {"requisition": asked.uuid, "day": JUNE}
    with pytest.raises(NoAccess):
        actions.approve_requisition(by=keeper, quantity=5, **about)  # type: ignore[arg-type]
    with pytest.raises(NoAccess):
        actions.refuse_requisition(by=keeper, reason="no", **about)  # type: ignore[arg-type]
    seen = find_requisition(keeper, asked.uuid)
    assert seen is not None
    assert not seen.may_approve
    afar = make_staff("bai", "supply_manager", county)
    assert actions.approve_requisition(by=afar, quantity=5, **about).deed == "approved"  # type: ignore[arg-type]
