"""Records that may be one person: runs of the search, the pairs it found, and what was merged."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from shidai.core.ids import new_id
from shidai.registry.models.people import Person

OUTSIDE = "duplicate.outside"  # the field that seals a row of another list


class DuplicateRun(models.Model):
    """One search for duplicates, with the error that it states: how many it is expected to miss and to be wrong on."""

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=new_id, editable=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=60)
    people = models.BigIntegerField()  # records of the register that were compared
    against = models.CharField(max_length=200, blank=True)  # the other list's file name; '' within the register
    among_some = models.BooleanField(default=False)  # of some people only, such as those who are paid
    against_rows = models.BigIntegerField(default=0)
    model = models.CharField(max_length=40)  # kind and fingerprint of what was learned
    settings = models.JSONField()  # what was learned: shares and chances, no names
    least = models.FloatField()  # pairs less probable weren't asked about
    pairs = models.BigIntegerField()  # of at least that probability
    expected_missed = models.FloatField()  # pairs below it that are expected to be one person
    expected_false = models.FloatField()  # pairs above it that are expected to be two

    class Meta:
        ordering = ("-at",)


class DuplicatePair(models.Model):
    """Two records that are probably one person: two of the register, or one and a row of another city's list."""

    stays_when_merged = True

    class State(models.TextChoices):
        OPEN = "open"
        SAME = "same"
        DIFFERENT = "different"
        UNSURE = "unsure"

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=new_id, editable=False)
    one = models.ForeignKey(Person, models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    outside = models.BinaryField(default=b"")  # sealed JSON of the other list's row, by role
    outside_mark = models.BigIntegerField(null=True)  # keyed mark of that list's name and the row's key
    run = models.ForeignKey(DuplicateRun, models.PROTECT, related_name="found")
    probability = models.FloatField()
    evidence = models.JSONField()  # [{aspect, rung, context, weight}, …], weights in log2 odds
    records_mark = models.BigIntegerField()  # keyed mark of what both records said: changed, the pair is asked again
    found_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    judged_by = models.CharField(max_length=60, blank=True, default="")
    judged_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    passed_by = models.CharField(max_length=60, blank=True, default="")  # who asked the city to judge
    passed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-probability", "id")
        constraints = (
            models.UniqueConstraint(fields=("one", "other"), name="duplicate_pair_once"),
            models.UniqueConstraint(fields=("one", "outside_mark"), name="duplicate_outside_once"),
            models.CheckConstraint(
                condition=Q(other__isnull=False, outside_mark=None) & Q(one__lt=F("other"))
                | Q(other=None, outside_mark__isnull=False),
                name="duplicate_two_records",
            ),
            models.CheckConstraint(
                condition=Q(state="open", judged_at=None, judged_by="")
                | ~Q(state="open") & Q(judged_at__isnull=False, judged_by__gt=""),
                name="duplicate_judged_paired",
            ),
            models.CheckConstraint(
                condition=Q(passed_at=None, passed_by="") | Q(passed_at__isnull=False, passed_by__gt=""),
                name="duplicate_passed_paired",
            ),
        )
        indexes = (models.Index(fields=("state", "-probability", "id"), name="duplicate_queue"),)


class Merge(models.Model):
    """Two records became one. The merged record stays as it was, behind the one that was kept."""

    stays_when_merged = True

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=new_id, editable=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=60)
    keep = models.ForeignKey(Person, models.PROTECT, related_name="+")
    gone = models.ForeignKey(Person, models.PROTECT, related_name="merges")
    reason = models.CharField(max_length=200)
    keep_areas = models.JSONField()  # registered and living area of each at the merge: who may undo it
    gone_areas = models.JSONField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=60, blank=True, default="")
    undone_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ("-at",)
        constraints = (
            models.UniqueConstraint(fields=("gone",), condition=Q(undone_at=None), name="merge_gone_once"),
            models.CheckConstraint(condition=~Q(keep=F("gone")), name="merge_of_two"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by="") | Q(undone_at__isnull=False, undone_by__gt=""),
                name="merge_undone_paired",
            ),
        )


class MergedReference(models.Model):
    """One column of one row that a merge changed, as it was and as it became. Written once: migration 0006."""

    id = models.BigAutoField(primary_key=True)
    merge = models.ForeignKey(Merge, models.PROTECT, related_name="references")
    model = models.CharField(max_length=80)  # registry.Spell
    row = models.CharField(max_length=40)  # its primary key before the merge
    field = models.CharField(max_length=60)  # the column's attribute: person_id
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ("id",)
