"""What is written once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from shidai.core.ids import new_id

Given = ParamSpec("Given")
Made = TypeVar("Made")


def once(act: Callable[Given, Made]) -> Callable[Given, Made]:
    """An act in one transaction; where the same id comes twice at one moment, the later one finds the earlier."""
    whole = transaction.atomic(act)

    @wraps(act)
    def again(*given: Given.args, **named: Given.kwargs) -> Made:
        try:
            return whole(*given, **named)
        except IntegrityError:
            if named.get("id") is None:
                raise
            return whole(*given, **named)

    return again


class Written(models.Model):
    """A line that is written once: an id that the client may make, when, and by whom."""

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=new_id, editable=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=150)

    class Meta:
        abstract = True
