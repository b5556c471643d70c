"""The lists of a township's people: who is here and who has left from indexes alone, the dead by where they died."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_phone_mark")]

    operations = [
        migrations.RemoveIndex(model_name="spell", name="spell_open"),
        migrations.AddIndex(
            model_name="spell",
            index=models.Index(
                fields=("kind", "area", "person", "end_date"), condition=Q(end_date=None), name="spell_here"
            ),
        ),
        migrations.AddIndex(
            model_name="spell",
            index=models.Index(
                fields=("area", "person", "end_reason", "end_date"),
                condition=Q(end_date__isnull=False),
                name="spell_ended",
            ),
        ),
        migrations.AlterField(
            model_name="death",
            name="living_area",
            field=models.CharField(blank=True, db_index=True, default="", max_length=12),
        ),
        migrations.AddIndex(
            model_name="death",
            index=models.Index(fields=("person",), condition=Q(date=None), name="death_undated"),
        ),
    ]
