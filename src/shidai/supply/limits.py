"""How many numbers one staff member may enter at dispensing points: enough to serve, too few to try out a city's."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from shidai.core import audit
from shidai.core.access import Scope
from shidai.supply import refusals
from shidai.supply.finding import Identified, identify, is_signed_code
from shidai.supply.models import Looked, Site
from shidai.words import ShidaiError

Kind = Looked.Kind
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def read_number(scope: Scope, site: Site, who: str) -> Identified:
    """Whom a card or number leads to; each read is logged with a keyed mark, each failed one without the number.

    A card's code is always read: it can't be made up. Raises ShidaiError as `identify` does, and TooMany.
    """
    recent = Looked.objects.filter(by=scope.username, at__gt=timezone.now() - _HOUR, kind=Kind.UNKNOWN)
    if not is_signed_code(who) and recent.count() >= settings.SHIDAI_UNKNOWN_NUMBERS:
        raise _stopped(scope, site)
    try:
        taker = identify(who)
    except ShidaiError:
        _count(scope, Kind.UNKNOWN)
        audit.record(scope, "supply.unknown", f"site:{site.code}", area=site.area)
        raise
    if taker.card is None and not any(scope.allows("supply.dispense", area) for area in taker.areas):
        _count_outside(scope, site, taker)
    audit.record(scope, "supply.identify", f"site:{site.code}", area=site.area, mark=taker.mark)
    return taker


def count_refused(scope: Scope, site: Site, who: str) -> None:
    """A number that was read and for which nothing could be done counts as an unknown one: so nobody tries them out."""
    if not is_signed_code(who):
        _count(scope, Kind.UNKNOWN)
        audit.record(scope, "supply.unknown", f"site:{site.code}", area=site.area)


def _count_outside(scope: Scope, site: Site, taker: Identified) -> None:
    """One more from outside; the same person twice is one."""
    today = Looked.objects.filter(by=scope.username, at__gt=timezone.now() - _DAY, kind=Kind.OUTSIDE)
    seen = set(today.values_list("mark", flat=True))
    if taker.mark in seen:
        return
    if len(seen) >= settings.SHIDAI_NUMBERS_OUTSIDE:
        raise _stopped(scope, site)
    _count(scope, Kind.OUTSIDE, taker.mark)


def _count(scope: Scope, kind: Looked.Kind, mark: str = "") -> None:
    Looked.objects.filter(by=scope.username, at__lte=timezone.now() - _DAY).delete()
    Looked.objects.create(by=scope.username, kind=kind, mark=mark)


def _stopped(scope: Scope, site: Site) -> refusals.TooMany:
    audit.record(scope, "supply.limit", f"site:{site.code}", area=site.area)
    return refusals.too_many_numbers()
