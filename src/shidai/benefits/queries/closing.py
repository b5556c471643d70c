"""The closure: what was earned, batched, paid, returned and is in flight add up, to the fen and the claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shidai.benefits.models import Claim, Due, Payment
from shidai.benefits.queries.claims import claims_of, standing_of
from shidai.benefits.queries.money import unpaid_and_overpaid
from shidai.core.access import Scope, require, within
from shidai.registry.queries import Doubt, doubt_among


@dataclass(frozen=True, slots=True)
class Closure:
    """The sums that must close, in fen and in claims, for one scheme in one area up to a day.

    Earned = batched − returned − given back + held, where held = unpaid − overpaid; batched = paid + returned + in
    flight. `given_back`: repaid and waived.
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
    payments = Payment.objects.filter(within((area,), "claim__area"), claim__scheme=scheme).prefetch_related("outcomes")
    outcomes = [(payment.fen, {told.paid for told in payment.outcomes.all()}) for payment in payments]
    unpaid, overpaid = unpaid_and_overpaid(scheme, area, until)
    return Closure(
        claims=len(states),
        in_force=states.count("in_force"),
        refused=sum(state in over for state in states),
        pending=sum(state != "in_force" and state not in over for state in states),
        earned=sum(lines.filter(repayment=None).values_list("fen", flat=True)),
        batched=sum(fen for fen, _ in outcomes),
        held=sum(one.fen for one in unpaid) - sum(one.fen for one in overpaid),
        paid=sum(fen for fen, told in outcomes if told == {True}),
        returned=sum(fen for fen, told in outcomes if False in told),
        in_flight=sum(fen for fen, told in outcomes if not told),
        given_back=sum(lines.exclude(repayment=None).values_list("fen", flat=True)),
    )


def payees(year: int) -> set[int]:
    """The row numbers of the persons who were paid in a year; for programs that check access themselves."""
    paid = Claim.objects.filter(payments__batch__pay_day__year=year, person__isnull=False)
    return {person for person in paid.values_list("person_id", flat=True).distinct() if person is not None}


def doubt_among_payees(scope: Scope, year: int) -> Doubt:
    """Pairs of payees of a year who may be one person under two records, and the last search that looked for them."""
    return doubt_among(scope, payees(year))
