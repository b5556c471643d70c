"""Claims: applied for, carried from step to step, objected to, stopped; every act is a line of the claim's ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from shidai.benefits.deciding import decide, scheme_of, version_in_force
from shidai.benefits.models import Account, Attestation, Claim, Decision, LedgerEntry
from shidai.benefits.queries import find_claim, standing_of, version_of
from shidai.benefits.workflow import Act, Entry, follow, stand
from shidai.core import audit, sealing
from shidai.core.access import Scope, require
from shidai.core.ids import new_id
from shidai.core.roles import Capability
from shidai.packs.schema.scheme import Scheme, Step
from shidai.registry.citypack import city_pack
from shidai.registry.queries import get_person
from shidai.words import ShidaiError, problem

OFFICE: dict[str, Capability] = {
    "village": "benefit.village",
    "township": "benefit.township",
    "county": "benefit.county",
    "city": "benefit.county",
}
_ANYBODY: tuple[Act, ...] = ("apply", "decline", "object", "appeal")  # told at the counter of any level


@dataclass(frozen=True, slots=True)
class Subject:
    """For whom a claim is: a person, or a village."""

    person: UUID | None = None
    village: str = ""


@transaction.atomic
def apply_for(
    *, by: Scope, scheme: str, subject: Subject, day: date | None = None, reason: str = "", id: UUID | None = None
) -> Claim:
    """A claim begins, or one that was declined begins again. The same `id` sent again changes nothing.

    Raises ShidaiError for a scheme without rules on the day, a subject of another kind, or a claim that runs already.
    """
    on, chosen = day or timezone.localdate(), scheme_of(scheme)
    version = version_in_force(chosen, on)
    made = Claim.objects.filter(uuid=id).first() if id else None
    if made is not None:
        require(by, "benefit.apply", made.area)
        return made
    person, area = _place(by, chosen, subject)
    require(by, "benefit.apply", area)
    whose = {"village": subject.village} if person is None else {"person_id": person}
    known = Claim.objects.select_for_update().filter(scheme=chosen.id, **whose).first()
    claim = known or Claim.objects.create(
        uuid=id or new_id(), by=by.username, scheme=chosen.id, version=version.id, person_id=person,
        village=subject.village, area=area, state="new",
    )  # fmt: skip
    _write(claim, "apply", on, by, reason, decide(claim, on, by))
    return claim


def _place(by: Scope, scheme: Scheme, subject: Subject) -> tuple[int | None, str]:
    """The subject's row number and the village whose office handles the claim."""
    if scheme.subject == "village" and subject.village and subject.person is None:
        return None, subject.village
    person = get_person(by, subject.person) if scheme.subject == "person" and subject.person else None
    if person is not None:
        return person.pk, person.registered_area or person.living_area
    raise ShidaiError(
        problem(
            "subject",
            zh=f"“{scheme.title.zh}”的对象不是这样的，或不在您负责的区划内。",
            en=f"'{scheme.title.en}' is not for such a subject, or it isn't in your area.",
            mend_zh="请从档案页面开始办理。",
            mend_en="Begin from the record's page.",
        )
    )


@transaction.atomic
def act_on_claim(
    *, by: Scope, claim: UUID, act: Act, day: date | None = None, reason: str = "", id: UUID | None = None
) -> Claim:
    """Carry a claim on by one act. The same `id` sent again changes nothing.

    A step is passed only when every condition is met by that day's facts; the decision is kept either way. Raises
    ShidaiError when the act doesn't fit where the claim stands, or is not for this office or person.
    """
    found = find_claim(by, claim)
    if id is not None and LedgerEntry.objects.filter(uuid=id, claim=found).exists():
        return found
    on = day or timezone.localdate()
    _require_office(by, found, act, on)
    _require_reason(act, reason)
    decision = decide(found, on, by) if act in ("pass", "reverify", "appeal", "stop", "refuse") else None
    if act in ("pass", "reverify") and decision is not None and not decision.eligible:
        raise _not_met(decision)
    _write(found, act, on, by, reason, decision, id)
    return found


def _require_office(by: Scope, claim: Claim, act: Act, on: date) -> None:
    """Which office an act belongs to: the next step's; stopping and settling belong to the last step's."""
    if act in _ANYBODY:
        require(by, "benefit.apply", claim.area)
        return
    steps = _steps(claim)
    standing = standing_of(claim, on)
    level = steps[standing.step].level if act in ("pass", "refuse", "settle") else steps[-1].level
    require(by, OFFICE[level], claim.area)


def _steps(claim: Claim) -> tuple[Step, ...]:
    return version_of(claim).step


def _require_reason(act: Act, reason: str) -> None:
    if act in ("refuse", "object", "settle", "stop", "appeal") and not reason.strip():
        raise ShidaiError(
            problem(
                "reason",
                zh="请写明理由。",
                en="Give the reason.",
                mend_zh="当事人会看到它。",
                mend_en="The person concerned will read it.",
            )
        )


def _not_met(decision: Decision) -> ShidaiError:
    scheme = scheme_of(decision.claim)
    words = {one.id: one.title for one in scheme.version_named(decision.version).condition}
    return ShidaiError(
        [
            problem(
                outcome["id"],
                zh=f"条件“{words[outcome['id']].zh}”{'不详' if outcome['met'] is None else '不符合'}。",
                en=f"'{words[outcome['id']].en}' is {'unknown' if outcome['met'] is None else 'not met'}.",
                mend_zh="请更正档案、补充证明，或不予确认并说明理由。",
                mend_en="Correct the record, add a paper, or refuse the claim with the reason.",
            )
            for outcome in decision.outcomes
            if not outcome["met"]
        ]
    )


def _write(
    claim: Claim, act: Act, day: date, by: Scope, reason: str, decision: Decision | None, id: UUID | None = None
) -> None:
    """Add a line to the ledger if it may follow, and renew the copy of the state."""
    before = list(claim.entries.order_by("number"))
    steps = _steps(claim)
    if before and day < before[-1].day:
        raise ShidaiError(
            problem(
                "day",
                zh=f"{day} 早于上一步的日期 {before[-1].day}。",
                en=f"{day} is before the day of the last act, {before[-1].day}.",
                mend_zh="请核对日期。",
                mend_en="Check the day.",
            )
        )
    told = [Entry(one.act, one.day, one.by) for one in before]  # type: ignore[arg-type]
    standing = follow(stand(told, steps, day), Entry(act, day, by.username), steps)
    LedgerEntry.objects.create(
        uuid=id or new_id(), by=by.username, claim=claim, number=len(before) + 1, act=act, day=day,
        reason=reason, decision=decision,
    )  # fmt: skip
    claim.state = standing.state
    claim.save(update_fields=("state",))
    audit.record(by, "benefit.act", f"claim:{claim.uuid}", area=claim.area, act=act, scheme=claim.scheme)


@transaction.atomic
def attest(
    *, by: Scope, claim: UUID, fact: str, value: bool | int | str, paper: str, since: date, until: date | None = None
) -> Attestation:
    """Write down a fact that no register holds, with the paper that shows it."""
    found = find_claim(by, claim)
    require(by, "benefit.apply", found.area)
    known = city_pack().attested.get(fact)
    if known is None or known.archive:
        raise ShidaiError(
            problem(
                fact,
                zh=f"{fact} 不是可以证明的事实。" if known is None else f"“{known.title.zh}”只是历史，不再询问。",
                en=f"{fact} is no fact to attest."
                if known is None
                else f"'{known.title.en}' is history: nobody is asked.",
                mend_zh="请核对政策包。",
                mend_en="Check the pack.",
            )
        )
    made = Attestation.objects.create(
        by=by.username, claim=found, fact=fact, paper=paper, start_date=since, end_date=until,
        number=None if isinstance(value, str) else int(value), text=value if isinstance(value, str) else "",
    )  # fmt: skip
    audit.record(by, "benefit.attest", f"claim:{found.uuid}", area=found.area, fact=fact)
    return made


@transaction.atomic
def set_account(*, by: Scope, claim: UUID, holder: str, number: str, bank_code: str = "") -> Account:
    """Where the money goes; an account is never changed, a new one takes its place."""
    found = find_claim(by, claim)
    require(by, "benefit.apply", found.area)
    plain = "".join(number.split())
    if not (plain.isascii() and plain.isdigit() and 8 <= len(plain) <= 32):
        raise ShidaiError(
            problem(
                "number",
                zh="账号应为 8 到 32 位数字。",
                en="An account number has 8 to 32 digits.",
                mend_zh="请对照存折或银行卡。",
                mend_en="Check it against the passbook or card.",
            )
        )
    made = Account.objects.create(
        by=by.username, claim=found, holder=holder, number=sealing.seal(plain, "account.number"), bank_code=bank_code
    )
    audit.record(by, "benefit.account", f"claim:{found.uuid}", area=found.area)
    return made
