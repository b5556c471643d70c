"""What is unpaid and overpaid, from dues and live payments; where a batch stands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Sum

from shidai.benefits.models import Claim, Due, Recovery, Settled
from shidai.core.access import within
from shidai.rules.periods import months_later


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
    """What is to be paid up to a day, and what was paid too much, from dues and live payments alone.

    What isn't asked back lessens what was paid too much, and is never paid out: should it turn out that nothing had
    been paid too much, it is as if it hadn't been waived.
    """
    live = Prefetch("settled", Settled.objects.filter(live=True), to_attr="live_settled")
    dues = Due.objects.filter(within((area,), "claim__area"), claim__scheme=scheme, period__lte=until)
    periods: defaultdict[tuple[int, date], list[Due]] = defaultdict(list)
    for due in (
        dues.select_related("claim", "repayment").prefetch_related(live).order_by("claim_id", "period", "number")
    ):
        periods[due.claim_id, due.period].append(due)
    to_pay: defaultdict[int, list[Due]] = defaultdict(list)
    over = []
    for lines in periods.values():
        open_ = [due for due in lines if not due.live_settled and not due.is_waived]  # type: ignore[attr-defined]
        waived = sum(due.fen for due in lines if due.is_waived)
        fen = sum(due.fen for due in open_)
        if fen > 0:
            to_pay[lines[0].claim_id] += open_
        elif fen + waived < 0:
            over.append(Overpaid(lines[0].claim, lines[0].period, -fen - waived))
    return [Unpaid(lines[0].claim, tuple(lines)) for lines in to_pay.values()], over


def overpaid_of(claim: Claim) -> dict[date, int]:
    """What a claim got too much and hasn't given back, in fen by period, oldest first; less what isn't asked back."""
    lines = claim.dues.filter(~Exists(Settled.objects.filter(due=OuterRef("pk"), live=True)))
    summed = lines.values("period").annotate(open=Sum("fen")).order_by("period")
    return {one["period"]: -one["open"] for one in summed if one["open"] < 0}


def instalments_of(recovery: Recovery) -> list[tuple[date, int]]:
    """Days and amounts in fen of an agreement; what doesn't divide evenly is in the last one."""
    each, rest = divmod(recovery.fen, recovery.instalments)
    fens = [each] * (recovery.instalments - 1) + [each + rest]
    return [(months_later(recovery.first_day, at), fen) for at, fen in enumerate(fens)]
