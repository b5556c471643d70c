"""What a merge changed is written once: without it no merge could be undone. The database itself refuses a change."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE = "registry_mergedreference"
_REFUSED = "'what a merge changed is never rewritten'"


def seal_table(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            editor.execute(
                f"CREATE TRIGGER {TABLE}_no_{deed.lower()} BEFORE {deed} ON {TABLE}"
                f" BEGIN SELECT RAISE(ABORT, {_REFUSED}); END"
            )
        return
    editor.execute(
        f"CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION {_REFUSED}; END $$"
    )
    editor.execute(
        f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE}"
        f" FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()"
    )


def unseal_table(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for deed in ("update", "delete"):
            editor.execute(f"DROP TRIGGER {TABLE}_no_{deed}")
        return
    editor.execute(f"DROP TRIGGER {TABLE}_no_change ON {TABLE}")
    editor.execute(f"DROP FUNCTION {TABLE}_refuse")


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_duplicates")]
    operations = [migrations.RunPython(seal_table, unseal_table)]
