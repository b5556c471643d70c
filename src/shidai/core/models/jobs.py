"""Long work that runs beside the site, with progress that everybody can see."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from shidai.core.ids import new_id
from shidai.words import Text


class Job(models.Model):
    """One piece of long work. The queue itself is django-tasks' own table; this is what people see of it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    arguments = models.JSONField(default=dict)
    area = models.CharField(max_length=12, blank=True)
    staff_id = models.UUIDField(null=True)
    started_by = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message_zh = models.CharField(max_length=300, blank=True)
    message_en = models.CharField(max_length=300, blank=True)
    cancel_asked = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    started_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("-made_at",)

    @property
    def title(self) -> Text:
        return Text(zh=self.title_zh, en=self.title_en)

    @property
    def message(self) -> Text:
        return Text(zh=self.message_zh, en=self.message_en)

    @property
    def percent(self) -> int | None:
        """How much is done; None while the total is unknown."""
        return min(100, 100 * self.done // self.total) if self.total else None

    @property
    def finished(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELLED)
