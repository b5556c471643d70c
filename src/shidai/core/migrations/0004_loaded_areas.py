"""Changes of areas tell whether a pack states them, and the pack's list that was loaded last is known by its digest."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_audit_found_by_day_and_area")]
    operations = [
        migrations.CreateModel(
            name="LoadedAreas",
            fields=[
                ("city", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.AddField(model_name="areachange", name="by_pack", field=models.BooleanField(default=False)),
    ]
