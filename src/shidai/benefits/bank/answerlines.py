"""What every form of answer has in common: lines that name transfers, held against the batch that they answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shidai.benefits.bank.amounts import decimal_of
from shidai.benefits.bank.faults import Faults
from shidai.benefits.bank.model import AnswerLine, Batch, Outcome

FROM_BANK = {
    "mend_zh": "请与银行核对，并索取更正后的文件；本次没有读入任何一行。",
    "mend_en": "Ask the bank for a corrected file; nothing of this one was read in.",
}
LONGEST_REASON = 200  # characters
LONGEST_NUMBER, NUMBER_END = 12, 6  # signs of a batch's or transfer's number that a message shows


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says of one transfer, and at which place; `fen` is None where the form leaves the amount out."""

    where: str
    end_to_end_id: str
    fen: int | None
    outcome: Outcome
    reason: str = ""
    at: date | None = None


def check_lines(batch: Batch, said: Iterable[Said], faults: Faults) -> tuple[AnswerLine, ...]:
    """Lines in the batch's order. Unknown transfers, changed amounts and transfers answered twice go to the faults."""
    transfers = {transfer.end_to_end_id: transfer for transfer in batch.transfers}
    lines: dict[str, AnswerLine] = {}
    stood: dict[str, str] = {}
    for one in said:
        id_ = one.end_to_end_id
        transfer = transfers.get(id_)
        if transfer is None:
            note_unknown(faults, one.where, id_)
        elif id_ in lines:
            faults.add(
                one.where,
                zh=f"付款{short(id_)}在文件中出现不止一次，前一次在{stood[id_]}。",
                en=f"The file answers transfer {short(id_)} more than once, at {stood[id_]} before.",
                **FROM_BANK,
            )
        else:
            if one.fen is not None:
                check_amount(faults, one.where, one.fen, transfer.fen)
            stood[id_] = one.where
            lines[id_] = AnswerLine(id_, transfer.fen, one.outcome, one.reason[:LONGEST_REASON], one.at)
    return tuple(lines[id_] for id_ in transfers if id_ in lines)


def short(id_: str) -> str:
    """A long number by its end, as the bank's files of the batch are named by it; a short one whole."""
    return id_ if len(id_) <= LONGEST_NUMBER else f"…{id_[-NUMBER_END:]}"


def note_unknown(faults: Faults, where: str, id_: str) -> None:
    faults.add(
        where,
        zh=f"本批次没有付款{short(id_) or '（空）'}。",
        en=f"The batch has no transfer {short(id_) or '(empty)'}.",
        mend_zh="请确认这是对本批次的回单；本次没有读入任何一行。",
        mend_en="Make sure that the file answers this batch; nothing of it was read in.",
    )


def check_amount(faults: Faults, where: str, fen: int, expected: int) -> None:
    if fen != expected:
        faults.add(
            where,
            zh=f"金额为{decimal_of(fen)}元，发出的是{decimal_of(expected)}元。",
            en=f"The amount is {decimal_of(fen)} yuan; {decimal_of(expected)} was sent.",
            **FROM_BANK,
        )


def check_sum(faults: Faults, where: str, said: int, found: int, zh: str, en: str) -> None:
    """A sum in fen that the file states, against what it must be: `zh` and `en` say what that is."""
    if said != found:
        faults.add(
            where,
            zh=f"文件写明合计{decimal_of(said)}元，{zh}为{decimal_of(found)}元。",
            en=f"The file states a sum of {decimal_of(said)} yuan; {en} has {decimal_of(found)}.",
            **FROM_BANK,
        )


def check_count(faults: Faults, where: str, said: int, found: int, zh: str, en: str) -> None:
    """A number of transfers that the file states, against what it must be."""
    if said != found:
        faults.add(
            where,
            zh=f"文件写明{said}笔，{zh}为{found}笔。",
            en=f"The file states a number of {said}; {en} has {found}.",
            **FROM_BANK,
        )


def note_other_batch(faults: Faults, where: str, said: str, batch: Batch) -> None:
    faults.add(
        where,
        zh=f"文件回复的是批次{short(said) or '（未写明）'}，不是本批次{short(batch.id)}。",
        en=f"The file answers batch {short(said) or '(none named)'}, not {short(batch.id)}.",
        mend_zh="请打开对应的批次再上传，或选择本批次的回单。",
        mend_en="Open the batch that it answers, or choose this batch's file.",
    )
