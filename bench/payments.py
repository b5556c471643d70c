"""The order to pay a year's reward assistance, as pain.001: 12,702 transfers in 2 seconds at most.

Beside it the same message made with the standard library's xml.etree, as one writes it at first: a tree of all
elements, then its text. Both must give the same elements with the same texts.
"""

from __future__ import annotations

import io
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

from bench.case import Case, Measured
from shidai.benefits.bank import (
    AnswerLine,
    Batch,
    Payer,
    Transfer,
    read_answer,
    reconcile,
    write_bank_csv,
    write_pain001,
)
from shidai.benefits.bank.amounts import decimal_of
from shidai.benefits.bank.pain001 import NAMESPACE

TRANSFERS, LIMIT, BEST_OF = 12_702, 2.0, 3


def cases() -> list[Case]:
    return [Case("payments", measure)]


def invent(count: int) -> Batch:
    """A batch whose cards pass their check."""
    transfers = tuple(
        Transfer(f"P{number:08d}", f"居民{number}", _card(number), "102302000018", 60_000, "奖励扶助金")
        for number in range(count)
    )
    payer = Payer("卫生健康委员会", "32050161573600000123", "105302000017")
    return Batch("BENCH", datetime(2006, 12, 20, tzinfo=UTC), date(2006, 12, 25), payer, transfers)


def _card(number: int) -> str:
    body = f"622202{number:012d}"
    doubled = [int(digit) * (2 - at % 2) for at, digit in enumerate(reversed(body))]
    return f"{body}{-sum(value // 10 + value % 10 for value in doubled) % 10}"


def by_etree(batch: Batch) -> bytes:
    """The same message by hand, unchecked."""
    root = ET.Element("Document", xmlns=NAMESPACE)
    order = ET.SubElement(root, "CstmrCdtTrfInitn")
    header = ET.SubElement(order, "GrpHdr")
    _texts(header, MsgId=batch.id, CreDtTm=batch.created.isoformat(timespec="seconds"))
    _texts(header, NbOfTxs=str(len(batch.transfers)), CtrlSum=decimal_of(batch.fen))
    _texts(ET.SubElement(header, "InitgPty"), Nm=batch.payer.name)
    payment = ET.SubElement(order, "PmtInf")
    _texts(payment, PmtInfId=batch.id, PmtMtd="TRF", BtchBookg="true")
    _texts(payment, NbOfTxs=str(len(batch.transfers)), CtrlSum=decimal_of(batch.fen))
    _texts(ET.SubElement(payment, "ReqdExctnDt"), Dt=batch.on.isoformat())
    _texts(ET.SubElement(payment, "Dbtr"), Nm=batch.payer.name)
    _texts(_account(payment, "DbtrAcct", batch.payer.account), Ccy=batch.payer.currency)
    _bank(payment, "DbtrAgt", batch.payer.bank_code)
    for transfer in batch.transfers:
        credit = ET.SubElement(payment, "CdtTrfTxInf")
        _texts(ET.SubElement(credit, "PmtId"), EndToEndId=transfer.end_to_end_id)
        amount = ET.SubElement(ET.SubElement(credit, "Amt"), "InstdAmt", Ccy=batch.payer.currency)
        amount.text = decimal_of(transfer.fen)
        _bank(credit, "CdtrAgt", transfer.bank_code)
        _texts(ET.SubElement(credit, "Cdtr"), Nm=transfer.payee_name)
        _account(credit, "CdtrAcct", transfer.account)
        _texts(ET.SubElement(credit, "RmtInf"), Ustrd=transfer.purpose)
    return ET.tostring(root, encoding="UTF-8", xml_declaration=True)


def _texts(parent: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        ET.SubElement(parent, name).text = text


def _account(parent: ET.Element, name: str, number: str) -> ET.Element:
    account = ET.SubElement(parent, name)
    _texts(ET.SubElement(ET.SubElement(account, "Id"), "Othr"), Id=number)
    return account


def _bank(parent: ET.Element, name: str, code: str) -> None:
    member = ET.SubElement(ET.SubElement(ET.SubElement(parent, name), "FinInstnId"), "ClrSysMmbId")
    _texts(ET.SubElement(member, "ClrSysId"), Cd="CNAPS")
    _texts(member, MmbId=code)


def written(batch: Batch, write: Callable[[Batch, io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    write(batch, out)
    return out.getvalue()


def elements(data: bytes) -> list[tuple[str, str, dict[str, str]]]:
    """Every element of a message with its text and attributes: what a bank makes of it."""
    return [(node.tag, (node.text or "").strip(), node.attrib) for node in ET.fromstring(data).iter()]


def all_settled(batch: Batch) -> bytes:
    """A bank's status report that lists every transfer as settled."""
    listed = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{one.end_to_end_id}</OrgnlEndToEndId><TxSts>ACSC</TxSts><OrgnlTxRef><Amt>"
        f'<InstdAmt Ccy="CNY">{decimal_of(one.fen)}</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>\n'
        for one in batch.transfers
    )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{batch.id}</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts>{listed}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()


def _paid(batch: Batch, answer: bytes) -> tuple[AnswerLine, ...]:
    return reconcile(batch, read_answer(answer, batch)).paid


def measure() -> Iterable[Measured]:
    batch = invent(TRANSFERS)
    answer = all_settled(batch)
    assert elements(written(batch, write_pain001)) == elements(by_etree(batch))
    assert len(_paid(batch, answer)) == TRANSFERS
    ours = _best(lambda: written(batch, write_pain001))
    hand = _best(lambda: by_etree(batch))
    table = _best(lambda: written(batch, write_bank_csv))
    back = _best(lambda: _paid(batch, answer))
    what = f"pain.001 of {TRANSFERS:,} transfers, every account checked"
    return [
        Measured("payments", ours, LIMIT, "s", f"{what}; limit", ours <= LIMIT),
        Measured("payments by hand", ours, hand, "s", "the same with xml.etree by hand, nothing checked"),
        Measured("payments CSV", table, LIMIT, "s", "the same as a bank's CSV in GB18030; limit", table <= LIMIT),
        Measured("payments answer", back, LIMIT, "s", "pain.002 of all read and reconciled; limit", back <= LIMIT),
    ]


def _best(run: Callable[[], object]) -> float:
    took = []
    for _ in range(BEST_OF):
        began = time.perf_counter()
        run()
        took.append(time.perf_counter() - began)
    return min(took)
