"""Claims and their ledger, decisions, what comes due, payments. What is written is never changed: migration 0002."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
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


class Claim(Written):
    """One subject's claim under one scheme; where it stands follows from its ledger.

    `state` is a copy for lists, kept by `actions` and nowhere else; it isn't renewed when a notice runs out.
    """

    scheme = models.CharField(max_length=64)
    version = models.CharField(max_length=64)  # under whose steps it goes
    person = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="+")
    household = models.ForeignKey("registry.Household", models.PROTECT, null=True, related_name="+")
    village = models.CharField(max_length=12, blank=True, default="")
    area = models.CharField(max_length=12, db_index=True)  # whose office handles it
    state = models.CharField(max_length=10, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("scheme", "person"), name="claim_person_once"),
            models.UniqueConstraint(fields=("scheme", "household"), name="claim_household_once"),
            models.UniqueConstraint(fields=("scheme", "village"), condition=~Q(village=""), name="claim_village_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, household=None, village="")
                | Q(person=None, household__isnull=False, village="")
                | Q(person=None, household=None) & ~Q(village=""),
                name="claim_one_subject",
            ),
        )


class Attestation(Written):
    """A fact that no register holds, attested for a claim's subject on a paper."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="attestations")
    fact = models.CharField(max_length=40)
    number = models.BigIntegerField(null=True)  # 1 and 0 for true and false, days since 1970-01-01 for a day
    text = models.CharField(max_length=200, blank=True, default="")
    paper = models.CharField(max_length=200)
    start_date = models.DateField()
    end_date = models.DateField(null=True)


class Decision(Written):
    """A determination as it was made: the version, every condition's outcome with the facts used, the amount."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="decisions")
    pack = models.CharField(max_length=64)
    pack_version = models.CharField(max_length=40)
    version = models.CharField(max_length=64)
    on = models.DateField()
    eligible = models.BooleanField()
    fen = models.BigIntegerField()
    outcomes = models.JSONField()  # [{id, met, facts: {column: value}}, …]
    facts = models.JSONField()  # every fact that the version reads, so that it can be run again


class LedgerEntry(Written):
    """One act in a claim's life."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()  # 1 for the claim's first
    act = models.CharField(max_length=10)
    day = models.DateField()
    reason = models.CharField(max_length=500, blank=True, default="")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("claim", "number"), name="entry_in_order"),)


class Due(Written):
    """What a claim has earned for one period, or a later correction of it: signed, never changed."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="dues")
    period = models.DateField()  # the day of its determination
    number = models.PositiveIntegerField(default=0)  # 0 the period's own, 1… corrections
    fen = models.BigIntegerField()
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("claim", "period", "number"), name="due_once"),)


class Account(Written):
    """Where a claim's money goes; the latest counts."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="accounts")
    holder = models.CharField(max_length=60)
    number = models.BinaryField()  # sealed
    bank_code = models.CharField(max_length=14)


class Batch(Written):
    """Payments of one scheme in one county that go to the bank together."""

    scheme = models.CharField(max_length=64)
    area = models.CharField(max_length=12, db_index=True)
    pay_day = models.DateField()
    signatures_needed = models.PositiveSmallIntegerField()


class Signature(Written):
    """A release of a batch by one person who didn't build it."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="signatures")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("batch", "by"), name="signature_once_each"),)


class Payment(Written):
    """One transfer of a batch."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="payments")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="payments")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    fen = models.PositiveBigIntegerField()
    reference = models.CharField(max_length=35, unique=True)  # what the bank's answer names it by

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("batch", "claim"), name="payment_once_a_batch"),
            models.CheckConstraint(condition=Q(fen__gt=0), name="payment_positive"),
        )


class Settled(models.Model):
    """Which dues a payment settles. A due is in one payment at most that hasn't come back: the database holds to it."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="settled")
    due = models.ForeignKey(Due, models.PROTECT, related_name="settled")
    live = models.BooleanField(default=True)  # false once the bank has returned the payment

    class Meta:
        constraints = (models.UniqueConstraint(fields=("due",), condition=Q(live=True), name="due_paid_once"),)


class Outcome(Written):
    """What the bank answered of a payment: the first answer counts, a second one is refused."""

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="outcome")
    paid = models.BooleanField()
    reason = models.CharField(max_length=200, blank=True, default="")
    day = models.DateField()
