"""Tables that are written once: the database itself refuses to change or remove a row of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython
from django.db.migrations.state import StateApps


def seal_tables(tables: Sequence[str], refused: str) -> RunPython:
    """A migration's step that makes tables append-only. `refused`: the sentence with which a change is refused.

    SQLite makes an altered table from a copy, which has lost its triggers: who alters a sealed table seals it again.
    """
    return RunPython(partial(_seal, tables=tables, refused=refused), partial(_unseal, tables=tables))


def _seal(apps: StateApps, editor: BaseDatabaseSchemaEditor, *, tables: Sequence[str], refused: str) -> None:
    _unseal(apps, editor, tables=tables)
    for table in tables:
        if editor.connection.vendor == "sqlite":
            for deed in ("update", "delete"):
                editor.execute(
                    f"CREATE TRIGGER {table}_no_{deed} BEFORE {deed} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{refused}'); END"
                )
            continue
        editor.execute(
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{refused}'; END $$"
        )
        editor.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
        )


def _unseal(apps: StateApps, editor: BaseDatabaseSchemaEditor, *, tables: Sequence[str]) -> None:
    for table in tables:
        if editor.connection.vendor == "sqlite":
            for deed in ("update", "delete"):
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{deed}")
        else:
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}")
            editor.execute(f"DROP FUNCTION IF EXISTS {table}_refuse")
