"""When a consent and a session were typed, by the device; of a session also on which form."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programmes", "0008_capacity")]

    operations = [
        migrations.AddField("consent", "recorded_at", models.DateTimeField(null=True)),
        migrations.AddField("session", "recorded_at", models.DateTimeField(null=True)),
        migrations.AddField("session", "form", models.CharField(max_length=16, null=True)),
    ]
