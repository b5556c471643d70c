"""Who did and who saw what."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from shidai.core.access import Scope, require, within
from shidai.core.models import AuditEntry
from shidai.core.queries.areas import children


def entries(
    scope: Scope,
    *,
    actor: str = "",
    actors: Collection[str] | None = None,
    deed: str = "",
    deeds: Collection[str] | None = None,
    subject: str = "",
    area: str = "",
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[AuditEntry]:
    """The audit log, newest first, for auditors and administrators of the whole city or of their own areas.

    actor, actors: one user name or several. deed: what the deed's name begins with; deeds: exact names. area: a prefix.
    first, last: days of the site's time zone, both included.
    """
    require(scope, "audit.read")
    wanted = _in_areas(scope) & _on_days(first, last)
    for name, value in (("actor", actor), ("deed__startswith", deed), ("subject", subject)):
        if value:
            wanted &= Q(**{name: value})
    for name, values in (("actor__in", actors), ("deed__in", deeds)):
        if values is not None:
            wanted &= Q(**{name: tuple(values)})
    if area:
        wanted &= within((area,), "area")
    return AuditEntry.objects.filter(wanted)


def _in_areas(scope: Scope) -> Q:
    """Whoever may read the log of the whole city sees entries about places outside it as well."""
    prefixes = scope.prefixes("audit.read")
    if "" in prefixes or all(city.code.startswith(prefixes) for city in children("")):
        return Q()
    return Q(area="") | within(prefixes, "area")


def _on_days(first: date | None, last: date | None) -> Q:
    wanted = Q()
    if first is not None:
        wanted &= Q(at__gte=_midnight(first))
    if last is not None and last < date.max:
        wanted &= Q(at__lt=_midnight(last + timedelta(days=1)))
    return wanted


def _midnight(day: date) -> str:
    """The beginning of a day of the site's time zone, as the log writes times."""
    begins = datetime.combine(day, time(), timezone.get_current_timezone())
    return begins.astimezone(UTC).isoformat(timespec="microseconds")


def about(subject: str, *, limit: int = 50) -> list[AuditEntry]:
    """Who looked at or changed one record, newest first. The caller has checked access to the record itself."""
    return list(AuditEntry.objects.filter(subject=subject)[:limit])
