"""What was decided, done, earned, paid and answered is never changed: the database itself refuses it.

Two columns elsewhere do change: a claim's copy of its state, and whether a payment still holds its dues.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = ("attestation", "decision", "ledgerentry", "due", "account", "signature", "payment", "outcome")
_REFUSED = "'what is written of benefits is never changed'"


def seal_tables(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for table in TABLES:
            for deed in ("UPDATE", "DELETE"):
                editor.execute(
                    f"CREATE TRIGGER benefits_{table}_no_{deed.lower()} BEFORE {deed} ON benefits_{table}"
                    f" BEGIN SELECT RAISE(ABORT, {_REFUSED}); END"
                )
        return
    editor.execute(
        "CREATE FUNCTION benefits_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION {_REFUSED}; END $$"
    )
    for table in TABLES:
        editor.execute(
            f"CREATE TRIGGER benefits_{table}_no_change BEFORE UPDATE OR DELETE ON benefits_{table}"
            " FOR EACH ROW EXECUTE FUNCTION benefits_refuse()"
        )


def unseal_tables(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for table in TABLES:
            editor.execute(f"DROP TRIGGER benefits_{table}_no_update")
            editor.execute(f"DROP TRIGGER benefits_{table}_no_delete")
        return
    for table in TABLES:
        editor.execute(f"DROP TRIGGER benefits_{table}_no_change ON benefits_{table}")
    editor.execute("DROP FUNCTION benefits_refuse")


class Migration(migrations.Migration):
    dependencies = [("benefits", "0001_initial")]
    operations = [migrations.RunPython(seal_tables, unseal_tables)]
