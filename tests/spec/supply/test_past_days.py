"""What is written for a past day fits the book of that day and of every day since."""

from __future__ import annotations

from datetime import date

import pytest

from shidai.supply import actions
from shidai.supply.ledger import find_imbalances
from shidai.supply.models import Balance, StockEntry
from shidai.words import ShidaiError
from tests.factories import OPERATOR, Cast
from tests.spec.supply.conftest import CONDOM, JUNE, MARCH, ROOM, STATION, fill

pytestmark = pytest.mark.django_db
APRIL, MAY = date(2006, 4, 1), date(2006, 5, 1)


def give(cast: Cast, quantity: int, day: date) -> StockEntry:
    return actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=quantity, day=day)


def test_nothing_is_handed_out_before_it_came(cast: Cast) -> None:
    fill(quantity=100, day=MAY)
    with pytest.raises(ShidaiError, match="Only 0 of"):
        give(cast, 10, APRIL)
    assert Balance.objects.get().quantity == 100
    assert not StockEntry.objects.filter(deed="handout").exists()
    assert give(cast, 10, MAY).pk  # on the day itself it may


def test_what_came_later_doesnt_lend_to_an_earlier_day(cast: Cast) -> None:
    fill(quantity=10, day=MARCH)
    fill(quantity=100, day=MAY)
    with pytest.raises(ShidaiError, match="Only 10 of"):
        give(cast, 11, APRIL)
    assert give(cast, 10, APRIL).pk


def test_what_has_left_since_isnt_taken_a_second_time(cast: Cast) -> None:
    """10 came in March and went in April; what came in May can't make good for a second 10 in March."""
    fill(quantity=10, day=MARCH)
    give(cast, 10, APRIL)
    fill(quantity=10, day=MAY)
    with pytest.raises(ShidaiError, match="Only 0 of"):
        give(cast, 10, MARCH)


def test_a_lot_that_came_later_is_passed_over_for_one_that_was_there(cast: Cast) -> None:
    """First expired goes first, among what was there on the day."""
    fill(quantity=10, lot="B1", expires_on=date(2008, 12, 31), day=MARCH)
    fill(quantity=10, lot="A1", expires_on=date(2007, 12, 31), day=MAY)
    assert give(cast, 5, APRIL).movements.get().lot.number == "B1"
    assert give(cast, 5, MAY).movements.get().lot.number == "A1"


def test_losses_and_transfers_of_past_days_are_held_to_the_book_too(cast: Cast) -> None:
    fill(quantity=10, day=MAY)
    about = {"site": STATION, "commodity": CONDOM, "quantity": 5}
    with pytest.raises(ShidaiError, match="from 2006-04-01 on"):
        actions.record_loss(by=OPERATOR, lot="A1", reason="wet", day=APRIL, **about)  # type: ignore[arg-type]
    with pytest.raises(ShidaiError, match="Only 0 of"):
        actions.send(by=OPERATOR, site=STATION, to=ROOM, quantities={CONDOM: 5}, day=APRIL)


def test_a_receipt_of_a_past_day_and_what_it_covers_may_be_written_late(cast: Cast) -> None:
    fill(quantity=10, day=JUNE)
    fill(quantity=10, day=MARCH)
    give(cast, 10, APRIL)
    assert not find_imbalances()
