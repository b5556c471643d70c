"""Every read of benefits, inside the caller's areas: claims and where they stand, what is unpaid, the closure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from shidai.benefits.deciding import scheme_of
from shidai.benefits.models import Batch, Claim, Decision, Due, Payment, Settled
from shidai.benefits.workflow import Entry, Standing, stand
from shidai.core.access import Scope, require, within
from shidai.packs.schema.scheme import SchemeVersion
from shidai.words import ShidaiError, problem


def claims_in(scope: Scope, area: str = "") -> QuerySet[Claim]:
    """Claims that the caller may read, in an area of hers."""
    found = Claim.objects.filter(within(scope.prefixes("record.read"), "area"))
    return found.filter(within((area,), "area")) if area else found


def find_claim(scope: Scope, uuid: UUID) -> Claim:
    """A claim of the caller's areas, locked until the action is done. Raises ShidaiError when she has none such."""
    found = claims_in(scope).select_for_update().filter(uuid=uuid).first()
    if found is None:
        raise ShidaiError(
            problem(
                str(uuid),
                zh="找不到这件申请。",
                en="There is no such claim.",
                mend_zh="它可能不在您负责的区划内。",
                mend_en="It may lie outside your area.",
            )
        )
    return found


def version_of(claim: Claim) -> SchemeVersion:
    """The version under whose steps a claim goes."""
    return scheme_of(claim).version_named(claim.version)


def entries_of(claim: Claim) -> list[Entry]:
    """The claim's ledger as plain values."""
    return [Entry(one.act, one.day, one.by) for one in claim.entries.order_by("number")]  # type: ignore[arg-type]


def standing_of(claim: Claim, on: date) -> Standing:
    """Where a claim stands on a day, from its ledger alone."""
    return stand(entries_of(claim), version_of(claim).step, on)


def claims_of(scheme: str, area: str) -> list[Claim]:
    """All claims under a scheme in an area; for actions, which check access themselves."""
    return list(Claim.objects.filter(within((area,), "area"), scheme=scheme).order_by("pk"))


def in_force_days(claim: Claim, until: date) -> list[tuple[date, date]]:
    """First and last days of the times in which periods of a claim count, up to a day, by its ledger."""
    steps, version = version_of(claim).step, version_of(claim)
    entries = [entry for entry in entries_of(claim) if entry.day <= until]
    spans: list[tuple[date, date]] = []
    applied: date | None = None
    for at, entry in enumerate(entries):
        if entry.act in ("apply", "appeal"):
            applied = entry.day
        end = entries[at + 1].day if at + 1 < len(entries) else until
        now = stand(entries[: at + 1], steps, end)
        if now.state == "in_force" and now.since is not None and applied is not None:
            spans.append((_first_day(claim, version, applied, now.since), end))
    return _joined(spans)


def _first_day(claim: Claim, version: SchemeVersion, applied: date, confirmed: date) -> date:
    if version.calendar.counts_from == "confirmation":
        return confirmed
    if version.calendar.counts_from == "application":
        return applied
    first = min(one.effective_from for one in scheme_of(claim).version if one.status == "in_force")
    years = version.calendar.arrears_years
    return max(first, date(applied.year - years, 1, 1)) if years else first


def _joined(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Overlapping times made one, so that no period is looked at twice."""
    joined: list[tuple[date, date]] = []
    for since, to in sorted(spans):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], to))
        else:
            joined.append((since, to))
    return joined


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
    live = Prefetch("settled", Settled.objects.filter(live=True), to_attr="live_settled")
    dues = Due.objects.filter(within((area,), "claim__area"), claim__scheme=scheme, period__lte=until)
    periods: defaultdict[tuple[int, date], list[Due]] = defaultdict(list)
    for due in dues.select_related("claim").prefetch_related(live).order_by("claim_id", "period", "number"):
        periods[due.claim_id, due.period].append(due)
    to_pay: defaultdict[int, list[Due]] = defaultdict(list)
    over = []
    for lines in periods.values():
        open_ = [due for due in lines if not due.live_settled]  # type: ignore[attr-defined]
        fen = sum(due.fen for due in open_)
        if fen > 0:
            to_pay[lines[0].claim_id] += open_
        elif fen < 0:
            over.append(Overpaid(lines[0].claim, lines[0].period, -fen))
    return [Unpaid(lines[0].claim, tuple(lines)) for lines in to_pay.values()], over


@dataclass(frozen=True, slots=True)
class Closure:
    """The sums that must close, in fen and in claims, for one scheme in one area up to a day.

    Earned = batched + unpaid − overpaid (`held` with its sign); batched = paid + returned + in flight.
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

    @property
    def closes(self) -> bool:
        """Whether both sums hold to the fen, and every claim is in one place."""
        money = self.earned == self.batched - self.returned + self.held
        bank = self.batched == self.paid + self.returned + self.in_flight
        return money and bank and self.claims == self.in_force + self.refused + self.pending


def closure(scope: Scope, *, scheme: str, area: str, until: date) -> Closure:
    """The closure of a scheme in an area: people from the ledgers, money from dues and payments."""
    require(scope, "record.read", area)
    states = [standing_of(claim, until).state for claim in claims_of(scheme, area)]
    over = {"refused", "declined", "stopped"}
    dues = Due.objects.filter(within((area,), "claim__area"), claim__scheme=scheme, period__lte=until)
    payments = list(
        Payment.objects.filter(within((area,), "claim__area"), claim__scheme=scheme).select_related("outcome")
    )
    outcomes = [(payment.fen, getattr(payment, "outcome", None)) for payment in payments]
    unpaid, overpaid = unpaid_and_overpaid(scheme, area, until)
    return Closure(
        claims=len(states),
        in_force=states.count("in_force"),
        refused=sum(state in over for state in states),
        pending=sum(state != "in_force" and state not in over for state in states),
        earned=sum(dues.values_list("fen", flat=True)),
        batched=sum(fen for fen, _ in outcomes),
        held=sum(one.fen for one in unpaid) - sum(one.fen for one in overpaid),
        paid=sum(fen for fen, told in outcomes if told is not None and told.paid),
        returned=sum(fen for fen, told in outcomes if told is not None and not told.paid),
        in_flight=sum(fen for fen, told in outcomes if told is None),
    )


def decisions_of(claim: Claim) -> list[Decision]:
    """All decisions on a claim, oldest first."""
    return list(claim.decisions.order_by("pk"))


def batch_state(batch: Batch) -> str:
    """'built', 'released' (as many have signed as must), or 'answered' (the bank has told of every payment)."""
    if batch.signatures.count() < batch.signatures_needed:
        return "built"
    waiting = batch.payments.filter(outcome=None).exists()
    return "released" if waiting else "answered"
