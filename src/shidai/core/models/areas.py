"""The area tree as it was on every day."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from shidai.words import Text


class Area(models.Model):
    """One unit of the tree in one period of validity. A renamed unit is a second row with the same code."""

    class Level(models.TextChoices):
        CITY = "city"
        COUNTY = "county"
        TOWNSHIP = "township"
        VILLAGE = "village"

    code = models.CharField(max_length=12, db_index=True)
    parent = models.CharField(max_length=12, blank=True, db_index=True)
    level = models.CharField(max_length=8, choices=Level.choices)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    pinyin = models.CharField(max_length=120)
    initials = models.CharField(max_length=30)
    urban = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    class Meta:
        ordering = ("position", "code", "start_date")
        constraints = (
            models.UniqueConstraint(fields=("code", "start_date"), name="area_once_a_day"),
            models.CheckConstraint(condition=Q(end_date=None) | Q(end_date__gt=F("start_date")), name="area_dates"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"

    @property
    def text(self) -> Text:
        return Text(zh=self.name_zh, en=self.name_en)


class AreaChange(models.Model):
    """What became of an area: the records of the predecessor belong to the successor from that day on."""

    class Kind(models.TextChoices):
        SPLIT = "split"
        MERGE = "merge"
        RENAME = "rename"
        MOVE = "move"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    predecessor = models.CharField(max_length=12, db_index=True)
    successor = models.CharField(max_length=12, db_index=True)
    day = models.DateField()
    by_pack = models.BooleanField(default=False)  # stated by the pack's list, not entered here

    class Meta:
        ordering = ("day", "id")
        constraints = (models.UniqueConstraint(fields=("predecessor", "successor", "day"), name="area_change_once"),)


class LoadedAreas(models.Model):
    """The pack's list of areas that the city's tree was loaded from last, by its digest."""

    city = models.CharField(max_length=12, primary_key=True)
    digest = models.CharField(max_length=64)


class CountyChange(models.Model):
    """Counts the writes that touch a county's record tables, so that an extract rewrites only what changed."""

    county = models.CharField(max_length=12, primary_key=True)
    changes = models.BigIntegerField(default=0)
    extracted = models.BigIntegerField(default=0)
