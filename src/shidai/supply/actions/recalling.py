"""Recalls: a lot is handed out no more, anywhere."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.ids import new_id
from shidai.core.refusing import refuse_future
from shidai.supply import refusals
from shidai.supply.finding import find_lot
from shidai.supply.models import Lot, Recall


@transaction.atomic
def recall_lot(*, by: Scope, commodity: str, lot: str, reason: str, day: date, id: UUID | None = None) -> Recall:
    """Stop a lot everywhere. The maker's recall concerns all places, so who may approve anywhere may tell of it.

    Raises ShidaiError without a reason, and for a lot that is nowhere. A second recall of the lot does nothing.
    """
    refuse_future(day)
    require(by, "supply.approve")
    if not reason.strip():
        raise refusals.without_reason()
    found = Lot.objects.select_for_update().get(pk=find_lot(commodity, lot).pk)
    known = Recall.objects.filter(lot=found).first()
    if known is not None:
        return known
    made = Recall.objects.create(uuid=id or new_id(), by=by.username, lot=found, day=day, reason=reason.strip())
    audit.record(by, "supply.recall", f"lot:{commodity}/{lot}", commodity=commodity, lot=lot)
    return made
