"""One import at a time into one city."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from shidai.words import Exit, ShidaiError, problem


@contextmanager
def one_importer() -> Iterator[None]:
    """Hold the city's import lock; a killed process lets go by itself. Raises ShidaiError when another holds it."""
    Path(settings.DATA).mkdir(parents=True, exist_ok=True)
    with (Path(settings.DATA) / ".import.lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ShidaiError(
                problem(
                    str(settings.DATA),
                    zh="另一个导入正在进行。",
                    en="Another import is running.",
                    mend_zh="请等它结束后再试。",
                    mend_en="Wait until it has finished and try again.",
                ),
                Exit.BUSY,
            ) from None
        yield
