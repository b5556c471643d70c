"""Every read of benefits, inside the caller's areas."""

from shidai.benefits.queries.claims import (
    claims_in,
    claims_of,
    decisions_of,
    entries_of,
    find_claim,
    in_force_days,
    standing_of,
    version_of,
)  # fmt: skip
from shidai.benefits.queries.closing import Closure, closure
from shidai.benefits.queries.money import Overpaid, Unpaid, batch_state, unpaid_and_overpaid

__all__ = [
    "Closure", "Overpaid", "Unpaid", "batch_state", "claims_in", "claims_of", "closure", "decisions_of", "entries_of",
    "find_claim", "in_force_days", "standing_of", "unpaid_and_overpaid", "version_of",
]  # fmt: skip
