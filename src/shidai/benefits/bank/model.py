"""What goes to the bank and what comes back, as plain values: money is whole fen throughout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

AccountKind = Literal["card", "other"]  # a bank card, or an account without a card: a passbook, an office's account
Outcome = Literal["paid", "returned", "pending"]


@dataclass(frozen=True, slots=True)
class Payer:
    """The office that pays, and the account that is debited."""

    name: str
    account: str
    bank_code: str  # 大额支付行号, 12 digits
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment to one account. `end_to_end_id` is what the bank's answer names it by: unique for ever."""

    end_to_end_id: str
    payee_name: str
    account: str
    bank_code: str
    fen: int
    purpose: str
    kind: AccountKind = "card"


@dataclass(frozen=True, slots=True)
class Batch:
    """Transfers that go to the bank in one file; their order is the order of the file's lines."""

    id: str
    created: datetime  # aware
    on: date  # the day on which the bank is to pay
    payer: Payer
    transfers: tuple[Transfer, ...]

    @property
    def fen(self) -> int:
        return sum(transfer.fen for transfer in self.transfers)


@dataclass(frozen=True, slots=True)
class Written:
    """What a bank file holds: to be shown to who releases it, and kept beside it."""

    sha256: str  # of the file's bytes
    transfers: int
    fen: int


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What the bank says of one transfer. `reason` is a code and the bank's words ('AC04 销户'), or empty."""

    end_to_end_id: str
    fen: int
    outcome: Outcome
    reason: str = ""
    at: date | None = None  # the day the bank gives, if it gives one


@dataclass(frozen=True, slots=True)
class Answer:
    """A bank's answer to one batch, wholly read and checked. It may be silent about some transfers.

    `names_batch` says whether the file itself names the batch or its transfers' own ids. A CSV may not: its lines agree
    with the batch by number, account and amount, as would those of another month to the same people. Have it confirmed.
    """

    batch_id: str
    lines: tuple[AnswerLine, ...]
    names_batch: bool = True
