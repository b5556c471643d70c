"""Batches: where one stands, the order to the bank that it makes, and what became of its payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from shidai.benefits import bank
from shidai.benefits.deciding import scheme_of
from shidai.benefits.models import Batch, Payment, Refusal
from shidai.core.access import Scope, require
from shidai.core.roles import Capability
from shidai.words import ShidaiError, problem

PaymentState = Literal["paid", "returned", "in_flight"]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a payment; `reason` and `day` as the bank gave them."""

    payment: Payment
    state: PaymentState
    reason: str = ""
    day: date | None = None


def tell(payment: Payment) -> Told:
    """What became of a payment: what came back isn't paid any more, whatever was said before."""
    outcomes = {one.paid: one for one in payment.outcomes.all()}  # one of each at most
    last = outcomes.get(False) or outcomes.get(True)
    if last is None:
        return Told(payment, "in_flight")
    return Told(payment, "paid" if last.paid else "returned", last.reason, last.day)


def find_batch(scope: Scope, uuid: UUID, capability: Capability) -> Batch:
    """A batch, locked until the action is done. Raises NoAccess outside the caller's areas, ShidaiError if none."""
    found = Batch.objects.select_for_update(of=("self",)).select_related("payer").filter(uuid=uuid).first()
    require(scope, capability, found.area if found else "-")
    if found is not None:
        return found
    raise ShidaiError(
        problem(str(uuid), zh="找不到这个批次。", en="There is no such batch.", mend_zh="请核对。", mend_en="Check it.")
    )


def batch_state(batch: Batch) -> str:
    """'refused', 'built', 'released' (as many have signed as must), or 'answered' (the bank has told of all)."""
    if Refusal.objects.filter(batch=batch).exists():
        return "refused"
    if batch.signatures.count() < batch.signatures_needed:
        return "built"
    waiting = batch.payments.filter(outcomes=None).exists()
    return "released" if waiting else "answered"


def order_of(batch: Batch) -> bank.Batch:
    """What the bank is told to pay, in the order of the payments; account numbers are opened for it."""
    assert batch.payer is not None, "a batch that is handed over has no order"
    payer = bank.Payer(batch.payer.name, batch.payer.open_number(), batch.payer.bank_code)
    purpose = scheme_of(batch.scheme).title.zh
    payments = batch.payments.select_related("account").order_by("pk")
    return bank.Batch(
        batch.uuid.hex, batch.at, batch.pay_day, payer, tuple(_transfer(one, purpose) for one in payments)
    )


def _transfer(payment: Payment, purpose: str) -> bank.Transfer:
    account = payment.account
    assert account is not None
    kind: bank.AccountKind = "card" if account.kind == "card" else "other"
    return bank.Transfer(
        payment.reference, account.holder, account.open_number(), account.bank_code, payment.fen, purpose, kind
    )


def shared_accounts(batch: Batch) -> dict[int, list[Payment]]:
    """Accounts into which the batch pays for several claims, by their blind index: the releaser should see them."""
    found: dict[int, list[Payment]] = {}
    for payment in batch.payments.select_related("account", "claim").order_by("pk"):
        if payment.account is not None:
            found.setdefault(payment.account.index, []).append(payment)
    return {index: payments for index, payments in found.items() if len(payments) > 1}
