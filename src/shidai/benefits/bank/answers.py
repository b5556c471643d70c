"""Reads a bank's answer to a batch, in whichever form: pain.002, camt.053 or CSV. All of it is read, or nothing."""

from __future__ import annotations

import re

from shidai.benefits.bank.answercsv import read_answer_csv
from shidai.benefits.bank.model import Answer, Batch
from shidai.benefits.bank.statement import read_statement
from shidai.benefits.bank.statusreport import read_status_report
from shidai.benefits.bank.xmltree import LARGEST, read_xml
from shidai.words import ShidaiError, problem

_MESSAGE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(pain\.002|camt\.053)\.001\.[0-9]{2}")
_FORMS = {"pain.002": read_status_report, "camt.053": read_statement}


def read_answer(data: bytes, batch: Batch, file: str = "answer") -> Answer:
    """What the bank says of a batch. `file` is the name that problems give as their place.

    Raises a `ShidaiError` with every problem, each with its line, if anything in the file doesn't fit the batch: then
    nothing of it counts.
    """
    if not data.strip():
        raise ShidaiError(
            problem(
                file,
                zh="文件是空的。",
                en="The file is empty.",
                mend_zh="请重新从银行下载。",
                mend_en="Download it from the bank again.",
            )
        )
    if len(data) > LARGEST:
        raise ShidaiError(
            problem(
                file,
                zh="文件过大。",
                en="The file is too large.",
                mend_zh="请确认选择的是本批次的回单。",
                mend_en="Make sure that it is this batch's answer.",
            )
        )
    if not _is_xml(data):
        return read_answer_csv(data, batch, file)
    namespace, root = read_xml(data, file)
    message = _MESSAGE.fullmatch(namespace)
    if message is None or root.name != "Document":
        raise ShidaiError(
            problem(
                f"{file}:{root.line}",
                zh="不是 pain.002 或 camt.053 报文。",
                en="It is neither a pain.002 nor a camt.053 message.",
                mend_zh="请上传银行的付款状态报告（pain.002）、对账单（camt.053）或结果文件（CSV）。",
                mend_en="Upload the bank's status report (pain.002), statement (camt.053) or file of results (CSV).",
            )
        )
    return _FORMS[message[1]](root, batch)


def _is_xml(data: bytes) -> bool:
    return data[:4] in (b"\xff\xfe<\0", b"\xfe\xff\0<") or data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
