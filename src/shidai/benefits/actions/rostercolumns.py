"""The columns of a roster's two files, with the Chinese headers that offices use, and how their cells are read.

docs/reference/roster-columns.md shows these tables; a test holds the two together.
"""

from __future__ import annotations

import re
from datetime import date

from shidai.benefits.bank import tidy_number
from shidai.benefits.workflow import STATES, Act, State
from shidai.registry.importing.cells import (
    NumberCell,
    Reader,
    read_choice,
    read_code,
    read_count,
    read_date,
    read_text,
)
from shidai.registry.importing.columns import Column, FileKind
from shidai.registry.mistyped import Mistyped
from shidai.words import Text

ENDS: dict[State, Act] = {"refused": "refuse", "declined": "decline", "stopped": "stop"}
_OUTCOMES: tuple[State, ...] = ("waiting", "notice", "in_force", *ENDS)
_MOST = 10**12  # fen, or what a fact counts
_SUBJECTS = {"person": "个人 居民 人员", "household": "家庭户 家庭 户", "village": "村(社区) 村 社区"}


def read_day(text: str) -> date:
    """A day in any form that the register's import reads; a half-known one isn't enough for an act."""
    read = read_date(text)
    if read is None or read.precision != "day":
        raise Mistyped(
            Text(zh=f"“{text}”不是完整的日期。", en=f"'{text}' is no full date."),
            Text(zh="请写到日，例如 2006-03-01。", en="Write it with its day, for example 2006-03-01."),
        )
    return read.day


read_whole = read_count(0, _MOST)
read_truth = read_choice(
    {"1": 1, "是": 1, "true": 1, "yes": 1, "0": 0, "否": 0, "false": 0, "no": 0}, "1（是）、0（否）", "1 (yes), 0 (no)"
)
_read_subject = read_choice(
    {word: id for id, words in _SUBJECTS.items() for word in (id, *words.split())},
    "个人、家庭户、村",
    ", ".join(_SUBJECTS),
)
_read_outcome = read_choice(
    {word: id for id in _OUTCOMES for word in (id, STATES[id].zh)},
    "、".join(STATES[id].zh for id in _OUTCOMES),
    ", ".join(_OUTCOMES),
)


def _read_days(text: str) -> tuple[date, ...]:
    return tuple(read_day(one.strip()) for one in re.split("[;；、]", text) if one.strip())


def _read_digits(text: str) -> str:
    """A bank's number; a spreadsheet's quantity has lost its first zeros and last digits."""
    if isinstance(text, NumberCell):
        raise Mistyped(
            Text(zh="表格软件把这个号码当成了数字。", en="The spreadsheet took the number for a quantity."),
            Text(zh="请把这一列设为“文本”，再按凭证重新填写。", en="Format the column as text and fill it in again."),
        )
    return tidy_number(text)


def _must(id: str, headers: str, read: Reader, zh: str, en: str) -> Column:
    return Column(id, tuple(headers.split()), read, Text(zh=zh, en=en), required=True)


def _may(id: str, headers: str, read: Reader, zh: str, en: str) -> Column:
    return Column(id, tuple(headers.split()), read, Text(zh=zh, en=en))


_KEY = read_text(80)
_WHOSE = (
    _must("subject", "对象 对象类别", _read_subject, "个人、家庭户或村", "person, household or village"),
    _may("person_key", "人员编号 个人编号", _KEY, "人员在来源系统中的编号", "the source's key of the person"),
    _may("household_key", "户编号 户号", _KEY, "家庭户在来源系统中的编号", "the source's key of the household"),
    _may(
        "village",
        "村（社区）代码 村代码",
        read_code,
        "对象是村时，村的 12 位代码",
        "12 digits, where a village is the subject",
    ),
)
CLAIMS = FileKind(
    "roster",
    Text(zh="待遇名册", en="Claims with their acts"),
    (
        _must(
            "key", "编号 申请编号", _KEY, "来源系统中的编号，在本文件内唯一", "the source's own key, unique in the file"
        ),
        _must("scheme", "方案", read_text(64), "政策包中方案的 id", "id of the scheme in the pack"),
        _must("version", "版本", read_text(64), "办理所依版本的 id", "id of the version by whose steps it went"),
        *_WHOSE,
        _must("area", "受理地代码 受理地", read_code, "受理的村（社区）代码", "the village whose office handles it"),
        _must("applied_on", "申请日期", read_day, "申请的日期", "day of the application"),
        _must(
            "passed_on",
            "审核日期 各级审核日期",
            _read_days,
            "各级通过的日期，依次以“;”分隔",
            "days on which the steps were passed, in order, ';' between them",
        ),
        _must(
            "confirmed_on",
            "复核日期",
            _read_days,
            "此后历次复核的日期，以“;”分隔",
            "days on which it was confirmed again, ';' between them",
        ),
        _must(
            "outcome", "结果 状态", _read_outcome, "、".join(STATES[id].zh for id in _OUTCOMES), ", ".join(_OUTCOMES)
        ),
        _must(
            "ended_on",
            "终止日期",
            read_day,
            "不予确认、放弃或停止的日期",
            "day on which it was refused, declined or stopped",
        ),
        _must("reason", "终止原因 理由", read_text(500), "不予确认、停止的理由", "why it was refused or stopped"),
        _must(
            "granted_fen",
            "核定金额（分） 核定金额",
            read_count(1, _MOST),
            "末级核定的金额（分）；金额由规定算出的方案留空",
            "what the last step granted, in fen; empty where the rules give the amount",
        ),
        _must("account", "账号 银行卡号", _read_digits, "银行卡号，加密存放", "number of the bank card, stored sealed"),
        _must("bank_code", "行号 大额支付行号", _read_digits, "开户行的 12 位支付系统行号", "the bank's 12-digit code"),
        _may("holder", "户名", read_text(60), "户名，留空为本人", "holder of the account; empty: the payee"),
    ),
)
ATTESTED = FileKind(
    "attested",
    Text(zh="证明材料", en="Attested facts"),
    (
        *_WHOSE,
        _must("fact", "事实", read_text(40), "政策包中事实的 id", "id of the fact in the pack"),
        _must(
            "number",
            "数值 内容",
            read_text(200),
            "1（是）或 0（否）、整数、日期或文字，依事实的类型",
            "1 (yes) or 0 (no), a whole number, a day or a text, by the fact's type",
        ),
        _must("start_date", "开始日期", read_day, "成立的第一天", "first day on which it holds"),
        _must(
            "end_date", "结束日期", read_day, "不再成立的第一天，至今则留空", "first day on which it no longer holds"
        ),
        _must("paper", "材料 证明材料", read_text(120), "所依据的材料", "the paper that shows it"),
    ),
)
EMPTY = {
    "roster": {"passed_on", "confirmed_on", "ended_on", "reason", "granted_fen", "account", "bank_code"},
    "attested": {"end_date"},
}
"""Columns that a file must have, and whose cells may be empty: by kind of file."""
