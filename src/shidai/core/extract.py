"""What the core contributes to the record tables: the area tree."""

from __future__ import annotations

import pyarrow as pa

from shidai.core import queries
from shidai.indicators.records import RecordWriter
from shidai.indicators.tables import TABLES


def write_areas(writer: RecordWriter) -> int:
    """Write the table 'area'; returns its rows."""
    schema = TABLES["area"].schema
    rows = queries.area_rows()
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [
        pa.array(
            [value or None if name in ("parent", "successor") else value for value in column],
            type=schema.field(name).type,
        )
        for name, column in zip(schema.names, columns, strict=True)
    ]
    writer.write("area", "all", pa.Table.from_arrays(arrays, schema=schema))
    return len(rows)
