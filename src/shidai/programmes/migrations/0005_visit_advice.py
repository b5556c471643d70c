"""Advice at a visit is kept as it was shown, and never changed."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import shidai.core.ids
from shidai.core.appendonly import seal_tables


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0004_lists_and_bookings"),
        ("registry", "0006_merged_references_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="VisitAdvice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=shidai.core.ids.new_id, editable=False, unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by", models.CharField(max_length=150)),
                ("day", models.DateField()),
                ("area", models.CharField(max_length=12)),
                ("topic", models.CharField(max_length=40)),
                ("version", models.CharField(max_length=40)),
                ("facts", models.JSONField()),
                ("said", models.JSONField()),
                ("asks", models.JSONField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="advice", to="programmes.visit"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("visit", "topic"), name="advice_once_a_visit")],
            },
        ),
        seal_tables(["programmes_visitadvice"], "advice that was shown is never changed"),
    ]
