"""The order to pay as ISO 20022 customer credit transfer initiation, pain.001.001.09: one debit, many credits.

Chinese banks are named by their code in the clearing system CNAPS, accounts by their plain number. The same batch gives
the same bytes, so that the file's SHA-256 proves what was sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO
from xml.sax.saxutils import escape

from shidai.benefits.bank.amounts import decimal_of
from shidai.benefits.bank.checking import check_batch
from shidai.benefits.bank.model import Batch, Transfer, Written

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
AT_ONCE = 500  # transfers in one write


def write_pain001(batch: Batch, out: BinaryIO) -> Written:
    """Write a batch as pain.001.001.09 in UTF-8. Raises a `ShidaiError` with all its faults before the first byte."""
    check_batch(batch)
    digest = hashlib.sha256()
    pieces = _pieces(batch)
    while chunk := "".join(islice(pieces, AT_ONCE)).encode():
        digest.update(chunk)
        out.write(chunk)
    return Written(digest.hexdigest(), len(batch.transfers), batch.fen)


def _pieces(batch: Batch) -> Iterator[str]:
    yield _head(batch)
    for transfer in batch.transfers:
        yield _credit(transfer, batch.payer.currency)
    yield "</PmtInf>\n</CstmrCdtTrfInitn>\n</Document>\n"


def _head(batch: Batch) -> str:
    """The group's header and the debit side; both state the number and the sum of the transfers."""
    sums = f"<NbOfTxs>{len(batch.transfers)}</NbOfTxs><CtrlSum>{decimal_of(batch.fen)}</CtrlSum>"
    payer, id_, name = batch.payer, escape(batch.id), escape(batch.payer.name)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{NAMESPACE}">\n<CstmrCdtTrfInitn>\n'
        f"<GrpHdr><MsgId>{id_}</MsgId><CreDtTm>{batch.created.isoformat(timespec='seconds')}</CreDtTm>{sums}"
        f"<InitgPty><Nm>{name}</Nm></InitgPty></GrpHdr>\n"
        f"<PmtInf><PmtInfId>{id_}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>true</BtchBookg>{sums}"
        f"<ReqdExctnDt><Dt>{batch.on.isoformat()}</Dt></ReqdExctnDt><Dbtr><Nm>{name}</Nm></Dbtr>"
        f"<DbtrAcct><Id><Othr><Id>{payer.account}</Id></Othr></Id><Ccy>{payer.currency}</Ccy></DbtrAcct>"
        f"<DbtrAgt>{_bank(payer.bank_code)}</DbtrAgt>\n"
    )


def _credit(transfer: Transfer, currency: str) -> str:
    id_ = escape(transfer.end_to_end_id)
    remittance = f"<RmtInf><Ustrd>{escape(transfer.purpose)}</Ustrd></RmtInf>" if transfer.purpose else ""
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>{id_}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="{currency}">{decimal_of(transfer.fen)}</InstdAmt></Amt>'
        f"<CdtrAgt>{_bank(transfer.bank_code)}</CdtrAgt><Cdtr><Nm>{escape(transfer.payee_name)}</Nm></Cdtr>"
        f"<CdtrAcct><Id><Othr><Id>{transfer.account}</Id></Othr></Id></CdtrAcct>{remittance}</CdtTrfTxInf>\n"
    )


def _bank(code: str) -> str:
    clearing = f"<ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId><MmbId>{code}</MmbId></ClrSysMmbId>"
    return f"<FinInstnId>{clearing}</FinInstnId>"
