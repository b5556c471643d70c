"""The stock book is never changed: what was typed wrongly is reversed by an entry of its own."""

from django.db import migrations

from shidai.core.appendonly import seal_tables

TABLES = ("stockentry", "movement", "recall", "card", "cardend", "requisition", "requisitionstep")


class Migration(migrations.Migration):
    dependencies = [("supply", "0001_initial")]
    operations = [seal_tables([f"supply_{name}" for name in TABLES], "what is written of stock is never changed")]
