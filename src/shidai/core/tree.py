"""How codes make a tree: the one place that knows what a code's length says."""

from __future__ import annotations

from shidai.packs.schema.area import CODE_LENGTH
from shidai.words import Text

OUTSIDE = "other"  # the partition of what lies outside the city or is unknown
AREAS = "all"  # the partition of the area table
LEVEL_TITLES: dict[str, Text] = {
    "city": Text(zh="市", en="city"),
    "county": Text(zh="县（市、区）", en="county"),
    "township": Text(zh="镇（街道）", en="township"),
    "village": Text(zh="村（社区）", en="village"),
}
_BY_LENGTH = {length: level for level, length in CODE_LENGTH.items()}


def level_of(code: str) -> str | None:
    """The level that a code of this length has; None for a code that is none of ours."""
    return _BY_LENGTH.get(len(code)) if code.isdigit() else None


def county_of(code: str) -> str:
    """The county-level part of a code."""
    return code[: CODE_LENGTH["county"]]


def parent_of(code: str) -> str:
    """The code above; '' for a city."""
    above = [length for length in CODE_LENGTH.values() if length < len(code)]
    return code[: max(above)] if above else ""


def path_of(code: str) -> tuple[str, ...]:
    """The codes from the city down to this one."""
    return tuple(code[:length] for length in sorted(CODE_LENGTH.values()) if length <= len(code))
