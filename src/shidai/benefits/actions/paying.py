"""Batches: built from what is unpaid, released by others than the builder. A due is never in two live payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from shidai.benefits.actions.accruing import bring_up_to_date
from shidai.benefits.actions.days import refuse_future, refuse_other
from shidai.benefits.deciding import scheme_of
from shidai.benefits.models import Account, Batch, Claim, Payer, Payment, Refusal, Settled, Signature
from shidai.benefits.queries import Unpaid, batch_state, unpaid_and_overpaid
from shidai.benefits.wording import say_money
from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.actions import mark_changed
from shidai.core.ids import new_id
from shidai.core.tree import county_of
from shidai.packs.schema.scheme import Scheme, SchemeVersion
from shidai.words import Problem, ShidaiError, problem

Form = Literal["bank", "hand"]


@transaction.atomic
def build_batch(
    *, by: Scope, scheme: str, area: str, pay_day: date, form: Form | None = None, id: UUID | None = None
) -> Batch:
    """Payments of everything unpaid up to a day in a county. The same `id` sent again gives the same batch.

    What is due is reckoned first, by today's register.

    form: 'bank', or 'hand' for petty cash and goods that are handed over against a signature (goods always are). What
    is more than the scheme lets be petty cash is left out of a batch that is handed over, a claim without an account
    out of one for the bank; both stay unpaid. Raises ShidaiError when there is nothing to pay, no account to pay it
    from, or no petty cash under this scheme.
    """
    require(by, "payment.build", area)
    known = Batch.objects.filter(uuid=id).first() if id else None
    if known is not None:
        require(by, "payment.build", known.area)
        refuse_other((known.scheme, known.area, known.pay_day) == (scheme, area, pay_day))
        return known
    refuse_future(pay_day, "pay_day")
    bring_up_to_date(by, scheme, area, pay_day)
    locked = Claim.objects.select_for_update().filter(scheme=scheme, area__startswith=area).order_by("pk")
    list(locked.values_list("pk"))
    chosen = scheme_of(scheme)
    by_hand = form == "hand" or chosen.kind == "goods"
    unpaid, _ = unpaid_and_overpaid(scheme, area, pay_day)
    if by_hand:
        accounts: dict[int, Account] = {}
        payable = payable_by_hand(chosen, pay_day, unpaid)
    else:
        accounts = _accounts(unpaid)
        payable = [one for one in unpaid if one.claim.pk in accounts]
    if not payable:
        raise ShidaiError(_too_much(chosen, pay_day) if by_hand and unpaid else _nothing(len(unpaid)))
    total = sum(one.fen for one in payable)
    batch = Batch.objects.create(
        uuid=id or new_id(), by=by.username, scheme=scheme, area=area, pay_day=pay_day,
        form="hand" if by_hand else "bank", payer=None if by_hand else _payer(area),
        signatures_needed=signatures_needed(chosen, pay_day, total),
    )  # fmt: skip
    _make_payments(batch, payable, accounts, by)
    mark_changed({county_of(one.claim.area) for one in payable})
    audit.record(by, "payment.build", f"batch:{batch.uuid}", area=area, scheme=scheme, count=len(payable), fen=total)
    return batch


def signatures_needed(scheme: Scheme, pay_day: date, fen: int) -> int:
    """How many release a batch of so much, by the rules of the day, or by the last ones before it."""
    rules = _rules_of(scheme, pay_day)
    limit = rules.second_signature_over if rules else 0
    return 2 if limit is not None and fen > limit else 1


def payable_by_hand(scheme: Scheme, pay_day: date, unpaid: Sequence[Unpaid]) -> list[Unpaid]:
    """What of it may be handed over against a signature: goods always, money as far as the scheme's petty cash goes."""
    if scheme.kind == "goods":
        return list(unpaid)
    most, handed = petty_cash(scheme, pay_day), _handed_in(pay_day.year, unpaid)
    return [one for one in unpaid if most is not None and one.fen + handed.get(one.claim.pk, 0) <= most]


def _handed_in(year: int, unpaid: Sequence[Unpaid]) -> dict[int, int]:
    """Fen by claim that were handed over in a year already: a sum isn't made petty by cutting it."""
    live = Payment.objects.filter(batch__form="hand", batch__refusal=None, batch__pay_day__year=year)
    mine = live.filter(claim__in=[one.claim.pk for one in unpaid]).order_by()
    return dict(mine.values_list("claim").annotate(fen=Sum("fen")))


def petty_cash(scheme: Scheme, pay_day: date) -> int | None:
    """What of a claim may be handed over as petty cash in a year, in fen; None where nothing may."""
    rules = _rules_of(scheme, pay_day)
    return rules.petty_cash_up_to if rules else None


def _rules_of(scheme: Scheme, pay_day: date) -> SchemeVersion | None:
    """The rules of the day, or the last ones before it."""
    begun = [one for one in scheme.version if one.status == "in_force" and one.effective_from <= pay_day]
    return max(begun, key=lambda one: one.effective_from, default=None)


def _payer(area: str) -> Payer:
    """The latest account of the county that pays."""
    found = Payer.objects.filter(area=area).order_by("pk").last()
    if found is None:
        raise ShidaiError(
            problem(
                "payer",
                zh="本县（市、区）还没有登记付款账户。",
                en="No account is entered from which this county pays.",
                mend_zh="请先登记付款单位的户名、账号和行号。",
                mend_en="Enter the paying office's name, account and bank code first.",
            )
        )
    return found


def _accounts(unpaid: list[Unpaid]) -> dict[int, Account]:
    """The latest account of each claim."""
    claims = [one.claim.pk for one in unpaid]
    return {account.claim_id: account for account in Account.objects.filter(claim_id__in=claims).order_by("pk")}


def _make_payments(batch: Batch, payable: list[Unpaid], accounts: dict[int, Account], by: Scope) -> None:
    numbers = [new_id() for _ in payable]
    payments = Payment.objects.bulk_create(
        Payment(
            uuid=number, by=by.username, batch=batch, claim=one.claim, account=accounts.get(one.claim.pk), fen=one.fen,
            reference=number.hex,
        )
        for number, one in zip(numbers, payable, strict=True)
    )  # fmt: skip
    Settled.objects.bulk_create(
        Settled(payment=payment, due=due) for payment, one in zip(payments, payable, strict=True) for due in one.dues
    )


def _too_much(scheme: Scheme, pay_day: date) -> Problem:
    most = petty_cash(scheme, pay_day)
    if most is None:
        return problem(
            "form",
            zh="这项待遇不发现金。",
            en="Nothing of this scheme is paid in cash.",
            mend_zh="请通过银行发放；能否发零星现金由政策包的 petty_cash_up_to 规定。",
            mend_en="Pay it through the bank; the pack's petty_cash_up_to says what may be petty cash.",
        )
    money = say_money(most)
    return problem(
        "form",
        zh=f"每份待遇每年至多{money.zh}可发现金，待发的都超过。",
        en=f"{money.en} a claim and year at most are petty cash; all that is due is more.",
        mend_zh="请通过银行发放。",
        mend_en="Pay them through the bank.",
    )


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
    if batch_state(found) == "refused":
        raise ShidaiError(_refused())
    if found.signatures.filter(by=by.username).exists():
        return found
    Signature.objects.create(by=by.username, batch=found)
    audit.record(by, "payment.release", f"batch:{found.uuid}", area=found.area, signature=found.signatures.count())
    return found


@transaction.atomic
def refuse_batch(*, by: Scope, batch: UUID, reason: str) -> Batch:
    """Don't release a batch: what it would have paid is unpaid again, for a later one. Again it changes nothing.

    By who may release it, or by who built it. Raises ShidaiError once it is released, and without a reason.
    """
    found = Batch.objects.select_for_update().filter(uuid=batch).first()
    require(by, "payment.build" if found is not None and found.by == by.username else "payment.release", _area(found))
    assert found is not None
    if batch_state(found) == "refused":
        return found
    if not reason.strip() or batch_state(found) != "built":
        raise ShidaiError(_too_late() if reason.strip() else _no_reason())
    Refusal.objects.create(by=by.username, batch=found, reason=reason.strip())
    Settled.objects.filter(payment__batch=found).update(live=False)
    mark_changed({county_of(one.claim.area) for one in found.payments.select_related("claim")})
    audit.record(by, "payment.refuse", f"batch:{found.uuid}", area=found.area, reason=reason)
    return found


def _area(batch: Batch | None) -> str:
    return batch.area if batch is not None else "-"


def _refused() -> Problem:
    return problem(
        "batch",
        zh="这个批次已被退回，不能放行。",
        en="This batch was refused; it can't be released.",
        mend_zh="请重新编制批次。",
        mend_en="Build a new one.",
    )


def _too_late() -> Problem:
    return problem(
        "batch",
        zh="这个批次已经放行，不能退回。",
        en="This batch is released already; it can't be refused.",
        mend_zh="请联系银行止付，并登记银行的答复。",
        mend_en="Ask the bank to stop it, and enter the bank's answer.",
    )


def _no_reason() -> Problem:
    return problem(
        "reason",
        zh="请写明退回的理由。",
        en="Give the reason for refusing it.",
        mend_zh="编制人会看到它。",
        mend_en="Who built it will read it.",
    )
