"""Consents, visits and answers to an offer. Nothing written is ever changed: migration 0002."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from shidai.core.ids import new_id
from shidai.core.written import Written
from shidai.packs.schema.programme import REFUSALS


class Consent(Written):
    """Somebody agreed to a programme, or took it back; the last one counts."""

    stays_when_merged = True

    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    programme = models.CharField(max_length=64)
    version = models.CharField(max_length=64)  # whose text was agreed to
    day = models.DateField()
    given = models.BooleanField()
    recorded_at = models.DateTimeField(null=True)  # by the device on which it was typed; null: at `at`


class Visit(Written):
    """What was done at a step on a day and what came of it; or an answer to the offer (see `REFUSALS`).

    A correction is a visit that replaces another one; the one that nothing replaces counts.
    """

    stays_when_merged = True

    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    programme = models.CharField(max_length=64)
    version = models.CharField(max_length=64)
    step = models.CharField(max_length=40)
    course = models.UUIDField(db_index=True)  # the same for all visits that follow from one first step
    day = models.DateField()
    area = models.CharField(max_length=12, db_index=True)  # of the person on that day, whose workers may see it
    site = models.CharField(max_length=20, blank=True, default="")
    outcome = models.CharField(max_length=40)
    until = models.DateField(null=True)  # after not_now: nobody asks again before this day
    values = models.JSONField(default=dict)
    form = models.CharField(max_length=16)  # the mark of the form on which it was typed
    recorded_at = models.DateTimeField(default=timezone.now)  # by the device on which it was typed
    shared = models.BooleanField(null=True)  # of a partner's step: whether the other half may see the result
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    reason = models.CharField(max_length=500, blank=True, default="")  # of a correction

    class Meta:
        indexes = (models.Index(fields=("programme", "area", "day"), name="visit_by_area"),)
        constraints = (
            models.UniqueConstraint(
                fields=("person", "programme", "step", "day"),
                condition=Q(replaces=None) & ~Q(outcome__in=REFUSALS),
                name="visit_once_a_day",
            ),
            models.CheckConstraint(condition=Q(replaces=None) | ~Q(reason=""), name="visit_corrected_with_reason"),
        )


class Referral(Written):
    """To where a visit's result sent somebody: a site of the city, or a place outside of it that is only named.

    Another place is a referral that replaces the one before; the one that nothing replaces counts. The answer is the
    visit of a step that follows. It has no person of its own: it is hers whose visit it follows, merged or not.
    """

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="referrals")
    origin = models.ForeignKey("supply.Site", models.PROTECT, related_name="+")  # whose staff refers
    site = models.ForeignKey("supply.Site", models.PROTECT, null=True, related_name="+")  # null: outside the city
    outside = models.CharField(max_length=80, blank=True, default="")
    day = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)  # by the device on which it was typed
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    reason = models.CharField(max_length=500, blank=True, default="")  # of another place

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("visit",), condition=Q(replaces=None), name="referral_once_a_visit"),
            models.CheckConstraint(
                condition=(Q(site=None) & ~Q(outside="")) | Q(site__isnull=False, outside=""),
                name="referral_to_one_place",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, reason="") | (Q(replaces__isnull=False) & ~Q(reason="")),
                name="referral_elsewhere_with_reason",
            ),
            models.CheckConstraint(condition=Q(site=None) | ~Q(site=F("origin")), name="referral_leaves_its_site"),
        )


class ShownAdvice(Written):
    """What the criteria of eligibility said for somebody on a day, as it was shown."""

    stays_when_merged = True

    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    day = models.DateField()
    area = models.CharField(max_length=12)  # of the person on that day, whose workers may see it
    version = models.CharField(max_length=40)  # of the criteria
    age = models.SmallIntegerField(null=True)  # completed years; null: not known
    conditions = models.JSONField()  # ids
    categories = models.JSONField()  # method → starting, going on


class VisitAdvice(Written):
    """What one topic of advice said at a visit, as it was shown: a line for each topic, with what it rested on."""

    stays_when_merged = True

    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="advice")
    day = models.DateField()
    area = models.CharField(max_length=12)  # of the person on that day, whose workers may see it
    topic = models.CharField(max_length=40)
    version = models.CharField(max_length=40)  # of the tables behind it
    facts = models.JSONField()  # what was known, by fact
    said = models.JSONField()  # each with zh, en, why, source, check
    asks = models.JSONField()  # what was to be asked: zh, en

    class Meta:
        constraints = (models.UniqueConstraint(fields=("visit", "topic"), name="advice_once_a_visit"),)


class Session(Written):
    """A group step that was held: where, when, with what answers, and how many came whose names weren't asked."""

    programme = models.CharField(max_length=64)
    version = models.CharField(max_length=64)
    step = models.CharField(max_length=40)
    day = models.DateField()
    site = models.ForeignKey("supply.Site", models.PROTECT, related_name="+")
    area = models.CharField(max_length=12, db_index=True)  # of the site, whose workers may see it
    values = models.JSONField(default=dict)  # the same for everybody who came
    heads = models.IntegerField()  # who came without being named
    form = models.CharField(max_length=16, null=True)  # its mark; null: held before it was kept
    recorded_at = models.DateTimeField(null=True)  # by the device on which it was typed; null: at `at`

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(heads__gte=0), name="session_heads"),)


class Attendance(Written):
    """Somebody came to a session: her visit."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="attended")
    visit = models.OneToOneField(Visit, models.PROTECT, related_name="+")


class KeptDue(models.Model):
    """A step that is due for somebody, as the last night's list has it; made anew from what is on file at any time."""

    stays_when_merged = True

    person = models.ForeignKey("registry.Person", models.CASCADE, related_name="+")
    area = models.CharField(max_length=12)
    programme = models.CharField(max_length=64)
    step = models.CharField(max_length=40)
    since = models.DateField()
    by = models.DateField()
    last = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=("area", "by"), name="kept_due_by_area"),)


class KeptList(models.Model):
    """Of which day the kept list of an area is: of a county as a whole, or of a village renewed since."""

    area = models.CharField(max_length=12, primary_key=True)
    day = models.DateField()
    made_at = models.DateTimeField()


class Clinic(models.Model):
    """Hours in which a site sees people: on a weekday from `start` to `end`, `places` at a time, `minutes` each."""

    uuid = models.UUIDField(unique=True, default=new_id, editable=False)
    site = models.ForeignKey("supply.Site", models.PROTECT, related_name="+")
    programme = models.CharField(max_length=64, blank=True, default="")  # '': any
    weekday = models.SmallIntegerField()  # 1 is Monday
    start = models.CharField(max_length=5)  # '08:30'
    end = models.CharField(max_length=5)
    minutes = models.SmallIntegerField()
    places = models.SmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)  # not on this day any more

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="clinic_weekday"),
            models.CheckConstraint(condition=Q(minutes__gte=5, places__gte=1), name="clinic_size"),
        )


class Capacity(Written):
    """How many rooms a site has, and how many of its staff see people, from a day on; the latest line counts."""

    site = models.ForeignKey("supply.Site", models.PROTECT, related_name="+")
    day = models.DateField()
    rooms = models.SmallIntegerField(null=True)  # null: not stated, so that nothing is held against it
    staff = models.SmallIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(rooms=None) | Q(rooms__gte=0), name="capacity_rooms"),
            models.CheckConstraint(condition=Q(staff=None) | Q(staff__gte=0), name="capacity_staff"),
        )


class Piece(Written):
    """A piece of equipment of a site. How it stands is what its notes say."""

    site = models.ForeignKey("supply.Site", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=64)
    number = models.CharField(max_length=40)  # of the inventory
    day = models.DateField()  # in service from

    class Meta:
        constraints = (models.UniqueConstraint(fields=("site", "number"), name="piece_number_once"),)


class PieceNote(Written):
    """What was seen of a piece on a day. The latest one but checks says how it stands."""

    class State(models.TextChoices):
        WORKS = "works"  # again
        BROKEN = "broken"
        CHECKED = "checked"  # calibrated or maintained; whether it works is said apart
        OUT = "out"  # taken out of service

    piece = models.ForeignKey(Piece, models.PROTECT, related_name="notes")
    day = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices)
    reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(state="broken") | ~Q(reason=""), name="piece_broken_with_reason"),
        )


class Booking(models.Model):
    """A place at a site at a time. The database itself refuses a second one for the same place, or the same person."""

    stays_when_merged = True

    uuid = models.UUIDField(unique=True, default=new_id, editable=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=150)
    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    area = models.CharField(max_length=12)  # of the person, whose workers may see it
    programme = models.CharField(max_length=64)
    step = models.CharField(max_length=40)
    site = models.ForeignKey("supply.Site", models.PROTECT, related_name="+")
    day = models.DateField()
    time = models.CharField(max_length=5)
    place = models.SmallIntegerField()
    minutes = models.SmallIntegerField(null=True)  # how long it is; null: booked before this was kept
    kept = models.BooleanField(default=False)  # the visit was recorded
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=("site", "day"), name="booking_by_site"),)
        constraints = (
            models.UniqueConstraint(
                fields=("site", "day", "time", "place"), condition=Q(cancelled_at=None), name="booking_place_once"
            ),
            models.UniqueConstraint(
                fields=("person", "programme", "step"),
                condition=Q(cancelled_at=None, kept=False),
                name="booking_one_open",
            ),
            models.CheckConstraint(condition=Q(place__gte=1), name="booking_place"),
        )
