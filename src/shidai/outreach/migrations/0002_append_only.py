"""What became of a session and who came is never changed: it is corrected by a row of its own."""

from django.db import migrations

from shidai.core.appendonly import seal_tables

TABLES = ("sessionchange", "attendance", "attendanceend")


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_initial")]
    operations = [seal_tables([f"outreach_{name}" for name in TABLES], "what is written of sessions is never changed")]
