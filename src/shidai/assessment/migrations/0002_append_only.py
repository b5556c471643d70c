"""Answers, evidence and decisions are never changed: a later one takes the earlier one's place."""

from django.db import migrations

from shidai.core.appendonly import seal_tables

TABLES = ("pilotstep", "answer", "evidence", "evidenceend")


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial")]
    operations = [
        seal_tables([f"assessment_{name}" for name in TABLES], "what is written of a checklist is never changed")
    ]
