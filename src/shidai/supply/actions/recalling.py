"""Recalls: a lot is handed out no more, anywhere, until the recall is lifted."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.ids import new_id
from shidai.core.refusing import refuse_future, refuse_other
from shidai.core.written import once
from shidai.supply import refusals
from shidai.supply.finding import find_lot, lifts_recalls
from shidai.supply.ledger import lock_lot
from shidai.supply.models import Lot, Recall, RecallEnd


@once
def recall_lot(*, by: Scope, commodity: str, lot: str, reason: str, day: date, id: UUID | None = None) -> Recall:
    """Stop a lot everywhere. The maker's recall concerns all places, so who may approve anywhere may tell of it.

    Raises ShidaiError without a reason, for a lot that is nowhere, and before its last recall was lifted. A second
    recall of a recalled lot does nothing.
    """
    refuse_future(day)
    require(by, "supply.approve")
    if not reason.strip():
        raise refusals.without_reason()
    found = lock_lot(find_lot(commodity, lot))
    known = Recall.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other(known.lot_id == found.pk)
        return known
    last = found.recalls.select_related("end").order_by("pk").last()
    if last is not None and found.recalled:
        return last
    if last is not None and day < last.end.day:
        raise refusals.too_early(last.end.day)
    made = Recall.objects.create(uuid=id or new_id(), by=by.username, lot=found, day=day, reason=reason.strip())
    _mark(found, recalled=True)
    audit.record(by, "supply.recall", f"lot:{commodity}/{found.number}", commodity=commodity, lot=found.number)
    return made


@once
def lift_recall(*, by: Scope, commodity: str, lot: str, reason: str, day: date, id: UUID | None = None) -> RecallEnd:
    """The lot may be handed out again everywhere: so only who answers for the whole city lifts a recall.

    Raises ShidaiError without a reason, before the day of the recall, and for a lot that isn't recalled.
    """
    refuse_future(day)
    if not lifts_recalls(by):
        raise refusals.lifted_by_the_city()
    if not reason.strip():
        raise refusals.without_reason()
    found = lock_lot(find_lot(commodity, lot))
    known = RecallEnd.objects.select_related("recall").filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other(known.recall.lot_id == found.pk)
        return known
    recall = found.recalls.filter(end=None).first()
    if recall is None:
        raise refusals.not_recalled(found)
    if day < recall.day:
        raise refusals.too_early(recall.day)
    made = RecallEnd.objects.create(uuid=id or new_id(), by=by.username, recall=recall, day=day, reason=reason.strip())
    _mark(found, recalled=False)
    audit.record(by, "supply.lift", f"lot:{commodity}/{found.number}", commodity=commodity, lot=found.number)
    return made


def _mark(lot: Lot, *, recalled: bool) -> None:
    lot.recalled = recalled
    lot.save(update_fields=("recalled",))
