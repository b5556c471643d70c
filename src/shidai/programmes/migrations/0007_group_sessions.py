"""Group sessions and who came: written once."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import shidai.core.ids
from shidai.core.appendonly import seal_tables


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0006_partner_results"),
        ("supply", "0003_numbers_entered"),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=shidai.core.ids.new_id, editable=False, unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by", models.CharField(max_length=150)),
                ("programme", models.CharField(max_length=64)),
                ("version", models.CharField(max_length=64)),
                ("step", models.CharField(max_length=40)),
                ("day", models.DateField()),
                ("area", models.CharField(db_index=True, max_length=12)),
                ("values", models.JSONField(default=dict)),
                ("heads", models.IntegerField()),
                (
                    "site",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supply.site"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=shidai.core.ids.new_id, editable=False, unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by", models.CharField(max_length=150)),
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programmes.visit"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attended", to="programmes.session"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(condition=models.Q(("heads__gte", 0)), name="session_heads"),
        ),
        seal_tables(["programmes_session", "programmes_attendance"], "what was recorded of a session is never changed"),
    ]
