"""Batches: built from what is unpaid, released by others than the builder. A due is never in two live payments."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from shidai.benefits.deciding import scheme_of, version_in_force
from shidai.benefits.models import Account, Batch, Claim, Payment, Settled, Signature
from shidai.benefits.queries import Unpaid, unpaid_and_overpaid
from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.ids import new_id
from shidai.words import Problem, ShidaiError, problem


@transaction.atomic
def build_batch(*, by: Scope, scheme: str, area: str, pay_day: date, id: UUID | None = None) -> Batch:
    """Payments of everything unpaid up to a day in a county. The same `id` sent again gives the same batch.

    A claim without an account is left out and stays unpaid. Raises ShidaiError when there is nothing to pay.
    """
    require(by, "payment.build", area)
    known = Batch.objects.filter(uuid=id).first() if id else None
    if known is not None:
        require(by, "payment.build", known.area)
        return known
    list(Claim.objects.select_for_update().filter(scheme=scheme, area__startswith=area).values_list("pk"))
    unpaid, _ = unpaid_and_overpaid(scheme, area, pay_day)
    accounts = _accounts(unpaid)
    payable = [one for one in unpaid if one.claim.pk in accounts]
    if not payable:
        raise ShidaiError(_nothing(len(unpaid)))
    limit = version_in_force(scheme_of(scheme), pay_day).second_signature_over
    needed = 2 if limit is not None and sum(one.fen for one in payable) > limit else 1
    batch = Batch.objects.create(
        uuid=id or new_id(), by=by.username, scheme=scheme, area=area, pay_day=pay_day, signatures_needed=needed
    )
    for one in payable:
        _make_payment(batch, one, accounts[one.claim.pk], by)
    total = sum(one.fen for one in payable)
    audit.record(by, "payment.build", f"batch:{batch.uuid}", area=area, scheme=scheme, count=len(payable), fen=total)
    return batch


def _accounts(unpaid: list[Unpaid]) -> dict[int, Account]:
    """The latest account of each claim."""
    claims = [one.claim.pk for one in unpaid]
    return {account.claim_id: account for account in Account.objects.filter(claim_id__in=claims).order_by("pk")}


def _make_payment(batch: Batch, unpaid: Unpaid, account: Account, by: Scope) -> None:
    number = new_id()
    payment = Payment.objects.create(
        uuid=number, by=by.username, batch=batch, claim=unpaid.claim, account=account, fen=unpaid.fen,
        reference=number.hex,
    )  # fmt: skip
    Settled.objects.bulk_create(Settled(payment=payment, due=due) for due in unpaid.dues)


def _nothing(without_account: int) -> Problem:
    if without_account:
        return problem(
            "batch",
            zh=f"{without_account} 件待发的都没有账号。",
            en=f"{without_account} claims are to be paid, and none has an account.",
            mend_zh="请先登记账号。",
            mend_en="Enter their accounts first.",
        )
    return problem(
        "batch",
        zh="没有待发的金额。",
        en="There is nothing to pay.",
        mend_zh="请核对日期，或先计算到期金额。",
        mend_en="Check the day, or bring the dues up to date first.",
    )


@transaction.atomic
def sign_batch(*, by: Scope, batch: UUID) -> Batch:
    """Release a batch, or give the first of two signatures. The builder can't, and nobody signs twice."""
    found = Batch.objects.select_for_update().filter(uuid=batch).first()
    if found is None or not by.allows("payment.release", found.area):
        require(by, "payment.release", found.area if found else "-")
        raise ShidaiError(
            problem(
                str(batch), zh="找不到这个批次。", en="There is no such batch.", mend_zh="请核对。", mend_en="Check it."
            )
        )
    if found.by == by.username:
        raise ShidaiError(
            problem(
                "by",
                zh="编制批次的人不能放行它。",
                en="Who built a batch can't release it.",
                mend_zh="请由另一位有权的人员放行。",
                mend_en="Another person who may release it has to sign.",
            )
        )
    if found.signatures.filter(by=by.username).exists():
        return found
    Signature.objects.create(by=by.username, batch=found)
    audit.record(by, "payment.release", f"batch:{found.uuid}", area=found.area, signature=found.signatures.count())
    return found
