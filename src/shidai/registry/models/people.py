"""People, their names and numbers, parents, and the households in which they live."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from shidai.core.ids import new_id

PRECISIONS = [(word, word) for word in ("day", "month", "year", "none")]


class Recorded(models.Model):
    """What every record has: an id that a client may make, when it was recorded, and its version.

    `id` (the row's number) stays inside: pseudonyms are made of it, links and clients use `uuid`.
    """

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=new_id, editable=False)
    recorded_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class Person(Recorded):
    """A person ever on the register."""

    class Sex(models.IntegerChoices):
        MALE = 1
        FEMALE = 2
        NOT_STATED = 9

    name = models.CharField(max_length=60)  # found through its pinyin
    pinyin = models.CharField(max_length=120, db_index=True)
    initials = models.CharField(max_length=20, db_index=True)
    sex = models.PositiveSmallIntegerField(choices=Sex.choices)
    birth_date = models.DateField(null=True, db_index=True)
    birth_precision = models.CharField(max_length=5, choices=PRECISIONS)
    registration = models.CharField(max_length=5, blank=True)  # rural, urban
    nation = models.CharField(max_length=20, blank=True)  # 民族
    contact = models.BinaryField(default=b"")  # sealed JSON: phone, address
    phone_mark = models.BigIntegerField(null=True)  # keyed mark of the phone, for exact search
    # Copies kept by `places.settle`: the latest spell of each kind, for access and lists.
    registered_area = models.CharField(max_length=12, blank=True, default="", db_index=True)
    living_area = models.CharField(max_length=12, blank=True, default="", db_index=True)
    # Another record of the same person, which was kept: always the one that stands, never a chain.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", db_index=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(birth_date=None, birth_precision="none")
                | Q(birth_date__isnull=False) & ~Q(birth_precision="none"),
                name="person_birth_paired",
            ),
            models.CheckConstraint(condition=Q(sex__in=(1, 2, 9)), name="person_sex"),
        )
        indexes = (
            models.Index(fields=("phone_mark",), condition=Q(phone_mark__isnull=False), name="person_phone"),
            models.Index(fields=("merged_into",), condition=Q(merged_into__isnull=False), name="person_merged"),
        )


class Name(models.Model):
    """A name other than the present one."""

    stays_when_merged = True  # a record keeps its own name and number
    person = models.ForeignKey(Person, models.CASCADE, related_name="other_names")
    kind = models.CharField(max_length=10, default="former")
    name = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=120, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "kind", "name"), name="name_once"),)


class Identifier(models.Model):
    """A number that names the person elsewhere: sealed, with a blind index for exact search."""

    stays_when_merged = True

    class Kind(models.TextChoices):
        RESIDENT = "resident"
        PASSPORT = "passport"
        OTHER = "other"

    person = models.ForeignKey(Person, models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    number = models.BinaryField()
    mark = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("mark", "kind"), name="identifier_once"),)


class Household(Recorded):
    """People who keep house together. Who belongs to it stands in their spells: one truth."""

    area = models.CharField(max_length=12, blank=True, default="", db_index=True)
    address = models.BinaryField(default=b"")  # sealed
    head = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="heads")


class Parentage(models.Model):
    """A child's mother and father, as far as they are known."""

    child = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="parentage")
    mother = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="children_borne")
    father = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="children_fathered")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(Q(mother=None) | ~Q(mother=F("child"))) & (Q(father=None) | ~Q(father=F("child"))),
                name="parentage_not_self",
            ),
        )


class Spell(Recorded):
    """A time of registered or living residence in a village, and of membership of a household there."""

    class Kind(models.TextChoices):
        REGISTERED = "registered"
        LIVING = "living"

    person = models.ForeignKey(Person, models.CASCADE, related_name="spells")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    area = models.CharField(max_length=12, db_index=True)
    start_date = models.DateField()
    start_precision = models.CharField(max_length=5, choices=PRECISIONS, default="day")
    end_date = models.DateField(null=True)  # the first day on which it no longer holds
    end_precision = models.CharField(max_length=5, choices=PRECISIONS, default="none")
    start_reason = models.CharField(max_length=12, blank=True)
    end_reason = models.CharField(max_length=12, blank=True)
    household = models.ForeignKey(Household, models.SET_NULL, null=True, related_name="spells")
    relation = models.CharField(max_length=20, blank=True)  # to the head, as stated
    registered_area = models.CharField(
        max_length=12, blank=True, default=""
    )  # of a living spell: where the person is registered, outside the city

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(end_date=None) | Q(end_date__gte=F("start_date")), name="spell_dates"),
        )
        indexes = (  # who is here and who has left: lists of a village or township, answered from the index alone
            models.Index(fields=("kind", "area", "person", "end_date"), condition=Q(end_date=None), name="spell_here"),
            models.Index(
                fields=("area", "person", "end_reason", "end_date"),
                condition=Q(end_date__isnull=False),
                name="spell_ended",
            ),
        )
