"""Rooms, staff and equipment of stations: written once; the latest line counts."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import shidai.core.ids
from shidai.core.appendonly import seal_tables


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0007_group_sessions"),
        ("supply", "0004_recalls_lifted"),
    ]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="minutes",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="Piece",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=shidai.core.ids.new_id, editable=False, unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by", models.CharField(max_length=150)),
                ("kind", models.CharField(max_length=64)),
                ("number", models.CharField(max_length=40)),
                ("day", models.DateField()),
                (
                    "site",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supply.site"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PieceNote",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=shidai.core.ids.new_id, editable=False, unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by", models.CharField(max_length=150)),
                ("day", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("works", "Works"), ("broken", "Broken"), ("checked", "Checked"), ("out", "Out")],
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                (
                    "piece",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="programmes.piece"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Capacity",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=shidai.core.ids.new_id, editable=False, unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by", models.CharField(max_length=150)),
                ("day", models.DateField()),
                ("rooms", models.SmallIntegerField(null=True)),
                ("staff", models.SmallIntegerField(null=True)),
                (
                    "site",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supply.site"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rooms", None), ("rooms__gte", 0), _connector="OR"), name="capacity_rooms"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("staff", None), ("staff__gte", 0), _connector="OR"), name="capacity_staff"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="piece",
            constraint=models.UniqueConstraint(fields=("site", "number"), name="piece_number_once"),
        ),
        migrations.AddConstraint(
            model_name="piecenote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "broken"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="piece_broken_with_reason",
            ),
        ),
        seal_tables(
            ["programmes_capacity", "programmes_piece", "programmes_piecenote"],
            "what a station has is never changed: a later line says what holds",
        ),
    ]
