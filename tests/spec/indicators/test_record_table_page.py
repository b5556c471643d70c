"""The page of the record tables says what the code declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from shidai.indicators.tables import TABLES

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "record-tables.md"


@pytest.mark.parametrize("name", TABLES)
def test_every_column_stands_on_the_page_with_its_type_and_meaning(name: str) -> None:
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {name}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{column.name}` | {column.type} | {'yes' if column.nullable else 'no'} | {column.meaning} |"
        for column in TABLES[name].columns
    ]


def test_no_column_of_a_record_table_names_a_person() -> None:
    personal = {"name", "resident_number", "phone", "address"}
    assert not [(table.name, c.name) for table in TABLES.values() for c in table.columns if c.name in personal]
