"""Training sessions, every change of one, and who came. Changes and attendance are written once: migration 0002.

A session's own row says how it stands now; `SessionChange` says how it came to that, one row a change, numbered.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from shidai.core.ids import new_id
from shidai.core.written import Written


class Session(models.Model):
    """A training session or talk as it stands: planned, held or cancelled."""

    class State(models.TextChoices):
        PLANNED = "planned"
        HELD = "held"
        CANCELLED = "cancelled"

    uuid = models.UUIDField(unique=True, default=new_id, editable=False)
    topic = models.CharField(max_length=64)  # id of a training of the pack
    area = models.CharField(max_length=12, db_index=True)  # for whose people it is
    day = models.DateField()
    starts = models.CharField(max_length=5)  # 08:30
    ends = models.CharField(max_length=5)
    site = models.ForeignKey("supply.Site", models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=120, blank=True, default="")  # in words, where it isn't a site
    trainer = models.CharField(max_length=120)
    audience = models.JSONField(default=list)  # staff, residents
    places = models.PositiveIntegerField(null=True)  # how many may come; null: no limit
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    number = models.PositiveIntegerField(default=1)  # of the latest change: who changed it in between is seen by it

    class Meta:
        indexes = (models.Index(fields=("area", "day"), name="session_by_area"),)
        constraints = (
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="session_lasts"),
            models.CheckConstraint(condition=Q(site__isnull=False) | ~Q(place=""), name="session_somewhere"),
        )

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return minutes_of(self.ends) - minutes_of(self.starts)


def minutes_of(time: str) -> int:
    """Minutes since midnight of '08:30'."""
    return int(time[:2]) * 60 + int(time[3:])


class SessionChange(Written):
    """What became of a session: planned, changed, held, cancelled, reopened; with all of its facts afterwards."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="changes")
    number = models.PositiveIntegerField()
    deed = models.CharField(max_length=8)
    facts = models.JSONField()
    reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("session", "number"), name="session_change_once"),)


class Attendance(Written):
    """Who came: a member of the staff, a resident who agreed to be named, or so many without names."""

    stays_when_merged = True

    session = models.ForeignKey(Session, models.PROTECT, related_name="attendances")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="+")
    audience = models.CharField(max_length=9)  # staff or residents
    heads = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(staff=None) & (Q(person=None) | Q(audience="residents")) | Q(person=None, audience="staff"),
                name="attendance_of_one",
            ),
            models.CheckConstraint(
                condition=Q(staff=None, person=None) | Q(heads=1), name="attendance_named_is_one_head"
            ),
        )


class AttendanceEnd(Written):
    """An attendance that was written by mistake, or replaced by another count."""

    attendance = models.OneToOneField(Attendance, models.PROTECT, related_name="end")
    reason = models.CharField(max_length=500)
