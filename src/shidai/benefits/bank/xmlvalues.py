"""Numbers, amounts, days and reasons out of the elements of a bank's message; what can't be read becomes a fault."""

from __future__ import annotations

import re
from datetime import date

from shidai.benefits.bank.amounts import fen_of
from shidai.benefits.bank.answerlines import FROM_BANK
from shidai.benefits.bank.faults import Faults
from shidai.benefits.bank.xmltree import Node

_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)


def read_amount(faults: Faults, node: Node | None, currency: str) -> int | None:
    """Fen; None where there is no element or it states no amount of whole fen of this currency."""
    if node is None:
        return None
    said = node.attributes.get("Ccy", currency)
    if said != currency:
        faults.add(
            node.where,
            zh=f"币种为 {said}，应为 {currency}。",
            en=f"The currency is {said}, not {currency}.",
            **FROM_BANK,
        )
        return None
    fen = fen_of(node.text)
    if fen is None:
        faults.add(node.where, zh=f"金额“{node.text}”无法读取。", en=f"'{node.text}' is no amount.", **FROM_BANK)
    return fen


def read_number(faults: Faults, node: Node | None) -> int | None:
    """A whole number; None where there is no element or no number in it."""
    if node is None:
        return None
    if not _NUMBER.fullmatch(node.text):
        faults.add(node.where, zh=f"“{node.text}”不是笔数。", en=f"'{node.text}' is no number.", **FROM_BANK)
        return None
    return int(node.text)


def read_day(faults: Faults, node: Node | None) -> date | None:
    """The day of a date or of a date and time, as the bank writes it."""
    if node is None:
        return None
    try:
        return date.fromisoformat(node.text[:10])
    except ValueError:
        faults.add(node.where, zh=f"“{node.text}”不是日期。", en=f"'{node.text}' is no date.", **FROM_BANK)
        return None


def read_reason(node: Node | None) -> str:
    """The code of a reason and the bank's words about it."""
    if node is None:
        return ""
    words = [node.said("Rsn/Cd", "Rsn/Prtry"), *(info.text for info in node.all("AddtlInf"))]
    return " ".join(word for word in words if word)
