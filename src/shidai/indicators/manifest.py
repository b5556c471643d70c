"""The manifest of a record directory: which files are the record tables now, and how to trust them."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from shidai.words import ShidaiError, problem

MANIFEST_FILE = "manifest.json"
Source = Literal["registry", "synth", "survey"]


class Part(BaseModel):
    """One Parquet file: its name inside the table's folder, how many rows, how many bytes, its SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    file: str
    rows: int
    size: int
    sha256: str


class Manifest(BaseModel):
    """What the record tables are at one moment. `id` names the content: same records, same cut-off, same id."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    cutoff: date
    made_at: datetime
    source: Source
    tables: dict[str, dict[str, Part]]

    @classmethod
    def describe(cls, tables: dict[str, dict[str, Part]], *, cutoff: date, source: Source) -> Manifest:
        """A manifest of these parts, made now."""
        identity = manifest_id(tables, cutoff)
        return cls(id=identity, cutoff=cutoff, made_at=datetime.now(UTC), source=source, tables=tables)

    @classmethod
    def read(cls, records_dir: Path) -> Manifest:
        """The manifest in force. Raises ShidaiError when there is none yet or when it is damaged."""
        path = Path(records_dir) / MANIFEST_FILE
        try:
            manifest = cls.model_validate_json(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            raise _no_records(path) from None
        except ValidationError:
            raise _damaged(path) from None
        if manifest.id != manifest_id(manifest.tables, manifest.cutoff):
            raise _damaged(path)
        return manifest

    def write(self, records_dir: Path) -> None:
        """Replace the manifest in one atomic step, on disk before this returns."""
        folder = Path(records_dir)
        fresh = folder / f".{MANIFEST_FILE}.new"
        with fresh.open("wb") as file:
            file.write(self.model_dump_json(indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(folder / MANIFEST_FILE)
        sync_folder(folder)

    def rows(self, table: str) -> int:
        """How many rows the table holds."""
        return sum(part.rows for part in self.tables.get(table, {}).values())

    def files(self, table: str) -> list[str]:
        """The table's files relative to the record directory, in the order of their partitions."""
        return [f"{table}/{part.file}" for _, part in sorted(self.tables.get(table, {}).items())]


def manifest_id(tables: dict[str, dict[str, Part]], cutoff: date) -> str:
    """SHA-256 over the sorted hashes of all parts and the cut-off day."""
    lines = sorted(
        f"{table}/{partition}={part.sha256}" for table, parts in tables.items() for partition, part in parts.items()
    )
    return hashlib.sha256("\n".join([cutoff.isoformat(), *lines]).encode()).hexdigest()


def sync_folder(folder: Path) -> None:
    """Make renames inside the folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make a written file durable."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def file_hash(path: Path) -> str:
    """SHA-256 of a file, read in bounded memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_parts(records_dir: Path, manifest: Manifest, *, hashes: bool) -> None:
    """Every file that the manifest names must be there with its size and, if asked, its hash; all problems at once."""
    problems, mend = [], mend_records(Path(records_dir))
    for table, parts in manifest.tables.items():
        for part in parts.values():
            path = Path(records_dir) / table / part.file
            if not path.is_file():
                problems.append(problem(str(path), zh="缺少这个记录文件。", en="This record file is missing.", **mend))
            elif path.stat().st_size != part.size or (hashes and file_hash(path) != part.sha256):
                problems.append(
                    problem(
                        str(path),
                        zh="这个记录文件与清单不符，内容已被改动或损坏。",
                        en="This record file differs from the manifest: it was changed or damaged.",
                        **mend,
                    )
                )
    if problems:
        raise ShidaiError(problems)


def mend_records(records_dir: Path) -> dict[str, str]:
    """How record tables that are damaged come back, for a problem's mend in both languages."""
    command = f"shidai extract --all --data {records_dir.parent}"
    return {
        "mend_zh": f"请运行 {command} 重新提取全部记录，或从备份恢复。",
        "mend_en": f"Run '{command}' to extract all records again, or restore a backup.",
    }


def _no_records(path: Path) -> ShidaiError:
    return ShidaiError(
        problem(
            str(path.parent),
            zh="这里还没有记录表。",
            en="There are no record tables here yet.",
            mend_zh="请先运行 shidai extract（或 shidai demo），或用 --data 指定另一个数据目录。",
            mend_en="Run 'shidai extract' (or 'shidai demo') first, or name another data directory with --data.",
        )
    )


def _damaged(path: Path) -> ShidaiError:
    return ShidaiError(
        problem(
            str(path),
            zh="记录表的清单已损坏。",
            en="The manifest of the record tables is damaged.",
            **mend_records(path.parent),
        )
    )
