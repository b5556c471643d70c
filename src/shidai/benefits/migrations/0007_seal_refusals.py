"""A refusal is never changed either."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_REFUSED = "'what is written of benefits is never changed'"
_DEEDS = ("UPDATE", "DELETE")


def seal(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for deed in _DEEDS:
            editor.execute(
                f"CREATE TRIGGER benefits_refusal_no_{deed.lower()} BEFORE {deed} ON benefits_refusal"
                f" BEGIN SELECT RAISE(ABORT, {_REFUSED}); END"
            )
    else:
        editor.execute(
            "CREATE TRIGGER benefits_refusal_no_change BEFORE UPDATE OR DELETE ON benefits_refusal"
            " FOR EACH ROW EXECUTE FUNCTION benefits_refuse()"
        )


def unseal(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for deed in _DEEDS:
            editor.execute(f"DROP TRIGGER benefits_refusal_no_{deed.lower()}")
    else:
        editor.execute("DROP TRIGGER benefits_refusal_no_change ON benefits_refusal")


class Migration(migrations.Migration):
    dependencies = [("benefits", "0006_refused_batches")]
    operations = [migrations.RunPython(seal, unseal)]
