"""Sites, lots, the stock ledger, cards and requisitions. Entries and movements are never changed: migration 0002.

Double entry: a movement takes a quantity of a lot from one account and gives it to another, so that the sum over all
accounts is always nought. Accounts: `site:<code>` (a site's shelf), `transit:<code>` (under way to a site), and the
outside: supplier, people, lost, expired, counted. A balance is kept for shelves and transit alone, never below nought.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from shidai.core.ids import new_id
from shidai.core.written import Written
from shidai.words import Text


class Site(models.Model):
    """A place that keeps stock, hands out or sees people: store, station, room or machine."""

    class Kind(models.TextChoices):
        STORE = "store"
        STATION = "station"
        ROOM = "room"  # where migrants live, work and trade
        MACHINE = "machine"  # self-service

    uuid = models.UUIDField(unique=True, default=new_id, editable=False)
    code = models.CharField(max_length=20, unique=True)
    area = models.CharField(max_length=12, db_index=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    supplier = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    opens = models.JSONField(default=dict)  # weekday 1 (Monday) to 7 → [["08:30", "11:30"], …]
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(closed_on=None) | Q(closed_on__gt=F("opened_on")), name="site_days"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__isnull=False, longitude__isnull=False),
                name="site_place_whole",
            ),
        )

    @property
    def text(self) -> Text:
        return Text(zh=self.name_zh, en=self.name_en)


class Lot(models.Model):
    """What was made together: a commodity, the maker's lot number and the day of expiry."""

    commodity = models.CharField(max_length=64)
    number = models.CharField(max_length=20)
    gtin = models.CharField(max_length=14, blank=True, default="")
    expires_on = models.DateField()  # the last day on which it may be used
    recalled = models.BooleanField(default=False)  # its last recall wasn't lifted: changed with both, under its lock

    class Meta:
        constraints = (models.UniqueConstraint(fields=("commodity", "number"), name="lot_once"),)


class Recall(Written):
    """A lot that is handed out no more, until the recall is lifted."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="recalls")
    day = models.DateField()
    reason = models.CharField(max_length=500)


class RecallEnd(Written):
    """A recall that was lifted: the lot may be handed out again."""

    recall = models.OneToOneField(Recall, models.PROTECT, related_name="end")
    day = models.DateField()
    reason = models.CharField(max_length=500)


class StockEntry(Written):
    """One act at a site, for example a receipt, a hand-out or a stock-take; its movements say of which lots."""

    class Deed(models.TextChoices):
        RECEIPT = "receipt"  # from a supplier outside
        TRANSFER = "transfer"  # sent on its way to `other`
        ARRIVAL = "arrival"  # of a transfer
        HANDOUT = "handout"
        LOSS = "loss"
        EXPIRY = "expiry"
        COUNT = "count"
        REVERSAL = "reversal"

    stays_when_merged = True

    deed = models.CharField(max_length=8, choices=Deed.choices)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    other = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+")
    day = models.DateField()
    person = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="+")
    card = models.ForeignKey("Card", models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=8, blank=True, default="")  # desk, machine, visit
    arrives = models.OneToOneField("self", models.PROTECT, null=True, related_name="arrival")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")
    reason = models.CharField(max_length=500, blank=True, default="")
    reference = models.CharField(max_length=60, blank=True, default="")
    recorded_at = models.DateTimeField(default=timezone.now)  # by the device on which it was typed

    class Meta:
        indexes = (models.Index(fields=("site", "day"), name="entry_by_site"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(deed__in=("loss", "reversal")) | ~Q(reason=""), name="entry_with_reason"
            ),
            models.CheckConstraint(condition=Q(person=None) | Q(deed="handout"), name="entry_person_of_handout"),
        )


class Movement(models.Model):
    """A quantity of a lot goes from one account to another."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(StockEntry, models.PROTECT, related_name="movements")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    source = models.CharField(max_length=28)
    target = models.CharField(max_length=28)
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(quantity__gt=0), name="movement_of_something"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="movement_between_two"),
        )


class Balance(models.Model):
    """What is on a shelf or in transit of a lot: the sum of its movements, never below nought."""

    account = models.CharField(max_length=28)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    quantity = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("account", "lot"), name="balance_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="balance_not_negative"),
        )


class Card(Written):
    """A service card. It names nobody: the number leads to a person only inside the system."""

    stays_when_merged = True

    number = models.CharField(max_length=12, unique=True)
    day = models.DateField()
    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    area = models.CharField(max_length=12)  # of the person on that day


class CardEnd(Written):
    """A card that opens nothing any more: lost, replaced, given back."""

    card = models.OneToOneField(Card, models.PROTECT, related_name="end")
    reason = models.CharField(max_length=12)  # lost, replaced, returned


class Taker(models.Model):
    """One row for everybody who ever took something or got a card, locked while either is decided."""

    stays_when_merged = True

    person = models.OneToOneField("registry.Person", models.PROTECT, related_name="+")


class Looked(models.Model):
    """A number that was entered at a dispensing point and counts towards a limit; kept for a day."""

    class Kind(models.TextChoices):
        UNKNOWN = "unknown"  # it can't be used
        OUTSIDE = "outside"  # a resident number of somebody outside the areas of who entered it

    by = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    mark = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=("by", "at"), name="looked_by"),)


class Requisition(Written):
    """A site asks its supplier for so much; what was proposed stands beside it."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    supplier = models.ForeignKey(Site, models.PROTECT, related_name="+")
    commodity = models.CharField(max_length=64)
    day = models.DateField()
    quantity = models.PositiveIntegerField()
    proposed = models.PositiveIntegerField()
    reason = models.CharField(max_length=500, blank=True, default="")


class RequisitionStep(Written):
    """What became of a requisition: approved (for so much), refused, withdrawn or sent."""

    requisition = models.ForeignKey(Requisition, models.PROTECT, related_name="steps")
    deed = models.CharField(max_length=8)
    day = models.DateField()
    quantity = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True, default="")
    entry = models.ForeignKey(StockEntry, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("requisition", "deed"), name="requisition_step_once"),
            models.UniqueConstraint(
                fields=("requisition",),
                condition=Q(deed__in=("refused", "withdrawn", "sent")),
                name="requisition_ends_once",
            ),
        )
