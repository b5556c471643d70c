"""The bank's account statement, ISO 20022 camt.053: what was really debited and what came back, entry by entry.

A statement holds the whole life of an account; only the entries of one batch are read. An order may be debited in one
entry for all, with or without its details, or in one entry each; a return is a credit that names its transfer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from shidai.benefits.bank.answerlines import (
    FROM_BANK,
    Said,
    check_amount,
    check_count,
    check_lines,
    check_sum,
    note_other_batch,
    note_unknown,
)
from shidai.benefits.bank.faults import Faults, masked
from shidai.benefits.bank.model import Answer, Batch, Outcome, Transfer
from shidai.benefits.bank.xmltree import Node
from shidai.benefits.bank.xmlvalues import read_amount, read_day, read_number, read_reason

BOOKED, PENDING, INFORMATION = "BOOK", "PDNG", "INFO"
OUT, BACK = "DBIT", "CRDT"


def read_statement(root: Node, batch: Batch) -> Answer:
    """Raises a `ShidaiError` with everything that doesn't fit the batch; entries of others are passed over."""
    faults = Faults()
    statements = root.all("BkToCstmrStmt/Stmt")
    ours = [one for one in statements if one.said("Acct/Id/Othr/Id", "Acct/Id/IBAN") == batch.payer.account]
    if not ours:
        faults.add(
            statements[0].where if statements else root.where,
            zh=f"文件中没有付款账户 {masked(batch.payer.account)} 的对账单。",
            en=f"The file has no statement of the account {masked(batch.payer.account)} that pays.",
            mend_zh="请选择该付款账户的对账单。",
            mend_en="Choose the statement of the paying account.",
        )
    reading = _Reading(faults, batch)
    for statement in ours:
        _check_entries(faults, statement, batch)
        for entry in statement.all("Ntry"):
            reading.read_entry(entry)
    if ours and not reading.found and not faults.count:
        note_other_batch(faults, ours[0].where, "", batch)
    lines = check_lines(batch, reading.folded(), faults)
    faults.stop()
    return Answer(batch.id, lines)


def _check_entries(faults: Faults, statement: Node, batch: Batch) -> None:
    """The statement's own number and sum of entries."""
    summary, entries = statement.first("TxsSummry/TtlNtries"), statement.all("Ntry")
    if summary is None:
        return
    count = read_number(faults, summary.first("NbOfNtries"))
    total = read_amount(faults, summary.first("Sum"), batch.payer.currency)
    if count is not None:
        check_count(faults, summary.where, count, len(entries), "所列分录", "its list of entries")
    if total is not None:
        found = sum(read_amount(faults, entry.first("Amt"), batch.payer.currency) or 0 for entry in entries)
        check_sum(faults, summary.where, total, found, "所列分录", "its list of entries")


class _Reading:
    """What the entries say of each transfer: at most one debit, one return and one announcement."""

    def __init__(self, faults: Faults, batch: Batch) -> None:
        self.faults, self.batch = faults, batch
        self.found = False
        self._transfers = {transfer.end_to_end_id: transfer for transfer in batch.transfers}
        self._said: dict[tuple[str, Outcome], Said] = {}

    def read_entry(self, entry: Node) -> None:
        details = entry.all("NtryDtls/TxDtls")
        bulks = entry.all("NtryDtls/Btch")
        own = [bulk for bulk in bulks if self._names_batch(bulk.said("PmtInfId", "MsgId"))]
        ours = {one for one in details if own or self._is_ours(one)}
        status = entry.said("Sts/Cd", "Sts/Prtry", "Sts")
        if status == INFORMATION or not (own or ours):
            return
        self.found = True
        if status not in (BOOKED, PENDING):
            self._refuse(entry, f"未知的分录状态“{status}”。", f"The entry's status '{status}' is unknown.")
            return
        if entry.said("RvslInd") in ("true", "1") and entry.said("CdtDbtInd") == OUT:
            self._refuse(entry, "退款又被冲销，不能自动处理。", "A return was itself reversed: this is not read.")
            return
        day = read_day(self.faults, entry.first("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"))
        amount = self._amount(entry.first("Amt"))
        if entry.first("Amt") is None:
            self._refuse(entry, "分录没有金额。", "The entry has no amount.")
        if not details:
            for bulk in own:
                self._read_whole(entry, bulk, amount if len(bulks) == 1 else None, status, day)
            return
        total = 0
        for one in details:
            total += self._read_detail(entry, one, amount if len(details) == 1 else None, status, day, one in ours)
        if amount is not None:
            check_sum(self.faults, entry.where, amount, total, "所列明细", "its list of transfers")
        if len(bulks) == 1:
            self._check_bulk(bulks[0], len(details), total, "所列明细", "its list of transfers")

    def _amount(self, node: Node | None) -> int | None:
        return read_amount(self.faults, node, self.batch.payer.currency)

    def _names_batch(self, id_: str) -> bool:
        return id_ == self.batch.id

    def _is_ours(self, detail: Node) -> bool:
        named = self._names_batch(detail.said("Refs/PmtInfId")) or self._names_batch(detail.said("Refs/MsgId"))
        return named or detail.said("Refs/EndToEndId") in self._transfers

    def _refuse(self, node: Node, zh: str, en: str) -> None:
        self.faults.add(node.where, zh=zh, en=en, **FROM_BANK)

    def _read_whole(self, entry: Node, bulk: Node, amount: int | None, status: str, day: date | None) -> None:
        """One debit for all without details: it must be the whole batch, else nobody knows whom it leaves out."""
        if entry.said("CdtDbtInd") != OUT:
            self._refuse(
                entry, "退款没有列出明细，无法知道退的是谁。", "A return lists no transfers: whose it is is unknown."
            )
            return
        self._check_bulk(bulk, len(self.batch.transfers), self.batch.fen, "本批次", "the batch")
        if amount is not None:
            check_sum(self.faults, entry.where, amount, self.batch.fen, "本批次", "the batch")
        for transfer in self.batch.transfers:
            self._note(_said(entry, transfer, "paid" if status == BOOKED else "pending", "", day))

    def _check_bulk(self, bulk: Node, count: int, fen: int, zh: str, en: str) -> None:
        """The number and the sum that the bank says it booked together."""
        number, total = bulk.first("NbOfTxs"), bulk.first("TtlAmt")
        said, sum_ = read_number(self.faults, number), self._amount(total)
        if number is not None and said is not None:
            check_count(self.faults, number.where, said, count, zh, en)
        if total is not None and sum_ is not None:
            check_sum(self.faults, total.where, sum_, fen, zh, en)

    def _read_detail(
        self, entry: Node, detail: Node, alone: int | None, status: str, day: date | None, ours: bool
    ) -> int:
        """Note one transfer and give its amount, as a part of its entry: less than 0 if it goes the other way."""
        stated = detail.first("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
        fen = self._amount(stated) if stated is not None else alone
        way = detail.said("CdtDbtInd") or entry.said("CdtDbtInd")
        if fen is None and stated is None:
            self._refuse(detail, "明细没有金额。", "This transfer has no amount.")
        if ours:
            self._read_ours(detail, fen, way, status, day)
        return (fen or 0) * (1 if way == entry.said("CdtDbtInd") else -1)

    def _read_ours(self, detail: Node, fen: int | None, way: str, status: str, day: date | None) -> None:
        id_, order = detail.said("Refs/EndToEndId"), detail.said("Refs/PmtInfId")
        transfer = self._transfers.get(id_)
        if transfer is None:
            note_unknown(self.faults, detail.where, id_)
            return
        if way == OUT and order and not self._names_batch(order):
            note_other_batch(self.faults, detail.where, order, self.batch)
        if way not in (OUT, BACK):
            self._refuse(detail, "既不是借方也不是贷方。", "It is neither a debit nor a credit.")
        if fen is not None:
            check_amount(self.faults, detail.where, fen, transfer.fen)
        outcome: Outcome = "pending" if status == PENDING else ("paid" if way == OUT else "returned")
        self._note(_said(detail, transfer, outcome, read_reason(detail.first("RtrInf")), day))

    def _note(self, said: Said) -> None:
        key = (said.end_to_end_id, said.outcome)
        if key in self._said:
            id_ = said.end_to_end_id
            self.faults.add(
                said.where,
                zh=f"付款 {id_} 在对账单中重复记账。",
                en=f"The statement books transfer {id_} more than once in the same way.",
                mend_zh="可能重复扣款，请立即与银行核对；本次没有读入任何一行。",
                mend_en="It may have been debited twice: ask the bank at once. Nothing of the file was read in.",
            )
        self._said.setdefault(key, said)

    def folded(self) -> Iterator[Said]:
        """The last word on each transfer: a return after a debit, a debit after its announcement."""
        for id_ in dict.fromkeys(id_ for id_, _ in self._said):
            order: tuple[Outcome, ...] = ("returned", "paid", "pending")
            yield next(self._said[id_, outcome] for outcome in order if (id_, outcome) in self._said)


def _said(node: Node, transfer: Transfer, outcome: Outcome, reason: str, day: date | None) -> Said:
    return Said(node.where, transfer.end_to_end_id, transfer.fen, outcome, reason, day)
