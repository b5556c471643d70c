"""What is written once."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from shidai.core.ids import new_id


class Written(models.Model):
    """A line that is written once: an id that the client may make, when, and by whom."""

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=new_id, editable=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=150)

    class Meta:
        abstract = True
