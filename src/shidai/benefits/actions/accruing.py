"""What comes due: every period of a claim in force at that period's rules, and the differences of past periods."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max, Sum

from shidai.benefits.deciding import judge, scheme_of
from shidai.benefits.models import Claim, Due
from shidai.benefits.queries import claims_of, in_force_days
from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.rules.periods import due_days


def accrue(*, by: Scope, scheme: str, area: str, until: date) -> int:
    """Bring all claims of a county up to a day: periods not yet due, and corrections of those that were.

    Every period is determined by its own day's facts as the register tells them now, so a death registered late or a
    corrected date of birth gives a difference, which is written beside what was there. Again it changes nothing.
    Returns how many lines were written.
    """
    require(by, "benefit.county", area)
    written = 0
    for claim in claims_of(scheme, area):
        with transaction.atomic():
            written += _accrue_claim(Claim.objects.select_for_update().get(pk=claim.pk), until, by)
    with transaction.atomic():
        audit.record(by, "benefit.accrue", f"scheme:{scheme}", area=area, until=str(until), lines=written)
    return written


def _accrue_claim(claim: Claim, until: date, by: Scope) -> int:
    """The lines of one claim: for each period what it should be, less what is written already."""
    scheme = scheme_of(claim)
    written = 0
    for since, to in in_force_days(claim, until):
        for version in scheme.version:
            if version.status != "in_force":
                continue
            for day in due_days(version.amount, since, to):
                if version.in_force(day):
                    written += _write_due(claim, day, by)
    return written


def _write_due(claim: Claim, day: date, by: Scope) -> int:
    known = claim.dues.filter(period=day).aggregate(fen=Sum("fen"), last=Max("number"))
    decision = judge(claim, day, by)
    if known["last"] is not None and known["fen"] == decision.fen:
        return 0
    decision.save()
    number = 0 if known["last"] is None else known["last"] + 1
    Due.objects.create(
        by=by.username,
        claim=claim,
        period=day,
        number=number,
        fen=decision.fen - (known["fen"] or 0),
        decision=decision,
    )
    return 1
