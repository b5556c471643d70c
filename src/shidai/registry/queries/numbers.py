"""Numbers typed into a search: only their keyed mark travels on, so that no address, log or history holds a number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from shidai.core import sealing
from shidai.registry.dates import parse_date
from shidai.registry.mistyped import Mistyped
from shidai.registry.phones import phone_mark
from shidai.registry.residentnumber import parse_resident_number

_LETTERS: dict[Literal["resident", "phone"], str] = {"resident": "r", "phone": "p"}
_LOOKS_LIKE_ONE = re.compile(r"\+?[\d\- ()（）]{6,}\d[\dXx]?")


@dataclass(frozen=True, slots=True)
class HiddenNumber:
    """The mark of a resident number or of a phone number."""

    kind: Literal["resident", "phone"]
    mark: int

    @property
    def code(self) -> str:
        """How it stands in an address: *p0123456789abcdef."""
        return f"*{_LETTERS[self.kind]}{self.mark:016x}"


def read_hidden(text: str) -> HiddenNumber | None:
    """The number that somebody typed, or its code; None for anything else, a date included."""
    for kind, letter in _LETTERS.items():
        if found := re.fullmatch(rf"\*{letter}([0-9a-f]{{16}})", text.strip()):
            return HiddenNumber(kind, int(found[1], 16))
    try:
        return HiddenNumber("resident", sealing.blind_index(parse_resident_number(text).number, "resident"))
    except Mistyped:
        pass
    plain = unicodedata.normalize("NFKC", text).strip()
    if not _LOOKS_LIKE_ONE.fullmatch(plain) or _is_date(plain):
        return None
    mark = phone_mark(plain)
    return HiddenNumber("phone", mark if mark is not None else 0)  # a mistyped number finds nobody


def hide_number(text: str) -> str:
    """What was typed as an address may show it: a number as its code, a name or date as it is."""
    hidden = read_hidden(text)
    return hidden.code if hidden else text


def _is_date(text: str) -> bool:
    try:
        return parse_date(text) is not None
    except Mistyped:
        return False
