"""What was agreed to, done and answered is never changed: a correction is a visit that replaces another one."""

from django.db import migrations

from shidai.core.appendonly import seal_tables


class Migration(migrations.Migration):
    dependencies = [("programmes", "0001_initial")]
    operations = [
        seal_tables(["programmes_consent", "programmes_visit"], "what is written of programmes is never changed")
    ]
