"""The auditor finds entries by day and by area: indexes, so that a log of millions answers at once.

Written as SQL because Django doesn't manage the table of the log (migration 0002).
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_append_only")]
    operations = [
        migrations.RunSQL(f"CREATE INDEX audit_{name} ON core_auditentry ({name})", f"DROP INDEX audit_{name}")
        for name in ("at", "area")
    ]
