"""Who works with the register, where and as what."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from shidai.core.ids import new_id
from shidai.core.roles import ROLES


class StaffManager(BaseUserManager["Staff"]):
    """Django's authentication asks its manager for `get_by_natural_key`; accounts are made by `core.actions`."""


class Staff(AbstractBaseUser):
    """A member of the staff, or the account of a program."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)
    failed_logins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = StaffManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("username",)

    def __str__(self) -> str:
        return self.name or self.username


class Posting(models.Model):
    """A role in an area for a time. An empty prefix is everywhere."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="postings")
    role = models.CharField(max_length=20, choices=[(role, role) for role in ROLES])
    prefix = models.CharField(max_length=12, blank=True)
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    class Meta:
        ordering = ("prefix", "role")
        constraints = (
            models.UniqueConstraint(fields=("staff", "role", "prefix", "start_date"), name="posting_once"),
            models.CheckConstraint(condition=Q(end_date=None) | Q(end_date__gte=F("start_date")), name="posting_dates"),
        )


class EmergencyAccess(models.Model):
    """Break-glass: a stated reason opens the records of an area for some hours, and is reported."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="emergencies")
    prefix = models.CharField(max_length=12)
    reason = models.TextField()
    opened_at = models.DateTimeField(default=timezone.now)
    closes_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=60, blank=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-opened_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by="") | Q(reviewed_at__isnull=False, reviewed_by__gt=""),
                name="emergency_review_paired",
            ),
        )
