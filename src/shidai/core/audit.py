"""The audit log: append-only and hash-chained. `record` adds an entry, `verify` proves the chain.

An entry's hash is SHA-256 over the hash before it and the entry's canonical JSON. The chain's end is one row that is
locked while an entry is added: actions record as the last thing they do, so that the lock is short.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from shidai.core.access import Scope
from shidai.core.models import AuditEntry, AuditHead
from shidai.words import Text

_FIELDS = ("seq", "at", "actor", "deed", "subject", "area", "purpose", "detail")


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be recorded: what was done to which subject ('person:<uuid>') where."""

    deed: str
    subject: str
    area: str = ""
    detail: dict[str, Any] | None = None


def record(by: Scope, deed: str, subject: str, *, area: str = "", **detail: Any) -> None:
    """Add one entry. `detail` holds facts that JSON can hold, never sealed values."""
    record_all(by, [Deed(deed, subject, area, detail)])


def record_all(by: Scope, deeds: Sequence[Deed]) -> None:
    """Add many entries at once, in order."""
    if not deeds:
        return
    with transaction.atomic():
        head = AuditHead.objects.select_for_update().get_or_create(pk=1)[0]
        at = datetime.now(UTC).isoformat(timespec="microseconds")
        entries = []
        for deed in deeds:
            entry = AuditEntry(
                seq=head.seq + 1,
                at=at,
                actor=by.username,
                deed=deed.deed,
                subject=deed.subject,
                area=deed.area,
                purpose=by.purpose,
                detail=canonical(deed.detail or {}),
                previous=head.hash,
            )
            entry.hash = entry_hash(entry)
            head.seq, head.hash = entry.seq, entry.hash
            entries.append(entry)
        AuditEntry.objects.bulk_create(entries)
        head.save(update_fields=("seq", "hash"))


_SPELLING = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def canonical(value: dict[str, Any]) -> str:
    """JSON with one spelling: keys sorted, no spaces, characters as they are."""
    return _SPELLING.encode(value)


def entry_hash(entry: AuditEntry) -> str:
    text = canonical({name: getattr(entry, name) for name in _FIELDS})
    return sha256(f"{entry.previous}\n{text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found.

    `entries` is how many the log has, `checked` how many of them were walked through, the oldest of them written at
    `since` (ISO 8601, UTC; '' in an empty log). `broken_at` is the number of the first broken link, if there is one.
    """

    entries: int
    head: str
    broken_at: int | None = None
    what: Text | None = None
    checked: int = 0
    since: str = ""

    @property
    def sound(self) -> bool:
        return self.broken_at is None

    @property
    def is_whole(self) -> bool:
        """Whether the whole log was walked through."""
        return self.checked == self.entries


_REMOVED = Text(zh="链尾的记录已被删除。", en="Entries at the end were removed.")


def verify(*, latest: int | None = None) -> Verdict:
    """Walk the chain. The first entry that was altered, removed, added or put elsewhere is named.

    latest: walk through so many of the newest entries only (about 30,000 a second), taking the link before them on
    trust; None walks through all.
    """
    with transaction.atomic():
        head = AuditHead.objects.filter(pk=1).first()
        end = head.seq if head else 0
        first = 0 if latest is None else max(0, end - latest)
        seq, hash_ = first, _hash_of(first)
        since = ""
        for entry in _in_order(first):
            what = _fault(entry, seq, hash_)
            if what is not None:
                return Verdict(end, hash_, seq + 1 if entry.seq != seq + 1 else entry.seq, what, seq - first, since)
            seq, hash_, since = entry.seq, entry.hash, since or entry.at
        if seq != end or hash_ != (head.hash if head else ""):
            return Verdict(seq, hash_, seq + 1, _REMOVED, seq - first, since)
        return Verdict(seq, hash_, checked=seq - first, since=since)


def _hash_of(seq: int) -> str:
    return AuditEntry.objects.filter(seq=seq).values_list("hash", flat=True).first() or ""


def _in_order(after: int) -> Iterator[AuditEntry]:
    yield from AuditEntry.objects.filter(seq__gt=after).order_by("seq").iterator(chunk_size=5000)


def _fault(entry: AuditEntry, seq: int, hash_: str) -> Text | None:
    if entry.seq != seq + 1:
        return Text(zh="此处缺少记录。", en="An entry is missing here.")
    if entry.previous != hash_:
        return Text(zh="与上一条记录不相连。", en="It isn't linked to the entry before it.")
    if entry.hash != entry_hash(entry):
        return Text(zh="内容被改动。", en="Its content was altered.")
    return None
