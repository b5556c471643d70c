"""What the pages of one claim and one batch show of money, accounts and papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import get_args
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Sum

from shidai.benefits.models import Account, Attestation, Batch, Claim, Due, Outcome, Payer, Payment, Recovery, Settled
from shidai.benefits.queries.batches import PaymentState, Told, tell
from shidai.benefits.queries.money import open_fen
from shidai.core import audit
from shidai.core.access import Scope, require, within

LIVE = Prefetch("settled", Settled.objects.filter(live=True).select_related("payment__batch"), to_attr="live")
PAYMENT_STATES: tuple[PaymentState, ...] = get_args(PaymentState)


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a claim's account: its lines in order, their sum, and what is open of it, in fen."""

    day: date
    lines: tuple[Due, ...]
    earned: int
    open: int


@dataclass(frozen=True, slots=True)
class MaskedAccount:
    """An account as a page shows it."""

    holder: str
    number: str
    kind: str
    bank_code: str
    since: date


@dataclass(frozen=True, slots=True)
class BatchSums:
    """A batch in numbers: payments and fen, in all and by what became of them."""

    count: int
    fen: int
    counts: dict[str, int]
    fens: dict[str, int]


def periods_of(claim: Claim) -> list[Period]:
    """What a claim earned, period by period, the latest first."""
    lines: defaultdict[date, list[Due]] = defaultdict(list)
    for due in claim.dues.select_related("decision", "repayment").prefetch_related(LIVE).order_by("-period", "number"):
        lines[due.period].append(due)
    return [_period(day, dues) for day, dues in lines.items()]


def _period(day: date, lines: list[Due]) -> Period:
    unsettled = [due for due in lines if not due.live]  # type: ignore[attr-defined]
    return Period(day, tuple(lines), sum(due.fen for due in lines), open_fen(unsettled))


def payments_of(claim: Claim) -> list[Told]:
    """A claim's payments, the latest first."""
    found = claim.payments.select_related("batch").prefetch_related("outcomes").order_by("-pk")
    return [tell(payment) for payment in found]


def account_of(claim: Claim) -> MaskedAccount | None:
    """The account that counts, with the last digits of its number only."""
    found = claim.accounts.order_by("pk").last()
    if found is None:
        return None
    return MaskedAccount(found.holder, found.masked_number(), found.kind, found.bank_code, found.at.date())


def with_account(claims: Iterable[int]) -> set[int]:
    """Which of these claims, by row number, have an account."""
    return set(Account.objects.filter(claim__in=list(claims)).values_list("claim_id", flat=True))


def attestations_of(claim: Claim) -> list[Attestation]:
    """What was attested of the claim's subject, newest first."""
    whose = {"person_id": claim.person_id, "household_id": claim.household_id, "village": claim.village}
    return list(Attestation.objects.filter(**whose).order_by("-start_date", "-pk"))


def recoveries_of(claim: Claim) -> list[Recovery]:
    return list(claim.recoveries.order_by("-pk"))


def given_back(claim: Claim) -> int:
    """What has come back from the payee, in fen, without what isn't asked back."""
    told = claim.repayments.filter(waived=False).aggregate(fen=Sum("fen"))
    return told["fen"] or 0


def batches_in(scope: Scope, area: str = "") -> QuerySet[Batch]:
    """Batches of the areas whose records the caller may read as a whole, the latest day of payment first."""
    require(scope, "record.read")
    found = Batch.objects.filter(within(scope.prefixes("record.read"), "area"))
    found = found.filter(within((area,), "area")) if area else found
    signed = found.annotate(count=Count("payments"), fen=Sum("payments__fen")).order_by("-pay_day", "-pk")
    return signed.select_related("refusal").prefetch_related("signatures")


def batch_page(scope: Scope, uuid: UUID) -> Batch | None:
    """One batch that the caller may see, or None."""
    return batches_in(scope).filter(uuid=uuid).first()


def unanswered(batches: Iterable[Batch]) -> set[int]:
    """Those of which some payment has no answer yet."""
    told = Outcome.objects.filter(payment=OuterRef("pk"))
    ids = [one.pk for one in batches]
    open_ = Payment.objects.filter(~Exists(told), batch__in=ids)
    return set(open_.order_by().values_list("batch_id", flat=True).distinct())


def payments_in(scope: Scope, batch: Batch, state: str = "") -> QuerySet[Payment]:
    """The payments of a batch, those that came back first, then in the order in which they were made."""
    returned = Outcome.objects.filter(payment=OuterRef("pk"), paid=False)
    paid = Outcome.objects.filter(payment=OuterRef("pk"), paid=True)
    found = batch.payments.annotate(returned=Exists(returned), paid=Exists(paid))
    if state == "returned":
        found = found.filter(returned=True)
    elif state == "paid":
        found = found.filter(paid=True, returned=False)
    elif state == "in_flight":
        found = found.filter(paid=False, returned=False)
    named = found.select_related("claim__person", "claim__household__head", "account").prefetch_related("outcomes")
    return named.order_by("-returned", "pk")


def log_payments(scope: Scope, batch: Batch, payments: Iterable[Payment]) -> None:
    """Whose payments were looked at."""
    people = sorted(str(one.claim.person.uuid) for one in payments if one.claim.person is not None)
    if people:
        audit.record(scope, "claim.list", f"batch:{batch.uuid}", area=batch.area, count=len(people), people=people)


def count_unpaid_again(batch: Batch) -> int:
    """Payments of a batch that came back and whose dues no later payment has settled."""
    held = Settled.objects.filter(due=OuterRef("due"), live=True)
    lost = Settled.objects.filter(~Exists(held), payment__batch=batch, live=False)
    return lost.values("payment").distinct().count()


def sums_of(scope: Scope, batch: Batch) -> BatchSums:
    """A batch in numbers."""
    counts: dict[str, int] = {}
    fens: dict[str, int] = {}
    for state in PAYMENT_STATES:
        summed = payments_in(scope, batch, state).order_by().aggregate(count=Count("pk"), fen=Sum("fen"))
        counts[state], fens[state] = summed["count"], summed["fen"] or 0
    return BatchSums(sum(counts.values()), sum(fens.values()), counts, fens)


def payer_of(scope: Scope, area: str) -> Payer | None:
    """The account from which a county pays now."""
    require(scope, "record.read", area)
    return Payer.objects.filter(area=area).order_by("pk").last()
