"""Attested facts belong to people, households and villages, whether they have a claim or not."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_REFUSED = "'what is written of benefits is never changed'"
_DEEDS = ("UPDATE", "DELETE")


def unseal(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for deed in _DEEDS:
            editor.execute(f"DROP TRIGGER IF EXISTS benefits_attestation_no_{deed.lower()}")
    else:
        editor.execute("DROP TRIGGER IF EXISTS benefits_attestation_no_change ON benefits_attestation")


def seal(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    unseal(apps, editor)
    if editor.connection.vendor == "sqlite":
        for deed in _DEEDS:
            editor.execute(
                f"CREATE TRIGGER benefits_attestation_no_{deed.lower()} BEFORE {deed} ON benefits_attestation"
                f" BEGIN SELECT RAISE(ABORT, {_REFUSED}); END"
            )
    else:
        editor.execute(
            "CREATE TRIGGER benefits_attestation_no_change BEFORE UPDATE OR DELETE ON benefits_attestation"
            " FOR EACH ROW EXECUTE FUNCTION benefits_refuse()"
        )


def take_subjects(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for one in apps.get_model("benefits", "Attestation").objects.select_related("claim"):
        one.person_id, one.household_id = one.claim.person_id, one.claim.household_id
        one.village, one.area = one.claim.village, one.claim.area
        one.save()
    if editor.connection.vendor == "postgresql":
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come can't be altered


class Migration(migrations.Migration):
    dependencies = [("benefits", "0004_append_only_again"), ("registry", "0006_merged_references_append_only")]
    operations = [
        migrations.RunPython(unseal, seal),
        migrations.AddField("attestation", "area", models.CharField(db_index=True, default="", max_length=12), False),
        migrations.AddField(
            "attestation",
            "household",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.household"
            ),
        ),
        migrations.AddField(
            "attestation",
            "person",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField("attestation", "village", models.CharField(blank=True, default="", max_length=12)),
        migrations.RunPython(take_subjects, migrations.RunPython.noop),
        migrations.RemoveField("attestation", "claim"),
        migrations.RunPython(seal, unseal),
    ]
