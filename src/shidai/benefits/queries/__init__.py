"""Every read of benefits, inside the caller's areas."""

from shidai.benefits.queries.batches import Told, batch_state, find_batch, order_of, shared_accounts, tell
from shidai.benefits.queries.claims import (
    claim_ids_of,
    claims_beside,
    claims_in,
    claims_of,
    decisions_of,
    entries_of,
    find_claim,
    force_of,
    grant_for,
    grants_of,
    in_force_days,
    period_days,
    reverify_by,
    standing_of,
    version_of,
)  # fmt: skip
from shidai.benefits.queries.closing import Closure, closure, doubt_among_payees, payees
from shidai.benefits.queries.money import Overpaid, Unpaid, instalments_of, overpaid_of, unpaid_and_overpaid

__all__ = [
    "Closure", "Overpaid", "Told", "Unpaid", "batch_state", "claim_ids_of", "claims_beside", "claims_in", "claims_of",
    "closure", "decisions_of", "doubt_among_payees", "entries_of", "find_batch", "find_claim", "force_of", "grant_for",
    "grants_of", "in_force_days", "instalments_of", "order_of", "overpaid_of", "payees", "period_days", "reverify_by",
    "shared_accounts", "standing_of", "tell", "unpaid_and_overpaid", "version_of",
]  # fmt: skip
