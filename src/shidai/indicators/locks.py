"""Locks of a record directory: one writer at a time, and files stay while somebody reads them."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from shidai.words import Exit, ShidaiError, problem

WRITER_LOCK = ".writer.lock"
READER_LOCK = ".readers.lock"


def lock_for_writing(folder: Path) -> IO[bytes]:
    """The writer's lock, held while the handle is open. Raises ShidaiError (busy) when another process holds it."""
    lock = (folder / WRITER_LOCK).open("wb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise ShidaiError(
            problem(
                str(folder),
                zh="另一个进程正在写这些记录表。",
                en="Another process is writing these record tables.",
                mend_zh="请等它结束后再试。",
                mend_en="Wait until it has finished and try again.",
            ),
            Exit.BUSY,
        ) from None
    return lock


def hold_for_reading(folder: Path) -> IO[bytes] | None:
    """While this handle is open, a commit leaves the files of the former state in place; None on read-only disks."""
    try:
        lock = (folder / READER_LOCK).open("ab")
    except OSError:
        return None
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def nobody_reads(folder: Path) -> bool:
    """True when no reader holds files of this directory now."""
    with (folder / READER_LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
