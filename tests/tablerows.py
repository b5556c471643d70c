"""Rows of whole tables, as the database holds them: read once, written again where a test begins with the same."""

from __future__ import annotations

from typing import Any

from django.db import connection

Rows = tuple[str, list[tuple[Any, ...]]]
"""The statement that inserts one row, and the rows."""


def row_counts() -> dict[str, int]:
    """How many rows each table has."""
    with connection.cursor() as cursor:
        return {name: _count(cursor, name) for name in connection.introspection.table_names(cursor)}


def filled_since(before: dict[str, int]) -> dict[str, Rows]:
    """The rows of each table that has others than then; only tables that were empty may have been written to."""
    filled = {name for name, count in row_counts().items() if count != before[name]}
    assert not [name for name in filled if before[name]], "rows were added to a table that had some"
    return {name: _rows(name) for name in filled}


def insert_rows(tables: dict[str, Rows]) -> None:
    """Into empty tables; what refers to a row that comes later is checked when the transaction ends."""
    with connection.cursor() as cursor:
        for statement, rows in tables.values():
            cursor.executemany(statement, rows)


def _count(cursor: Any, name: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")
    return int(cursor.fetchone()[0])


def _rows(name: str) -> Rows:
    table = connection.ops.quote_name(name)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        columns = ", ".join(connection.ops.quote_name(column[0]) for column in cursor.description)
        places = ", ".join(["%s"] * len(cursor.description))
        return f"INSERT INTO {table} ({columns}) VALUES ({places})", cursor.fetchall()
