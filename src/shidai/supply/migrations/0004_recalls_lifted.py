"""A recall can be lifted, and the lot recalled again; whether it is recalled now stands at the lot."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import shidai.core.ids
from shidai.core.appendonly import seal_tables, unseal_tables

SEALED = "what is written of stock is never changed"


def mark_recalled(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    recalled = apps.get_model("supply", "Recall").objects.values("lot")
    apps.get_model("supply", "Lot").objects.filter(pk__in=recalled).update(recalled=True)


class Migration(migrations.Migration):
    dependencies = [("supply", "0003_numbers_entered")]
    operations = [
        unseal_tables(["supply_recall"], SEALED),
        migrations.AddField("Lot", "recalled", models.BooleanField(default=False)),
        migrations.RunPython(mark_recalled, migrations.RunPython.noop),
        migrations.AlterField(
            "Recall",
            "lot",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="recalls", to="supply.lot"),
        ),
        migrations.CreateModel(
            name="RecallEnd",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=shidai.core.ids.new_id, editable=False, unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by", models.CharField(max_length=150)),
                ("day", models.DateField()),
                ("reason", models.CharField(max_length=500)),
                (
                    "recall",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="end", to="supply.recall"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        seal_tables(["supply_recall", "supply_recallend"], SEALED),
    ]
