"""What waits for somebody: requisitions to approve and to send, goods under way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, Sum

from shidai.core.access import Scope, require, within
from shidai.supply.ledger import shelf_of
from shidai.supply.models import Balance, Requisition, RequisitionStep, Site, StockEntry

_ENDS = ("refused", "withdrawn", "sent")


@dataclass(frozen=True, slots=True)
class Asked:
    """A requisition, its last step, what its supplier has, and what the reader may do with it."""

    requisition: Requisition
    approved: RequisitionStep | None
    ended: RequisitionStep | None
    at_supplier: int
    may_decide: bool  # who answers for the supplier, whether she asked for it or not
    may_approve: bool
    may_send: bool
    may_withdraw: bool


def requisitions(scope: Scope, area: str, *, ended: bool = False) -> list[Asked]:
    """The requisitions of an area's sites, or to them: those that wait, oldest first, or that ended."""
    require(scope, "supply.read", area)
    here = within((area,), "site__area") | within((area,), "supplier__area")
    found = Requisition.objects.filter(here).select_related("site", "supplier").prefetch_related("steps")
    found = found.filter(steps__deed__in=_ENDS) if ended else found.exclude(steps__deed__in=_ENDS)
    listed = list(found.distinct().order_by("-pk" if ended else "pk")[:200])
    held = _held_by_suppliers(listed)
    return [_asked(scope, one, held) for one in listed]


def _held_by_suppliers(asked: Collection[Requisition]) -> dict[tuple[str, str], int]:
    """What the suppliers have on their shelves that wasn't recalled, by account and commodity."""
    shelves = {shelf_of(one.supplier) for one in asked}
    wanted = {one.commodity for one in asked}
    held = Balance.objects.filter(account__in=shelves, lot__commodity__in=wanted, lot__recalled=False)
    totals = held.values_list("account", "lot__commodity").annotate(units=Sum("quantity")).order_by()
    return {(account, commodity): units for account, commodity, units in totals}


def find_requisition(scope: Scope, uuid: UUID) -> Asked | None:
    """One requisition that the reader may see at either end; None elsewhere."""
    found = Requisition.objects.select_related("site", "supplier").filter(uuid=uuid).first()
    if found is None or not any(scope.allows("supply.read", one.area) for one in (found.site, found.supplier)):
        return None
    return _asked(scope, found, _held_by_suppliers([found]))


def is_own_step(scope: Scope, requisition: UUID, id: UUID) -> bool:
    """Whether the reader wrote this step of the requisition: a second click finds the first."""
    return RequisitionStep.objects.filter(uuid=id, requisition__uuid=requisition, by=scope.username).exists()


def _asked(scope: Scope, one: Requisition, at_suppliers: dict[tuple[str, str], int]) -> Asked:
    steps = {step.deed: step for step in one.steps.all()}
    ended = next((steps[deed] for deed in _ENDS if deed in steps), None)
    may_approve = scope.allows("supply.approve", one.supplier.area)
    return Asked(
        one, steps.get("approved"), ended, at_suppliers.get((shelf_of(one.supplier), one.commodity), 0),
        ended is None and "approved" not in steps and may_approve,
        ended is None and "approved" not in steps and may_approve and one.by != scope.username,
        ended is None and "approved" in steps and scope.allows("supply.keep", one.supplier.area),
        ended is None and scope.allows("supply.keep", one.site.area),
    )  # fmt: skip


def transfers_to(scope: Scope, site: Site) -> list[StockEntry]:
    """What is under way to a site, oldest first."""
    require(scope, "supply.read", site.area)
    sent = StockEntry.objects.filter(Q(deed="transfer", other=site, arrival=None, reversal=None))
    return list(sent.select_related("site", "other").prefetch_related("movements__lot").order_by("pk"))


def find_transfer(scope: Scope, uuid: UUID) -> StockEntry | None:
    """A transfer that is under way to a site that the reader keeps; None elsewhere."""
    found = (
        StockEntry.objects.filter(uuid=uuid, deed="transfer", arrival=None, reversal=None)
        .select_related("other")
        .first()
    )
    if found is None or found.other is None or not scope.allows("supply.keep", found.other.area):
        return None
    return found


def find_entry_in(scope: Scope, uuid: UUID) -> StockEntry | None:
    """An entry of a site whose stock the reader keeps, or where she hands out; None elsewhere."""
    found = StockEntry.objects.select_related("site").filter(uuid=uuid).first()
    may = found is not None and (
        scope.allows("supply.keep", found.site.area)
        or (found.deed == StockEntry.Deed.HANDOUT and scope.allows("supply.dispense", found.site.area))
    )
    return found if may else None
