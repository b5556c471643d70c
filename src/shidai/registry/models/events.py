"""What happens in a life: unions, births, deaths, use of contraception."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from shidai.registry.models.people import PRECISIONS, Person, Recorded


class Union(Recorded):
    """A marriage."""

    wife = models.ForeignKey(Person, models.CASCADE, null=True, related_name="unions_as_wife")
    husband = models.ForeignKey(Person, models.CASCADE, null=True, related_name="unions_as_husband")
    start_date = models.DateField(null=True)
    start_precision = models.CharField(max_length=5, choices=PRECISIONS)
    end_date = models.DateField(null=True)
    end_precision = models.CharField(max_length=5, choices=PRECISIONS, default="none")
    end_reason = models.CharField(max_length=12, blank=True)
    registered_area = models.CharField(
        max_length=12, blank=True, default="", db_index=True
    )  # the wife's at the start; kept by `places`

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(wife=None) | Q(husband=None) | ~Q(wife=F("husband")), name="union_of_two"
            ),
            models.CheckConstraint(
                condition=Q(wife__isnull=False) | Q(husband__isnull=False), name="union_of_somebody"
            ),
        )


class Birth(Recorded):
    """The recorded birth of a person; date and sex stand with the person, the parents in the parentage."""

    child = models.OneToOneField(Person, models.CASCADE, related_name="birth")
    birth_order = models.PositiveSmallIntegerField(null=True)
    plurality = models.PositiveSmallIntegerField(default=1)
    recorded_on = models.DateField(null=True)
    registered_area = models.CharField(
        max_length=12, blank=True, default="", db_index=True
    )  # the mother's on that day; kept by `places`
    living_area = models.CharField(max_length=12, blank=True, default="")


class Death(Recorded):
    """A person's death."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="death")
    date = models.DateField(null=True)
    precision = models.CharField(max_length=5, choices=PRECISIONS)
    cause = models.CharField(max_length=8, blank=True)  # ICD-10
    recorded_on = models.DateField(null=True)
    registered_area = models.CharField(
        max_length=12, blank=True, default="", db_index=True
    )  # on that day; kept by `places`
    living_area = models.CharField(max_length=12, blank=True, default="", db_index=True)

    class Meta:
        indexes = (models.Index(fields=("person",), condition=Q(date=None), name="death_undated"),)


class ContraceptiveUse(Recorded):
    """A spell of use of a method, by the woman of the couple."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="contraception")
    method = models.CharField(max_length=40)
    start_date = models.DateField()
    start_precision = models.CharField(max_length=5, choices=PRECISIONS, default="day")
    end_date = models.DateField(null=True)
    end_precision = models.CharField(max_length=5, choices=PRECISIONS, default="none")
    end_reason = models.CharField(max_length=20, blank=True)
    registered_area = models.CharField(
        max_length=12, blank=True, default="", db_index=True
    )  # at the start; kept by `places`

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(end_date=None) | Q(end_date__gte=F("start_date")), name="use_dates"),
        )
