"""Whether an account number and a bank code can be right.

A bank card's number has 16 to 19 digits, of which the last is the check digit of ISO/IEC 7812-1 (Luhn's formula). An
account without a card has 8 to 32 digits and no check that holds for all banks. A bank code of the payment system
(大额支付行号) has 12 digits. Its last one is said to be a check digit too, but no official text of its formula was
found: only the length and the digits are checked, and a wrong code that looks right is found by the bank alone.
"""

from __future__ import annotations

import re
import unicodedata

from shidai.benefits.bank.faults import Faults, masked
from shidai.benefits.bank.model import AccountKind
from shidai.words import Problem, problem

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_AS_A_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+", re.ASCII)
CARD_LENGTHS, OTHER_LENGTHS, BANK_CODE_LENGTH = range(16, 20), range(8, 33), 12


def tidy_number(text: str) -> str:
    """A number as typed or read, without spaces and hyphens, its full-width digits made plain. Nothing is guessed."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))


def passes_luhn(digits: str) -> bool:
    """From the right every second digit is doubled, the digits of all are added: the sum ends in 0."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_spreadsheet_number(text: str) -> bool:
    """Whether a spreadsheet took a long number for a quantity and wrote it as 6.2E+18: its digits are lost."""
    return _AS_A_NUMBER.fullmatch(text) is not None


def check_account(account: str, kind: AccountKind, where: str = "account") -> list[Problem]:
    """What is wrong with an account number of a kind; nothing in it may be anything but a digit."""
    if is_spreadsheet_number(account):
        return [
            problem(
                where,
                zh="账号被电子表格变成了科学计数法，末尾数字已丢失。",
                en="A spreadsheet turned the account number into scientific notation: its last digits are lost.",
                mend_zh="请按原始凭证重新录入，并把该列设为文本格式。",
                mend_en="Enter it anew from the original paper, with the column set to text.",
            )
        ]
    if not _DIGITS.fullmatch(account):
        return [
            problem(
                where,
                zh="账号只能由数字组成。",
                en="An account number has digits only.",
                mend_zh="请去掉空格、横线和字母，再与存折或银行卡核对。",
                mend_en="Remove spaces, hyphens and letters, and compare it with the passbook or card.",
            )
        ]
    return _check_card(account, where) if kind == "card" else _check_other(account, where)


def _check_card(account: str, where: str) -> list[Problem]:
    if len(account) not in CARD_LENGTHS:
        return [
            problem(
                where,
                zh=f"银行卡号应为16至19位，此号{len(account)}位。",
                en=f"A bank card's number has 16 to 19 digits; this one has {len(account)}.",
                mend_zh="请与银行卡核对；如为存折账号，请把账户种类改为“其他账户”。",
                mend_en="Compare it with the card; if it is a passbook's number, choose the kind 'other account'.",
            )
        ]
    if not passes_luhn(account):
        return [
            problem(
                where,
                zh=f"银行卡号{masked(account)}的校验位不符，至少有一位写错或两位颠倒。",
                en=f"The check digit of card {masked(account)} does not fit: a digit is wrong or two are swapped.",
                mend_zh="请与银行卡逐位核对。",
                mend_en="Compare it with the card digit by digit.",
            )
        ]
    return []


def _check_other(account: str, where: str) -> list[Problem]:
    if len(account) in OTHER_LENGTHS:
        return []
    return [
        problem(
            where,
            zh=f"账号应为8至32位，此号{len(account)}位。",
            en=f"An account number has 8 to 32 digits; this one has {len(account)}.",
            mend_zh="请与存折或开户证明核对。",
            mend_en="Compare it with the passbook or the bank's letter.",
        )
    ]


def check_bank_code(code: str, where: str = "bank_code") -> list[Problem]:
    """What is wrong with a bank code: see the module's text for what can't be checked."""
    if len(code) == BANK_CODE_LENGTH and _DIGITS.fullmatch(code):
        return []
    return [
        problem(
            where,
            zh="大额支付行号应为12位数字。",
            en="A bank code of the payment system has 12 digits.",
            mend_zh="请向开户行查询其支付系统行号，不要填银行名称或卡号前几位。",
            mend_en="Ask the account's bank for its code; it is neither the bank's name nor the card's first digits.",
        )
    ]


def note_account(faults: Faults, account: str, kind: AccountKind, bank_code: str, where: str) -> None:
    """Add what is wrong with an account and its bank to what is wrong with a batch."""
    found = [*check_account(account, kind, f"{where} account"), *check_bank_code(bank_code, f"{where} bank_code")]
    for one in found:
        faults.add(one.where, zh=one.what.zh, en=one.what.en, mend_zh=one.mend.zh, mend_en=one.mend.en)
