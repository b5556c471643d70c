"""GS1 codes as a scanner types them: GTIN, lot, day of expiry. Source: GS1 General Specifications, chapters 3 and 7."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from shidai.packs.schema.commodity import check_digit_fits
from shidai.supply import refusals
from shidai.words import ShidaiError, Text

_SEPARATOR = "\x1d"  # FNC1 as scanners send it
_FIXED = {"00": 18, "01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2}
_VARIABLE = {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8, "240": 30, "241": 30, "250": 30}
_BRACKETS = re.compile(r"\((\d{2,4})\)")


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a pack's code says; what it doesn't say is empty."""

    gtin: str = ""
    lot: str = ""
    expires_on: date | None = None
    serial: str = ""


def read_code(text: str, today: date) -> Scanned:
    """A GS1 element string, with or without brackets, or a plain GTIN or EAN. today: for the year's century.

    Raises ShidaiError for what can't be read, with what is wrong of it.
    """
    plain = text.strip().removeprefix("]d2").removeprefix("]C1").removeprefix("]Q3").lstrip(_SEPARATOR)
    if _is_number(plain) and len(plain) in (8, 12, 13, 14):
        return Scanned(gtin=_gtin(plain.zfill(14)))
    elements = dict(_bracketed(plain) if plain.startswith("(") else _elements(plain))
    if not elements:
        raise _unreadable(text)
    day = elements.get("17") or elements.get("15")
    return Scanned(
        gtin=_gtin(elements["01"]) if "01" in elements else "",
        lot=elements.get("10", ""),
        expires_on=_day(day, today) if day else None,
        serial=elements.get("21", ""),
    )


def _bracketed(plain: str) -> list[tuple[str, str]]:
    parts = _BRACKETS.split(plain)[1:]
    return list(zip(parts[::2], (value.rstrip(_SEPARATOR) for value in parts[1::2]), strict=True))


def _elements(plain: str) -> list[tuple[str, str]]:
    found, rest = [], plain
    while rest:
        if rest[:2] in _FIXED:
            length = _FIXED[rest[:2]]
            key, value, rest = rest[:2], rest[2 : 2 + length], rest[2 + length :]
            if len(value) < length or not _is_number(value):
                raise _unreadable(plain)
        else:
            key = rest[:2] if rest[:2] in _VARIABLE else rest[:3]
            if key not in _VARIABLE:
                raise _unreadable(plain)
            value, _, rest = rest[len(key) :].partition(_SEPARATOR)
            if not 0 < len(value) <= _VARIABLE[key]:
                raise _unreadable(plain)
        found.append((key, value))
        rest = rest.lstrip(_SEPARATOR)
    return found


def _is_number(text: str) -> bool:
    """Digits of a bar code: not full-width ones or exponents, which Python calls digits too."""
    return text.isascii() and text.isdigit()


def _gtin(digits: str) -> str:
    if len(digits) != 14 or not _is_number(digits) or not check_digit_fits(digits):
        raise refusals.refuse(
            "code",
            Text(zh=f"GTIN {digits} 的校验位不对。", en=f"The check digit of GTIN {digits} is wrong."),
            Text(zh="请重新扫描。", en="Scan it again."),
        )
    return digits


def _day(digits: str, today: date) -> date:
    """YYMMDD; day 00 is the month's last. The century that lies within 50 years of today (GS1, 7.12)."""
    if len(digits) != 6 or not _is_number(digits):
        raise _unreadable(digits)
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    century = today.year // 100 * 100 + year
    whole = century - 100 if century - today.year > 50 else century + 100 if today.year - century >= 50 else century
    try:
        return date(whole, month, day or monthrange(whole, month)[1])
    except ValueError as error:
        raise _unreadable(digits) from error


def _unreadable(text: str) -> ShidaiError:
    return refusals.refuse(
        "code",
        Text(zh=f"条码“{text[:40]}”无法识别。", en=f"The code '{text[:40]}' can't be read."),
        Text(
            zh="请重新扫描包装上的 DataMatrix，或手工填写批号和有效期。",
            en="Scan the pack's DataMatrix again, or type lot and expiry.",
        ),
    )
