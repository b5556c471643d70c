"""What a merge changed is written once: without it no merge could be undone."""

from django.db import migrations

from shidai.core.appendonly import seal_tables


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_duplicates")]
    operations = [seal_tables(["registry_mergedreference"], "what a merge changed is never rewritten")]
