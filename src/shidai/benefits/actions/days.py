"""From when the public can know of an act; and what every act is held to."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone

from shidai.core.refusing import refuse_future, refuse_other

__all__ = ["refuse_future", "refuse_other", "told_on"]


def told_on(day: date) -> date:
    """From when the public can know of an act of a day: not before it is written down, whatever day is entered.

    The days of a demonstration are invented, and so are those on which its acts are told.
    """
    return day if settings.DEMONSTRATION else timezone.localdate()
