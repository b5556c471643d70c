"""What the proofs of benefits state: findings, sums, and what holds in each county."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from json import dumps
from typing import Any, Self

from shidai.words import Text

REASONS: dict[str, Text] = {
    "overlooked": Text(zh="无人申请", en="nobody has applied"),
    "candidate": Text(zh="可申请（由单位核定）", en="may apply (an office grants it)"),
    "waiting": Text(zh="待办", en="waiting for a step"),
    "notice": Text(zh="公示中", en="in public notice"),
    "objected": Text(zh="有异议", en="objected to"),
    "refused": Text(zh="不予确认", en="refused"),
    "declined": Text(zh="自愿放弃", en="declined"),
    "stopped": Text(zh="已停止", en="stopped"),
    "amount": Text(zh="金额不符", en="another amount"),
    "amount earned": Text(zh="台账累计与按规定应发不符", en="the ledger earned another amount than the rules give"),
    "ended": Text(zh="停止后发放", en="paid after its end"),
    "twice": Text(zh="两件申请", en="under two claims"),
    "not in force": Text(zh="从未生效", en="never in force"),
    "unpaid": Text(zh="享受中，发放日已过而未发", en="in force, and not paid on the days of payment"),
    "returned": Text(zh="已退回，待重新发放", en="came back, and wasn't paid anew yet"),
    "no claim": Text(zh="没有申请", en="no claim"),
    "no version": Text(zh="当日没有生效的规定", en="no rules in force on the day"),
    "unknown": Text(zh="不在登记册上", en="not on the register"),
}
"""Why something was found, in words; a condition that isn't met has its own title."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a proof found. `fen`: what was paid; `should`: what the rules give. `subject`: a pseudonym.

    `reasons`: ids of conditions that aren't met; 'amount', 'ended', 'twice' or the id of the other scheme; 'amount
    earned' (`fen`: what the claim's ledger has earned in all); where the claim stands of somebody who isn't on the
    roster ('overlooked': nobody has applied; 'candidate': nor here, but an office grants it and sets the sum); or why
    somebody on it lacks money that a day of payment should have covered ('returned': it came back; 'unpaid': unknown).
    """

    proof: str  # error, duplicate or omission
    county: str
    scheme: str
    subject: str
    period: date
    fen: int
    should: int
    reasons: tuple[str, ...]


@dataclass(slots=True)
class Closing:
    """The sums of one scheme in one county, in claims and in fen, up to the cut-off."""

    claims: int = 0
    in_force: int = 0
    over: int = 0
    pending: int = 0
    earned: int = 0  # by the claims' ledgers
    by_rules: int = 0  # what they should have earned; where an office sets the sum, it may be no more than the most
    batched: int = 0
    paid: int = 0
    returned: int = 0
    in_flight: int = 0
    given_back: int = 0
    unpaid: int = 0
    overpaid: int = 0
    waived: int = 0  # of what was paid too much, and isn't asked back

    @property
    def closes(self) -> bool:
        """Whether every claim is in one place, the ledgers follow the rules, and all sums hold to the fen."""
        people = self.claims == self.in_force + self.over + self.pending
        held = self.unpaid - self.overpaid - self.waived
        money = self.earned == self.batched - self.returned - self.given_back + held
        bank = self.batched == self.paid + self.returned + self.in_flight
        return people and money and bank and self.earned == self.by_rules


@dataclass(slots=True)
class CountyProof:
    """What the proofs say of one scheme in one county in the year."""

    county: str
    scheme: str
    payees: int = 0  # who was paid in the year, or has money on its way
    paid: int = 0  # fen, of the payments of the year that didn't come back
    entitled: int = 0  # who meets every condition on the year's last day
    errors: int = 0  # subjects with a finding
    duplicates: int = 0
    overlooked: int = 0
    unpaid: int = 0  # claims in force that lack money for no known reason
    closing: Closing = field(default_factory=Closing)

    @property
    def holds(self) -> bool:
        """Whether all four proofs hold."""
        return not (self.errors or self.duplicates or self.overlooked or self.unpaid) and self.closing.closes


@dataclass(frozen=True, slots=True)
class Proofs:
    """The proofs of a year, with what they rest on: the pack's version and the record tables' manifest."""

    year: int
    cutoff: date
    pack: str
    manifest: str
    rows: tuple[CountyProof, ...]
    findings: tuple[Finding, ...]

    @property
    def hold(self) -> bool:
        """Whether every proof holds in every county: who has a claim that waits isn't overlooked."""
        return all(row.holds for row in self.rows)

    @property
    def seal(self) -> str:
        """SHA-256 over everything that is stated, the manifest's id included."""
        return sha256(dumps(self.stated(), sort_keys=True, default=str).encode()).hexdigest()

    def stated(self) -> dict[str, Any]:
        """Everything that is stated, as plain values and days."""
        return asdict(self)

    @classmethod
    def restored(cls, stated: dict[str, Any]) -> Self:
        """The same from what was stated once, its days as texts. Raises KeyError, TypeError or ValueError."""
        rows = (CountyProof(**{**one, "closing": Closing(**one["closing"])}) for one in stated["rows"])
        findings = (
            Finding(**{**one, "period": date.fromisoformat(one["period"]), "reasons": tuple(one["reasons"])})
            for one in stated["findings"]
        )
        plain = {name: stated[name] for name in ("year", "pack", "manifest")}
        day = date.fromisoformat(stated["cutoff"])
        return cls(**plain, cutoff=day, rows=tuple(rows), findings=tuple(findings))
