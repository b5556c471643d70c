"""The audit log. No foreign keys, so that history never blocks a deletion and survives one."""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """One deed or one look at a record, chained to the entry before it.

    The table is made by the migrations but not managed by Django, so that no flush empties it; the database itself
    refuses to change or remove an entry (migration 0002).
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.CharField(max_length=32)  # as hashed: UTC, ISO 8601 with microseconds
    actor = models.CharField(max_length=60, db_index=True)
    deed = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=80, db_index=True)  # 'person:<uuid>'
    area = models.CharField(max_length=12, blank=True)
    purpose = models.CharField(max_length=60, blank=True)
    detail = models.TextField()  # canonical JSON, as hashed
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        managed = False
        db_table = "core_auditentry"
        ordering = ("-seq",)


class AuditHead(models.Model):
    """The end of the chain: one row, locked by whoever adds an entry."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    class Meta:
        managed = False
        db_table = "core_audithead"
