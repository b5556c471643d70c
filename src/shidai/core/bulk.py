"""Writes and look-ups of many rows at once, for SQLite and PostgreSQL alike: where a row at a time would be too slow.

Values go to the driver as they are stored: dates as ISO text, ids of clients as 32 hexadecimal digits.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Model

Row = Sequence[Any]
_ROWS_A_STATEMENT = 500
_MOST_PARAMETERS = 32_000  # SQLite's own limit is 32,766


def reserve_ids(model: type[Model], count: int) -> Sequence[int]:
    """Numbers for `count` new rows. Call it inside the transaction that writes them."""
    if count == 0:
        return ()
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # the transaction holds the only write lock
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            found = cursor.fetchone()
            first = (found[0] if found else 0) + 1
            return range(first, first + count)
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [number for (number,) in cursor.fetchall()]


def insert(model: type[Model], fields: Sequence[str], rows: Sequence[Row]) -> None:
    """Add rows; the database refuses those that break a constraint."""
    _write(model, fields, rows, "")


def upsert(
    model: type[Model], fields: Sequence[str], rows: Sequence[Row], *, key: Sequence[str], keep: Sequence[str] = ()
) -> None:
    """Add rows, or overwrite those with the same `key`; the fields of `keep` stay as they were."""
    keys = [_column(model, name) for name in key]
    changed = [_column(model, name) for name in fields if name not in key and name not in keep]
    action = f"UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in changed)}" if changed else "NOTHING"
    _write(model, fields, rows, f" ON CONFLICT ({', '.join(keys)}) DO {action}")


def _write(model: type[Model], fields: Sequence[str], rows: Sequence[Row], ending: str) -> None:
    if not rows:
        return
    columns = ", ".join(_column(model, name) for name in fields)
    into = f"INSERT INTO {model._meta.db_table} ({columns}) VALUES "
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"{into}({marks}){ending}", rows)
            return
        # Many rows a statement take a third of the time; the driver itself, because Django searches each for %s.
        marks = f"({', '.join('?' * len(fields))})"
        size = min(_ROWS_A_STATEMENT, _MOST_PARAMETERS // len(fields))
        with connection.wrap_database_errors:
            for first in range(0, len(rows), size):
                part = rows[first : first + size]
                values = tuple(chain.from_iterable(part))
                connection.connection.execute(into + ", ".join([marks] * len(part)) + ending, values)


def update(model: type[Model], fields: Sequence[str], rows: Sequence[Row]) -> None:
    """Set fields of rows by number; each row is the new values and, last, the number."""
    if not rows:
        return
    sets = ", ".join(f"{_column(model, name)} = %s" for name in fields)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {model._meta.db_table} SET {sets} WHERE id = %s", rows)


def _column(model: type[Model], name: str) -> str:
    column = model._meta.get_field(name).column  # type: ignore[union-attr]
    return f'"{column}"'


def among(column: str) -> str:
    """SQL: the column's value is in the list given as one parameter (see `listed`), however long it is."""
    if connection.vendor == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(%s))"
    return f"{column} = ANY(%s)"


def listed(values: Iterable[Any]) -> Any:
    """The parameter that belongs to `among`."""
    found = list(values)
    return json.dumps(found, ensure_ascii=False) if connection.vendor == "sqlite" else found


def select(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def execute(sql: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def execute_many(sql: str, rows: Sequence[Row]) -> None:
    """Run one statement for every row of parameters."""
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def stream(sql: str, parameters: Sequence[Any] = (), *, size: int = 50_000) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a query in lists of `size`, in bounded memory on both engines."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(size):
            yield rows
