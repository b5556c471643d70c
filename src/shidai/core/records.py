"""The city's record tables as they were last published: where they lie, and their manifest."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from shidai.indicators.records import Manifest
from shidai.words import ShidaiError


def records_folder() -> Path:
    return Path(settings.DATA) / "records"


def published_manifest() -> Manifest | None:
    """The manifest in force; None when nothing was published yet, or what was can't be read."""
    folder = records_folder()
    try:
        return _read(folder, (folder / "manifest.json").stat().st_mtime_ns)
    except (ShidaiError, OSError):
        return None


@lru_cache(maxsize=4)
def _read(folder: Path, _: int) -> Manifest:
    """Kept while the file is the same: every page asks."""
    return Manifest.read(folder)
