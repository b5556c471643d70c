"""The resident number of GB 11643: 18 digits with a check character (ISO 7064 MOD 11-2), or the 15 of before 1999."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import NamedTuple

from shidai.linkage.residentnumber import check_character, lengthen
from shidai.registry.mistyped import Mistyped
from shidai.words import Text

_MEND = Text(zh="请对照证件更正；确实没有时留空。", en="Check it against the card; leave it empty if there is none.")


class ResidentNumber(NamedTuple):
    """A valid number in its 18-character form, with what it says."""

    number: str
    region: str  # county-level division at the first registration
    birth_date: date
    sex: int  # 1 male, 2 female


def parse_resident_number(text: str) -> ResidentNumber:
    """Read 15 or 18 characters, full-width and spaced ones too. Raises Mistyped."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    plain = lengthen(plain.replace(" ", "").replace("-", "").upper())
    first, last = plain[:17], plain[17:]
    if not (plain.isascii() and len(plain) == 18 and first.isdigit() and (last.isdigit() or last == "X")):
        raise Mistyped(
            Text(
                zh=f"公民身份号码应为 18 位（旧号 15 位），这里是 {len(plain)} 位或含有其他字符。",
                en=f"A resident number has 18 characters (old ones 15); here are {len(plain)}, or other signs.",
            ),
            _MEND,
        )
    if last != check_character(first):
        raise Mistyped(
            Text(
                zh="公民身份号码的校验位不符，可能有一位抄错。",
                en="The resident number's check digit is wrong: one digit may be mistyped.",
            ),
            _MEND,
        )
    try:
        born = date(int(first[6:10]), int(first[10:12]), int(first[12:14]))
    except ValueError:
        raise Mistyped(
            Text(zh="公民身份号码中的出生日期不存在。", en="The date of birth in the resident number doesn't exist."),
            _MEND,
        ) from None
    return ResidentNumber(plain, first[:6], born, 1 if int(first[16]) % 2 else 2)
