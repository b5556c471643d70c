"""Every write of benefits: keyword-only, atomic, by whom, checked, with its audit entry."""

from shidai.benefits.actions.accruing import accrue
from shidai.benefits.actions.answering import BankLine, record_answer
from shidai.benefits.actions.claims import act_on_claim, apply_for, attest, set_account
from shidai.benefits.actions.paying import build_batch, sign_batch

__all__ = [
    "BankLine", "accrue", "act_on_claim", "apply_for", "attest", "build_batch", "record_answer", "set_account",
    "sign_batch",
]  # fmt: skip
