"""Amounts in files: yuan with two decimals, exactly. No number passes through a float."""

from __future__ import annotations

import re

LARGEST_FEN = 10**18 - 1  # ISO 20022 allows 18 digits in an amount and in a control sum
_AMOUNT = re.compile(r"([0-9]{1,16}|[0-9]{1,3}(?:,[0-9]{3}){1,5})(?:\.([0-9]{1,2})0*)?", re.ASCII)


def decimal_of(fen: int) -> str:
    """Fen as a file states them: 720000 → '7200.00'."""
    return f"{fen // 100}.{fen % 100:02d}"


def fen_of(text: str) -> int | None:
    """What a file states, in fen: '7,200.5' → 720050; None where it is no amount of whole fen."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return None
    whole, part = match.groups()
    return int(whole.replace(",", "")) * 100 + int((part or "0").ljust(2, "0"))
