"""Bank files of benefits: the order to pay, the bank's answer, what became of each transfer. No database, no Django.

written = write_pain001(batch, out)          # or write_bank_csv
answer = read_answer(data, batch, "a.xml")   # pain.002, camt.053 or CSV: all of it or nothing
found = reconcile(batch, answer)             # batched = paid + returned + in flight
"""

from shidai.benefits.bank.accounts import check_account, check_bank_code, tidy_number
from shidai.benefits.bank.answers import read_answer
from shidai.benefits.bank.bankcsv import write_bank_csv
from shidai.benefits.bank.checking import check_batch
from shidai.benefits.bank.faults import masked
from shidai.benefits.bank.model import AccountKind, Answer, AnswerLine, Batch, Outcome, Payer, Transfer, Written
from shidai.benefits.bank.pain001 import write_pain001
from shidai.benefits.bank.reasons import reason_in_words
from shidai.benefits.bank.reconcile import Reconciliation, Sum, reconcile

__all__ = [
    "AccountKind",
    "Answer",
    "AnswerLine",
    "Batch",
    "Outcome",
    "Payer",
    "Reconciliation",
    "Sum",
    "Transfer",
    "Written",
    "check_account",
    "check_bank_code",
    "check_batch",
    "masked",
    "read_answer",
    "reason_in_words",
    "reconcile",
    "tidy_number",
    "write_bank_csv",
    "write_pain001",
]
