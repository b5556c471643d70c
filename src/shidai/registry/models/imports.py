"""What was imported from where: runs, the source's own keys, links that wait for their other end, rejected rows."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from shidai.core.ids import new_id


class Source(models.Model):
    """A system or office that sends files under its own keys."""

    name = models.CharField(max_length=60, unique=True)


class ImportRun(models.Model):
    """One file of one source being imported. `rows_done` is the checkpoint: it is committed with the rows."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"  # by Ctrl-C or cancelled: running it again continues

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=new_id, editable=False)
    source = models.ForeignKey(Source, models.PROTECT, related_name="runs")
    kind = models.CharField(max_length=14)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    rows_done = models.BigIntegerField(default=0)
    new = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    by = models.CharField(max_length=60)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-started_at",)


class SourceRow(models.Model):
    """Which record a source's key stands for, and the fingerprint of the row that was last taken over.

    Of a child whose birth was withdrawn, `record_id` is the negative of the person's number: rows that come again
    unchanged stay withdrawn, a changed one makes a new record.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="rows", db_index=False)
    kind = models.CharField(max_length=14)
    key = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    fingerprint = models.BigIntegerField()
    run_id = models.BigIntegerField()  # the run that saw it last
    line = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "kind", "key"), name="source_key_once"),)


class PendingLink(models.Model):
    """A row named a person who hasn't been read yet; settled when the file, or a later one, is finished."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="pending")
    link = models.CharField(max_length=10)  # mother, father, head
    owner_id = models.BigIntegerField()
    key = models.CharField(max_length=80)
    run_id = models.BigIntegerField()
    line = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "link", "owner_id"), name="pending_once"),)


class ImportReject(models.Model):
    """A row that was not taken over, or a part of it: what is wrong and how to mend it."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rejects")
    line = models.BigIntegerField()
    key = models.CharField(max_length=80, blank=True)
    column = models.CharField(max_length=40, blank=True)
    what_zh = models.TextField()
    what_en = models.TextField()
    mend_zh = models.TextField(blank=True)
    mend_en = models.TextField(blank=True)

    class Meta:
        ordering = ("run", "line", "id")
