"""Pilots of a checklist, their answers and evidence, and what was decided on them: all but the pilot's own row written
once (migration 0002). The latest answer to an item stands; those before it are kept.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from shidai.core.ids import new_id
from shidai.core.written import Written


class Pilot(models.Model):
    """A site that works through a checklist, as it stands."""

    class State(models.TextChoices):
        WORKING = "working"  # answers are written
        SUBMITTED = "submitted"  # waits for the level above
        SIGNED = "signed"
        ENDED = "ended"

    uuid = models.UUIDField(unique=True, default=new_id, editable=False)
    checklist = models.CharField(max_length=64)  # id of the pack
    site = models.ForeignKey("supply.Site", models.PROTECT, related_name="+")
    area = models.CharField(max_length=12, db_index=True)  # of the site
    started_on = models.DateField()
    signed_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WORKING)
    number = models.PositiveIntegerField(default=1)  # of the latest step: who decided in between is seen by it

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("checklist", "site"), condition=Q(ended_on=None), name="pilot_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(ended_on=None) | Q(ended_on__gt=F("started_on")), name="pilot_days"),
        )


class PilotStep(Written):
    """What became of a pilot: enrolled, submitted, returned, signed, ended; at a submission with all of its answers."""

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    deed = models.CharField(max_length=9)
    day = models.DateField()
    answers = models.JSONField(default=dict)  # by item; of a submission
    reason = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("pilot", "number"), name="pilot_step_once"),)


class Answer(Written):
    """An answer to an item, with the mark of the very words that it answers."""

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="answers")
    item = models.CharField(max_length=40)
    mark = models.CharField(max_length=16)
    value = models.JSONField()
    note = models.CharField(max_length=1000, blank=True, default="")
    paper = models.CharField(max_length=60, blank=True, default="")  # number of a paper that shows it

    class Meta:
        indexes = (models.Index(fields=("pilot", "item"), name="answer_of_item"),)


class Evidence(Written):
    """A file that shows an item; its content lies sealed beside the database, under this row's id."""

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="evidence")
    item = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=4)  # png, jpg, pdf: by its content
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 of the content


class EvidenceEnd(Written):
    """A file that was taken back, with the reason; its content is gone."""

    evidence = models.OneToOneField(Evidence, models.PROTECT, related_name="end")
    reason = models.CharField(max_length=500)
