"""The order to pay as the CSV that Chinese banks take for paying many people (代发文件): GB18030, lines ended by CRLF.

A bank checks the number and the total against what the office types in, so the file has no total of its own; they are
returned together with the file's SHA-256.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import BinaryIO

from shidai.benefits.bank.amounts import decimal_of
from shidai.benefits.bank.checking import check_batch
from shidai.benefits.bank.model import Batch, Written
from shidai.words import inert_cell

COLUMNS = ("序号", "户名", "账号", "行号", "金额(元)", "备注")
ENCODING = "gb18030"  # holds every character of Unicode
AT_ONCE = 500  # lines in one write


def write_bank_csv(batch: Batch, out: BinaryIO) -> Written:
    """Write a batch as a bank's CSV. Raises a `ShidaiError` with all its faults before the first byte.

    A line's number is the transfer's place in the batch, from 1. No name or remark can act as a spreadsheet's formula.
    """
    check_batch(batch)
    digest = hashlib.sha256()
    rows = (
        (number, inert_cell(t.payee_name), t.account, t.bank_code, decimal_of(t.fen), inert_cell(t.purpose))
        for number, t in enumerate(batch.transfers, 1)
    )
    chunk = _encoded([COLUMNS])
    while chunk:
        digest.update(chunk)
        out.write(chunk)
        chunk = _encoded(list(islice(rows, AT_ONCE)))
    return Written(digest.hexdigest(), len(batch.transfers), batch.fen)


def _encoded(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(ENCODING)
