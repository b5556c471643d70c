"""Batches in a line, and a bank that reads the order it was given and answers in each of the three forms."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from xml.sax.saxutils import escape

import pytest

from shidai.benefits.bank import Answer, Batch, Payer, Transfer, read_answer, write_bank_csv, write_pain001
from shidai.words import ShidaiError

CHINA = timezone(timedelta(hours=8))
OFFICE = Payer(name="梁溪区卫生健康委员会", account="32050161573600000123", bank_code="105302000017")
ORDER = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


def card(number: int) -> str:
    """A bank card's number of 19 digits with its check digit."""
    body = f"622202{number:012d}"
    total = 0
    for at, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 - at % 2)
        total += doubled // 10 + doubled % 10
    return f"{body}{-total % 10}"


def make_transfer(
    number: int = 1, fen: int = 60_000, name: str = "王秀英", purpose: str = "2006年奖励扶助金"
) -> Transfer:
    return Transfer(f"E{number}", name, card(number), "102302000018", fen, purpose)


def make_batch(*fens: int, id_: str = "B2006-12") -> Batch:
    """A batch of one transfer for each amount; their ids are E1, E2, …"""
    transfers = tuple(make_transfer(number, fen) for number, fen in enumerate(fens or (60_000, 60_000, 120_050), 1))
    return batch_of(transfers, id_)


def batch_of(transfers: Iterable[Transfer], id_: str = "B2006-12") -> Batch:
    return Batch(id_, datetime(2006, 12, 20, 9, 30, tzinfo=CHINA), date(2006, 12, 25), OFFICE, tuple(transfers))


def refusals(data: bytes, batch: Batch, file: str = "a.xml") -> str:
    """What a reader is told of a file that isn't taken, in English."""
    with pytest.raises(ShidaiError) as told:
        read_answer(data, batch, file)
    assert all(p.what.zh and p.what.en and p.mend.zh and p.mend.en for p in told.value.problems if p.where)
    return told.value.said("en")


def outcomes(answer: Answer) -> dict[str, str]:
    return {line.end_to_end_id: line.outcome for line in answer.lines}


@dataclass(frozen=True)
class Ordered:
    """One transfer as a bank reads it from an order."""

    id: str
    account: str
    yuan: str
    name: str = ""
    purpose: str = ""


def order_of(batch: Batch) -> list[Ordered]:
    """What a bank finds in the pain.001 of a batch."""
    out = io.BytesIO()
    write_pain001(batch, out)
    return [
        Ordered(
            id=one.findtext("p:PmtId/p:EndToEndId", "", ORDER),
            account=one.findtext("p:CdtrAcct/p:Id/p:Othr/p:Id", "", ORDER),
            yuan=one.findtext("p:Amt/p:InstdAmt", "", ORDER),
            name=one.findtext("p:Cdtr/p:Nm", "", ORDER),
            purpose=one.findtext("p:RmtInf/p:Ustrd", "", ORDER),
        )
        for one in ET.fromstring(out.getvalue()).iter(f"{{{ORDER['p']}}}CdtTrfTxInf")
    ]


def csv_of(batch: Batch) -> list[list[str]]:
    """What a bank finds in the CSV of a batch, its header too."""
    out = io.BytesIO()
    write_bank_csv(batch, out)
    return list(csv.reader(io.StringIO(out.getvalue().decode("gb18030"), newline="")))


def status_report(  # the bank's pain.002
    batch: Batch,
    status: Mapping[str, str],
    *,
    group: str = "PART",
    reason: str = "AC04",
    yuan: Mapping[str, str] | None = None,
    order: str | None = None,
    totals: str = "",
    per_status: str = "",
    stated: str = "",
) -> bytes:
    """`status` of each id, with an amount where `yuan` has one; a reason is given for RJCT."""
    listed = "".join(
        f"<TxInfAndSts>\n<OrgnlEndToEndId>{escape(id_)}</OrgnlEndToEndId><TxSts>{code}</TxSts>"
        + (f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn><AddtlInf>已销户</AddtlInf></StsRsnInf>" if code == "RJCT" else "")
        + (
            f'<OrgnlTxRef><Amt><InstdAmt Ccy="CNY">{yuan[id_]}</InstdAmt></Amt></OrgnlTxRef>'
            if yuan and id_ in yuan
            else ""
        )
        + "</TxInfAndSts>\n"
        for id_, code in status.items()
    )
    grouped = f"<GrpSts>{group}</GrpSts>{stated}" if group else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>\n'
        "<GrpHdr><MsgId>S1</MsgId><CreDtTm>2006-12-26T08:00:00+08:00</CreDtTm></GrpHdr>\n"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{order or batch.id}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
        f"{totals}{grouped}</OrgnlGrpInfAndSts>\n"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{order or batch.id}</OrgnlPmtInfId>{per_status}{listed}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def details(id_: str, yuan: str, *, order: str = "", reason: str = "") -> str:
    """One transfer inside an entry of a statement."""
    named = f"<PmtInfId>{order}</PmtInfId>" if order else ""
    why = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""
    refs = f"<Refs>{named}<EndToEndId>{escape(id_)}</EndToEndId></Refs>"
    return f'\n<TxDtls>{refs}<Amt Ccy="CNY">{yuan}</Amt>{why}</TxDtls>'


def entry(yuan: str, inside: str = "", *, way: str = "DBIT", status: str = "BOOK", day: str = "2006-12-26") -> str:
    """One entry of a statement."""
    return (
        f'\n<Ntry><Amt Ccy="CNY">{yuan}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><BkTxCd/><NtryDtls>{inside}</NtryDtls></Ntry>"
    )


def bulk(batch: Batch, count: int, yuan: str) -> str:
    return (
        f'<Btch><PmtInfId>{batch.id}</PmtInfId><NbOfTxs>{count}</NbOfTxs><TtlAmt Ccy="CNY">{yuan}</TtlAmt>'
        "<CdtDbtInd>DBIT</CdtDbtInd></Btch>"
    )


def statement(*entries: str, account: str = OFFICE.account, summary: str = "") -> bytes:
    """The bank's camt.053 of an account's day."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2006-12-26T20:00:00+08:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>1</Id><Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>{summary}{''.join(entries)}</Stmt>"
        "</BkToCstmrStmt></Document>"
    ).encode()


def answer_csv(
    *rows: Sequence[str], header: Sequence[str] = ("序号", "账号", "金额", "结果", "原因"), encoding: str = "gb18030"
) -> bytes:
    """The bank's file of results."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([header, *rows])
    return text.getvalue().encode(encoding)
