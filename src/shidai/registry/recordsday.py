"""The day on which ages are told: today, or in a demonstration city the last day of its invented records."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.conf import settings
from django.utils import timezone

from shidai.packs import load_pack
from shidai.registry.limits import LIMITS
from shidai.registry.wording import age_on


@lru_cache(maxsize=1)
def _pack_day(pack: str) -> date:
    return load_pack(pack).last_day


def records_day() -> date:
    """Nobody dies in a demonstration after its last day: ages of today would be of people long dead."""
    today = timezone.localdate()
    return min(today, _pack_day(str(settings.PACK))) if settings.DEMONSTRATION else today


def age_told(birth: date | None, day: date) -> int | None:
    """Completed years on the day; None when unknown, not yet born, or beyond every human age."""
    age = age_on(birth, day)
    return age if age is not None and 0 <= age <= LIMITS.oldest_person else None


def precision_told(birth: date | None, precision: str, day: date) -> str:
    """How exactly a birth is shown: of somebody older than anybody ever was the year only, since it is in doubt."""
    age = age_on(birth, day)
    return "year" if age is not None and age > LIMITS.oldest_person and precision != "none" else precision
