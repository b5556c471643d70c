"""Phone numbers in one spelling, and the keyed mark by which one is found again: the number itself stays sealed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from shidai.core import sealing

SHORTEST, LONGEST = 7, 18  # digits of a number that can be searched for
_NO_DIGIT = re.compile(r"\D+")
_SEVERAL = re.compile(r"[/;,、，；或]")  # 13800000000/0510-82701234: the first is the one to be found


def plain_phone(text: str) -> str:
    """A number's digits as dialled inside China; '' for what is too short or too long to be one.

    138 0000 0000, +86 138-0000-0000 and 0086 13800000000 are one number; so are +86 510 82701234 and 0510-82701234.
    """
    if len(text) == 11 and text.startswith("1") and text.isascii() and text.isdigit():
        return text  # as nearly all are written: a million of them are imported at a time
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    first = _SEVERAL.split(plain.strip(), maxsplit=1)[0].strip()
    digits = _NO_DIGIT.sub("", first)
    if first.startswith("+"):
        digits = f"00{digits}"
    home = digits.startswith("0086")
    if home or (len(digits) == 13 and digits.startswith("861")):
        digits = digits.removeprefix("00").removeprefix("86")
    if home and not digits.startswith(("0", "1")):
        digits = f"0{digits}"  # a city's code is dialled with 0 before it
    return digits if SHORTEST <= len(digits) <= LONGEST else ""


def phone_marks(phones: Iterable[str | None]) -> list[int | None]:
    """The marks of numbers as stated, for exact search; None where there is none."""
    plain = [plain_phone(phone) if phone else "" for phone in phones]
    marks = sealing.blind_indexes(plain, "phone")
    return [mark if number else None for number, mark in zip(plain, marks, strict=True)]


def phone_mark(phone: str) -> int | None:
    """The same for one number."""
    return phone_marks([phone])[0]
