"""Ids that a client may make itself: UUIDv7, ordered by the time of their making."""

from __future__ import annotations

import uuid

import uuid_utils


def new_id() -> uuid.UUID:
    """A fresh UUIDv7. A client that makes the id of a write itself may send the write again without doing it twice."""
    return uuid.UUID(uuid_utils.uuid7().hex)


def new_hex() -> str:
    """The same as 32 hexadecimal digits, for writes of many rows."""
    return str(uuid_utils.uuid7().hex)
