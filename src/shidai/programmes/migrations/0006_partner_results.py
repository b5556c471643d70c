"""Whether a partner lets the other half see his result. Nullable: a table that is remade would lose its seal."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0005_visit_advice"),
    ]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="shared",
            field=models.BooleanField(null=True),
        ),
    ]
