"""Who did and who saw what."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from shidai.core.access import Scope, require
from shidai.core.models import AuditEntry


def entries(scope: Scope, *, actor: str = "", deed: str = "", subject: str = "") -> QuerySet[AuditEntry]:
    """The audit log, newest first, for auditors and administrators."""
    require(scope, "audit.read")
    found = AuditEntry.objects.all()
    wanted = Q()
    if actor:
        wanted &= Q(actor=actor)
    if deed:
        wanted &= Q(deed__startswith=deed)
    if subject:
        wanted &= Q(subject=subject)
    prefixes = scope.prefixes("audit.read")
    if "" not in prefixes:
        place = Q(area="")
        for prefix in prefixes:
            place |= Q(area__startswith=prefix)
        wanted &= place
    return found.filter(wanted)


def about(subject: str, *, limit: int = 50) -> list[AuditEntry]:
    """Who looked at or changed one record, newest first. The caller has checked access to the record itself."""
    return list(AuditEntry.objects.filter(subject=subject)[:limit])
