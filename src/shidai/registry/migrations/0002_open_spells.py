"""The open spells by kind and area: lists and counts of who lives or is registered somewhere today."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="spell",
            index=models.Index(fields=("kind", "area", "person"), condition=Q(end_date=None), name="spell_open"),
        )
    ]
