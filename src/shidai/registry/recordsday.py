"""The day on which ages are told: today, or in a demonstration city the last day of its invented records."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone

from shidai.registry.citypack import city_limits, city_pack
from shidai.registry.dates import half_date
from shidai.registry.rules import FEMALE, years_after
from shidai.registry.wording import age_on


def records_day() -> date:
    """Nobody dies in a demonstration after its last day: ages of today would be of people long dead."""
    today = timezone.localdate()
    return min(today, city_pack().last_day) if settings.DEMONSTRATION else today


def age_told(birth: date | None, day: date) -> int | None:
    """Completed years on the day; None when unknown, not yet born, or beyond every human age."""
    age = age_on(birth, day)
    return age if age is not None and 0 <= age <= city_limits().oldest_person.value else None


def may_bear(birth: date | None, precision: str, sex: int) -> bool:
    """Whether a birth could be hers: a woman, or a girl of the age from which the pack knows mothers."""
    born = half_date(birth, precision)
    return sex == FEMALE and (
        born is None or years_after(born.earliest, city_limits().youngest_mother.value) <= records_day()
    )


def precision_told(birth: date | None, precision: str, day: date) -> str:
    """How exactly a birth is shown: of somebody older than anybody ever was the year only, since it is in doubt."""
    age = age_on(birth, day)
    return "year" if age is not None and age > city_limits().oldest_person.value and precision != "none" else precision
