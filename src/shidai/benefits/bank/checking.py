"""Whether a batch can go to a bank, in whichever file. Nothing is written of a batch that has a fault."""

from __future__ import annotations

import re
from collections import Counter

from shidai.benefits.bank.accounts import note_account
from shidai.benefits.bank.amounts import LARGEST_FEN
from shidai.benefits.bank.faults import Faults
from shidai.benefits.bank.model import Batch, Payer, Transfer

LONGEST_ID, LONGEST_TEXT = 35, 140  # Max35Text, Max140Text of ISO 20022
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9+?/:().,-]*", re.ASCII)
_UNPRINTABLE = re.compile(  # control characters, what XML may not hold, and what turns the direction of writing round
    "[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u2028-\u202e\u2066-\u2069\ufeff]"
)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def check_batch(batch: Batch) -> None:
    """Raise a `ShidaiError` with all that keeps a batch from its bank."""
    faults = Faults()
    _check_id(faults, batch.id, "batch")
    _check_days(faults, batch)
    _check_payer(faults, batch.payer)
    seen = Counter(transfer.end_to_end_id for transfer in batch.transfers)
    for number, transfer in enumerate(batch.transfers, 1):
        where = f"{number}: {transfer.end_to_end_id}"
        _check_transfer(faults, transfer, where)
        if seen[transfer.end_to_end_id] > 1:
            faults.add(
                where,
                zh="同一批次中付款编号重复。",
                en="The batch holds this transfer id more than once.",
                mend_zh="每笔付款用一个编号；请删除重复的一笔。",
                mend_en="Each transfer has an id of its own; remove the repeated one.",
            )
    faults.stop()


def _check_days(faults: Faults, batch: Batch) -> None:
    if batch.created.tzinfo is None:
        faults.add(
            "created",
            zh="批次的生成时间没有时区。",
            en="The batch's time of creation has no time zone.",
            mend_zh="请重新生成批次。",
            mend_en="Build the batch anew.",
        )
    if not batch.transfers:
        faults.add(
            "transfers",
            zh="批次中没有付款。",
            en="The batch holds no transfer.",
            mend_zh="请先把应付款项加入批次。",
            mend_en="Put what is due into it first.",
        )
    elif batch.fen > LARGEST_FEN:
        faults.add(
            "transfers",
            zh="批次总额超出文件所能表示的范围。",
            en="The batch's total is more than a file can state.",
            mend_zh="请分成几个批次。",
            mend_en="Split it into several batches.",
        )


def _check_payer(faults: Faults, payer: Payer) -> None:
    _check_text(faults, payer.name, "payer name", needed=True)
    note_account(faults, payer.account, "other", payer.bank_code, "payer")
    if not _CURRENCY.fullmatch(payer.currency):
        faults.add(
            "payer currency",
            zh="币种应为三个大写字母。",
            en="A currency is three capital letters.",
            mend_zh="人民币请填 CNY。",
            mend_en="The yuan is CNY.",
        )


def _check_transfer(faults: Faults, transfer: Transfer, where: str) -> None:
    _check_id(faults, transfer.end_to_end_id, where)
    _check_text(faults, transfer.payee_name, f"{where} payee_name", needed=True)
    _check_text(faults, transfer.purpose, f"{where} purpose")
    note_account(faults, transfer.account, transfer.kind, transfer.bank_code, where)
    if type(transfer.fen) is not int or not 0 < transfer.fen <= LARGEST_FEN:
        faults.add(
            f"{where} fen",
            zh="付款金额应为大于零的整数分。",
            en="A transfer's amount is a whole number of fen above zero.",
            mend_zh="请核对应付金额；多付的款项通过追回处理，不能付负数。",
            mend_en="Check what is due; what was paid too much is recovered, not paid as a negative amount.",
        )


def _check_id(faults: Faults, id_: str, where: str) -> None:
    if len(id_) > LONGEST_ID or not _ID.fullmatch(id_):
        faults.add(
            where,
            zh=f"编号应为1至{LONGEST_ID}个字母、数字或常用符号，且以字母或数字开头。",
            en=f"An id has 1 to {LONGEST_ID} letters, digits or plain signs and begins with a letter or digit.",
            mend_zh="编号由系统生成；请重新生成批次。",
            mend_en="Ids are made by the system: build the batch anew.",
        )


def _check_text(faults: Faults, text: str, where: str, *, needed: bool = False) -> None:
    if needed and not text.strip():
        faults.add(
            where,
            zh="此项不能为空。",
            en="This may not be empty.",
            mend_zh="请填写户名，须与开户时一致。",
            mend_en="Enter the holder's name as the bank has it.",
        )
    if len(text) > LONGEST_TEXT:
        faults.add(
            where,
            zh=f"此项最多{LONGEST_TEXT}个字，现有{len(text)}个。",
            en=f"This has at most {LONGEST_TEXT} characters; it has {len(text)}.",
            mend_zh="请缩短。",
            mend_en="Shorten it.",
        )
    if _UNPRINTABLE.search(text):
        faults.add(
            where,
            zh="含有换行、控制符等银行文件不能容纳的字符。",
            en="It holds a line break, a control character or another that no bank file may hold.",
            mend_zh="请重新输入此项。",
            mend_en="Type it anew.",
        )
