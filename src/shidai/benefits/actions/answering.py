"""The bank's answer: each payment was made or came back; what came back is unpaid again and goes into a later batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from shidai.benefits.models import Batch, Outcome, Payment, Settled
from shidai.benefits.queries import batch_state
from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.words import Problem, ShidaiError, problem


@dataclass(frozen=True, slots=True)
class BankLine:
    """What the bank says of one payment."""

    reference: str
    fen: int
    paid: bool
    day: date
    reason: str = ""


@transaction.atomic
def record_answer(*, by: Scope, batch: UUID, lines: Sequence[BankLine]) -> int:
    """Write down the outcomes of a released batch's payments; all lines or none. Returns how many were new.

    A line told before is taken again silently if it says the same. Raises ShidaiError with every line that is wrong:
    of another batch, of another amount, twice in the file, or different from what the bank said before.
    """
    found = Batch.objects.select_for_update().filter(uuid=batch).first()
    require(by, "payment.build", found.area if found else "-")
    assert found is not None
    payments = {one.reference: one for one in found.payments.select_related("outcome")}
    problems = _check(found, payments, lines)
    if problems:
        raise ShidaiError(problems)
    fresh = [line for line in lines if getattr(payments[line.reference], "outcome", None) is None]
    for line in fresh:
        payment = payments[line.reference]
        Outcome.objects.create(by=by.username, payment=payment, paid=line.paid, reason=line.reason, day=line.day)
        if not line.paid:
            Settled.objects.filter(payment=payment).update(live=False)
    paid = sum(line.paid for line in fresh)
    audit.record(by, "payment.answer", f"batch:{found.uuid}", area=found.area, paid=paid, returned=len(fresh) - paid)
    return len(fresh)


def _check(batch: Batch, payments: dict[str, Payment], lines: Sequence[BankLine]) -> list[Problem]:
    if batch_state(batch) == "built":
        return [
            _said(
                "batch", "这个批次还没有放行。", "This batch hasn't been released.", "请核对文件。", "Check the file."
            )
        ]
    counts = Counter(line.reference for line in lines)
    return [fault for at, line in enumerate(lines, 1) if (fault := _fault(at, line, payments, counts)) is not None]


def _fault(at: int, line: BankLine, payments: dict[str, Payment], counts: Counter[str]) -> Problem | None:
    where, payment = f"line {at}", payments.get(line.reference)
    if payment is None:
        return _said(
            where, f"{line.reference} 不在这个批次中。", f"{line.reference} isn't in this batch.",
            "这可能是另一批次的回盘文件。", "It may be another batch's answer.",
        )  # fmt: skip
    if counts[line.reference] > 1:
        return _said(
            where, f"{line.reference} 在文件中出现多次。", f"{line.reference} stands in the file more than once.",
            "请向银行索取正确的文件。", "Ask the bank for a correct file.",
        )  # fmt: skip
    if line.fen != payment.fen:
        return _said(
            where, f"金额 {line.fen} 分与批次中的 {payment.fen} 分不同。",
            f"The amount of {line.fen} fen differs from the batch's {payment.fen}.",
            "没有保存任何内容；请向银行核实。", "Nothing was stored; ask the bank.",
        )  # fmt: skip
    before = getattr(payment, "outcome", None)
    if before is not None and before.paid != line.paid:
        return _said(
            where, f"银行先前对 {line.reference} 的答复不同。", f"The bank said otherwise of {line.reference} before.",
            "请向银行核实；更正须另行登记。", "Ask the bank; a correction is entered by itself.",
        )  # fmt: skip
    return None


def _said(where: str, zh: str, en: str, mend_zh: str, mend_en: str) -> Problem:
    return problem(where, zh=zh, en=en, mend_zh=mend_zh, mend_en=mend_en)
