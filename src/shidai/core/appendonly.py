"""Tables that are written once: the database itself refuses to change or remove a row of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState


def seal_tables(tables: Sequence[str], refused: str) -> Operation:
    """A migration's step that makes tables append-only. `refused`: the sentence with which a change is refused.

    SQLite makes an altered table from a copy, which has lost its triggers: who alters a sealed table seals it again.
    """
    return _Seal(tables, refused)


def unseal_tables(tables: Sequence[str], refused: str) -> Operation:
    """The first step of a migration that alters tables an earlier one sealed: taken back, they are sealed as before."""
    return _Unseal(tables, refused)


class _Seal(Operation):
    """Not RunPython, which builds all models anew each time it runs, and those of the step after it too."""

    category = OperationCategory.SQL
    reduces_to_sql = True
    reversible = True

    def __init__(self, tables: Sequence[str], refused: str) -> None:
        self.tables = tables
        self.refused = refused

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Models say nothing of it."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        _unseal(schema_editor, self.tables)
        _seal(schema_editor, self.tables, self.refused)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        _unseal(schema_editor, self.tables)

    def describe(self) -> str:
        return f"Refuses changes of {', '.join(self.tables)}"


class _Unseal(_Seal):
    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        super().database_backwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Lets {', '.join(self.tables)} be altered"


def _seal(editor: BaseDatabaseSchemaEditor, tables: Sequence[str], refused: str) -> None:
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


def _unseal(editor: BaseDatabaseSchemaEditor, tables: Sequence[str]) -> None:
    for table in tables:
        if editor.connection.vendor == "sqlite":
            for deed in ("update", "delete"):
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{deed}")
        else:
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}")
            editor.execute(f"DROP FUNCTION IF EXISTS {table}_refuse")
