"""The audit log is append-only: the database itself refuses to change or remove an entry.

It becomes unmanaged too: Django's `flush` must not try to empty it.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = [
    """CREATE TRIGGER audit_no_update BEFORE UPDATE ON core_auditentry
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_no_delete BEFORE DELETE ON core_auditentry
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
]
SQLITE_BACK = ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"]
POSTGRESQL = [
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$""",
    """CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON core_auditentry
       FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON core_auditentry
       FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
]
POSTGRESQL_BACK = [
    "DROP TRIGGER audit_no_change ON core_auditentry",
    "DROP TRIGGER audit_no_truncate ON core_auditentry",
    "DROP FUNCTION audit_refuse",
]


def _run(editor: BaseDatabaseSchemaEditor, sqlite: list[str], postgresql: list[str]) -> None:
    for statement in sqlite if editor.connection.vendor == "sqlite" else postgresql:
        editor.execute(statement)


def seal_log(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, SQLITE, POSTGRESQL)


def unseal_log(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, SQLITE_BACK, POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        migrations.RunPython(seal_log, unseal_log),
        migrations.AlterModelOptions(name="auditentry", options={"managed": False, "ordering": ("-seq",)}),
        migrations.AlterModelOptions(name="audithead", options={"managed": False}),
    ]
