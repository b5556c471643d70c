"""To where a visit's result sent somebody: written once; another place is a referral that replaces the one before."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import shidai.core.ids
from shidai.core.appendonly import seal_tables


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0009_recorded_at"),
        ("supply", "0004_recalls_lifted"),
    ]

    operations = [
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=shidai.core.ids.new_id, editable=False, unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by", models.CharField(max_length=150)),
                ("outside", models.CharField(blank=True, default="", max_length=80)),
                ("day", models.DateField()),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                (
                    "origin",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supply.site"),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="programmes.referral",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supply.site"
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="programmes.visit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaces", None)), fields=("visit",), name="referral_once_a_visit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("site", None), models.Q(("outside", ""), _negated=True)),
                            models.Q(("outside", ""), ("site__isnull", False)),
                            _connector="OR",
                        ),
                        name="referral_to_one_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("replaces", None)),
                            models.Q(("replaces__isnull", False), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="referral_elsewhere_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("site", None), models.Q(("site", models.F("origin")), _negated=True), _connector="OR"
                        ),
                        name="referral_leaves_its_site",
                    ),
                ],
            },
        ),
        seal_tables(["programmes_referral"], "what is written of programmes is never changed"),
    ]
