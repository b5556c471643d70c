"""What comes due: every period of a claim in force at that period's rules, and the differences of past periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Max, Q, Sum

from shidai.benefits.actions.days import refuse_future
from shidai.benefits.deciding import (
    ClaimFacts,
    judge_all,
    keep_decisions,
    require_all_kept,
    scheme_of,
    version_in_force,
)
from shidai.benefits.models import Claim, Due
from shidai.benefits.queries import claim_ids_of, grant_for, grants_of, period_days
from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.actions import mark_changed
from shidai.core.tree import county_of
from shidai.registry.citypack import city_pack

AT_ONCE = 200  # claims in one transaction


def accrue(*, by: Scope, scheme: str, area: str, until: date) -> int:
    """Bring all claims of a county or the city up to a day: periods not yet due, and corrections of those that were.

    Every period is determined by its own day's facts as the register tells them now, so a death registered late or a
    corrected date of birth gives a difference, which is written beside what was there. Again it changes nothing.
    Returns how many lines were written.
    """
    require(by, "benefit.county", area)
    refuse_future(until, "until")
    return bring_up_to_date(by, scheme, area, until)


def bring_up_to_date(by: Scope, scheme: str, area: str, until: date) -> int:
    """The same for actions that have checked access themselves."""
    require_all_kept(scheme_of(scheme))
    claims = claim_ids_of(scheme, area)
    written, counties = 0, set()
    for at in range(0, len(claims), AT_ONCE):
        with transaction.atomic():
            locked = Claim.objects.select_for_update().filter(pk__in=claims[at : at + AT_ONCE]).order_by("pk")
            some = list(locked.prefetch_related("entries"))
            written += _accrue_claims(some, until, by)
            counties |= {county_of(claim.area) for claim in some}
    with transaction.atomic():
        mark_changed(counties)
        audit.record(by, "benefit.accrue", f"scheme:{scheme}", area=area, until=str(until), lines=written)
    return written


def _accrue_claims(claims: Sequence[Claim], until: date, by: Scope) -> int:
    """The lines of some claims: for each period what it should be, less what is written already."""
    concerned: defaultdict[date, list[Claim]] = defaultdict(list)
    for claim in claims:
        for day in period_days(claim, until):
            concerned[day].append(claim)
    known, facts = _known(claims), ClaimFacts(claims, city_pack())
    grants = {claim.pk: grants_of(claim, until) for claim in claims}
    lines = [
        (decision, *known.pop((claim, day), (None, 0)))
        for day in sorted(concerned)
        for claim, decision in judge_all(
            concerned[day], day, by, _grants_for(concerned[day], day, grants), facts
        ).items()
    ]
    fresh = [(decision, last, fen) for decision, last, fen in lines if last is None or fen != decision.fen]
    keep_decisions([decision for decision, _, _ in fresh], by)
    dues = [
        Due(
            by=by.username, claim=decision.claim, period=decision.on, number=0 if last is None else last + 1,
            fen=decision.fen - fen, decision=decision,
        )
        for decision, last, fen in fresh
    ]  # fmt: skip
    dues += _taken_back(claims, {at: line for at, line in known.items() if line[1] and at[1] <= until}, by)
    Due.objects.bulk_create(dues)
    return len(dues)


def _grants_for(claims: Sequence[Claim], day: date, grants: dict[int, list[tuple[date, date, int]]]) -> dict[int, int]:
    """By claim, the sum that was granted for a period: not what was granted later for other ones."""
    found = {claim.pk: grant_for(grants[claim.pk], day, once=bool(claim.occasion)) for claim in claims}
    return {pk: fen for pk, fen in found.items() if fen is not None}


def _taken_back(claims: Sequence[Claim], known: dict[tuple[int, date], tuple[int, int]], by: Scope) -> list[Due]:
    """Lines that take back what was earned for periods that count no more: a stop was entered after they came due.

    They follow from the decision with which the claim ended. Raises ShidaiError where the pack has no rules for a
    period any more, by which it was earned: nobody loses money because a version was ended too early.
    """
    by_pk, dues = {claim.pk: claim for claim in claims}, []
    for (pk, period), (last, earned) in sorted(known.items()):
        version_in_force(scheme_of(by_pk[pk]), period)
        ending = by_pk[pk].entries.filter(decision__isnull=False).order_by("number").last()
        decision = ending.decision_id if ending else by_pk[pk].dues.filter(period=period).earliest("pk").decision_id
        dues.append(Due(by=by.username, claim_id=pk, period=period, number=last + 1, fen=-earned, decision_id=decision))
    return dues


def _known(claims: Sequence[Claim]) -> dict[tuple[int, date], tuple[int, int]]:
    """By claim and period: the last line's number, and what was earned so far in fen."""
    lines = Due.objects.filter(claim__in=claims).values("claim_id", "period")
    summed = lines.annotate(last=Max("number"), earned=Sum("fen", filter=Q(repayment=None)))
    return {(one["claim_id"], one["period"]): (one["last"], one["earned"] or 0) for one in summed}
