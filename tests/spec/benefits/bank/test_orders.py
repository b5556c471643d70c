"""The order to pay: pain.001 and CSV."""

from __future__ import annotations

import hashlib
import io
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, BinaryIO

import pytest

from shidai.benefits.bank import Batch, Written, write_bank_csv, write_pain001
from shidai.words import ShidaiError

from .making import OFFICE, ORDER, batch_of, card, csv_of, make_batch, make_transfer, order_of

WRITERS = pytest.mark.parametrize("write", [write_pain001, write_bank_csv])
Write = Callable[[Batch, BinaryIO], Written]


def written(batch: Batch, write: Write = write_pain001) -> bytes:
    out = io.BytesIO()
    write(batch, out)
    return out.getvalue()


def refused(batch: Batch, write: Write = write_pain001) -> str:
    """What keeps a batch from its bank. Not a byte is written."""
    out = io.BytesIO()
    with pytest.raises(ShidaiError) as told:
        write(batch, out)
    assert out.getvalue() == b""
    assert all(p.what.zh and p.mend.zh and p.mend.en for p in told.value.problems if p.where)
    return told.value.said("en")


def test_number_and_control_sum_stand_in_the_groups_header_and_with_the_payment() -> None:
    root = ET.fromstring(written(make_batch(60_000, 1, 120_050)))
    for part in ("GrpHdr", "PmtInf"):
        found = root.find(f"p:CstmrCdtTrfInitn/p:{part}", ORDER)
        assert found is not None
        assert found.findtext("p:NbOfTxs", "", ORDER) == "3"
        assert found.findtext("p:CtrlSum", "", ORDER) == "1800.51"


def test_elements_stand_in_the_order_of_the_schema() -> None:
    root = ET.fromstring(written(make_batch()))
    tags = {node.tag.split("}")[1]: [child.tag.split("}")[1] for child in node] for node in root.iter()}
    assert tags["GrpHdr"] == ["MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "InitgPty"]
    assert tags["PmtInf"][:10] == [
        *("PmtInfId", "PmtMtd", "BtchBookg", "NbOfTxs", "CtrlSum"),
        *("ReqdExctnDt", "Dbtr", "DbtrAcct", "DbtrAgt", "CdtTrfTxInf"),
    ]
    assert tags["CdtTrfTxInf"] == ["PmtId", "Amt", "CdtrAgt", "Cdtr", "CdtrAcct", "RmtInf"]
    assert tags["ClrSysMmbId"] == ["ClrSysId", "MmbId"]


def test_a_transfer_arrives_at_the_bank_as_it_was_meant() -> None:
    order = order_of(batch_of([make_transfer(7, 5, name="李𠮷<&>\"'", purpose="a & b")]))
    assert [(one.id, one.account, one.yuan, one.name, one.purpose) for one in order] == [
        ("E7", card(7), "0.05", "李𠮷<&>\"'", "a & b")
    ]


def test_the_csv_has_the_columns_that_chinese_banks_take() -> None:
    assert csv_of(make_batch(60_000, 5)) == [
        ["序号", "户名", "账号", "行号", "金额(元)", "备注"],
        ["1", "王秀英", card(1), "102302000018", "600.00", "2006年奖励扶助金"],
        ["2", "王秀英", card(2), "102302000018", "0.05", "2006年奖励扶助金"],
    ]


def test_the_csv_is_gb18030_with_lines_ended_by_crlf_and_no_line_for_the_total() -> None:
    data = written(batch_of([make_transfer(name="䶮𠮷")]), write_bank_csv)
    assert data.decode("gb18030").count("\r\n") == data.count(b"\n") == 2
    assert "䶮𠮷".encode("gb18030") in data


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)"])
def test_no_cell_of_the_csv_acts_as_a_formula(text: str) -> None:
    line = csv_of(batch_of([make_transfer(name=text, purpose=text)]))[1]
    assert (line[1], line[5]) == (f"'{text}", f"'{text}")


@WRITERS
def test_what_was_written_is_told_with_its_sha256(write: Write) -> None:
    out = io.BytesIO()
    told = write(make_batch(60_000, 5), out)
    assert told == Written(hashlib.sha256(out.getvalue()).hexdigest(), 2, 60_005)


@WRITERS
def test_the_same_batch_gives_the_same_bytes(write: Write) -> None:
    batch = make_batch(*range(1, 1_203))  # more than is written at once
    assert written(batch, write) == written(batch, write)
    assert written(batch, write) != written(make_batch(*range(2, 1_204)), write)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fen": 0}, "above zero"),
        ({"fen": -60_000}, "above zero"),
        ({"fen": 600.0}, "whole number of fen"),
        ({"payee_name": "  "}, "may not be empty"),
        ({"payee_name": "王" * 141}, "at most 140"),
        ({"payee_name": "王\r\n英"}, "line break"),
        ({"payee_name": "王\u202e英"}, "line break, a control character or another"),
        ({"payee_name": "王\ud800"}, "no bank file may hold"),
        ({"purpose": "\x00"}, "control character"),
        ({"account": "6.22202E+18"}, "scientific notation"),
        ({"bank_code": "ICBC"}, "12 digits"),
        ({"end_to_end_id": ""}, "1 to 35"),
        ({"end_to_end_id": "E" * 36}, "1 to 35"),
        ({"end_to_end_id": "=1"}, "begins with a letter or digit"),
    ],
)
@WRITERS
def test_a_transfer_that_no_bank_could_pay_keeps_the_whole_batch_back(
    write: Write, change: dict[str, Any], said: str
) -> None:
    assert said in refused(batch_of([make_transfer(1), replace(make_transfer(2), **change)]), write)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"transfers": ()}, "holds no transfer"),
        ({"transfers": (make_transfer(1), make_transfer(1))}, "more than once"),
        ({"id": "B" * 36}, "1 to 35"),
        ({"created": datetime(2006, 12, 20)}, "no time zone"),  # noqa: DTZ001
        ({"payer": replace(OFFICE, currency="元")}, "three capital letters"),
        ({"payer": replace(OFFICE, account="1")}, "8 to 32 digits"),
        ({"transfers": (make_transfer(1, 10**18 - 1), make_transfer(2, 1))}, "Split it"),
    ],
)
@WRITERS
def test_a_batch_that_is_not_whole_is_not_written(write: Write, change: dict[str, Any], said: str) -> None:
    assert said in refused(replace(make_batch(), **change), write)


def test_all_faults_are_told_at_once_and_of_a_flood_only_the_beginning() -> None:
    faulty = [replace(make_transfer(number), fen=0) for number in range(60)]
    said = refused(batch_of(faulty))
    assert said.count("above zero") == 50
    assert "10 more problems" in said
