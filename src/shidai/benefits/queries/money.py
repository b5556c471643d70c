"""What is unpaid and overpaid, from dues and live payments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Least

from shidai.benefits.models import Claim, Due, Recovery, Settled
from shidai.core.access import within
from shidai.rules.periods import months_later

UNSETTLED = ~Exists(Settled.objects.filter(due=OuterRef("pk"), live=True))
"""A filter of dues: those in no payment, or in one that came back."""


@dataclass(frozen=True, slots=True)
class Unpaid:
    """What a claim has to get: the lines that one payment would settle, and their sum in fen."""

    claim: Claim
    dues: tuple[Due, ...]

    @property
    def fen(self) -> int:
        return sum(due.fen for due in self.dues)


@dataclass(frozen=True, slots=True)
class Overpaid:
    """What a claim got too much in one period: recovered by agreement, never taken from the next payment."""

    claim: Claim
    period: date
    fen: int


def unpaid_and_overpaid(scheme: str, area: str, until: date) -> tuple[list[Unpaid], list[Overpaid]]:
    """What is to be paid up to a day, and what was paid too much, from dues and live payments alone."""
    dues = Due.objects.filter(UNSETTLED, within((area,), "claim__area"), claim__scheme=scheme, period__lte=until)
    periods: defaultdict[tuple[int, date], list[Due]] = defaultdict(list)
    for due in dues.select_related("claim", "repayment").order_by("claim_id", "period", "number"):
        periods[due.claim_id, due.period].append(due)
    to_pay: defaultdict[int, list[Due]] = defaultdict(list)
    over = []
    for (claim_id, period), lines in periods.items():
        fen = open_fen(lines)
        if fen > 0:
            to_pay[claim_id] += [due for due in lines if not due.is_waived]
        elif fen < 0:
            over.append(Overpaid(lines[0].claim, period, -fen))
    return [Unpaid(lines[0].claim, tuple(lines)) for lines in to_pay.values()], over


def open_fen(unsettled: Iterable[Due]) -> int:
    """What a period has still to get, or got too much (negative), from those of its lines that are unsettled.

    What isn't asked back lessens what was paid too much, and is never paid out: should it turn out that nothing had
    been paid too much, it is as if it hadn't been waived.
    """
    asked = waived = 0
    for due in unsettled:
        if due.is_waived:
            waived += due.fen
        else:
            asked += due.fen
    return asked if asked > 0 else min(0, asked + waived)


def open_periods(lines: QuerySet[Due]) -> QuerySet[Due, Any]:
    """The same by the database: rows of `claim_id`, `period` and `open`, for all periods of these lines."""
    is_waived = Q(repayment__isnull=False, repayment__waived=True)
    summed = lines.filter(UNSETTLED).values("claim_id", "period").order_by()
    asked, waived = Sum("fen", filter=~is_waived, default=0), Sum("fen", filter=is_waived, default=0)
    return summed.annotate(asked=asked, waived=waived).annotate(
        open=Case(When(asked__gt=0, then=F("asked")), default=Least(Value(0), F("asked") + F("waived")))
    )


def overpaid_of(claim: Claim) -> dict[date, int]:
    """What a claim got too much and hasn't given back, in fen by period, oldest first; less what isn't asked back."""
    periods = open_periods(claim.dues.all()).order_by("period")
    return {one["period"]: -one["open"] for one in periods if one["open"] < 0}


def instalments_of(recovery: Recovery) -> list[tuple[date, int]]:
    """Days and amounts in fen of an agreement; what doesn't divide evenly is in the last one."""
    each, rest = divmod(recovery.fen, recovery.instalments)
    fens = [each] * (recovery.instalments - 1) + [each + rest]
    return [(months_later(recovery.first_day, at), fen) for at, fen in enumerate(fens)]
