"""What became of a batch, to the fen and the person: batched = paid + returned + in flight."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shidai.benefits.bank.faults import Faults
from shidai.benefits.bank.model import Answer, AnswerLine, Batch, Transfer


@dataclass(frozen=True, slots=True)
class Sum:
    """How many transfers, and how much."""

    transfers: int
    fen: int

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.transfers + other.transfers, self.fen + other.fen)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Every transfer of a batch in one of four places, each in the batch's order."""

    batch_id: str
    batched: Sum
    paid: tuple[AnswerLine, ...]
    returned: tuple[AnswerLine, ...]
    pending: tuple[AnswerLine, ...]  # the bank has it and hasn't settled it
    missing: tuple[Transfer, ...]  # the bank has said nothing of it

    @property
    def in_flight(self) -> Sum:
        return _sum(self.pending) + _sum(self.missing)

    @property
    def closes(self) -> bool:
        """Whether batched = paid + returned + in flight, in transfers and in fen."""
        return self.batched == _sum(self.paid) + _sum(self.returned) + self.in_flight

    @property
    def sums(self) -> dict[str, Sum]:
        """The four figures of the closure, by name."""
        return {
            "batched": self.batched,
            "paid": _sum(self.paid),
            "returned": _sum(self.returned),
            "in_flight": self.in_flight,
        }


def reconcile(batch: Batch, *answers: Answer) -> Reconciliation:
    """A batch and the bank's answers to it, in the order in which they came.

    A later answer counts over an earlier one: what is accepted is paid or returned, what was paid may come back. An
    answer 'pending' takes nothing back. One that says 'paid' of what came back is refused, unless the days that the
    bank gives show it to be the older news: otherwise somebody could be paid twice. Raises a `ShidaiError` for that,
    for another batch's answer and for one that doesn't fit the batch's transfers.
    """
    faults = Faults()
    transfers = {transfer.end_to_end_id: transfer for transfer in batch.transfers}
    known: dict[str, AnswerLine] = {}
    for answer in answers:
        if answer.batch_id != batch.id:
            _note_misfit(faults, answer.batch_id)
            continue
        for line in answer.lines:
            transfer = transfers.get(line.end_to_end_id)
            if transfer is None or transfer.fen != line.fen:
                _note_misfit(faults, line.end_to_end_id)
            else:
                known[line.end_to_end_id] = _latest(faults, known.get(line.end_to_end_id), line)
    faults.stop()
    said = [known[id_] for id_ in transfers if id_ in known]
    return Reconciliation(
        batch_id=batch.id,
        batched=_sum(batch.transfers),
        paid=tuple(line for line in said if line.outcome == "paid"),
        returned=tuple(line for line in said if line.outcome == "returned"),
        pending=tuple(line for line in said if line.outcome == "pending"),
        missing=tuple(transfer for id_, transfer in transfers.items() if id_ not in known),
    )


def _latest(faults: Faults, before: AnswerLine | None, line: AnswerLine) -> AnswerLine:
    """The answer that counts of two."""
    if before is None or before.outcome == "pending":
        return line
    if line.outcome == "pending" or before.outcome == line.outcome:
        return before
    if before.outcome == "returned":
        if before.at is None or line.at is None or line.at >= before.at:
            faults.add(
                line.end_to_end_id,
                zh="银行先称已退回，后称已付款。",
                en="The bank said first that it came back, and later that it was paid.",
                mend_zh="请与银行核实这笔款项的去向，核实前不要重新发放。",
                mend_en="Ask the bank where this money is, and issue nothing anew before it has answered.",
            )
        return before
    return line


def _note_misfit(faults: Faults, id_: str) -> None:
    faults.add(
        id_,
        zh="银行回复与本批次不符。",
        en="The bank's answer does not fit this batch.",
        mend_zh="请打开该回复所属的批次。",
        mend_en="Open the batch that it belongs to.",
    )


def _sum(found: Iterable[AnswerLine] | Iterable[Transfer]) -> Sum:
    fens = [one.fen for one in found]
    return Sum(len(fens), sum(fens))
