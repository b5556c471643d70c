"""What was paid too much: given back by agreed instalments, or not asked back. Never taken from a payment."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from shidai.benefits.models import Claim, Due, Recovery, Repayment
from shidai.benefits.queries import find_claim, overpaid_of
from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.actions import mark_changed
from shidai.core.ids import new_id
from shidai.core.tree import county_of
from shidai.words import ShidaiError, in_yuan, problem


@transaction.atomic
def agree_recovery(
    *, by: Scope, claim: UUID, fen: int, instalments: int, first_day: date, paper: str, id: UUID | None = None
) -> Recovery:
    """Write down an agreement on giving back. The same `id` sent again changes nothing.

    Raises ShidaiError when it is about more than was paid too much, or no paper is named.
    """
    found = find_claim(by, claim)
    require(by, "benefit.county", found.area)
    known = Recovery.objects.filter(uuid=id, claim=found).first() if id else None
    if known is not None:
        return known
    _check(found, fen, paper, instalments, agreed=_still_agreed(found))
    made = Recovery.objects.create(
        uuid=id or new_id(), by=by.username, claim=found, fen=fen, instalments=instalments, first_day=first_day,
        paper=paper.strip(),
    )  # fmt: skip
    audit.record(by, "benefit.recovery", f"claim:{found.uuid}", area=found.area, fen=fen, instalments=instalments)
    return made


@transaction.atomic
def record_repayment(
    *, by: Scope, claim: UUID, fen: int, day: date, paper: str, waived: bool = False, id: UUID | None = None
) -> Repayment:
    """Write down money that came back, or, with `waived`, what isn't asked back and why; the oldest periods first.

    The same `id` sent again changes nothing. Raises ShidaiError when it is more than was paid too much.
    """
    found = find_claim(by, claim)
    require(by, "benefit.county", found.area)
    known = Repayment.objects.filter(uuid=id, claim=found).first() if id else None
    if known is not None:
        return known
    _check(found, fen, paper, 1)
    made = Repayment.objects.create(
        uuid=id or new_id(), by=by.username, claim=found, waived=waived, fen=fen, day=day, paper=paper.strip()
    )
    _write_lines(found, made, by)
    mark_changed([county_of(found.area)])
    audit.record(by, "benefit.repayment", f"claim:{found.uuid}", area=found.area, fen=fen, waived=waived)
    return made


def _write_lines(claim: Claim, repayment: Repayment, by: Scope) -> None:
    rest = repayment.fen
    for period, owed in overpaid_of(claim).items():
        part = min(rest, owed)
        if part:
            last = claim.dues.filter(period=period).order_by("number").last()
            assert last is not None
            Due.objects.create(
                by=by.username, claim=claim, period=period, number=last.number + 1, fen=part, repayment=repayment
            )
            rest -= part


def _still_agreed(claim: Claim) -> int:
    """What earlier agreements promise and hasn't been given back yet, in fen."""
    agreed = sum(claim.recoveries.values_list("fen", flat=True))
    return max(agreed - sum(claim.repayments.filter(waived=False).values_list("fen", flat=True)), 0)


def _check(claim: Claim, fen: int, paper: str, instalments: int, agreed: int = 0) -> None:
    owed = max(sum(overpaid_of(claim).values()) - agreed, 0)
    faults = []
    if not 0 < fen <= owed:
        faults.append(
            problem(
                "fen",
                zh=f"这件申请多发了{in_yuan(owed)}元，不能登记{in_yuan(fen)}元。",
                en=f"{in_yuan(owed)} yuan was paid too much; {in_yuan(fen)} can't be given back.",
                mend_zh="请核对金额；如档案有更正，请先重新计算到期金额。",
                mend_en="Check the amount; after a correction bring the dues up to date first.",
            )
        )
    if not 1 <= instalments <= fen:
        faults.append(
            problem(
                "instalments",
                zh="期数应不少于1。",
                en="There is at least one instalment, of one fen at least.",
                mend_zh="请核对期数。",
                mend_en="Check the number of instalments.",
            )
        )
    if not paper.strip():
        faults.append(
            problem(
                "paper",
                zh="请写明凭据（协议、收据编号）或不追回的理由。",
                en="Name the paper (agreement, receipt), or why it isn't asked back.",
                mend_zh="审计会查看。",
                mend_en="The audit reads it.",
            )
        )
    if faults:
        raise ShidaiError(faults)
