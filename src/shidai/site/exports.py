"""A table as a file to take along: CSV or XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Literal

from django.http import HttpResponse
from openpyxl import Workbook

from shidai.words import inert_cell

Form = Literal["csv", "xlsx"]
_KINDS: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def send_table(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]], form: Form) -> HttpResponse:
    """The table as an attachment named `name` and the form; nothing in it becomes a formula where it is opened."""
    response = HttpResponse(content_type=_KINDS[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    cells = ([inert_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    if form == "csv":
        response.write("\ufeff")  # spreadsheets of the offices need the mark to read UTF-8
        writer = csv.writer(response)
        writer.writerow(heads)
        writer.writerows(cells)
        return response
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.append(list(heads))
    for row in cells:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    response.write(buffer.getvalue())
    return response
