"""A table as a file or on standard output: CSV or Parquet."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from shidai.words import ShidaiError, problem

if TYPE_CHECKING:
    import pyarrow as pa


class TableFormat(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"


def require_folder(file: Path | None) -> None:
    """Said before a whole city is read, and with the folder's name. Raises ShidaiError."""
    if file is not None and not file.parent.is_dir():
        raise ShidaiError(
            problem(
                str(file),
                zh=f"没有文件夹 {file.parent}。",
                en=f"There is no folder {file.parent}.",
                mend_zh="请先建立它，或改写 --out。",
                mend_en="Make it first, or name another file with --out.",
            )
        )


def write_table(rows: pa.Table, form: TableFormat, file: Path | None) -> None:
    """Write a table to a file, or to standard output. Texts that are coded as places in a list become plain."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    if file is None:
        sys.stdout.flush()
    sink = sys.stdout.buffer if file is None else str(file)
    if form is TableFormat.PARQUET:
        pyarrow.parquet.write_table(rows, sink)
        return
    for at, field in enumerate(rows.schema):
        if pa.types.is_dictionary(field.type):
            rows = rows.set_column(at, field.name, rows[field.name].cast(pa.string()))
    pyarrow.csv.write_csv(rows, sink, pyarrow.csv.WriteOptions(quoting_style="needed"))
