"""Every write of benefits: keyword-only, atomic, by whom, checked, with its audit entry."""

from shidai.benefits.actions.accruing import accrue
from shidai.benefits.actions.answering import BankForm, BankLine, record_answer, take_bank_answer, write_bank_file
from shidai.benefits.actions.claims import Subject, act_on_claim, apply_for
from shidai.benefits.actions.papers import attest, set_account, set_payer
from shidai.benefits.actions.paying import Form, build_batch, refuse_batch, sign_batch
from shidai.benefits.actions.recovering import agree_recovery, record_repayment
from shidai.benefits.actions.roster import take_roster
from shidai.benefits.actions.rosterchecked import check_roster, take_checked

__all__ = [
    "BankForm", "BankLine", "Form", "Subject", "accrue", "act_on_claim", "agree_recovery", "apply_for", "attest",
    "build_batch", "check_roster", "record_answer", "record_repayment", "refuse_batch", "set_account", "set_payer",
    "sign_batch", "take_bank_answer", "take_checked", "take_roster", "write_bank_file",
]  # fmt: skip
