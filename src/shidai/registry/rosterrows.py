"""The rows of a CSV file by which a room takes over what another system has recorded."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from shidai.words import ShidaiError, problem


def read_rows(file: Path, columns: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Every row with its place, `file:number`. Raises ShidaiError when a column is missing."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise ShidaiError(
                problem(
                    file.name,
                    zh=f"缺少列：{'、'.join(missing)}。",
                    en=f"Columns are missing: {', '.join(missing)}.",
                    mend_zh="请补上这些列。",
                    mend_en="Add them.",
                )
            )
        for number, row in enumerate(reader, 2):
            yield f"{file.name}:{number}", row
