"""What is written of benefits is never changed: the database itself refuses it, for the new tables too.

All are sealed anew, because SQLite makes an altered table from a copy, which has lost its triggers. Columns elsewhere
that do change: a claim's copy of its state, and whether a payment still holds its dues.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SEALED_BEFORE = ("attestation", "decision", "ledgerentry", "due", "account", "signature", "payment", "outcome")
TABLES = (*SEALED_BEFORE, "batch", "bankfile", "payer", "recovery", "repayment")
_REFUSED = "'what is written of benefits is never changed'"
_DEEDS = ("UPDATE", "DELETE")


def seal_tables(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        if editor.connection.vendor == "sqlite":
            for deed in _DEEDS:
                editor.execute(f"DROP TRIGGER IF EXISTS benefits_{table}_no_{deed.lower()}")
                editor.execute(
                    f"CREATE TRIGGER benefits_{table}_no_{deed.lower()} BEFORE {deed} ON benefits_{table}"
                    f" BEGIN SELECT RAISE(ABORT, {_REFUSED}); END"
                )
        else:
            editor.execute(f"DROP TRIGGER IF EXISTS benefits_{table}_no_change ON benefits_{table}")
            editor.execute(
                f"CREATE TRIGGER benefits_{table}_no_change BEFORE UPDATE OR DELETE ON benefits_{table}"
                " FOR EACH ROW EXECUTE FUNCTION benefits_refuse()"
            )


def unseal_new_tables(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in set(TABLES) - set(SEALED_BEFORE):
        if editor.connection.vendor == "sqlite":
            for deed in _DEEDS:
                editor.execute(f"DROP TRIGGER benefits_{table}_no_{deed.lower()}")
        else:
            editor.execute(f"DROP TRIGGER benefits_{table}_no_change ON benefits_{table}")


class Migration(migrations.Migration):
    dependencies = [("benefits", "0003_money_back")]
    operations = [migrations.RunPython(seal_tables, unseal_new_tables)]
