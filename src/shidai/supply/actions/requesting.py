"""Requisitions: a site asks its supplier, somebody else approves, goods are sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.ids import new_id
from shidai.core.refusing import refuse_future, refuse_other
from shidai.core.written import once
from shidai.supply import refusals
from shidai.supply.actions.moving import send
from shidai.supply.finding import find_commodity, find_site
from shidai.supply.ledger import lock_balances, shelf_of
from shidai.supply.models import Requisition, RequisitionStep, Site
from shidai.supply.standing import available_of, propose
from shidai.words import ShidaiError, Text


@once
def request_stock(
    *, by: Scope, site: str, commodity: str, quantity: int, day: date, reason: str = "", id: UUID | None = None
) -> Requisition:
    """A site asks its supplier for so much. What the records propose is kept beside it.

    Raises ShidaiError for a site without a supplier, and without a reason when more is asked than proposed.
    """
    refuse_future(day)
    found = find_site(by, site, "supply.keep", day)
    known = Requisition.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other(known.site_id == found.pk and known.commodity == commodity)
        return known
    if found.supplier is None:
        raise refusals.refuse(
            "supplier",
            Text(zh=f"“{found.name_zh}”没有上级供货点。", en=f"'{found.name_en}' has no supplier."),
            Text(zh="请登记入库，或为它指定供货点。", en="Record a receipt, or give it a supplier."),
        )
    if quantity <= 0:
        raise refusals.nothing()
    proposed = propose(found, find_commodity(commodity, day), day)
    if quantity > proposed and not reason.strip():
        raise refusals.without_reason()
    made = Requisition.objects.create(
        uuid=id or new_id(), by=by.username, site=found, supplier=found.supplier, commodity=commodity, day=day,
        quantity=quantity, proposed=proposed, reason=reason.strip(),
    )  # fmt: skip
    audit.record(by, "supply.request", f"site:{site}", area=found.area, commodity=commodity, units=quantity)
    return made


@transaction.atomic
def approve_requisition(
    *, by: Scope, requisition: UUID, quantity: int, day: date, reason: str = "", id: UUID | None = None
) -> RequisitionStep:
    """Agree to all of it or to less, with a reason for less. Who answers for the supplier decides, and nobody on
    what she asked for herself."""
    refuse_future(day)
    asked = _find(requisition)
    require(by, "supply.approve", asked.supplier.area)
    known = _known(asked, "approved", id)
    if known is not None:
        return known
    if asked.by == by.username:
        raise refusals.refuse(
            "requisition",
            Text(zh="自己提出的请领须由他人审批。", en="Somebody else approves what you asked for."),
            Text(zh="请交给另一位管理员。", en="Hand it to a colleague."),
        )
    if not 0 < quantity <= asked.quantity:
        raise refusals.more_than_asked(asked.quantity)
    if quantity < asked.quantity and not reason.strip():
        raise refusals.without_reason()
    return write_step(by, "supply.approved", asked, day, quantity=quantity, reason=reason.strip(), id=id)


@transaction.atomic
def approve_shares(
    *, by: Scope, supplier: str, commodity: str, shares: Mapping[UUID, int], day: date, reason: str,
    id: UUID | None = None,
) -> list[RequisitionStep]:  # fmt: skip
    """Agree to shares of what a supplier has, by requisition: all of them or none; a share of 0 lets one wait.

    Raises ShidaiError for more than it has that isn't promised yet, for what isn't asked of it, and what
    `approve_requisition` raises.
    """
    refuse_future(day)
    site = find_site(by, supplier, "supply.approve", day)
    _lock_asked(site, commodity, shares)
    lock_balances(shelf_of(site), commodities=[commodity])  # nobody else promises the same units
    given = {one: units for one, units in shares.items() if units}
    ids = {one: uuid5(id, str(one)) for one in given} if id is not None else {}
    done = RequisitionStep.objects.filter(uuid__in=ids.values()).exists()
    available = available_of(site, commodity, day)
    if not given:
        raise refusals.nothing("reason")
    if not done and sum(given.values()) > available:
        raise refusals.more_than_there(available)
    return [
        approve_requisition(by=by, requisition=one, quantity=units, day=day, reason=reason, id=ids.get(one))
        for one, units in sorted(given.items())
    ]


def _lock_asked(supplier: Site, commodity: str, asked: Collection[UUID]) -> None:
    """Before any balance, as one who sends does: no two wait for each other. Refuses what another one is asked for."""
    locked = Requisition.objects.select_for_update(of=("self",)).filter(uuid__in=asked).order_by("pk")
    if [one for one in locked if (one.supplier_id, one.commodity) != (supplier.pk, commodity)]:
        raise _ended()


@transaction.atomic
def refuse_requisition(
    *, by: Scope, requisition: UUID, reason: str, day: date, id: UUID | None = None
) -> RequisitionStep:
    """Say no, with a reason."""
    refuse_future(day)
    asked = _find(requisition)
    require(by, "supply.approve", asked.supplier.area)
    known = _known(asked, "refused", id)
    if known is not None:
        return known
    if not reason.strip():
        raise refusals.without_reason()
    return write_step(by, "supply.refused", asked, day, reason=reason.strip(), id=id)


@transaction.atomic
def withdraw_requisition(*, by: Scope, requisition: UUID, day: date, id: UUID | None = None) -> RequisitionStep:
    """The site doesn't need it any more."""
    refuse_future(day)
    asked = _find(requisition)
    require(by, "supply.keep", asked.site.area)
    known = _known(asked, "withdrawn", id)
    if known is not None:
        return known
    return write_step(by, "supply.withdrawn", asked, day, id=id)


@transaction.atomic
def send_requisition(
    *, by: Scope, requisition: UUID, day: date, quantity: int | None = None, id: UUID | None = None
) -> RequisitionStep:
    """Send what was approved, or less of it. Raises ShidaiError before it was approved, and for more than that."""
    refuse_future(day)
    asked = _find(requisition)
    require(by, "supply.keep", asked.supplier.area)
    known = _known(asked, "sent", id)
    if known is not None:
        return known
    approved = asked.steps.filter(deed="approved").first()
    if approved is None:
        raise refusals.refuse(
            "requisition",
            Text(zh="这份请领还没有批准。", en="This requisition hasn't been approved."),
            Text(zh="请先审批。", en="It is approved first."),
        )
    units = approved.quantity if quantity is None else quantity
    if not 0 < units <= approved.quantity:
        raise refusals.nothing()
    entry = send(
        by=by, site=asked.supplier.code, to=asked.site.code, quantities={asked.commodity: units}, day=day, id=id
    )
    return write_step(by, "supply.sent", asked, day, quantity=units, entry=entry, id=id)


def _find(requisition: UUID) -> Requisition:
    """A requisition, locked."""
    locked = Requisition.objects.select_for_update(of=("self",)).select_related("site", "supplier")
    asked = locked.filter(uuid=requisition).first()
    if asked is None:
        raise _ended()
    return asked


def _known(asked: Requisition, deed: str, id: UUID | None) -> RequisitionStep | None:
    """The step that was written under this id, for a second click. Raises ShidaiError for one that has ended."""
    known = RequisitionStep.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other(known.requisition_id == asked.pk and known.deed == deed)
    elif asked.steps.filter(deed__in=("refused", "withdrawn", "sent")).exists():
        raise _ended()
    return known


def _ended() -> ShidaiError:
    return refusals.refuse(
        "requisition",
        Text(zh="找不到这份请领，或它已办结。", en="There is no such requisition, or it has ended."),
        Text(zh="请刷新页面。", en="Load the page again."),
    )


def write_step(by: Scope, deed: str, asked: Requisition, day: date, *, id: UUID | None, **more: Any) -> RequisitionStep:
    try:
        with transaction.atomic():
            made = RequisitionStep.objects.create(
                uuid=id or new_id(), by=by.username, requisition=asked, deed=deed.partition(".")[2], day=day, **more
            )
    except IntegrityError:  # a colleague was faster
        raise _ended() from None
    audit.record(
        by, deed, f"site:{asked.site.code}", area=asked.site.area, commodity=asked.commodity,
        units=made.quantity,
    )  # fmt: skip
    return made
