"""The way into and out of the record tables: `RecordWriter` fills, `Records` reads, `Manifest` names a state."""

from __future__ import annotations

from pathlib import Path

from shidai.indicators.engines import Engine, Records
from shidai.indicators.manifest import Manifest, Part, Source, check_parts
from shidai.indicators.writer import RecordWriter

__all__ = ["Engine", "Manifest", "Part", "RecordWriter", "Records", "Source", "verify_records"]


def verify_records(records_dir: Path) -> Manifest:
    """Read the manifest and check every file's size and hash. Raises ShidaiError with all problems."""
    manifest = Manifest.read(records_dir)
    check_parts(records_dir, manifest, hashes=True)
    return manifest
