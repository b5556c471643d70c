"""The traditional-Chinese document, derived from the simplified one as a whole: text, tables and charts alike."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from shidai.words import to_traditional

Part = TypeVar("Part")


def in_traditional(part: Part) -> Part:
    """The same part with every text in traditional Chinese. Latin text, ids and addresses stay as they are."""
    found: Any = part
    if isinstance(found, str):
        found = to_traditional(found)
    elif isinstance(found, tuple | list):
        found = type(found)(in_traditional(item) for item in found)
    elif isinstance(found, dict):
        found = {name: in_traditional(item) for name, item in found.items()}
    elif is_dataclass(found) and not isinstance(found, type):
        values = {field.name: in_traditional(getattr(found, field.name)) for field in fields(found)}
        found = type(found)(**values)
    return found  # type: ignore[no-any-return]
