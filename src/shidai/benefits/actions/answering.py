"""The bank's file and its answer: each payment was made or came back; what came back is unpaid again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import BinaryIO, Literal
from uuid import UUID

from django.db import transaction

from shidai.benefits.bank import Written, read_answer, write_bank_csv, write_pain001
from shidai.benefits.models import BankFile, Batch, Outcome, Settled
from shidai.benefits.queries import Told, batch_state, find_batch, order_of, tell
from shidai.core import audit
from shidai.core.access import Scope
from shidai.core.actions import mark_changed
from shidai.core.tree import county_of
from shidai.words import Problem, ShidaiError, problem

BankForm = Literal["pain.001", "csv"]


@dataclass(frozen=True, slots=True)
class BankLine:
    """What the bank says of one payment, or who handed it over."""

    reference: str
    fen: int
    paid: bool
    day: date | None
    reason: str = ""


@transaction.atomic
def write_bank_file(*, by: Scope, batch: UUID, form: BankForm, out: BinaryIO) -> Written:
    """The order to pay of a released batch, written to `out`: the same bytes every time. Who took it is kept.

    Raises ShidaiError when it isn't released, or isn't for the bank.
    """
    found = find_batch(by, batch, "payment.build")
    if batch_state(found) in ("built", "refused") or found.form != "bank":
        raise ShidaiError(_not_released() if found.form == "bank" else _by_hand())
    order = order_of(found)
    written = write_pain001(order, out) if form == "pain.001" else write_bank_csv(order, out)
    BankFile.objects.create(by=by.username, batch=found, answer=False, form=form, sha256=written.sha256)
    audit.record(
        by, "payment.file", f"batch:{found.uuid}", area=found.area, form=form, count=written.transfers,
        fen=written.fen, sha256=written.sha256,
    )  # fmt: skip
    return written


@transaction.atomic
def take_bank_answer(*, by: Scope, batch: UUID, data: bytes, file: str, confirmed: bool = False) -> int:
    """Take the bank's answer to a batch from its file (pain.002, camt.053 or CSV): all of it or nothing.

    Again it changes nothing. Returns how many payments it told something new of. Raises ShidaiError with every fault,
    and for a list that doesn't itself name the batch unless the officer has `confirmed` that it is this batch's.
    """
    found = find_batch(by, batch, "payment.build")
    answer = read_answer(data, order_of(found), file) if found.form == "bank" else None
    if answer is None:
        raise ShidaiError(_by_hand())
    if not answer.names_batch and not confirmed:
        raise ShidaiError(_unnamed(file))
    lines = [
        BankLine(one.end_to_end_id, one.fen, one.outcome == "paid", one.at, one.reason)
        for one in answer.lines
        if one.outcome != "pending"
    ]
    digest = sha256(data).hexdigest()
    BankFile.objects.create(
        by=by.username, batch=found, answer=True, form=file.rpartition(".")[2][:20], sha256=digest, confirmed=confirmed
    )
    return _record(found, lines, by, digest)


@transaction.atomic
def record_answer(*, by: Scope, batch: UUID, lines: Sequence[BankLine]) -> int:
    """Write down the outcomes of a released batch's payments; all lines or none. Returns how many were new.

    A line told before is taken again silently. What was paid may come back later; what came back isn't paid any more.
    Raises ShidaiError with every line that is wrong: of another batch, of another amount, twice in the file, or against
    what the bank said before.
    """
    return _record(find_batch(by, batch, "payment.build"), lines, by)


def _record(batch: Batch, lines: Sequence[BankLine], by: Scope, digest: str = "") -> int:
    known = {one.reference: tell(one) for one in batch.payments.prefetch_related("outcomes")}
    problems = _check(batch, known, lines)
    if problems:
        raise ShidaiError(problems)
    fresh = [(known[line.reference].payment, line) for line in lines if _is_news(line, known[line.reference])]
    Outcome.objects.bulk_create(
        Outcome(by=by.username, payment=payment, paid=line.paid, reason=line.reason[:200], day=line.day)
        for payment, line in fresh
    )
    back = [payment.pk for payment, line in fresh if not line.paid]
    Settled.objects.filter(payment__in=back).update(live=False)
    mark_changed({county_of(one.claim.area) for one in batch.payments.select_related("claim")})
    audit.record(
        by, "payment.answer", f"batch:{batch.uuid}", area=batch.area, paid=len(fresh) - len(back), returned=len(back),
        sha256=digest,
    )  # fmt: skip
    return len(fresh)


def _is_news(line: BankLine, told: Told) -> bool:
    """Whether a line tells more than is known: what was paid may come back, what came back stays so."""
    return told.state == "in_flight" or (told.state == "paid" and not line.paid)


def _is_older(line: BankLine, told: Told) -> bool:
    """Of what came back later: whether the line is from before the return."""
    return told.day is not None and line.day is not None and line.day < told.day


def _check(batch: Batch, known: dict[str, Told], lines: Sequence[BankLine]) -> list[Problem]:
    if batch_state(batch) in ("built", "refused"):
        return [_not_released()]
    counts = Counter(line.reference for line in lines)
    return [fault for at, line in enumerate(lines, 1) if (fault := _fault(at, line, known, counts)) is not None]


def _not_released() -> Problem:
    return _said(
        "batch", "这个批次还没有放行。", "This batch hasn't been released.",
        "请先由另一人放行，或核对文件属于哪个批次。", "Have it released first, or check which batch the file is of.",
    )  # fmt: skip


def _by_hand() -> Problem:
    return _said(
        "batch", "这个批次由人当面发放，没有银行文件。", "This batch is handed over; it has no bank file.",
        "请登记签收名单。", "Enter the list of signatures.",
    )  # fmt: skip


def _unnamed(file: str) -> Problem:
    return _said(
        file, "这个文件没有写明批次号：序号、账号和金额都相符，但别的月份的文件也可能如此。",
        "This file doesn't name its batch: numbers, accounts and amounts agree, as another month's would.",
        "请核对后确认它就是这一批次的回盘文件。", "Check it and confirm that it is this batch's answer.",
    )  # fmt: skip


def _fault(at: int, line: BankLine, known: dict[str, Told], counts: Counter[str]) -> Problem | None:
    where, told = f"line {at}", known.get(line.reference)
    if told is None:
        return _said(
            where, f"{line.reference} 不在这个批次中。", f"{line.reference} isn't in this batch.",
            "这可能是另一批次的回盘文件。", "It may be another batch's answer.",
        )  # fmt: skip
    if counts[line.reference] > 1:
        return _said(
            where, f"{line.reference} 在文件中出现多次。", f"{line.reference} stands in the file more than once.",
            "请向银行索取正确的文件。", "Ask the bank for a correct file.",
        )  # fmt: skip
    if line.fen != told.payment.fen:
        return _said(
            where, f"金额 {line.fen} 分与批次中的 {told.payment.fen} 分不同。",
            f"The amount of {line.fen} fen differs from the batch's {told.payment.fen}.",
            "没有保存任何内容；请向银行核实。", "Nothing was stored; ask the bank.",
        )  # fmt: skip
    if line.paid and told.state == "returned" and not _is_older(line, told):
        return _said(
            where, f"银行先前对 {line.reference} 的答复是已退回。",
            f"The bank said otherwise of {line.reference} before.",
            "请与银行核实这笔款项的去向；核实前不要重新发放。",
            "Ask the bank where this money is before it is issued anew.",
        )  # fmt: skip
    return None


def _said(where: str, zh: str, en: str, mend_zh: str, mend_en: str) -> Problem:
    return problem(where, zh=zh, en=en, mend_zh=mend_zh, mend_en=mend_en)
