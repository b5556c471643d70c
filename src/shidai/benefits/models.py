"""Claims and their ledger, decisions, what comes due, payments. What is written is never changed: migration 0004."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from shidai.benefits.bank import masked
from shidai.core import sealing
from shidai.core.written import Written


class Claim(Written):
    """One subject's claim under one scheme; where it stands follows from its ledger.

    `occasion` is empty for what is paid period after period, and the version's id for what is granted once: so each
    version grants it once. `state` is a copy for lists, kept by `actions` and nowhere else; it isn't renewed when a
    notice runs out.
    """

    scheme = models.CharField(max_length=64)
    occasion = models.CharField(max_length=64, blank=True, default="")
    version = models.CharField(max_length=64)  # under whose steps it goes
    person = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="+")
    household = models.ForeignKey("registry.Household", models.PROTECT, null=True, related_name="+")
    village = models.CharField(max_length=12, blank=True, default="")
    area = models.CharField(max_length=12, db_index=True)  # whose office handles it
    state = models.CharField(max_length=10, db_index=True)

    stays_when_merged = True
    """A claim stays with the record under which it was made when that record is merged into another one."""
    kept_person: int | None = None
    """Of a claim that is extracted: its person, or the record which was kept."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("scheme", "occasion", "person"), name="claim_person_once"),
            models.UniqueConstraint(fields=("scheme", "occasion", "household"), name="claim_household_once"),
            models.UniqueConstraint(
                fields=("scheme", "occasion", "village"), condition=~Q(village=""), name="claim_village_once"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, household=None, village="")
                | Q(person=None, household__isnull=False, village="")
                | Q(person=None, household=None) & ~Q(village=""),
                name="claim_one_subject",
            ),
        )


class Attestation(Written):
    """A fact that no register holds, attested for one subject on a paper: it holds for all claims of the subject."""

    stays_when_merged = True
    kept_person: int | None = None

    person = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="+")
    household = models.ForeignKey("registry.Household", models.PROTECT, null=True, related_name="+")
    village = models.CharField(max_length=12, blank=True, default="")
    area = models.CharField(max_length=12, db_index=True)  # whose office keeps the paper
    fact = models.CharField(max_length=40)
    number = models.BigIntegerField(null=True)  # 1 and 0 for true and false, days since 1970-01-01 for a day
    text = models.CharField(max_length=200, blank=True, default="")
    paper = models.CharField(max_length=200)
    start_date = models.DateField()
    end_date = models.DateField(null=True)


class RulesUsed(Written):
    """A version's rules, whole, from the first decision that rested on them; a mended error makes another line."""

    scheme = models.CharField(max_length=64)
    version = models.CharField(max_length=64)
    number = models.PositiveIntegerField()  # 1 for the first; the last one counts
    rules = models.TextField()  # the version as JSON
    reason = models.CharField(max_length=500, blank=True, default="")  # of a mended error

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("scheme", "version", "number"), name="rules_in_order"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="rules_mended_with_reason"),
        )


class Decision(Written):
    """A determination as it was made: the version, every condition's outcome with the facts used, the amount."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="decisions")
    pack = models.CharField(max_length=64)
    pack_version = models.CharField(max_length=40)
    version = models.CharField(max_length=64)
    rules = models.ForeignKey(RulesUsed, models.PROTECT, null=True, related_name="+")  # null: made by an older program
    on = models.DateField()
    eligible = models.BooleanField()
    fen = models.BigIntegerField()
    granted = models.BigIntegerField(null=True)  # what an officer set, where the pack only gives limits
    outcomes = models.JSONField()  # [{id, met, facts: {column: value}}, …]
    facts = models.JSONField()  # every fact that the version reads, so that it can be run again


class LedgerEntry(Written):
    """One act in a claim's life."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()  # 1 for the claim's first
    act = models.CharField(max_length=10)
    day = models.DateField()
    told_on = models.DateField()  # the day after it its public notice begins
    reason = models.CharField(max_length=500, blank=True, default="")
    fen = models.BigIntegerField(null=True)  # the amount that is granted with it
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("claim", "number"), name="entry_in_order"),)


class Recovery(Written):
    """An agreement to give back what was paid too much: so much in each of so many months."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="recoveries")
    fen = models.PositiveBigIntegerField()  # in all
    instalments = models.PositiveSmallIntegerField()
    first_day = models.DateField()  # the first instalment is given by this day, the next ones a month later each
    paper = models.CharField(max_length=200)  # the signed agreement


class Repayment(Written):
    """Money that came back from a payee, or a part that isn't asked back, with the reason."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="repayments")
    waived = models.BooleanField(default=False)
    fen = models.PositiveBigIntegerField()
    day = models.DateField()
    paper = models.CharField(max_length=200)  # the receipt's number, or why it isn't asked back


class Due(Written):
    """A line of a claim's account for one period: what it earned, a later correction, or what was given back.

    Signed, never changed. A line has the decision that it follows from, or the repayment.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="dues")
    period = models.DateField()  # the day of its determination
    number = models.PositiveIntegerField(default=0)  # 0 the period's first line, 1… later ones
    fen = models.BigIntegerField()
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    repayment = models.ForeignKey(Repayment, models.PROTECT, null=True, related_name="lines")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("claim", "period", "number"), name="due_once"),
            models.CheckConstraint(
                condition=Q(decision=None, repayment__isnull=False) | Q(decision__isnull=False, repayment=None),
                name="due_has_a_ground",
            ),
        )

    @property
    def is_waived(self) -> bool:
        """Whether the line only says that something isn't asked back: it is never paid."""
        return self.repayment is not None and self.repayment.waived


class Numbered(Written):
    """A bank account: its number is sealed."""

    SEALED: ClassVar[str]  # the field's name in the seal

    number = models.BinaryField()
    bank_code = models.CharField(max_length=14)

    class Meta:
        abstract = True

    @classmethod
    def sealed(cls, number: str) -> dict[str, Any]:
        """The fields that keep a number."""
        return {"number": sealing.seal(number, cls.SEALED)}

    def open_number(self) -> str:
        """The number itself, for the bank."""
        return sealing.open_sealed(bytes(self.number), self.SEALED)

    def masked_number(self) -> str:
        """The end of the number, for pages."""
        return masked(self.open_number())


class Account(Numbered):
    """Where a claim's money goes; the latest counts."""

    SEALED = "account.number"

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="accounts")
    holder = models.CharField(max_length=60)
    index = models.BigIntegerField(db_index=True)  # blind: one account of two claims is noticed
    kind = models.CharField(max_length=5)  # card or other

    @classmethod
    def sealed(cls, number: str) -> dict[str, Any]:
        """The fields that keep a number, and by which it is found again."""
        return {**super().sealed(number), "index": sealing.blind_index(number, cls.SEALED)}


class Payer(Numbered):
    """The account from which a county pays; the latest counts."""

    SEALED = "payer.number"

    area = models.CharField(max_length=12, db_index=True)
    name = models.CharField(max_length=70)


class Batch(Written):
    """Payments of one scheme in one county that go to the bank together."""

    scheme = models.CharField(max_length=64)
    area = models.CharField(max_length=12, db_index=True)
    pay_day = models.DateField()
    form = models.CharField(max_length=5, default="bank")  # bank, or hand: petty cash and goods against a signature
    payer = models.ForeignKey(Payer, models.PROTECT, null=True, related_name="+")  # none: handed over
    signatures_needed = models.PositiveSmallIntegerField()


class Signature(Written):
    """A release of a batch by one person who didn't build it."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="signatures")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("batch", "by"), name="signature_once_each"),)


class BankFile(Written):
    """A file that was made for the bank, or an answer of the bank that was taken: its digest and who did it."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="files")
    answer = models.BooleanField()
    form = models.CharField(max_length=20)  # pain.001, csv; of an answer its file name's end
    sha256 = models.CharField(max_length=64)
    confirmed = models.BooleanField(default=True)  # false: by nobody, and the file names the batch itself


class Refusal(Written):
    """A batch that isn't released: what it would have paid is unpaid again."""

    batch = models.OneToOneField(Batch, models.PROTECT, related_name="refusal")
    reason = models.CharField(max_length=200)


class Payment(Written):
    """One transfer of a batch."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="payments")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="payments")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")  # none: handed over
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
    """What became of a payment: paid, or come back. What was paid may come back later; what came back stays so."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="outcomes")
    paid = models.BooleanField()
    reason = models.CharField(max_length=200, blank=True, default="")
    day = models.DateField(null=True)  # as the bank says it; a list may not

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("payment", "paid"), name="outcome_once_each"),)
