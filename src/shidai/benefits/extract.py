"""What benefits contribute to the record tables: attested facts, claims, and payments by period.

No names, accounts or papers leave the room; every id becomes a pseudonym of the purpose 'analysis'.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.db.models import Prefetch, Q

from shidai.benefits.deciding import scheme_of
from shidai.benefits.models import Attestation, Claim, Due, Payment, Settled
from shidai.benefits.queries import force_of, tell
from shidai.core.access import within
from shidai.core.tree import OUTSIDE
from shidai.indicators.records import RecordWriter
from shidai.registry.following import Following
from shidai.registry.queries import survivors
from shidai.registry.roomrows import Row, write_rows

KINDS: dict[str, dict[str, str]] = {
    "attested": {"record_id": "attested", "person_id": "person", "household_id": "household"},
    "entitlement": {"record_id": "claim", "person_id": "person", "household_id": "household"},
    "payment": {
        "record_id": "settled", "person_id": "person", "household_id": "household", "payment_id": "payment",
        "entitlement_id": "claim",
    },
    "given back": {
        "record_id": "due", "person_id": "person", "household_id": "household", "payment_id": "repayment",
        "entitlement_id": "claim",
    },
}  # fmt: skip
"""Of which kind the pseudonym of a column is."""


def contribute(writer: RecordWriter, partition: str, following: Following) -> dict[str, int]:
    """Write a county's attested facts, claims and payments up to the cut-off. Rows by table."""
    claims = _claims(partition, following)
    attested, entitlements = _attested_rows(partition, following), _entitlement_rows(claims, following)
    payments = _payment_rows(claims, following), KINDS["payment"]
    given_back = _given_back_rows(claims, following), KINDS["given back"]
    return {
        "attested": write_rows(writer, "attested", partition, attested, KINDS["attested"]),
        "entitlement": write_rows(writer, "entitlement", partition, entitlements, KINDS["entitlement"]),
        "payment": write_rows(writer, "payment", partition, *payments, given_back),
    }


def _here(partition: str, following: Following) -> Q:
    """Which areas' papers lie in a partition, by the codes under which they were entered."""
    return ~within((following.city,), "area") if partition == OUTSIDE else within(following.sources(partition), "area")


def _claims(partition: str, following: Following) -> dict[int, Claim]:
    """By row number, the claims that lie in a partition."""
    found = list(Claim.objects.filter(_here(partition, following)).prefetch_related("entries").order_by("pk"))
    _follow_merges(found)
    return {one.pk: one for one in found if _lies_in(one, partition, following)}


def _lies_in(paper: Claim | Attestation, partition: str, following: Following) -> bool:
    return partition == OUTSIDE or _area(paper, following).startswith(partition)


def _area(paper: Claim | Attestation, following: Following) -> str:
    return following.heirs.holder(paper.area, following.cutoff) or paper.area


def _subject(paper: Claim | Attestation, following: Following) -> Row:
    """Whose it is: of a record that was merged into another one, that of the one which was kept."""
    return {"person_id": paper.kept_person, "household_id": paper.household_id, "area": _area(paper, following)}


def _follow_merges(papers: Sequence[Claim] | Sequence[Attestation]) -> None:
    kept = survivors({one.person_id for one in papers if one.person_id is not None})
    for one in papers:
        one.kept_person = kept.get(one.person_id, one.person_id) if one.person_id is not None else None


def _attested_rows(partition: str, following: Following) -> Iterator[Row]:
    held = list(
        Attestation.objects.filter(_here(partition, following), start_date__lte=following.cutoff).order_by("pk")
    )
    _follow_merges(held)
    for one in held:
        if not _lies_in(one, partition, following):
            continue
        yield {
            **_subject(one, following),
            "record_id": one.pk, "day": one.start_date, "fact": one.fact, "number": one.number,
            "text": one.text or None, "start_date": one.start_date, "end_date": one.end_date,
        }  # fmt: skip


def _entitlement_rows(claims: dict[int, Claim], following: Following) -> Iterator[Row]:
    earned: dict[int, int] = dict.fromkeys(claims, 0)
    lines = Due.objects.filter(claim__in=claims, repayment=None, period__lte=following.cutoff)
    for claim_id, fen in lines.values_list("claim_id", "fen"):
        earned[claim_id] += fen
    for claim in claims.values():
        applied = min((entry.day for entry in claim.entries.all()), default=None)
        if applied is None or applied > following.cutoff:
            continue
        standing, start, end = force_of(claim, following.cutoff)
        yield {
            **_subject(claim, following),
            "record_id": claim.pk, "day": applied, "kind": claim.scheme, "version": claim.version,
            "outcome": standing.state, "start_date": start, "end_date": end, "fen": earned[claim.pk],
        }  # fmt: skip


def _payment_rows(claims: dict[int, Claim], following: Following) -> Iterator[Row]:
    held = Settled.objects.select_related("due").order_by("pk")
    payments = Payment.objects.filter(
        claim__in=claims, batch__pay_day__lte=following.cutoff, batch__refusal=None
    ).order_by("pk")
    for payment in payments.select_related("batch").prefetch_related("outcomes", Prefetch("settled", held)):
        claim = claims[payment.claim_id]
        told = tell(payment)
        same = _subject(claim, following) | {
            "day": payment.batch.pay_day, "kind": claim.scheme, "payment_id": payment.pk, "entitlement_id": claim.pk,
            "form": _form(claim, payment.batch.form), "outcome": told.state, "answered_on": told.day,
        }  # fmt: skip
        for period, (line, fen) in _by_period(payment.settled.all()).items():
            yield same | {"record_id": line, "period": period, "fen": fen}


def _given_back_rows(claims: dict[int, Claim], following: Following) -> Iterator[Row]:
    given = Due.objects.filter(~Q(repayment=None), claim__in=claims, repayment__day__lte=following.cutoff)
    for line in given.select_related("repayment").order_by("pk"):
        assert line.repayment is not None
        claim = claims[line.claim_id]
        yield _subject(claim, following) | {
            "record_id": line.pk, "day": line.repayment.day, "kind": claim.scheme, "payment_id": line.repayment_id,
            "entitlement_id": claim.pk, "form": _form(claim, "bank"),
            "outcome": "waived" if line.repayment.waived else "repaid", "answered_on": line.repayment.day,
            "period": line.period, "fen": -line.fen,
        }  # fmt: skip


def _by_period(held: Iterable[Settled]) -> dict[date, tuple[int, int]]:
    """By period, the first line that a payment settles and the sum of all, in fen."""
    summed: dict[date, tuple[int, int]] = {}
    for one in held:
        line, fen = summed.get(one.due.period, (one.pk, 0))
        summed[one.due.period] = (line, fen + one.due.fen)
    return summed


def _form(claim: Claim, batch_form: str) -> str:
    kind = scheme_of(claim).kind
    return "money" if kind == "goods" and batch_form == "bank" else kind
