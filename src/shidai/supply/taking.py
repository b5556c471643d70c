"""What somebody has had of a commodity, towards the pack's allowance."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from shidai.packs.schema.commodity import Commodity
from shidai.registry.queries import all_merged_into
from shidai.rules.periods import months_later
from shidai.supply.ledger import PEOPLE
from shidai.supply.models import Movement, StockEntry, Taker

Deed = StockEntry.Deed


def taken_by(person: int, commodity: Commodity, on: date, *, lock: bool = False) -> int:
    """The most units that somebody has had in any stretch of the allowance's months that holds a day.

    Under all of her merged records; hand-outs after the day count too, so that none is passed by with an earlier day.
    lock: nobody else hands her anything until the transaction ends.
    """
    if commodity.allowance is None:
        return 0
    if lock:
        lock_taker(person)
    records = {person, *all_merged_into([person])}
    months = commodity.allowance.months
    had = Movement.objects.filter(
        Q(entry__deed=Deed.HANDOUT, entry__reversal=None, lot__commodity=commodity.id, target=PEOPLE),
        entry__person__in=records, entry__day__gt=months_later(on, -months), entry__day__lt=months_later(on, months),
    ).values_list("entry__day", "quantity")  # fmt: skip
    units = list(had)
    ends = {on, *(day for day, _ in units if day > on)}
    stretches = [(months_later(end, -months), end) for end in ends]
    return max(sum(count for day, count in units if start < day <= end) for start, end in stretches if start < on)


def lock_taker(person: int) -> None:
    """Nobody else hands this person anything, or issues her a card, until the transaction ends."""
    Taker.objects.get_or_create(person_id=person)
    Taker.objects.select_for_update().get(person_id=person)
