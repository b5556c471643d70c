"""What somebody has had of a commodity, towards the pack's allowance."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, Sum

from shidai.packs.schema.commodity import Commodity
from shidai.registry.queries import all_merged_into
from shidai.rules.periods import months_later
from shidai.supply.ledger import PEOPLE
from shidai.supply.models import Movement, StockEntry, Taker

Deed = StockEntry.Deed


def taken_by(person: int, commodity: Commodity, on: date, *, lock: bool = False) -> int:
    """Units that somebody has had within the allowance's months up to a day, under all of her merged records.

    lock: nobody else hands her anything until the transaction ends.
    """
    if commodity.allowance is None:
        return 0
    if lock:
        Taker.objects.get_or_create(person_id=person)
        Taker.objects.select_for_update().get(person_id=person)
    records = {person, *all_merged_into([person])}
    since = months_later(on, -commodity.allowance.months)
    had = Movement.objects.filter(
        Q(entry__deed=Deed.HANDOUT, entry__reversal=None, lot__commodity=commodity.id, target=PEOPLE),
        entry__person__in=records, entry__day__gt=since, entry__day__lte=on,
    )  # fmt: skip
    return int(had.aggregate(total=Sum("quantity"))["total"] or 0)
