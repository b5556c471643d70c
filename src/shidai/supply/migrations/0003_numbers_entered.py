"""Numbers that were entered at dispensing points and count towards a limit."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supply", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="Looked",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("kind", models.CharField(choices=[("unknown", "Unknown"), ("outside", "Outside")], max_length=8)),
                ("mark", models.CharField(blank=True, default="", max_length=16)),
            ],
            options={"indexes": [models.Index(fields=["by", "at"], name="looked_by")]},
        )
    ]
