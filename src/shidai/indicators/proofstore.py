"""Proofs that were made, kept in the data directory: one file for each year and area, the last ones made."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shidai.indicators.manifest import sync_folder
from shidai.indicators.proved import Proofs


@dataclass(frozen=True, slots=True)
class KeptProofs:
    """Proofs and when they were made."""

    at: datetime
    made: Proofs


def keep_proofs(folder: Path, area: str, kept: KeptProofs) -> None:
    """Put the proofs in the place of the former ones by one rename; only their owner reads them."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = _path(folder, kept.made.year, area)
    told = {"at": kept.at.isoformat(), "seal": kept.made.seal, "proofs": kept.made.stated()}
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False, default=str)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(folder)


def kept_proofs(folder: Path, year: int, area: str) -> KeptProofs | None:
    """The last proofs of a year and an area; None where there are none, or none that their seal still fits."""
    try:
        told = json.loads(_path(folder, year, area).read_text(encoding="utf-8"))
        kept = KeptProofs(datetime.fromisoformat(told["at"]), Proofs.restored(told["proofs"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None  # nothing, or what another version of Shidai has written
    return kept if kept.made.seal == told["seal"] else None


def _path(folder: Path, year: int, area: str) -> Path:
    return folder / f"{year}-{area or 'all'}.json"
