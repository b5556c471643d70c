"""The bank's payment status report, ISO 20022 pain.002: what became of an order, as a whole or transfer by transfer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from shidai.benefits.bank.answerlines import FROM_BANK, Said, check_count, check_lines, check_sum, note_other_batch
from shidai.benefits.bank.faults import Faults
from shidai.benefits.bank.model import Answer, Batch, Outcome
from shidai.benefits.bank.xmltree import Node
from shidai.benefits.bank.xmlvalues import read_amount, read_day, read_number, read_reason

PARTLY = "PART"  # some accepted, some not: only the transfers' own status counts
OUTCOMES: dict[str, Outcome] = {
    "ACSC": "paid",  # settled on the payer's account
    "ACCC": "paid",  # settled on the payee's account
    "RJCT": "returned",
    "CANC": "returned",
    **dict.fromkeys(("RCVD", "PDNG", "ACTC", "ACCP", "ACSP", "ACWC", "ACWP", "ACFC", "PATC"), "pending"),
}


def read_status_report(root: Node, batch: Batch) -> Answer:
    """What a report says of a batch. A status of the whole order, other than 'partly', is that of every transfer the
    report doesn't list. Raises a `ShidaiError` with everything that doesn't fit the batch."""
    faults = Faults()
    report = root.first("CstmrPmtStsRpt") or root
    group = report.first("OrgnlGrpInfAndSts") or report
    if group.said("OrgnlMsgId") != batch.id:
        note_other_batch(faults, group.where, group.said("OrgnlMsgId"), batch)
        faults.stop()
    at = read_day(faults, report.first("GrpHdr/CreDtTm"))
    orders, said = report.all("OrgnlPmtInfAndSts"), list[Said]()
    for second in (*report.all("OrgnlGrpInfAndSts")[1:], *orders[1:]):
        faults.add(
            second.where, zh="文件不止一次回复本批次。", en="The file answers the batch more than once.", **FROM_BANK
        )
    whole = [(group, _status(faults, group, "GrpSts"))]
    _check_totals(faults, group, batch)
    for order in orders:
        if order.said("OrgnlPmtInfId") not in ("", batch.id):
            note_other_batch(faults, order.where, order.said("OrgnlPmtInfId"), batch)
        whole.append((order, _status(faults, order, "PmtInfSts")))
        _check_totals(faults, order, batch)
        listed = order.all("TxInfAndSts")
        _check_counts(faults, order if order.all("NbOfTxsPerSts") else group, listed, batch)
        said.extend(_listed(faults, listed, batch, at))
    _check_contradictions(faults, whole, said)
    said.extend(_unlisted(whole, said, batch, at))
    lines = check_lines(batch, said, faults)
    faults.stop()
    return Answer(batch.id, lines)


def _status(faults: Faults, node: Node, name: str) -> str:
    """A known status code, or '' where there is none."""
    found = node.first(name)
    if found is None or found.text in OUTCOMES or found.text == PARTLY:
        return found.text if found else ""
    faults.add(found.where, zh=f"未知的状态代码 {found.text}。", en=f"The status {found.text} is unknown.", **FROM_BANK)
    return ""


def _check_totals(faults: Faults, node: Node, batch: Batch) -> None:
    """The order's number and control sum as the bank understood them."""
    number, total = node.first("OrgnlNbOfTxs"), node.first("OrgnlCtrlSum")
    count, fen = read_number(faults, number), read_amount(faults, total, batch.payer.currency)
    if number and count is not None:
        check_count(faults, number.where, count, len(batch.transfers), "本批次", "the batch")
    if total and fen is not None:
        check_sum(faults, total.where, fen, batch.fen, "本批次", "the batch")


def _check_counts(faults: Faults, node: Node, listed: list[Node], batch: Batch) -> None:
    """A stated number and sum of a status, where transfers of that status are listed."""
    found = Counter(one.said("TxSts") for one in listed)
    fen = {transfer.end_to_end_id: transfer.fen for transfer in batch.transfers}
    for per_status in node.all("NbOfTxsPerSts"):
        status = per_status.said("DtldSts")
        count = read_number(faults, per_status.first("DtldNbOfTxs"))
        total = read_amount(faults, per_status.first("DtldCtrlSum"), batch.payer.currency)
        if not found[status]:
            continue
        if count is not None:
            check_count(faults, per_status.where, count, found[status], f"所列 {status}", f"its list of {status}")
        if total is not None:
            ids = (one.said("OrgnlEndToEndId") for one in listed if one.said("TxSts") == status)
            sum_ = sum(fen.get(id_, 0) for id_ in ids)
            check_sum(faults, per_status.where, total, sum_, f"所列 {status}", f"its list of {status}")


def _listed(faults: Faults, listed: list[Node], batch: Batch, at: date | None) -> Iterator[Said]:
    for one in listed:
        status = _status(faults, one, "TxSts")
        fen = read_amount(faults, one.first("OrgnlTxRef/Amt/InstdAmt"), batch.payer.currency)
        day = read_day(faults, one.first("AccptncDtTm")) or at
        if status in OUTCOMES:
            reason = read_reason(one.first("StsRsnInf"))
            yield Said(one.where, one.said("OrgnlEndToEndId"), fen, OUTCOMES[status], reason, day)
        elif one.first("TxSts") is None or status == PARTLY:
            faults.add(one.where, zh="此笔付款没有状态。", en="This transfer has no status.", **FROM_BANK)


def _check_contradictions(faults: Faults, whole: list[tuple[Node, str]], said: list[Said]) -> None:
    """An order refused as a whole holds no accepted transfer, an accepted one no refused; and so its group."""
    refused = {status == "RJCT" for _, status in whole if status not in ("", PARTLY)}
    if len(refused) > 1:
        faults.add(
            whole[-1][0].where,
            zh="整组状态与整批状态相矛盾。",
            en="The status of the group contradicts that of the payment.",
            **FROM_BANK,
        )
    for node, status in whole:
        if status in ("", PARTLY):
            continue
        other = next((one for one in said if (one.outcome == "returned") != (OUTCOMES[status] == "returned")), None)
        if other is not None:
            faults.add(
                other.where,
                zh=f"付款 {other.end_to_end_id} 的状态与整批状态 {status} 相矛盾。",
                en=f"The status of transfer {other.end_to_end_id} contradicts {status}, that of all ({node.path}).",
                **FROM_BANK,
            )


def _unlisted(whole: list[tuple[Node, str]], said: list[Said], batch: Batch, at: date | None) -> Iterator[Said]:
    """The transfers a report doesn't list, where it has a status for all: the payment order's before the group's."""
    node, status = next(((node, status) for node, status in reversed(whole) if status), (None, ""))
    if node is None or status not in OUTCOMES:
        return
    listed, reason = {one.end_to_end_id for one in said}, read_reason(node.first("StsRsnInf"))
    for transfer in batch.transfers:
        if transfer.end_to_end_id not in listed:
            yield Said(node.where, transfer.end_to_end_id, None, OUTCOMES[status], reason, at)
