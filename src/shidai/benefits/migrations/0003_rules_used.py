"""The rules that decided are kept. A column more makes SQLite copy the table of decisions: it is sealed again."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import shidai.core.ids
from shidai.core.appendonly import seal_tables


class Migration(migrations.Migration):
    dependencies = [
        ("benefits", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="RulesUsed",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=shidai.core.ids.new_id, editable=False, unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by", models.CharField(max_length=150)),
                ("scheme", models.CharField(max_length=64)),
                ("version", models.CharField(max_length=64)),
                ("number", models.PositiveIntegerField()),
                ("rules", models.TextField()),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("scheme", "version", "number"), name="rules_in_order"),
                    models.CheckConstraint(
                        condition=models.Q(("number", 1), models.Q(("reason", ""), _negated=True), _connector="OR"),
                        name="rules_mended_with_reason",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="rules",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="benefits.rulesused"
            ),
        ),
        seal_tables(["benefits_rulesused", "benefits_decision"], "what is written of benefits is never changed"),
    ]
