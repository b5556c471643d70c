"""The closure: what was earned, batched, paid, returned and is in flight add up, to the fen and the claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from shidai.benefits.models import Claim, Due, Settled
from shidai.benefits.queries.batches import tell
from shidai.benefits.queries.claims import claims_of, standing_of
from shidai.benefits.queries.money import UNSETTLED
from shidai.core.access import Scope, require, within
from shidai.registry.queries import Doubt, doubt_among


@dataclass(frozen=True, slots=True)
class Closure:
    """The sums that must close, in fen and in claims, for one scheme in one area up to a day.

    Earned = batched − returned − given back + held; batched = paid + returned + in flight. All of periods up to the
    day. `held`: what is unpaid, less what was paid too much; `waived`: how much of that isn't asked back.
    """

    claims: int
    in_force: int
    refused: int
    pending: int
    earned: int
    batched: int
    held: int
    paid: int
    returned: int
    in_flight: int
    given_back: int
    waived: int

    @property
    def closes(self) -> bool:
        """Whether both sums hold to the fen, and every claim is in one place."""
        money = self.earned == self.batched - self.returned - self.given_back + self.held
        bank = self.batched == self.paid + self.returned + self.in_flight
        return money and bank and self.claims == self.in_force + self.refused + self.pending


def closure(scope: Scope, *, scheme: str, area: str, until: date) -> Closure:
    """The closure of a scheme in an area: people from the ledgers, money from dues and payments."""
    require(scope, "record.read", area)
    states = [standing_of(claim, until).state for claim in claims_of(scheme, area)]
    over = {"refused", "declined", "stopped"}
    lines = Due.objects.filter(within((area,), "claim__area"), claim__scheme=scheme, period__lte=until)
    asked = lines.exclude(repayment__waived=True)
    settled = Settled.objects.filter(due__in=lines, payment__batch__refusal=None).select_related("due")
    batched: dict[str, int] = dict.fromkeys(("paid", "returned", "in_flight"), 0)
    for one in settled.prefetch_related("payment__outcomes"):
        batched[tell(one.payment).state] += one.due.fen
    return Closure(
        claims=len(states),
        in_force=states.count("in_force"),
        refused=sum(state in over for state in states),
        pending=sum(state != "in_force" and state not in over for state in states),
        earned=_sum(lines.filter(repayment=None)),
        batched=sum(batched.values()),
        held=_sum(asked.filter(UNSETTLED)),
        given_back=_sum(asked.exclude(repayment=None)),
        waived=_sum(lines.filter(repayment__waived=True)),
        **batched,
    )


def _sum(lines: QuerySet[Due]) -> int:
    return sum(lines.values_list("fen", flat=True))


def payees(year: int) -> set[int]:
    """The row numbers of the persons who were paid in a year; for programs that check access themselves."""
    paid = Claim.objects.filter(payments__batch__pay_day__year=year, person__isnull=False)
    return {person for person in paid.values_list("person_id", flat=True).distinct() if person is not None}


def doubt_among_payees(scope: Scope, year: int) -> Doubt:
    """Pairs of payees of a year who may be one person under two records, and the last search that looked for them."""
    return doubt_among(scope, payees(year))
