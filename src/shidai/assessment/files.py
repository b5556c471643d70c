"""Files that are evidence: checked by their content, kept sealed in the data directory, outside of what is served."""

from __future__ import annotations

import os
import re
from pathlib import Path
from uuid import UUID

from django.conf import settings

from shidai.assessment import refusals
from shidai.core.sealing import open_bytes, seal_bytes
from shidai.words import ShidaiError, Text, problem

MOST_BYTES = 5 * 2**20
TYPES = {"png": "image/png", "jpg": "image/jpeg", "pdf": "application/pdf"}
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA|OpenAction|AA)\b")
_FIELD = "evidence"


def check_file(content: bytes) -> str:
    """Which kind of file it is, by its content: png, jpg or pdf.

    Raises ShidaiError for anything else, for what is too large, broken off, or a PDF that runs or holds something.
    """
    if not content:
        raise refusals.bad_file(Text(zh="文件是空的。", en="The file is empty."))
    if len(content) > MOST_BYTES:
        raise refusals.bad_file(Text(zh="文件太大。", en="The file is too large."))
    kind = _kind_of(content)
    if kind is None:
        raise refusals.bad_file(
            Text(zh="不是完整的PNG、JPG或PDF。", en="It is no PNG, JPG or PDF, or not the whole of one.")
        )
    if kind == "pdf" and _ACTIVE.search(content):
        raise refusals.bad_file(
            Text(zh="这个PDF带有脚本、自动动作或附件。", en="This PDF holds scripts, actions or attachments.")
        )
    return kind


def _kind_of(content: bytes) -> str | None:
    tail = content[-1024:]
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR" and b"IEND" in tail:
        return "png"
    if content.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in tail:
        return "jpg"
    if content.startswith(b"%PDF-") and b"%%EOF" in tail:
        return "pdf"
    return None


def keep_file(id: UUID, content: bytes) -> None:
    """Seal and keep a file under its id; whole or not at all."""
    place = _place(id)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = place.with_name(f".{place.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(seal_bytes(content, f"{_FIELD}.{id}"))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(place)


def read_file(id: UUID) -> bytes:
    """The content of a file that is kept. Raises ShidaiError where it is missing or was tampered with."""
    try:
        sealed = _place(id).read_bytes()
    except FileNotFoundError as error:
        raise ShidaiError(
            problem(
                "file", zh="这个文件不在数据目录里。", en="The file isn't in the data directory.",
                mend_zh="请检查 evidence 目录是否一起备份和恢复。",
                mend_en="Check that the folder 'evidence' was backed up and restored with the database.",
            )
        ) from error  # fmt: skip
    return open_bytes(sealed, f"{_FIELD}.{id}")


def drop_file(id: UUID) -> None:
    """Remove a file's content."""
    _place(id).unlink(missing_ok=True)


def _place(id: UUID) -> Path:
    return Path(settings.DATA) / "evidence" / id.hex
